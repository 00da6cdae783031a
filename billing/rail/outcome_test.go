package rail

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/money"
)

// answering is a Stripe that gives one answer to everything and remembers the requests.
func answering(t *testing.T, status int, header map[string]string, body string) (*Rail, *[]*http.Request) {
	t.Helper()
	var seen []*http.Request
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	r, err := New(Config{Key: "sk_test_x", BaseURL: srv.URL, Timeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return r, &seen
}

func TestOutcomeClassifiesWithoutGuessing(t *testing.T) {
	fault := func(kind, code string) string {
		return `{"error":{"type":"` + kind + `","code":"` + code + `","message":"m"}}`
	}
	for _, c := range []struct {
		name    string
		status  int
		header  map[string]string
		body    string
		want    Class
		certain bool
		code    string
	}{
		{"done", 200, nil, `{"id":"tr_1","object":"transfer"}`, Done, false, ""},
		{"broken body after a write", 200, nil, `{"id":"tr_1`, Unknown, false, ""},
		{"too little balance", 400, nil, fault("invalid_request_error", "balance_insufficient"), Failed, true, "balance_insufficient"},
		{"no constant in this library version", 400, nil, fault("invalid_request_error", "insufficient_capabilities_for_transfer"), Failed, true, "insufficient_capabilities_for_transfer"},
		{"a code nobody knows", 400, nil, fault("invalid_request_error", "from_next_year"), Failed, false, "from_next_year"},
		{"key in use", 409, nil, fault("idempotency_error", "idempotency_key_in_use"), InFlight, false, "idempotency_key_in_use"},
		{"lock", 429, nil, fault("invalid_request_error", "lock_timeout"), InFlight, false, "lock_timeout"},
		{"rate", 429, nil, fault("invalid_request_error", "rate_limit"), RateLimited, false, "rate_limit"},
		{"wrong key", 401, nil, fault("invalid_request_error", ""), Unauthorised, false, "invalid_request_error"},
		{"key spent on other parameters", 400, nil, fault("idempotency_error", ""), Unknown, false, "idempotency_error"},
		{"500", 500, map[string]string{"Idempotent-Replayed": "true"}, fault("api_error", ""), Unknown, false, "api_error"},
		{"proxy page", 502, nil, "<html>", Unknown, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, seen := answering(t, c.status, c.header, c.body)
			_, err := r.CreateTransfer(context.Background(), Op{Key: "k", ID: "op_1"},
				TransferRequest{Account: "acct_1", Amount: money.New(9000, money.USD)})
			v := Outcome(err)
			if v.Class != c.want || v.Certain != c.certain || v.Code != c.code {
				t.Fatalf("got %s certain=%v code=%q, want %s certain=%v code=%q (%v)", v.Class, v.Certain, v.Code, c.want, c.certain, c.code, err)
			}
			if v.Replayed != (c.header != nil) {
				t.Fatalf("replayed = %v", v.Replayed)
			}
			if len(*seen) != 1 {
				t.Fatalf("%d requests; the library must not retry", len(*seen))
			}
			if k := (*seen)[0].Header.Get("Idempotency-Key"); k != "k" {
				t.Fatalf("idempotency key %q", k)
			}
		})
	}
}

func TestNoAnswerIsUnknown(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(srv.Close)
	r, err := New(Config{Key: "sk_test_x", BaseURL: srv.URL, Timeout: 30 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Balance(context.Background(), "")
	if v := Outcome(err); v.Class != Unknown {
		t.Fatalf("got %s: %v", v.Class, err)
	}
}

func TestAWriteIsRefusedBeforeAnyByte(t *testing.T) {
	r, seen := answering(t, 200, nil, `{}`)
	ctx, usd := context.Background(), money.New(100, money.USD)
	for name, err := range map[string]error{
		"no key":       second(r.CreateTransfer(ctx, Op{}, TransferRequest{Account: "a", Amount: usd})),
		"blank key":    second(r.CreateRefund(ctx, Op{Key: " "}, RefundRequest{Charge: "c", Amount: usd})),
		"long key":     second(r.CreatePayout(ctx, Op{Key: strings.Repeat("k", 256)}, "a", usd, nil)),
		"nothing":      second(r.CreatePayout(ctx, Op{Key: "k"}, "a", money.New(0, money.USD), nil)),
		"negative":     second(r.CreateReversal(ctx, Op{Key: "k"}, "tr_1", money.New(-5, money.USD), nil)),
		"no currency":  second(r.OpenCheckout(ctx, Op{Key: "k"}, CheckoutRequest{Amount: money.New(5, "")})),
		"off the step": second(r.CreateTransfer(ctx, Op{Key: "k"}, TransferRequest{Account: "a", Amount: money.New(5124, money.KWD)})),
	} {
		if v := Outcome(err); v.Class != Failed || !v.Certain {
			t.Errorf("%s: %s %v", name, v.Class, err)
		}
	}
	if len(*seen) != 0 {
		t.Fatalf("%d requests were sent", len(*seen))
	}
}

func second[T any](_ T, err error) error { return err }

func TestKeyAndAddressMustFit(t *testing.T) {
	for _, c := range []struct {
		key, url string
		ok       bool
	}{
		{"sk_test_1", "", true},
		{"sk_test_1", "https://api.stripe.com", true},
		{"sk_test_1", "http://127.0.0.1:9", true},
		{"sk_live_1", "", true},
		{"sk_live_1", "https://api.stripe.com/", true},
		{"sk_live_1", "http://127.0.0.1:9", false},
		{"sk_live_1", "https://api.stripe.com.evil.example", false},
		{"sk_test_1", "http://api.stripe.com", false},
		{"rk_live_1", "http://127.0.0.1:9", false},
		{"pk_test_1", "", false},
		{"sk_test_", "", false},
		{"", "", false},
		{"sk_test_1", "127.0.0.1:9", false},
	} {
		_, err := New(Config{Key: c.key, BaseURL: c.url})
		if (err == nil) != c.ok {
			t.Errorf("%q at %q: %v", c.key, c.url, err)
		}
	}
}

func TestIsMissing(t *testing.T) {
	r, _ := answering(t, 404, nil, `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such charge"}}`)
	_, err := r.Charge(context.Background(), "ch_1")
	if !IsMissing(err) || IsMissing(errors.New("x")) || IsMissing(nil) {
		t.Fatal(err)
	}
}
