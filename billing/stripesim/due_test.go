package stripesim_test

import (
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

// TestNextDue: the demo walks from deadline to deadline, so only what will really happen counts.
func TestNextDue(t *testing.T) {
	w := newWorld(t)
	if at := w.NextDue(); !at.IsZero() {
		t.Fatalf("nothing is planned, yet something is due at %s", at)
	}
	c := w.checkout(usd(1_000))
	if at := w.NextDue(); !at.Equal(c.ExpiresAt) {
		t.Fatalf("due at %s, the page expires at %s", at, c.ExpiresAt)
	}
	w.Pay(c.URL, simtest.Good)
	ch := must[rail.Settled](w)(w.CheckoutSettled(w.ctx, c.ID)).Charge
	if at := w.NextDue(); !at.Equal(ch.Transaction.AvailableOn) {
		t.Fatalf("due at %s, funds are available at %s", at, ch.Transaction.AvailableOn)
	}
	w.Advance(72 * time.Hour)
	if at := w.NextDue(); !at.IsZero() || w.Tick(w.ctx) != 0 {
		t.Fatalf("everything is done, yet something is due at %s", at)
	}
}
