package outbox_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
)

// BenchmarkOneSaleOneEffect measures an event from the start of the business
// transaction to the committed effect at another service, one after the other
// (latency) and many at a time (throughput).
func BenchmarkOneSaleOneEffect(b *testing.B) {
	for _, burst := range []int{1, 200} {
		b.Run(fmt.Sprintf("burst=%d", burst), func(b *testing.B) {
			w := newWorld(b)
			w.start(b, w.storefront(nil), w.notify(nil))
			w.append(b, "order_warm")
			w.settle(b)
			b.ResetTimer()
			n := 0
			for b.Loop() {
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
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
