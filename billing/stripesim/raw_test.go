package stripesim_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

// answer is what a raw request got; err is set when the connection broke.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	text   string
	err    error
}

func (a answer) fault(field string) string {
	e, _ := a.body["error"].(map[string]any)
	s, _ := e[field].(string)
	return s
}

// raw sends what no library would.
func raw(t *testing.T, run *simtest.Running, method, path, form string, header ...string) answer {
	t.Helper()
	target := run.URL + path
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form)
	} else if form != "" {
		target += "?" + form
	}
	r, err := http.NewRequest(method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+simtest.Key)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(b)}
	_ = json.Unmarshal(b, &a.body)
	return a
}

const sessionForm = "mode=payment&success_url=https://shop.test/ok&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd" +
	"&line_items[0][price_data][unit_amount]=1000&line_items[0][price_data][product_data][name]=A+course"

// TestParametersAreJudgedAtEveryDepth [ISSUE stripe-mock #1631: real Stripe refuses unknown nested parameters].
func TestParametersAreJudgedAtEveryDepth(t *testing.T) {
	run := simtest.Start(t)
	for _, c := range []struct {
		name, path, form, code, param string
	}{
		{"unknown", "/v1/transfers", "amount=1&currency=usd&destination=a&foo=1", "parameter_unknown", "foo"},
		{"unknown nested", "/v1/checkout/sessions", sessionForm + "&payment_intent_data[foo]=1", "parameter_unknown", "payment_intent_data[foo]"},
		{"unknown deep", "/v1/checkout/sessions", sessionForm + "&line_items[0][price_data][product_data][colour]=red", "parameter_unknown", "line_items[0][price_data][product_data][colour]"},
		{"missing", "/v1/transfers", "amount=1&currency=usd", "parameter_missing", "destination"},
		{"missing nested", "/v1/checkout/sessions", "mode=payment&success_url=https://s.test&line_items[0][price_data][unit_amount]=1&line_items[0][price_data][product_data][name]=x", "parameter_missing", "line_items[0][price_data][currency]"},
		{"no integer", "/v1/transfers", "amount=abc&currency=usd&destination=a", "parameter_invalid_integer", "amount"},
		{"no whole integer", "/v1/transfers", "amount=1.5&currency=usd&destination=a", "parameter_invalid_integer", "amount"},
		{"empty", "/v1/transfers", "amount=1&currency=usd&destination=", "parameter_invalid_empty", "destination"},
		{"value for a hash", "/v1/checkout/sessions", sessionForm + "&payment_intent_data=1", "", "payment_intent_data"},
		{"hash for a value", "/v1/transfers", "amount[x]=1&currency=usd&destination=a", "", "amount"},
		{"enumeration", "/v1/checkout/sessions", strings.Replace(sessionForm, "payment", "gift", 1), "", "mode"},
		{"too long", "/v1/payouts", "amount=1&currency=usd&statement_descriptor=" + strings.Repeat("x", 23), "", "statement_descriptor"},
		{"metadata too long", "/v1/transfers", "amount=1&currency=usd&destination=a&metadata[k]=" + strings.Repeat("x", 501), "", "metadata"},
		{"bracket without end", "/v1/transfers", "amount=1&currency=usd&destination=a&metadata[k=1", "parameter_unknown", "metadata[k"},
	} {
		a := raw(t, run, "POST", c.path, c.form, "Idempotency-Key", "k"+c.name)
		if a.status != 400 || a.fault("code") != c.code || a.fault("param") != c.param || a.fault("type") != "invalid_request_error" {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
		// Validation failures are not stored under the key. [DOC idempotent requests]
		if again := raw(t, run, "POST", c.path, c.form, "Idempotency-Key", "k"+c.name); again.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s: a validation failure was stored", c.name)
		}
	}
}

// TestWhoMayCall: keys, versions, addresses, media types and accounts.
func TestWhoMayCall(t *testing.T) {
	run := simtest.Start(t)
	for _, c := range []struct {
		name, method, path, form string
		header                   []string
		status                   int
	}{
		{"right", "GET", "/v1/balance", "", nil, 200},
		{"basic authentication", "GET", "/v1/balance", "", []string{"Authorization", "Basic c2tfdGVzdF9zaW11bGF0ZWQ6"}, 200},
		{"no key", "GET", "/v1/balance", "", []string{"Authorization", ""}, 401},
		{"another key", "GET", "/v1/balance", "", []string{"Authorization", "Bearer sk_test_other"}, 401},
		{"live key", "GET", "/v1/balance", "", []string{"Authorization", "Bearer sk_live_simulated"}, 401},
		{"version", "GET", "/v1/balance", "", []string{"Stripe-Version", "2023-10-16"}, 200},
		{"other version", "GET", "/v1/balance", "", []string{"Stripe-Version", "2020-08-27"}, 400},
		{"no such address", "POST", "/v1/wishes", "", nil, 404},
		{"wrong method", "DELETE", "/v1/charges", "", nil, 404},
		{"json", "POST", "/v1/refunds", `{"charge":"ch_1"}`, []string{"Content-Type", "application/json"}, 400},
		{"unknown account", "GET", "/v1/balance", "", []string{"Stripe-Account", "acct_nobody"}, 403},
		{"unknown object", "GET", "/v1/charges/ch_1", "", nil, 404},
		{"unknown filter", "GET", "/v1/charges", "colour=red", nil, 400},
		{"bad limit", "GET", "/v1/charges", "limit=101", nil, 400},
		{"bad expand", "GET", "/v1/charges", "expand[]=data.colour", nil, 400},
		{"deep expand", "GET", "/v1/charges", "expand[]=data.payment_intent.latest_charge.payment_intent.latest_charge", nil, 400},
	} {
		a := raw(t, run, c.method, c.path, c.form, c.header...)
		if a.status != c.status || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
		if c.status == 400 && a.header.Get("Request-Id") == "" {
			t.Errorf("%s: no Request-Id", c.name)
		}
	}
}

// TestExpandAndLists: expansion to depth 4, cursors in both directions. [DOC expanding objects, pagination]
func TestExpandAndLists(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for range 5 {
		ids = append(ids, w.sell(usd(1_000), simtest.Good).ID)
	}
	a := raw(t, w.Running, "GET", "/v1/charges/"+ids[0], "expand[]=payment_intent.latest_charge.balance_transaction&expand[]=refunds&expand[]=balance_transaction.source")
	pi := a.body["payment_intent"].(map[string]any)
	bt := pi["latest_charge"].(map[string]any)["balance_transaction"].(map[string]any)
	if bt["net"].(float64) != 941 || a.body["refunds"].(map[string]any)["object"] != "list" {
		t.Fatal(a.text)
	}
	if s := a.body["balance_transaction"].(map[string]any)["source"].(map[string]any); s["id"] != ids[0] {
		t.Fatal(s)
	}
	page := func(q string) (got []string, more bool) {
		a := raw(t, w.Running, "GET", "/v1/charges", q)
		for _, o := range a.body["data"].([]any) {
			got = append(got, o.(map[string]any)["id"].(string))
		}
		return got, a.body["has_more"].(bool)
	}
	want := func(q string, more bool, at ...int) {
		t.Helper()
		got, has := page(q)
		var exp []string
		for _, i := range at {
			exp = append(exp, ids[i])
		}
		if strings.Join(got, " ") != strings.Join(exp, " ") || has != more {
			t.Errorf("%s: %v %v, want %v %v", q, got, has, exp, more)
		}
	}
	want("limit=2", true, 4, 3)
	want("limit=2&starting_after="+ids[3], true, 2, 1)
	want("limit=2&starting_after="+ids[1], false, 0)
	want("limit=2&ending_before="+ids[1], true, 3, 2)
	want("limit=9&ending_before="+ids[1], false, 4, 3, 2)
	want("created[gt]=99999999999", false)
	want("created[lte]=99999999999&limit=1", true, 4)
	if a := raw(t, w.Running, "GET", "/v1/charges", "starting_after="+url.QueryEscape("ch_nothing")); a.status != 400 {
		t.Error(a.text)
	}
}
