package billing

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/internal/problem"
)

// look is the errand as its hour comes, or as somebody asked for it.
func (h *house) look() billingapi.Reconciliation {
	h.t.Helper()
	h.no(h.svc.LookAtBooks(h.ctx()))
	seen, err := h.as("gateway").Reconciliation(h.operator())
	h.no(err)
	return seen
}

// A look is stored and read from there: who looks at the page asks Stripe nothing. Nobody but an operator learns that there is one.
func TestTheLastLookAtTheBooksIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	web := h.as("gateway")
	seen, err := web.Reconciliation(h.operator())
	h.no(err)
	if seen.At != nil || seen.Since == nil || len(seen.Findings) != 0 {
		t.Errorf("before the first look: %+v", seen)
	}
	if seen = h.look(); seen.At == nil || !seen.At.Equal(h.clock.Now()) || seen.Since != nil || len(seen.Findings) != 0 {
		t.Errorf("books that agree: %+v", seen)
	}
	at := *seen.At

	h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: -70, Currency: "usd"})
	h.clock.Advance(lookEvery / 2)
	if seen = h.look(); !seen.At.Equal(at) || len(seen.Findings) != 0 {
		t.Errorf("looked before the hour was over: %+v", seen)
	}
	if _, err := web.Reconcile(h.by("person_1")); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("a creator asks: %v", err)
	}
	seen, err = web.Reconcile(h.operator())
	h.no(err)
	if seen.Since == nil {
		t.Errorf("asked: %+v", seen)
	}
	if seen = h.look(); len(seen.Findings) != 1 || seen.Findings[0].Kind != billingapi.DifferencePlatform || seen.Since != nil ||
		seen.Findings[0].Books.Minor-seen.Findings[0].Stripe.Minor != 70 || !seen.At.Equal(h.clock.Now()) {
		t.Errorf("asked and looked: %+v", seen)
	}
}

// A difference is one, from the look that found it to the look that finds it gone; an explanation holds as long as its figures do.
func TestADifferenceStaysUntilItIsExplainedOrGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	adjust := func(minor int64) {
		h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: minor, Currency: "usd"})
		h.clock.Advance(lookEvery)
	}
	adjust(-70)
	first := h.look().Findings[0]
	h.clock.Advance(lookEvery)
	if again := h.look().Findings[0]; again.ID != first.ID || !again.FoundAt.Equal(first.FoundAt) || again.Explained != nil {
		t.Errorf("an hour later: %+v", again)
	}

	web := h.as("gateway")
	why := billingapi.ExplainRequest{Text: "Stripe's fee of March, booked on the first."}
	if err := web.Explain(h.by("person_1"), first.ID, why); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("a creator explains: %v", err)
	}
	h.no(web.Explain(h.operator(), first.ID, why))
	h.clock.Advance(lookEvery)
	if e := h.look().Findings[0].Explained; e == nil || e.Text != why.Text || e.By != "person_operator" {
		t.Errorf("explained: %+v", e)
	}
	adjust(-1)
	if f := h.look().Findings[0]; f.ID != first.ID || f.Explained != nil || f.Books.Minor-f.Stripe.Minor != 71 {
		t.Errorf("other figures: %+v", f)
	}
	adjust(71)
	if seen := h.look(); len(seen.Findings) != 0 {
		t.Errorf("gone: %+v", seen.Findings)
	}
	if err := web.Explain(h.operator(), first.ID, why); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("what is gone is explained: %v", err)
	}
	adjust(-70)
	if f := h.look().Findings[0]; f.ID == first.ID {
		t.Error("what came back is what was gone")
	}
}

// slowly answers the first question for a balance only after something else has happened.
type slowly struct {
	h     *house
	after func()
}

func (s *slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	if do := s.after; do != nil && r.URL.Path == "/v1/balance" {
		s.after = nil
		do()
	}
	return s.h.wire.RoundTrip(r)
}

// A look that took too long, so that another process began anew, writes nothing: what the other found stands, and that is no failure.
func TestALookThatWasOvertakenWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	var seen billingapi.Reconciliation
	road := &slowly{h: h, after: func() {
		h.clock.Advance(lookWithin + time.Second)
		seen = h.look()
		h.clock.Advance(time.Second)
		h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: -70, Currency: "usd"})
	}}
	h.no(h.process(h.pool, road, slog.DiscardHandler).LookAtBooks(h.ctx()))
	after, err := h.as("gateway").Reconciliation(h.operator())
	h.no(err)
	if seen.At == nil || after.At == nil || !after.At.Equal(*seen.At) || len(after.Findings) != 0 {
		t.Errorf("the other saw %+v, and now %+v", seen, after)
	}
}

// An effect without a known end is found by the look, and a look that failed is taken up when its lease is over.
func TestALookThatFailedIsTakenUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	_, err := h.pool.Exec(h.ctx(), `update billing.operation set state = 'unknown' where id = (select min(id) from billing.operation)`)
	h.no(err)
	h.clock.Advance(2 * staleAfter)
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultStored500, Method: "GET", Path: "/v1/balance"})
	if err := h.svc.LookAtBooks(h.ctx()); err == nil {
		t.Fatal("a look without Stripe came to an end")
	}
	if seen := h.look(); seen.At != nil || seen.Since == nil {
		t.Errorf("taken up at once: %+v", seen)
	}
	h.clock.Advance(lookWithin + time.Second)
	seen := h.look()
	if len(seen.Findings) != 1 || seen.Findings[0].Operation == nil || seen.Findings[0].Operation.State != string(OpUnknown) {
		t.Errorf("what waits: %+v", seen)
	}
}

// The demo's clock runs ahead of the wall: an hour of it is an hour too, or what is shown would hold for a day long gone.
func TestALookFollowsTheDemosClock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.look()
	wall := h.clock.Wall()
	h.clock.Set(h.clock.Now().Add(lookEvery - time.Second))
	if seen := h.look(); !seen.At.Equal(*first.At) {
		t.Errorf("looked again after less than an hour: %s", seen.At)
	}
	h.clock.Set(h.clock.Now().Add(time.Second))
	if seen := h.look(); !seen.At.Equal(h.clock.Now()) || !h.clock.Wall().Equal(wall) {
		t.Errorf("as of %s, and it is %s", seen.At, h.clock.Now())
	}
}
