package billing

import (
	"context"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/id"
)

// Quiet is when nothing is under way and nothing is due: the demo's clock may go on.
func TestQuiet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	is := func(when string, want bool) {
		t.Helper()
		if got, err := h.svc.Quiet(h.ctx()); err != nil || got != want {
			t.Errorf("%s: quiet %t, %v", when, got, err)
		}
	}
	is("nothing was ever sold", true)
	h.sell(usd(10000), h.creator())
	is("a share waits for its day", true)
	due, err := h.svc.NextDue(h.ctx())
	h.no(err)
	if want := h.clock.Now().AddDate(0, 0, 7); !due.At.Equal(want) {
		t.Errorf("due at %s, want %s", due.At, want)
	}
	h.clock.Advance(7*24*time.Hour - time.Second)
	is("a second before", true)
	h.clock.Advance(time.Second)
	is("its day has come", false)
	h.settle()
	is("it is transferred", true)
	h.no(h.svc.addHint(h.ctx(), h.pool, "payment:"+id.New("order"), ""))
	is("an object is to be looked at", false)
	_, err = h.pool.Exec(h.ctx(), `delete from billing.hint`)
	h.no(err)
	_, err = h.pool.Exec(h.ctx(), `update billing.operation set state = 'sent' where kind = 'transfer'`)
	h.no(err)
	is("an answer is awaited", false)
}

// What is settled is left alone: the work ends with the first look that finds nothing.
func TestSettleEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.unreliable()
	h.no(h.svc.Settle(h.ctx()))
	if one := u.asks(); one == 0 || one > 20 {
		t.Errorf("%d statements to find nothing", one)
	}
}

// A process that is told to stop stops, and its log has nothing to say about it.
func TestBackgroundWorkStops(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.unreliable()
	for _, work := range h.svc.Background() {
		ctx, stop := context.WithCancel(h.ctx())
		stop()
		h.no(work(ctx))
	}
	if n := u.says(); n != 0 {
		t.Errorf("the log says %d things", n)
	}
}

// A failure of background work is said, and the work goes on.
func TestBackgroundWorkGoesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.unreliable()
	for i, work := range h.svc.Background()[:3] {
		ctx, stop := context.WithCancel(h.ctx())
		before := u.says()
		u.arm(true)
		ended := make(chan error)
		go func() { ended <- work(ctx) }()
		for end := time.Now().Add(10 * time.Second); u.says() == before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("work %d: nobody says that it failed", i)
			}
		}
		seen := u.asks()
		for end := time.Now().Add(10 * time.Second); u.asks() == seen; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("work %d has ended", i)
			}
		}
		stop()
		h.no(<-ended)
	}
}
