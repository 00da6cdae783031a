package billing

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/pg"
)

// A refund that the buyer's bank returns is nobody's secret: the order says it, its creator finds it where their money is, and an
// operator in the books, until somebody sends it again or gives it up.
func TestAFailedRefundWaitsForADecision(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator, other := h.creator(), h.creator()
	order := h.sell(usd(10000), creator)
	r := h.refund(creator, order, 4000)
	h.settle()
	waits := func(person string) []billingapi.Refund {
		t.Helper()
		b, err := h.as("gateway").Balance(h.by(person))
		h.no(err)
		return b.FailedRefunds
	}
	owed := func(when string, want int64) {
		t.Helper()
		if m := h.money(order); m.RefundFailed != usd(want) {
			t.Errorf("%s: the order says %s", when, m.RefundFailed)
		}
		if got := waits(creator); (len(got) == 1) != (want > 0) || want > 0 && (got[0].ID != r.ID || got[0].OrderID != order || got[0].Amount != usd(want)) {
			t.Errorf("%s: the creator finds %+v", when, got)
		}
	}
	owed("on its way", 0)

	h.failRefund(r.ID)
	h.clock.Advance(time.Second)
	owed("returned", 4000)
	if got := waits(other); got == nil || len(got) != 0 {
		t.Errorf("somebody else finds %+v", got)
	}
	if seen := h.look(); len(seen.Findings) != 0 {
		t.Errorf("within the hour: %+v", seen.Findings)
	}
	h.clock.Advance(staleAfter)
	seen := h.look()
	if len(seen.Findings) != 1 || seen.Findings[0].Kind != billingapi.DifferenceFailedRefund || seen.Findings[0].Refund.OrderID != order ||
		seen.Findings[0].Refund.Amount != usd(4000) {
		t.Fatalf("after it: %+v", seen.Findings)
	}

	_, err := h.as("gateway").ReissueRefund(h.by(creator), r.ID)
	h.no(err)
	h.settle()
	owed("sent again", 0)
	h.failRefund(r.ID)
	h.clock.Advance(time.Second)
	owed("returned again", 4000)
	_, err = h.as("gateway").ReinstateRefund(h.by(creator), r.ID)
	h.no(err)
	owed("given up", 0)
	h.clock.Advance(lookEvery)
	if seen := h.look(); len(seen.Findings) != 0 {
		t.Errorf("decided: %+v", seen.Findings)
	}

	told, err := pg.Many[struct{ Said string }](h.ctx(), h.pool,
		`select (payload->>'attempt') || ' ' || (payload->>'status') as said from billing.outbox where name = $1 order by id`, billingapi.EventRefundUpdated)
	h.no(err)
	var said []string
	for _, s := range told {
		said = append(said, s.Said)
	}
	want := []string{"1 requested", "1 succeeded", "1 failed", "2 requested", "2 succeeded", "2 failed", "2 reinstated"}
	if !slices.Equal(said, want) {
		t.Errorf("told %q, want %q", said, want)
	}
}

// While the bank disputes the payment, a refund that is sent again would leave twice. To give it up is no payment.
func TestADisputedRefundIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	r := h.refund(creator, order, 4000)
	h.settle()
	h.failRefund(r.ID)
	h.no(h.svc.applyDispute(h.ctx(), order, true))
	if _, err := h.as("gateway").ReissueRefund(h.by(creator), r.ID); !errors.Is(err, billingapi.ErrOrderDisputed) {
		t.Errorf("sent again: %v", err)
	}
	if m := h.money(order); m.RefundFailed != usd(4000) {
		t.Errorf("what was refused changed the order: %+v", m)
	}
	_, err := h.as("gateway").ReinstateRefund(h.by(creator), r.ID)
	h.no(err)
}
