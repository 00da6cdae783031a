package billing

import (
	"context"
	"testing"

	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/turns"
)

// BenchmarkSale is a whole sale at eight clients: checkout opened, paid on the till's page, the thanks page, four webhooks.
func BenchmarkSale(b *testing.B) {
	h := newHouse(b)
	creator := h.creator()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go func() { _ = h.svc.runHints(ctx) }()
	turns.Race{
		Clients: 8,
		Ours: func(int) error {
			r := request(usd(10000), creator)
			page, err := h.svc.OpenCheckout(ctx, r)
			if err != nil {
				return err
			}
			if _, err := simtest.Pay(page.URL, simtest.Good); err != nil {
				return err
			}
			_, err = h.svc.Refresh(ctx, r.OrderID)
			return err
		},
	}.Run(b)
	h.sim.WaitQuiet()
	h.settle()
	h.hold()
}

// BenchmarkOpenCheckout is the reserve, the call and the commit of a checkout.
func BenchmarkOpenCheckout(b *testing.B) {
	h := newHouse(b)
	creator := h.creator()
	turns.Race{
		Clients: writers,
		Ours: func(int) error {
			_, err := h.svc.OpenCheckout(b.Context(), request(usd(10000), creator))
			return err
		},
	}.Run(b)
}
