package store

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

func TestWhatAReaderSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]struct {
		status int
		holds  string
	}{
		"/@ines":                        {200, "Rotas people can live with"},
		"/@fresh":                       {200, "nothing on sale yet"},
		"/@nobody":                      {404, "There is no page here"},
		"/@ines/rotas":                  {200, "application/ld+json"},
		"/@ines/rotas?currency=jpy":     {200, "Buy for JP¥24,000"},
		"/@ines/other":                  {404, "on sale"},
		"/@ines/rotas/lessons/lesson_1": {200, "published late"},
		"/@ines/rotas/lessons/lesson_2": {200, "This lesson is part of the course"},
		"/@ines/rotas/lessons/lesson_9": {404, "There is no page here"},
		"/buy/@ines/rotas":              {200, `value="GB" selected`},
		"/orders/order_1":               {404, "Open it from your receipt"},
		"/orders/order_9/thanks":        {404, "Open it from your receipt"},
	} {
		res := w.get(path)
		if res.Code != want.status || !strings.Contains(res.Body.String(), want.holds) {
			t.Errorf("%s: %d, want %d with %q", path, res.Code, want.status, want.holds)
		}
	}
}

// A former handle or slug leads on for good, with the same question, and a browser asks again each time.
func TestFormerAddressesLeadOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for from, to := range map[string]string{
		"/@old":                              "/@ines",
		"/@stale":                            "/@fresh",
		"/@old/rotas":                        "/@ines/rotas",
		"/@ines/rotas-2025":                  "/@ines/rotas",
		"/@old/rotas-2025?currency=jpy":      "/@ines/rotas?currency=jpy",
		"/@ines/rotas-2025/lessons/lesson_1": "/@ines/rotas/lessons/lesson_1",
		"/buy/@old/rotas-2025?currency=jpy":  "/buy/@ines/rotas?currency=jpy",
	} {
		for range 2 { // no page is kept for it
			res := w.get(from)
			if got := res.Header().Get("Location"); res.Code != http.StatusMovedPermanently || got != to || res.Header().Get("Cache-Control") != "no-cache" {
				t.Errorf("%s: %d to %s (%s), want %s", from, res.Code, got, res.Header().Get("Cache-Control"), to)
			}
		}
		if res := w.get(to); res.Code/100 == 3 {
			t.Errorf("%s leads on to %s", to, res.Header().Get("Location"))
		}
	}
	if res := w.get("/@INES/rotas"); res.Code != http.StatusOK {
		t.Errorf("a handle in capitals: %d", res.Code)
	}
}

// A product without a picture has its title for one: it stands there, and not below it again.
func TestTheFirstTitleStandsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, main, _ := strings.Cut(w.get("/@ines").Body.String(), "<main")
	if shelf[0].Cover != "" {
		t.Fatal("the first product of the shelf has a picture")
	}
	if n := strings.Count(main, ">"+shelf[0].Title+"<"); n != 1 {
		t.Errorf("the title stands %d times", n)
	}
}

func answers(more ...string) url.Values {
	f := url.Values{
		"nonce": {"n"}, "price": {"price_EUR"}, fieldEmail: {"yusuf@example.com"}, fieldCountry: {"GB"}, "terms-country": {"GB"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func TestBuying(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 { // a double click
		res := w.post("/buy/@ines/rotas", answers())
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "https://checkout.stripe.com/x" {
			t.Fatalf("%d to %s", res.Code, res.Header().Get("Location"))
		}
	}
	if len(w.keys) != 2 || w.keys[0] != w.keys[1] || w.keys[0] == "" {
		t.Errorf("keys of a double click: %q", w.keys)
	}
	if w.in.PriceID != "price_EUR" || w.in.ProductID != rotas.ID || w.in.Locale != "en" || w.in.Consent.StartNow {
		t.Errorf("ordered %+v", w.in)
	}
}

func TestAnswersThatComeBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form   url.Values
		fault  error
		status int
		holds  string
	}{
		"no address":        {answers(fieldEmail, ""), nil, 422, "Give an e-mail address"},
		"no country":        {answers(fieldCountry, ""), nil, 422, "Choose a country"},
		"price gone":        {answers("price", "price_OLD"), nil, 409, "The price has changed"},
		"other country":     {answers(fieldCountry, "BE"), nil, 422, "In your country you may withdraw for 14 days"},
		"VAT form":          {answers(fieldVAT, "de 12&3"), storefrontapi.ErrVATID.WithField("/buyer/vat_id", "vat_form", "x"), 422, "This isn’t how a VAT number is written"},
		"VAT digits":        {answers(fieldVAT, "be 0428.759.498"), storefrontapi.ErrVATID.WithField("/buyer/vat_id", "vat_digits", "x"), 422, `value="be 0428.759.498"`},
		"a fault of theirs": {answers(), storefrontapi.ErrPriceChanged, 409, "The price has changed"},
		"owned":             {answers(), storefrontapi.ErrAlreadyOwned, 409, "Buy it once more for €149"},
		"own":               {answers(), storefrontapi.ErrOwnProduct, 409, "your own product"},
		"not for sale":      {answers(), storefrontapi.ErrNotForSale, 409, "on sale any more"},
	} {
		w := newWorld(t)
		w.fault = c.fault
		res := w.post("/buy/@ines/rotas", c.form)
		if res.Code != c.status || !strings.Contains(res.Body.String(), c.holds) {
			t.Errorf("%s: %d, want %d with %q", name, res.Code, c.status, c.holds)
		}
		if c.fault == nil && len(w.keys) > 0 {
			t.Errorf("%s: placed an order", name)
		}
	}
}

// Whoever chose a country without a script is shown its terms once, and may then go on without a tick.
func TestTermsAreShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if res := w.post("/buy/@ines/rotas", answers(fieldCountry, "BE", "terms-country", "BE")); res.Code != http.StatusSeeOther {
		t.Errorf("the terms were seen, and still %d", res.Code)
	}
}

func TestAfterTheCheckout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, state, access, holds, to string }{
		{"/orders/order_1/thanks", "paid", "open", "Why rotas break on Wednesdays", ""},
		{"/orders/order_1/thanks", "processing", "none", "Your payment is on its way", ""},
		{"/orders/order_1/thanks", "failed", "none", "", "/orders/order_1"},
		{"/orders/order_1/thanks", "paid", "closed", "", "/orders/order_1"},
		{"/orders/order_1/cancelled", "open", "none", "Nothing was charged", ""},
		{"/orders/order_1/cancelled", "paid", "open", "", "/orders/order_1/thanks"},
		{"/orders/order_1/open", "paid", "open", "", "/learn/ent_1"},
		{"/orders/order_1/open", "paid", "closed", "", "/orders/order_1"},
		{"/orders/order_1", "failed", "none", "Start again", ""},
		{"/orders/order_1/receipt", "paid", "open", "Receipt N1", ""},
	} {
		w := newWorld(t)
		w.order.State, w.order.Access = c.state, c.access
		res := w.get(c.path, SecretCookie+"=secret")
		if res.Header().Get("Location") != c.to || !strings.Contains(res.Body.String(), c.holds) {
			t.Errorf("%s %s/%s: %d to %q", c.path, c.state, c.access, res.Code, res.Header().Get("Location"))
		}
	}
}

// What a buyer may still ask back is said as storefront says it, and only while it is so.
func TestRightsToTheMoneyEnd(t *testing.T) {
	t.Parallel()
	promised := time.Date(2026, 12, 14, 10, 4, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		promiseOver, lawOver bool
		says, hides          []string
	}{
		"both":    {false, false, []string{"Until 14 December 2026 at 10:04 (UTC) you get everything back", "up to and including 8 December 2026", "The money goes back the way it came"}, []string{"ended"}},
		"promise": {false, true, []string{"Until 14 December 2026", "It ended with 8 December 2026", "The money goes back the way it came"}, []string{"up to and including"}},
		"law":     {true, false, []string{"ended on 14 December 2026 at 10:04 (UTC)", "up to and including 8 December 2026", "The money goes back the way it came"}, []string{"you get everything back"}},
		"none":    {true, true, []string{"ended on 14 December 2026", "It ended with 8 December 2026", "If something is wrong with what you bought"}, []string{"up to and including", "you get everything back", "The money goes back"}},
	} {
		w := newWorld(t)
		until := time.Date(2026, 12, 8, 23, 0, 0, 0, time.UTC)
		w.order.State, w.order.Access, w.order.PaidAt, w.order.Amount = "paid", "open", &promised, money.New(14900, "EUR")
		w.order.RefundUntil, w.order.RefundEnded = &promised, c.promiseOver
		w.order.Withdrawal = storefrontapi.Withdrawal{Applies: true, Days: 14, LastDay: "2026-12-08", Until: &until, Ended: c.lawOver}
		body := w.get("/orders/order_1", SecretCookie+"=secret").Body.String()
		for _, want := range c.says {
			if !strings.Contains(body, want) {
				t.Errorf("%s: lacks %q in\n%s", name, want, body)
			}
		}
		for _, not := range c.hides {
			if strings.Contains(body, not) {
				t.Errorf("%s: still says %q", name, not)
			}
		}
	}
}

// On the page of thanks a lesson's links lead into the course, not beside the order.
func TestLinksOfTheFirstLesson(t *testing.T) {
	t.Parallel()
	body := newWorld(t).get("/orders/order_1/thanks", SecretCookie+"=secret").Body.String()
	if !strings.Contains(body, `href="/learn/ent_1/lessons/lesson_2"`) {
		t.Error("a link to another lesson leads nowhere")
	}
}

// An assistant doesn't buy for the person represented: they are told before they type, and keep what they typed when they
// began to act in another tab.
func TestNobodyBuysWhileActing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shell = shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), PublicURL: "https://workfluence.example", People: func(context.Context, identity.Caller) (shell.Person, error) {
		return shell.Person{Name: "Alex", ActingFor: "Ines Okafor"}, nil
	}}, Area(actingShop{w}, alex{}, "https://workfluence.example"))
	ask := func(method string, form url.Values) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, "/buy/@ines/rotas?currency=EUR", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res := httptest.NewRecorder()
		w.shell.ServeHTTP(res, req.WithContext(identity.With(req.Context(), identity.Caller{Person: "person_alex", For: "person_ines", Scopes: []string{"see"}})))
		return res
	}
	page := ask(http.MethodGet, nil).Body.String()
	for _, want := range []string{"You act for Ines Okafor, so you can’t buy now", `action="/acting"`, `name="next" value="/buy/@ines/rotas?currency=EUR"`} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, `name="nonce"`) {
		t.Error("the form of the order is there")
	}
	res := ask(http.MethodPost, url.Values{"nonce": {"n1"}, "price": {rotas.Prices[0].ID}, "buyer-country": {"BE"}, "terms-country": {"BE"}, "buyer-company": {"Moreau & Fille"}})
	for _, want := range []string{"You act for Ines Okafor in this browser now", `value="Moreau &amp; Fille"`, `value="n1"`} {
		if res.Code != http.StatusForbidden || !strings.Contains(res.Body.String(), want) {
			t.Errorf("%d, lacks %q in\n%s", res.Code, want, res.Body)
		}
	}
	if len(w.keys) > 0 {
		t.Error("an order was placed")
	}
}

// actingShop is the world for somebody signed in, whose library is empty.
type actingShop struct{ *world }

func (actingShop) Library(context.Context, string) (storefrontapi.Library, error) {
	return storefrontapi.Library{}, nil
}

// alex is accounts for who is signed in as Alex.
type alex struct{ people }

func (alex) Me(context.Context) (accountsapi.Person, error) {
	return accountsapi.Person{ID: "person_alex", Email: "alex@example.com", Country: "BE"}, nil
}
