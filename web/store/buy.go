package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// buyForm is what we need to know before the payment, as answered so far.
type buyForm struct {
	offer
	nonce     string
	account   string // the address of a signed-in buyer, "" for a guest
	buyer     storefrontapi.Buyer
	startNow  bool
	acting    string // whom the visitor began to act for while the form was open: nothing can be bought for them
	again     bool   // the buyer knows that they have it already
	terms     storefrontapi.Withdrawal
	countries []ui.Option
	faults    ui.Faults
}

// The fields of the form; a problem's pointers lead to them.
const (
	fieldEmail   = "buyer-email"
	fieldName    = "buyer-name"
	fieldCompany = "buyer-company"
	fieldVAT     = "buyer-vat_id"
	fieldCountry = "buyer-country"
	fieldStart   = "consent-start_now"
)

func (h *pages) buy(v *shell.Visit) error {
	o, err := h.offer(v)
	if err != nil {
		return h.gone(v, err)
	}
	if !o.here(v) {
		return h.moved(v, elsewhere("/buy"+o.path()))
	}
	form := buyForm{offer: o, nonce: rand.Text(), again: o.owned != ""}
	if name := v.Acting(); name != "" && !v.Part("terms") {
		v.Page.Title, v.Page.NoIndex, v.Page.Plain = v.L.T("store.acting.title", "Name", name), true, true
		return v.Show(whileActing(v.L, o, name))
	}
	if o.own {
		return h.refuse(v, o, storefrontapi.ErrOwnProduct)
	}
	form.buyer.Country = v.Query(fieldCountry)
	if form.buyer.Country == "" {
		form.buyer.Country = named(locale.Region(v.Request().Header.Get("Accept-Language")))
	}
	if v.Part("terms") {
		if err := h.readTerms(v, &form); err != nil {
			return err
		}
		return v.ShowPart(termsPart(v.L, form))
	}
	return h.showForm(v, http.StatusOK, form)
}

// named keeps a country that was named, not guessed.
func named(country string, exact bool) string {
	if !exact {
		return ""
	}
	return country
}

// showForm completes the form with what depends on the buyer and their country, and shows it.
func (h *pages) showForm(v *shell.Visit, status int, form buyForm) error {
	if !v.Caller.Anonymous() {
		me, err := h.people.Me(v.Context())
		if err != nil {
			return err
		}
		form.account = me.Email
		if me.Country != "" && v.Request().Method == http.MethodGet {
			form.buyer.Country = me.Country
		}
	}
	countries, err := h.people.Countries(v.Context())
	if err != nil {
		return err
	}
	form.countries = []ui.Option{{Value: "", Label: v.L.T("store.buy.choose_country")}}
	for _, c := range countries.Data {
		form.countries = append(form.countries, ui.Option{Value: c.Code, Label: c.Name})
	}
	if err := h.readTerms(v, &form); err != nil {
		return err
	}
	v.Page.Title, v.Page.NoIndex, v.Page.Plain, v.Page.Width = v.L.T("store.buy.title", "Title", form.product.Title), true, true, "read"
	return v.ShowStatus(status, buy(v.L, form))
}

// readTerms asks what a buyer of the form's country is told. A country that doesn't exist is told nothing; the
// form says so when it is sent.
func (h *pages) readTerms(v *shell.Visit, form *buyForm) error {
	form.terms = storefrontapi.Withdrawal{}
	if form.buyer.Country == "" || form.product.Free {
		return nil
	}
	terms, err := h.shop.PurchaseTerms(v.Context(), form.buyer.Country)
	if err != nil {
		if problem.From(err).Kind == problem.Invalid {
			return nil
		}
		return err
	}
	form.terms = terms.Withdrawal
	return nil
}

// place takes the answers, places the order and leads to the checkout, or for a free product to what was got.
func (h *pages) place(v *shell.Visit) error {
	o, err := h.offer(v)
	if err != nil {
		return h.gone(v, err)
	}
	form := readForm(v, o)
	if form.price = priceByID(o.product.Prices, v.Form("price")); form.price == nil && !o.product.Free {
		form.price = o.price
		form.faults.Add("", v.L.T("store.buy.price_changed"))
		return h.showForm(v, http.StatusConflict, form)
	}
	if form.acting = v.Acting(); form.acting != "" {
		return h.showForm(v, http.StatusForbidden, form)
	}
	if form.check(v); form.faults != nil {
		return h.showForm(v, http.StatusUnprocessableEntity, form)
	}
	if form.buyer.Country != v.Form("terms-country") {
		if err := h.readTerms(v, &form); err != nil {
			return err
		}
		if form.terms.Applies {
			form.faults.Add(fieldStart, v.L.N("store.buy.terms_new", form.terms.Days))
			return h.showForm(v, http.StatusUnprocessableEntity, form)
		}
	}
	in := form.order(string(v.L.Tag))
	placed, err := h.shop.PlaceOrder(v.Context(), key(form.nonce, in), in)
	if err != nil {
		return h.notPlaced(v, form, err)
	}
	keepSecret(v, placed.Order, placed.AccessToken)
	keep(v, fromCookie, o.path(), orderPath(placed.Order.ID))
	if placed.CheckoutURL != "" {
		return v.See(placed.CheckoutURL)
	}
	return v.See(placed.Next)
}

func readForm(v *shell.Visit, o offer) buyForm {
	text := func(name string) string { return strings.TrimSpace(v.Form(name)) }
	return buyForm{
		offer: o, nonce: v.Form("nonce"), startNow: v.Form(fieldStart) == "yes", again: v.Form("again") == "yes",
		buyer: storefrontapi.Buyer{
			Email: text(fieldEmail), Name: text(fieldName), Company: text(fieldCompany), VATID: text(fieldVAT), Country: v.Form(fieldCountry),
		},
	}
}

// check finds what can be seen without asking.
func (f *buyForm) check(v *shell.Visit) {
	if v.Caller.Anonymous() && !strings.Contains(f.buyer.Email, "@") {
		f.faults.Add(fieldEmail, v.L.T("field.email"))
	}
	if f.buyer.Country == "" {
		f.faults.Add(fieldCountry, v.L.T("field.country"))
	}
}

func (f buyForm) order(language string) storefrontapi.PlaceOrder {
	in := storefrontapi.PlaceOrder{
		ProductID: f.product.ID, Buyer: f.buyer, Consent: storefrontapi.Consent{StartNow: f.startNow}, Locale: language, BuyAgain: f.again,
	}
	if f.price != nil && !f.product.Free {
		in.PriceID = f.price.ID
	}
	return in
}

// key is the same for the same press, and another for other answers: who goes back and corrects their address
// places another order, which storefront then sees as the one that waits or as a new one.
func key(nonce string, in storefrontapi.PlaceOrder) string {
	body, err := json.Marshal(in)
	if err != nil { // texts and flags always marshal
		panic(err)
	}
	sum := sha256.Sum256(append([]byte(nonce+"\n"), body...))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// notPlaced shows the form again for what can be put right in it, and says the rest on a page of its own.
func (h *pages) notPlaced(v *shell.Visit, form buyForm, err error) error {
	switch {
	case errors.Is(err, storefrontapi.ErrAlreadyOwned):
		v.Page.Title, v.Page.NoIndex, v.Page.Plain = v.L.T("store.owned.title"), true, true
		return v.ShowStatus(http.StatusConflict, owned(v.L, form))
	case errors.Is(err, storefrontapi.ErrPriceChanged):
		form.faults.Add("", v.L.T("store.buy.price_changed"))
		return h.showForm(v, http.StatusConflict, form)
	case errors.Is(err, storefrontapi.ErrOwnProduct), errors.Is(err, storefrontapi.ErrNotForSale), errors.Is(err, billingapi.ErrSellingCap):
		return h.refuse(v, form.offer, err)
	case problem.From(err).Kind == problem.Invalid && len(problem.From(err).Fields) > 0:
		form.faults = ui.FaultsOf(v.L, err)
		return h.showForm(v, http.StatusUnprocessableEntity, form)
	}
	return err
}

// refuse says why this product can't be bought by this reader, and what they can do.
func (h *pages) refuse(v *shell.Visit, o offer, err error) error {
	p := problem.From(err)
	back := ui.Action{Label: v.L.T("store.refused.product"), Href: o.path()}
	actions := []ui.Action{back, {Label: v.L.T("store.refused.page", "Name", nameOf(v.L, o.creator)), Href: o.creator.Path}}
	word := "cap"
	switch {
	case errors.Is(err, storefrontapi.ErrOwnProduct):
		word, actions = "own", []ui.Action{{Label: v.L.T("store.product.own_edit"), Href: "/products/" + o.product.ID}, back}
	case errors.Is(err, storefrontapi.ErrNotForSale):
		word, actions = "ended", actions[1:]
	}
	v.Page.Title, v.Page.NoIndex = v.L.T("store.refused."+word, "Name", nameOf(v.L, o.creator)), true
	return v.ShowStatus(p.Status(), refused(v.Page.Title, v.L.T("store.refused."+word+"_text", "Name", nameOf(v.L, o.creator)), actions))
}
