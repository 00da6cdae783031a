package stripesim_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/turns"
)

// BenchmarkSale is the simulator's share of a sale over HTTP: open the page, read it, pay it, read what came of it, four webhooks.
func BenchmarkSale(b *testing.B) {
	for name, options := range map[string][]simtest.Option{"memory": nil, "journal": {simtest.Persist(b.TempDir())}} {
		b.Run(name, func(b *testing.B) {
			sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
			defer sink.Close()
			run := simtest.Start(b, append(options, simtest.Endpoints(sink.URL, ""))...)
			r, err := rail.New(rail.Config{Key: simtest.Key, BaseURL: run.URL})
			if err != nil {
				b.Fatal(err)
			}
			form := url.Values{"number": {simtest.Good}, "expiry": {"12/34"}, "cvc": {"123"}, "name": {"J"}, "country": {"US"}}
			browser := &http.Client{
				Transport:     &http.Transport{MaxIdleConnsPerHost: 16},
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}
			var n atomic.Int64
			sell := func(int) error {
				id := strconv.FormatInt(n.Add(1), 10)
				c, err := r.OpenCheckout(b.Context(), rail.Op{Key: run.URL + id, ID: "op_" + id}, rail.CheckoutRequest{
					Order: "order_" + id, Group: "order_" + id, Title: "A course", Amount: usd(14_900), Email: "b@example.com",
					SuccessURL: "https://shop.test/ok", CancelURL: "https://shop.test/no",
				})
				if err != nil {
					return err
				}
				for _, send := range []func() (*http.Response, error){
					func() (*http.Response, error) { return browser.Get(c.URL) },
					func() (*http.Response, error) { return browser.PostForm(c.URL, form) },
				} {
					res, err := send()
					if err != nil {
						return err
					}
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
				got, err := r.CheckoutSettled(b.Context(), c.ID)
				if err == nil && got.Charge == nil {
					return errors.New("the checkout was not paid")
				}
				return err
			}
			turns.Race{Clients: 8, Ours: sell}.Run(b)
		})
	}
}
