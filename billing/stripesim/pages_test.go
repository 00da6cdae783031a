package stripesim_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

func fetch(t *testing.T, address, language string, form url.Values) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if form != nil {
		r, err = http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	}
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", language)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if loc := res.Header.Get("Location"); loc != "" {
		return res.StatusCode, loc
	}
	return res.StatusCode, string(b)
}

// TestPagesInFiveLanguages reads every page in every language and finds each control labelled, each error tied to its field, and no
// missing message.
func TestPagesInFiveLanguages(t *testing.T) {
	w := newWorld(t)
	for _, tag := range locale.All {
		lang := tag.BCP47()
		c := must[rail.Checkout](w)(w.OpenCheckout(w.ctx, w.op(), rail.CheckoutRequest{
			Order: "o", Group: "o", Title: "دورة <b>", Amount: money.New(14_900, money.EUR), Locale: string(tag), SuccessURL: "https://s.test/ok", CancelURL: "https://s.test/no",
		}))
		a := must[rail.Account](w)(w.CreateAccount(w.ctx, w.op(), rail.AccountRequest{Person: "p", Country: "FR"}))
		l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://s.test/r", "https://s.test/f"))
		_, setup := fetch(t, l.URL, lang, nil)
		pages := map[string]string{}
		for name, get := range map[string]struct {
			address string
			form    url.Values
		}{
			"home": {w.URL + "/", nil}, "gone": {w.URL + "/c/pay/cs_test_nothing", nil}, "pay": {c.URL, nil}, "pay filled": {c.URL + "?card=" + simtest.Good, nil},
			"pay wrong": {c.URL, url.Values{"number": {"1"}}}, "pay declined": {c.URL, good(simtest.Declined)},
			"setup": {w.URL + setup, nil}, "setup filled": {w.URL + setup + "?fill=1", nil}, "setup wrong": {w.URL + setup, url.Values{"day": {"40"}}},
		} {
			_, pages[name] = fetch(t, get.address, lang, get.form)
		}
		fetch(t, c.URL, lang, good(simtest.Challenge))
		_, pages["challenge"] = fetch(t, c.URL+"/confirm", lang, nil)
		_, pages["challenge refused"] = fetch(t, c.URL+"/confirm", lang, url.Values{"answer": {"refuse"}})
		fetch(t, c.URL, lang, good(simtest.Good))
		_, pages["done"] = fetch(t, c.URL, lang, nil)
		for name, body := range pages {
			check(t, fmt.Sprintf("%s in %s", name, tag), body, tag)
		}
		if tag == locale.English {
			for name, says := range map[string]string{
				"pay": "€149.00", "pay wrong": "Type a card number", "pay declined": "The bank declined the card", "done": "nothing was charged twice",
				"challenge": "pay €149.00", "challenge refused": "not confirmed with the bank", "setup wrong": "Type a date of birth",
			} {
				if !strings.Contains(pages[name], says) {
					t.Errorf("%s does not say %q", name, says)
				}
			}
		}
		if strings.Contains(pages["pay"], "<b>") {
			t.Error("a title is not escaped")
		}
	}
}

func good(card string) url.Values {
	return url.Values{"email": {"b@example.com"}, "number": {card}, "expiry": {"12 / 34"}, "cvc": {"123"}, "name": {"J"}, "country": {"NL"}}
}

// check reads a page as an assistive technology would.
func check(t *testing.T, name, body string, tag locale.Tag) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if strings.Contains(body, "⟦") || strings.Contains(body, "<no value>") {
		t.Errorf("%s: a message is missing", name)
	}
	labels, ids, headings := map[string]bool{}, map[string]bool{}, 0
	var fields []*html.Node
	var refs []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s: id %s twice", name, id)
			}
			ids[id] = true
		}
		refs = append(refs, strings.Fields(attr(n, "aria-describedby"))...)
		switch n.Data {
		case "html":
			if attr(n, "lang") != tag.BCP47() || attr(n, "dir") != tag.Dir() {
				t.Errorf("%s: lang %s dir %s", name, attr(n, "lang"), attr(n, "dir"))
			}
		case "label":
			labels[attr(n, "for")] = true
		case "input", "select":
			fields = append(fields, n)
		case "h1":
			headings++
		case "script":
			t.Errorf("%s: a script", name)
		case "a":
			if h := attr(n, "href"); h == "" || strings.HasPrefix(h, "#") && !strings.Contains(body, `id="`+h[1:]+`"`) {
				t.Errorf("%s: a link to %q", name, h)
			}
		}
	}
	for _, f := range fields {
		if !labels[attr(f, "id")] {
			t.Errorf("%s: %s has no label", name, attr(f, "name"))
		}
		if attr(f, "aria-invalid") != "" && f.Data == "input" && attr(f, "aria-describedby") == "" && attr(f, "id") != "day" {
			t.Errorf("%s: %s is wrong and does not say why", name, attr(f, "name"))
		}
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("%s: aria-describedby %s leads nowhere", name, r)
		}
	}
	if headings != 1 {
		t.Errorf("%s: %d headings of the first level", name, headings)
	}
	if len(body) > 30_000 {
		t.Errorf("%s: %d bytes", name, len(body))
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestARealCardIsRefused: a number that could be somebody's is neither taken nor echoed nor stored.
func TestARealCardIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.checkout(usd(1_000))
	const real = "4539578763621486"
	status, body := fetch(t, c.URL, "en", good(real))
	if status != 422 || !strings.Contains(body, "never a real card") || strings.Contains(body, real) {
		t.Fatalf("%d %s", status, body)
	}
	res, err := http.Get(w.URL + "/_sim/objects/payment_intents")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); bytes.Contains(b, []byte("1486")) {
		t.Fatal("it was stored")
	}
}

// TestControlIsLoopbackOnly: neither another name nor a page of another origin reaches it.
func TestControlIsLoopbackOnly(t *testing.T) {
	run := simtest.Start(t)
	for _, h := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}} {
		if a := raw(t, run, "GET", "/_sim/balances", "", h...); a.status != 403 {
			t.Errorf("%v: %d", h, a.status)
		}
	}
	r, _ := http.NewRequest(http.MethodGet, run.URL+"/_sim/balances", nil)
	r.Host = "evil.example"
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || res.StatusCode != 403 {
		t.Errorf("%v %v", res.StatusCode, err)
	}
	if a := raw(t, run, "GET", "/_sim/check", ""); a.status != 200 || a.body["ok"] != true {
		t.Error(a.text)
	}
}

// An account in another currency stands beside the first; one in the same currency takes its place.
func TestAnAccountForEachCurrency(t *testing.T) {
	w := newWorld(t)
	a := must[rail.Account](w)(w.CreateAccount(w.ctx, w.op(), rail.AccountRequest{Person: "p", Country: "BE"}))
	tell := func(number, currency string) {
		t.Helper()
		l := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://s.test/r", "https://s.test/f"))
		_, setup := fetch(t, l.URL, "en", nil)
		form := url.Values{"first": {"Ada"}, "last": {"L"}, "day": {"1"}, "month": {"2"}, "year": {"1990"}, "line1": {"Street 1"}, "city": {"Ghent"}, "postal": {"9000"},
			"account": {number}, "terms": {"yes"}, "outcome": {"verified"}, "action": {"submit"}}
		if currency != "" {
			form.Set("currency", currency)
		}
		if status, to := fetch(t, w.URL+setup, "en", form); status != http.StatusSeeOther || to != "https://s.test/r" {
			t.Fatalf("%d %.300s", status, to)
		}
	}
	fresh := must[rail.Link](w)(w.AccountLink(w.ctx, w.op(), a.ID, "https://s.test/r", "https://s.test/f"))
	_, setup := fetch(t, fresh.URL, "en", nil)
	for _, address := range []string{w.URL + setup, w.URL + setup + "?fill=1"} {
		if _, page := fetch(t, address, "en", nil); !strings.Contains(page, "<option selected>EUR</option>") {
			t.Errorf("%s does not begin with the account's currency", address)
		}
	}
	tell("000123456789", "")
	tell("000123450000", "USD")
	tell("000123456666", "EUR")
	got := must[rail.Account](w)(w.Account(w.ctx, a.ID))
	if fmt.Sprint(got.BankCurrencies) != "[USD EUR]" || got.BankLast4 != "6666" || got.BankCurrency != "EUR" {
		t.Fatalf("%+v", got)
	}
	// Dollars now have where to go.
	ch := w.sell(usd(10_000), simtest.FundsAtOnce)
	must[rail.Transfer](w)(w.CreateTransfer(w.ctx, w.op(), rail.TransferRequest{Account: a.ID, Amount: usd(9_000), Charge: ch.ID}))
	if po := must[rail.Payout](w)(w.CreatePayout(w.ctx, w.op(), a.ID, usd(9_000), nil)); po.Status == "failed" {
		t.Errorf("%+v", po)
	}
}
