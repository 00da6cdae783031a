package creator

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
	"github.com/workfluence/workfluence/web/ui"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

// fake is storefront, billing and accounts as far as a test needs them; a call that a test doesn't expect panics on
// the nil interface.
type fake struct {
	Shop
	Till
	Accounts
	err      error // of the next write
	keys     []string
	product  storefrontapi.Product
	lesson   storefrontapi.Lesson
	saved    storefrontapi.UpdateLesson
	prices   storefrontapi.SetPrices
	refunded billingapi.RefundRequest
	order    storefrontapi.Order
	upload   string
}

func (f *fake) CreateProduct(_ context.Context, key string, _ storefrontapi.NewProduct) (storefrontapi.Product, error) {
	f.keys = append(f.keys, key)
	return f.product, f.err
}

func (f *fake) Product(context.Context, string) (storefrontapi.Product, error) { return f.product, nil }

func (f *fake) Lesson(context.Context, string) (storefrontapi.Lesson, error) { return f.lesson, nil }

func (f *fake) UpdateLesson(_ context.Context, _ string, _ int64, in storefrontapi.UpdateLesson) (storefrontapi.Lesson, error) {
	f.saved = in
	return f.lesson, f.err
}

func (f *fake) PreviewLesson(_ context.Context, _ string, in storefrontapi.PreviewText) (storefrontapi.Preview, error) {
	return storefrontapi.Preview{HTML: "<p>seen: " + in.Body + "</p>"}, nil
}

func (f *fake) Publications(context.Context, string, string) (storefrontapi.PublicationPage, error) {
	return storefrontapi.PublicationPage{}, nil
}

func (f *fake) PriceRules(context.Context) (storefrontapi.PriceRules, error) {
	var out storefrontapi.PriceRules
	for _, c := range storefrontapi.Currencies {
		out.Items = append(out.Items, storefrontapi.PriceRule{Currency: c, Floor: money.New(100, c)})
	}
	return out, nil
}

func (f *fake) SetPrices(_ context.Context, _ string, _ int64, in storefrontapi.SetPrices) (storefrontapi.Product, error) {
	f.prices = in
	return f.product, f.err
}

func (f *fake) PutForward(context.Context, string) (storefrontapi.Product, error) {
	if f.err == nil {
		f.product.DocumentID = "document_9"
	}
	return f.product, f.err
}

func (f *fake) Publish(context.Context, string, int64) (storefrontapi.Product, error) {
	return f.product, f.err
}

func (f *fake) GiveUpAddress(_ context.Context, _, slug string) (storefrontapi.Product, error) {
	i := slices.Index(f.product.FormerSlugs, slug)
	if i < 0 {
		return f.product, problem.ErrNotFound
	}
	f.product.FormerSlugs = slices.Delete(f.product.FormerSlugs, i, i+1)
	return f.product, f.err
}

func (f *fake) Import(_ context.Context, _ string, _ int64, body io.Reader) (storefrontapi.ImportResult, error) {
	text, err := io.ReadAll(body)
	f.upload = string(text)
	return storefrontapi.ImportResult{Outline: storyOutline(), Warnings: storyWarnings()}, errors.Join(err, f.err)
}

func (f *fake) Outline(context.Context, string) (storefrontapi.Outline, error) {
	return storyOutline(), nil
}

func (f *fake) Order(context.Context, string, string) (storefrontapi.Order, error) {
	return f.order, nil
}

func (f *fake) Waterfall(context.Context, string) (billingapi.Waterfall, error) {
	w := storyFlow()
	if f.order.Amount.Currency == money.JPY {
		w.Plan.Gross, w.Plan.Fee, w.Plan.Tax = money.New(14900, money.JPY), money.New(1490, money.JPY), money.New(0, money.JPY)
		w.Refundable, w.Refunds = money.New(14900, money.JPY), nil
	}
	return w, nil
}

func (f *fake) Refund(_ context.Context, key string, r billingapi.RefundRequest) (billingapi.Refund, error) {
	f.keys, f.refunded = append(f.keys, key), r
	return billingapi.Refund{}, f.err
}

// browser asks for pages as one person.
type browser struct {
	t      *testing.T
	site   http.Handler
	caller identity.Caller
	htmx   string // the element that htmx asks for
}

func open(t *testing.T, f *fake) *browser { return openWith(t, f, f) }

func openWith(t *testing.T, f *fake, till Till) *browser {
	t.Helper()
	return &browser{t: t, site: siteOf(f, till, f), caller: identity.Caller{Person: "person_creator"}}
}

func siteOf(shop Shop, till Till, accounts Accounts) http.Handler {
	return shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: storySite}, Area(shop, till, accounts, clock.NewFake(storyDay), storySite))
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	return b.send(method, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) send(method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", kind)
	if b.htmx != "" {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", b.htmx)
	}
	rec := httptest.NewRecorder()
	b.site.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), b.caller)))
	return rec
}

func (b *browser) leads(rec *httptest.ResponseRecorder, to string) {
	b.t.Helper()
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		b.t.Fatalf("got %d to %q, want 303 to %q\n%s", rec.Code, rec.Header().Get("Location"), to, rec.Body)
	}
}

func (b *browser) shows(rec *httptest.ResponseRecorder, status int, words ...string) {
	b.t.Helper()
	if rec.Code != status {
		b.t.Errorf("status %d, want %d", rec.Code, status)
	}
	for _, w := range words {
		if !strings.Contains(rec.Body.String(), w) {
			b.t.Errorf("lacks %q in\n%s", w, rec.Body)
		}
	}
}

// keyOf reads the key that a form was minted with.
func keyOf(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `name="key" value="`)
	key, _, _ := strings.Cut(rest, `"`)
	if !ok || !strings.HasPrefix(key, "key_") {
		t.Fatal("the form has no key")
	}
	return key
}

func TestADoubledPressCarriesOneKey(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyDraft(), order: storyOrder()}
	b := open(t, f)
	for path, form := range map[string]url.Values{
		"/products/new":         {"title": {"A course"}},
		"/sales/order_1/refund": {"amount": {"10.00"}, "reason": {"duplicate"}, "do": {"give"}},
	} {
		f.keys = nil
		form.Set("key", keyOf(t, b.do("GET", path, nil).Body.String()))
		for range 2 {
			if rec := b.do("POST", path, form); rec.Code != http.StatusSeeOther {
				t.Fatalf("%s: %d\n%s", path, rec.Code, rec.Body)
			}
		}
		if len(f.keys) != 2 || f.keys[0] != f.keys[1] || f.keys[0] != form.Get("key") {
			t.Errorf("%s: keys %v", path, f.keys)
		}
	}
}

func TestAStaleLessonKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct(), err: problem.ErrStale, lesson: storefrontapi.Lesson{ID: "lesson_1", ProductID: "product_1", Title: "Kept", Body: "theirs", Version: 9}}
	b := open(t, f)
	path := "/products/product_1/lessons/lesson_1"
	b.shows(b.do("POST", path, url.Values{"title": {"Typed"}, "body": {"mine\r\nhere"}, "version": {"3"}, "do": {"save"}}),
		http.StatusPreconditionFailed, "mine\nhere</textarea>", `value="Typed"`, `name="version" value="9"`, "changed elsewhere", ">Kept</h1>")
	f.err = nil
	b.leads(b.do("POST", path, url.Values{"title": {"Typed"}, "body": {"mine"}, "free": {"yes"}, "version": {"9"}, "do": {"save"}}), path)
	if !*f.saved.Free || *f.saved.Body != "mine" {
		t.Errorf("saved %+v", f.saved)
	}
}

func TestALessonOfAnotherCourseIsNotShown(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct(), lesson: storefrontapi.Lesson{ID: "lesson_9", ProductID: "product_9", Title: "Elsewhere"}}
	open(t, f).shows(open(t, f).do("GET", "/products/product_1/lessons/lesson_9", nil), http.StatusNotFound)
}

func TestLookingSavesNothing(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct(), lesson: storefrontapi.Lesson{ID: "lesson_1", ProductID: "product_1", Title: "Kept"}}
	b := open(t, f)
	path, form := "/products/product_1/lessons/lesson_1", url.Values{"title": {"T"}, "body": {"text"}, "version": {"1"}}
	form.Set("do", "look")
	b.shows(b.do("POST", path, form), 200, "seen: text", "not saved yet")
	form.Del("do")
	b.htmx = "preview"
	rec := b.do("POST", path, form)
	b.shows(rec, 200, "seen: text")
	if strings.Contains(rec.Body.String(), "<form") || f.saved.Body != nil {
		t.Error("htmx got more than the preview, or the lesson was saved")
	}
}

func TestRefundAmounts(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]struct {
		currency money.Currency
		minor    int64 // 0: refused
	}{
		"500": {money.JPY, 500}, "500.5": {money.JPY, 0}, "99.00": {money.EUR, 9900}, "99,5": {money.EUR, 9950}, "0": {money.EUR, 0},
		"-1": {money.EUR, 0}, "": {money.EUR, 0}, "1e3": {money.EUR, 0}, "1.234,50": {money.EUR, 123450}, "1.23,4": {money.EUR, 0},
	} {
		order := storyOrder()
		order.Amount = money.New(14900, want.currency)
		f := &fake{order: order}
		b := open(t, f)
		rec := b.do("POST", "/sales/order_1/refund", url.Values{"amount": {typed}, "reason": {"other"}, "key": {"key_1"}, "do": {"give"}})
		if want.minor == 0 {
			b.shows(rec, http.StatusUnprocessableEntity, `aria-invalid="true"`)
			if f.keys != nil {
				t.Errorf("%q in %s was sent", typed, want.currency)
			}
			continue
		}
		b.leads(rec, "/sales/order_1")
		if *f.refunded.Amount != money.New(want.minor, want.currency) || f.refunded.Reason != "other" {
			t.Errorf("%q: %+v", typed, f.refunded)
		}
	}
}

func TestARefusedRefundComesBackWithANewKey(t *testing.T) {
	t.Parallel()
	f := &fake{order: storyOrder(), err: billingapi.ErrRefundTooLarge}
	b := open(t, f)
	rec := b.do("POST", "/sales/order_1/refund", url.Values{"amount": {"99"}, "reason": {"other"}, "key": {"key_1"}, "do": {"give"}})
	b.shows(rec, http.StatusConflict, "more than is left", `value="99"`)
	if keyOf(t, rec.Body.String()) == "key_1" {
		t.Error("the same key would repeat the refusal")
	}
}

func TestWhatARefundCosts(t *testing.T) {
	t.Parallel()
	w := storyFlow() // 149.00, fee 14.90, of which 50.00 and 5.00 went back
	for minor, want := range map[int64]*refundCost{
		9900: {eur(9900), eur(990), eur(8910), eur(0), true}, 1: {eur(1), eur(0), eur(1), eur(0), true}, 5: {eur(5), eur(1), eur(4), eur(0), true}, 9901: nil,
	} {
		if got := costOf(w, eur(minor)); (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%d: %+v, want %+v", minor, got, want)
		}
	}
}

func TestNobodySeesAnOrderThatTheyBought(t *testing.T) {
	t.Parallel()
	f := &fake{order: storyOrder()}
	f.order.CreatorID = "person_other"
	b := open(t, f)
	b.shows(b.do("GET", "/sales/order_1", nil), http.StatusNotFound)
}

func TestWhoActsForACreatorMayLookOnly(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct(), order: storyOrder()}
	b := open(t, f)
	b.caller = identity.Caller{Person: "person_aide", For: "person_creator", Scopes: []string{accountsapi.ScopeSee}}
	rec := b.do("GET", "/products/product_1", nil)
	b.shows(rec, 200, "You may look at this")
	if strings.Contains(rec.Body.String(), `value="add-lesson"`) {
		t.Error("a form that would be refused is offered")
	}
	b.shows(b.do("POST", "/products/product_1/outline", url.Values{"do": {"add-section"}, "title": {"X"}}), http.StatusForbidden)
	b.shows(b.do("GET", "/sales/order_1/refund", nil), http.StatusForbidden)
	if rec := b.do("GET", "/sales/order_1", nil); rec.Code != 200 || strings.Contains(rec.Body.String(), "order_1/refund") {
		t.Errorf("%d, or a refund is offered", rec.Code)
	}
}

func TestPricesComeBackBesideTheirCurrency(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct(), err: storefrontapi.ErrPriceInvalid.WithField("/prices/1/decimal", "price", "x")}
	b := open(t, f)
	rec := b.do("POST", "/products/product_1/price", url.Values{"price-EUR": {"149.00"}, "price-JPY": {"149.50"}, "version": {"7"}})
	b.shows(rec, http.StatusUnprocessableEntity, `href="#price-JPY"`, "isn’t a price in JPY", `value="149.50"`, `value="149.00"`)
	if want := []storefrontapi.SetPrice{{Currency: money.EUR, Decimal: "149.00"}, {Currency: money.JPY, Decimal: "149.50"}}; !cmp.Equal(want, f.prices.Prices) {
		t.Error(cmp.Diff(want, f.prices.Prices))
	}
}

func TestImportStreamsTheFileAndNamesFaults(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct()}
	b := open(t, f)
	send := func(content string) *httptest.ResponseRecorder {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		name := "course.zip"
		if content == "" {
			name = "" // an input that was left empty
		}
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(content))
		_ = w.Close()
		return b.send("POST", "/products/product_1/import", w.FormDataContentType(), &body)
	}
	b.shows(send("PK zip"), 200, "3 lessons are in", `<code dir="ltr">01-start/02-tone.md</code>, line 14`, "tag of another system")
	if f.upload != "PK zip" {
		t.Errorf("storefront got %q", f.upload)
	}
	f.err = storefrontapi.ErrImport.WithField("/zip/..~1..~1etc~1passwd", "unsafe_path", "x").WithField("/zip", "something_new", "As storefront says it.").
		With(problem.Field{Pointer: "/zip/film.mp4", Code: "too_much", Reason: "too_large", Params: map[string]string{"limit": "2147483648"}}).
		With(problem.Field{Pointer: "/zip", Code: "too_much", Reason: "too_many", Params: map[string]string{"count": "5001", "limit": "5000"}}).
		With(problem.Field{Pointer: "/zip/b.md", Code: "duplicate_slug", Reason: "lessons", Params: map[string]string{"other": "a.md", "address": "one"}})
	b.shows(send("PK bad"), http.StatusUnprocessableEntity, "../../etc/passwd: this path leads out of the zip", "As storefront says it.", "5 answers",
		"film.mp4: this file is larger than 2.1 GB", "The zip has 5,001 files and folders. At most 5,000 can be imported.", "b.md: this lesson and a.md both get the address “one”")
	b.shows(send(""), http.StatusUnprocessableEntity, "Choose a file first")
}

// An employer is asked about a product as it stands now: it is put forward first, and a refusal stands on the page.
func TestAnEmployerIsAskedAboutACourse(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct()}
	f.product.Changed = true
	b := open(t, f)
	b.shows(b.do("GET", "/products/product_1/publish", nil), 200, `value="check"`, `value="ask"`)
	b.leads(b.do("POST", "/products/product_1/publish", url.Values{"do": {"check"}}), "/submissions/check?document=document_9")
	b.leads(b.do("POST", "/products/product_1/publish", url.Values{"do": {"ask"}}), "/submissions/new?document=document_9")
	f.err = storefrontapi.ErrNothingToPublish.WithField("/lessons", "required", "")
	b.shows(b.do("POST", "/products/product_1/publish", url.Values{"do": {"ask"}}), http.StatusConflict, "Write or import a lesson")
	f.err = contentapi.ErrGateWaiting
	b.shows(b.do("POST", "/products/product_1/publish", url.Values{"do": {"publish"}}), http.StatusConflict, `href="/submissions?document=document_9"`)
	f.product.Changed = false
	if page := b.do("GET", "/products/product_1/publish", nil).Body.String(); strings.Contains(page, `value="ask"`) {
		t.Error("asks about what buyers have already")
	}
}

// A former address is given up by its owner alone, and a second press is no fault.
func TestAFormerAddressIsGivenUp(t *testing.T) {
	t.Parallel()
	f := &fake{product: storyProduct()}
	f.product.FormerSlugs = []string{"posts-that-travel"}
	b := open(t, f)
	b.shows(b.do("GET", "/products/product_1/words", nil), 200, "Give up posts-that-travel", `action="/products/product_1/former-addresses"`)
	for range 2 {
		res := b.do("POST", "/products/product_1/former-addresses", url.Values{"address": {"posts-that-travel"}})
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/products/product_1/words" {
			t.Fatalf("%d to %s", res.Code, res.Header().Get("Location"))
		}
	}
	if len(f.product.FormerSlugs) != 0 {
		t.Errorf("still there: %v", f.product.FormerSlugs)
	}
}

func TestMoveLesson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lesson string
		up     bool
		want   string // sections' lessons, "" for not moved
	}{
		{"lesson_1", true, ""}, {"lesson_1", false, "2 1|3|"}, {"lesson_2", true, "2 1|3|"}, {"lesson_2", false, "1|2 3|"},
		{"lesson_3", true, "1 2 3||"}, {"lesson_3", false, "1 2||3"}, {"lesson_9", true, ""},
	} {
		order, moved := moveLesson(storyOutline(), c.lesson, c.up)
		var got []string
		for _, s := range order.Sections {
			got = append(got, strings.ReplaceAll(strings.Join(s.Lessons, " "), "lesson_", ""))
		}
		if text := strings.Join(got, "|"); moved != (c.want != "") || moved && text != c.want {
			t.Errorf("%s up=%v: %q %v, want %q", c.lesson, c.up, text, moved, c.want)
		}
	}
}

// A remark is said in the reader's language, with the author's own words in it and nothing of ours in English.
func TestRemarksSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for _, tag := range locale.All {
		l := i18n.Messages().For(string(tag))
		for _, w := range storyWarnings() {
			if !l.Has("creator.warning." + w.Code) {
				t.Errorf("%s: no words for %s", tag, w.Code)
			}
			detail := warningDetail(l, w)
			if detail == "" && w.Code != "unused_file" {
				t.Errorf("%s: nothing is said of %s %s", tag, w.Code, w.Reason)
			}
			for _, word := range w.Params {
				var shown bytes.Buffer
				if err := ui.Rich(detail, ui.Code("code")).Render(t.Context(), &shown); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(shown.String(), `<code dir="ltr">`+html.EscapeString(word)+"</code>") {
					t.Errorf("%s: %s %s does not name %q: %s", tag, w.Code, w.Reason, word, shown.String())
				}
			}
		}
	}
	var page bytes.Buffer
	w := storefrontapi.Warning{Code: "dead_link", Params: map[string]string{"target": "<script>"}, File: "a.md", Line: 3, Text: "the link to <script> leads nowhere", Times: 2}
	if err := warnings(i18n.Messages().For("nl"), []storefrontapi.Warning{w}).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`De link leidt naar <code dir="ltr">&lt;script&gt;</code>.`, "2 keer"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("lacks %q: %s", want, page.String())
		}
	}
	if strings.Contains(page.String(), "leads nowhere") {
		t.Error("the English text is shown")
	}
	if unknown := (storefrontapi.Warning{Code: "new_code", Text: "something new"}); warningWords(i18n.Messages().For("nl"), unknown) != "something new" {
		t.Error("a remark of a newer version says nothing")
	}
}
