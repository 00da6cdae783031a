package billing

import (
	"context"
	"testing"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/id"
)

// BenchmarkSale is a whole sale at eight clients: checkout opened, paid on the till's page, the thanks page, four webhooks.
func BenchmarkSale(b *testing.B) {
	h := newHouse(b)
	creator := h.creator()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { _ = h.svc.runHints(ctx) }()
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			r := request(usd(10000), creator)
			page, err := h.svc.OpenCheckout(ctx, r)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := simtest.Pay(page.URL, simtest.Good); err != nil {
				b.Error(err)
				return
			}
			if _, err := h.svc.Refresh(ctx, r.OrderID); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sales/s")
	h.sim.WaitQuiet()
	h.settle()
	b.ReportMetric(float64(h.calls("GET /v1/"))/float64(b.N), "reads/sale")
	h.hold()
}

// BenchmarkOpenCheckout is the reserve, the call and the commit of a checkout.
func BenchmarkOpenCheckout(b *testing.B) {
	h := newHouse(b)
	creator := h.creator()
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := h.svc.OpenCheckout(context.Background(), request(usd(10000), creator)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// BenchmarkPaymentApplied is the one transaction that books a payment, without the till.
func BenchmarkPaymentApplied(b *testing.B) {
	h := newHouse(b)
	creator := h.creator()
	type paid struct {
		order string
		news  rail.Settled
	}
	work := make(chan paid, b.N)
	for range b.N {
		r := request(usd(10000), creator)
		if _, err := h.svc.OpenCheckout(context.Background(), r); err != nil {
			b.Fatal(err)
		}
		now := clock.System().Now()
		work <- paid{r.OrderID, rail.Settled{
			Payment: &rail.Payment{ID: id.New("pi"), Status: "succeeded"},
			Charge: &rail.Charge{ID: id.New("ch"), Status: "succeeded", Paid: true, Amount: usd(10000), CardLast4: "4242", Created: now,
				Transaction: &rail.Transaction{ID: id.New("txn"), Amount: usd(10000), Fee: usd(320), Net: usd(9680), Created: now}},
		}}
	}
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			w := <-work
			if _, err := h.svc.applyPayment(context.Background(), w.order, w.news); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
}

// BenchmarkWebhook is verify, store, answer.
func BenchmarkWebhook(b *testing.B) {
	h := newHouse(b)
	body := func(n string) []byte {
		return []byte(`{"id":"` + n + `","object":"event","type":"charge.updated","api_version":"2023-10-16","created":1772452800,` +
			`"data":{"object":{"id":"ch_1","object":"charge","metadata":{"order":"` + id.New("order") + `"}}}}`)
	}
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			payload := body(id.New("evt"))
			if err := h.svc.Webhook(context.Background(), rail.PlatformEndpoint, payload, sign(payload, simtest.WebhookSecret, h.clock.Wall())); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "webhooks/s")
}
