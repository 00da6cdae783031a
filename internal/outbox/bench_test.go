package outbox_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/turns"
)

// BenchmarkOneSaleOneEffect measures an event from the start of the business
// transaction to the committed effect at another service, one after the other
// (the 99th percentile is its latency) and many at a time (events/s).
func BenchmarkOneSaleOneEffect(b *testing.B) {
	for _, burst := range []int{1, 200} {
		b.Run(fmt.Sprintf("burst=%d", burst), func(b *testing.B) {
			w := newWorld(b)
			w.start(b, w.storefront(nil), w.notify(nil))
			w.append(b, "order_warm")
			w.settle(b)
			n := 0
			out := turns.Race{Clients: 1, Ours: func(int) error {
				w.inTx(b, func(tx pgx.Tx) error {
					for i := range burst {
						if err := outbox.Append(b.Context(), tx, paid(fmt.Sprintf("order_%d", i), n)); err != nil {
							return err
						}
						n++
					}
					return nil
				})
				w.await(b, n+1)
				return nil
			}}.Run(b)
			b.ReportMetric(out.Ours.PerSecond*float64(burst), "events/s")
		})
	}
}
