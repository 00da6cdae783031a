package creator

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

func (h *pages) products(v *shell.Visit) error {
	list, err := h.shop.Products(v.Context(), v.Query("after"))
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("creator.products.title")
	return v.Show(productList(v.L, productsView{list, readonly(v)}))
}

// productsView is a page of the list. A page of products is at most as long as storefront makes it.
type productsView struct {
	storefrontapi.ProductPage
	readonly bool
}

// readonly says that the visitor acts for the creator and may look, not change.
func readonly(v *shell.Visit) bool {
	return v.Caller.For != "" && !v.Caller.Has(accountsapi.ScopeArrange)
}

// newForm begins a course. Key makes a doubled press harmless: it is minted
// with the form and not with the press.
type newForm struct {
	key, title string
	faults     ui.Faults
}

func (h *pages) newProduct(v *shell.Visit) error {
	return h.showNew(v, http.StatusOK, newForm{key: id.New("key")})
}

func (h *pages) showNew(v *shell.Visit, status int, form newForm) error {
	v.Page.Title = v.L.T("creator.products.new")
	return v.ShowStatus(status, newCourse(v.L, form))
}

func (h *pages) postProduct(v *shell.Visit) error {
	form := newForm{key: v.Form("key"), title: strings.TrimSpace(v.Form("title"))}
	p, err := h.shop.CreateProduct(v.Context(), form.key, storefrontapi.NewProduct{Kind: storefrontapi.KindCourse, Title: form.title})
	if err != nil {
		if !shown(err) {
			return err
		}
		form.faults = at(ui.FaultsOf(v.L, err), "title")
		form.key = id.New("key") // another title is another wish
		return h.showNew(v, problem.From(err).Status(), form)
	}
	return v.See("/products/" + p.ID)
}

// productHead is what every page of one product shows above its question.
type productHead struct {
	storefrontapi.Product
	tab      string
	readonly bool
	acting   string // who has to press what the visitor may not, "" for the creator
}

// tabs are the questions about one product, each a page.
var tabs = []struct{ id, path string }{{"course", ""}, {"words", "/words"}, {"price", "/price"}, {"publish", "/publish"}}

func (h *pages) head(v *shell.Visit, tab string) (productHead, error) {
	p, err := h.shop.Product(v.Context(), v.Param("product"))
	if err == nil {
		v.Page.Title = p.Title
	}
	return productHead{p, tab, readonly(v), v.Acting()}, err
}

// wordsForm is what buyers read first.
type wordsForm struct {
	title, slug, summary, description, refundDays string
	version                                       int64
	faults                                        ui.Faults
}

func (h *pages) words(v *shell.Visit) error {
	p, err := h.head(v, "words")
	if err != nil {
		return err
	}
	return v.Show(productWords(v.L, p, wordsForm{
		title: p.Title, slug: p.Slug, summary: p.Summary, description: p.Description, refundDays: digits(int64(p.RefundDays)), version: p.Version,
	}))
}

// postFormerAddress gives up a former address of a product. Pressed twice, it is given up once.
func (h *pages) postFormerAddress(v *shell.Visit) error {
	product := v.Param("product")
	_, err := h.shop.GiveUpAddress(v.Context(), product, v.Form("address"))
	if err != nil && problem.From(err).Kind != problem.NotFound {
		return err
	}
	if err != nil {
		if _, err := h.shop.Product(v.Context(), product); err != nil {
			return err
		}
	}
	v.Flash("creator.former.given_up")
	return v.See("/products/" + product + "/words")
}

// refundDayChoices are the refund windows that a creator may promise, in days.
var refundDayChoices = map[string]int{"0": 0, "7": 7, "14": 14, "30": 30}

func (h *pages) postWords(v *shell.Visit) error {
	ctx, product := v.Context(), v.Param("product")
	fields, file, err := filePart(v.Request())
	if err != nil {
		return err
	}
	form := wordsForm{
		title: strings.TrimSpace(fields["title"]), slug: strings.TrimSpace(fields["slug"]), summary: strings.TrimSpace(fields["summary"]),
		description: fields["description"], refundDays: fields["refund_days"], version: parseVersion(fields["version"]),
	}
	days := refundDayChoices[form.refundDays]
	in := storefrontapi.UpdateProduct{Title: &form.title, Slug: &form.slug, Summary: &form.summary, Description: &form.description, RefundDays: &days}
	if file != nil {
		stored, err := h.shop.UploadFile(ctx, storefrontapi.UploadTarget{ProductID: product, Name: file.FileName()}, -1, file)
		if err != nil {
			return h.wordsAgain(v, form, at(ui.FaultsOf(v.L, err), "file"), err)
		}
		in.CoverFileID = &stored.ID
	}
	if _, err := h.shop.UpdateProduct(ctx, product, form.version, in); err != nil {
		return h.wordsAgain(v, form, faultsOf(v.L, err), err)
	}
	v.Flash("creator.saved")
	return v.See("/products/" + product + "/words")
}

func (h *pages) wordsAgain(v *shell.Visit, form wordsForm, faults ui.Faults, err error) error {
	if !shown(err) {
		return err
	}
	p, herr := h.head(v, "words")
	if herr != nil {
		return herr
	}
	form.faults = faults
	if stale(err) {
		form.version = p.Version // saving again is a decision now
	}
	return v.ShowStatus(problem.From(err).Status(), productWords(v.L, p, form))
}

// priceField is one currency of the price form.
type priceField struct {
	currency     money.Currency
	value, floor string
}

type priceForm struct {
	free    bool
	fields  []priceField
	version int64
	faults  ui.Faults
}

func (h *pages) prices(v *shell.Visit) error {
	p, err := h.head(v, "price")
	if err != nil {
		return err
	}
	typed := map[money.Currency]string{}
	for _, price := range p.Prices {
		typed[price.Currency] = price.Decimal()
	}
	return h.showPrices(v, http.StatusOK, p, priceForm{free: p.Free, version: p.Version}, typed)
}

func (h *pages) showPrices(v *shell.Visit, status int, p productHead, form priceForm, typed map[money.Currency]string) error {
	rules, err := h.shop.PriceRules(v.Context())
	if err != nil {
		return err
	}
	for _, r := range rules.Items {
		form.fields = append(form.fields, priceField{r.Currency, typed[r.Currency], v.L.Money(r.Floor)})
	}
	return v.ShowStatus(status, productPrices(v.L, p, form))
}

func (h *pages) postPrices(v *shell.Visit) error {
	form := priceForm{free: v.Form("free") == "yes", version: version(v)}
	set, typed := storefrontapi.SetPrices{Free: form.free, Prices: []storefrontapi.SetPrice{}}, map[money.Currency]string{}
	var order []money.Currency
	for _, c := range storefrontapi.Currencies {
		typed[c] = strings.TrimSpace(v.Form("price-" + string(c)))
		if typed[c] != "" && !form.free {
			order = append(order, c)
			set.Prices = append(set.Prices, storefrontapi.SetPrice{Currency: c, Decimal: v.L.Decimal(typed[c], c)})
		}
	}
	if _, err := h.shop.SetPrices(v.Context(), v.Param("product"), form.version, set); err != nil {
		if !shown(err) {
			return err
		}
		p, herr := h.head(v, "price")
		if herr != nil {
			return herr
		}
		form.faults = byCurrency(v.L, faultsOf(v.L, err), err, order)
		if stale(err) {
			form.version = p.Version
		}
		return h.showPrices(v, problem.From(err).Status(), p, form, typed)
	}
	v.Flash("creator.saved")
	return v.See("/products/" + v.Param("product") + "/price")
}

// byCurrency turns "prices-1-decimal" into the field of the second price that was typed, and says what is wrong with it.
func byCurrency(l locale.L, faults ui.Faults, err error, order []money.Currency) ui.Faults {
	fields := problem.From(err).Fields
	for i, f := range faults {
		for n, c := range order {
			if i >= len(fields) || !strings.HasPrefix(f.Field, "prices-"+digits(int64(n))) {
				continue
			}
			faults[i].Field = "price-" + string(c)
			if id := "creator.price.fault." + fields[i].Code; l.Has(id) {
				faults[i].Text = l.T(id, "Currency", string(c), "Example", l.SamplePrice(c))
			}
		}
	}
	return faults
}

// priceHeadline says what the product costs now.
func priceHeadline(l locale.L, p storefrontapi.Product) string {
	switch {
	case p.Free:
		return l.T("creator.price.is_free")
	case len(p.Prices) == 0:
		return l.T("creator.price.is_unset")
	}
	return l.T("creator.price.is", "Amount", l.Price(p.Prices[0].Amount))
}

func refundOptions(l locale.L) []ui.Option {
	out := []ui.Option{{Value: "0", Label: l.T("creator.words.refund_law")}}
	for _, days := range []int{7, 14, 30} {
		out = append(out, ui.Option{Value: digits(int64(days)), Label: l.N("creator.days", days)})
	}
	return out
}

// priceWords is a price in a list: the first one, or "free".
func priceWords(l locale.L, free bool, prices []storefrontapi.Price) string {
	switch {
	case free:
		return l.T("creator.free")
	case len(prices) == 0:
		return l.T("creator.no_price")
	}
	return l.Price(prices[0].Amount)
}

// stateTag is a product's state as a tone and a word.
func stateTag(l locale.L, p storefrontapi.Product) (tone, word string) {
	switch {
	case p.State == storefrontapi.StatePublished && p.Changed:
		return "wait", l.T("creator.state.changed")
	case p.State == storefrontapi.StatePublished:
		return "ok", l.T("creator.state.published")
	case p.State == storefrontapi.StateUnpublished:
		return "", l.T("creator.state.unpublished")
	}
	return "", l.T("creator.state.draft")
}
