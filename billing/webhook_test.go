package billing

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
)

// hooksOf is n events of charges; several mean the same work.
func (h *house) hooksOf(n int) []stored {
	events := make([]stored, n)
	for i := range events {
		ev := rail.Event{
			ID: id.New("evt"), Type: "charge.refunded", ObjectID: fmt.Sprintf("ch_%d", i%7), Created: h.clock.Now(), Payload: []byte(`{"n":1}`),
		}
		events[i] = stored{Event: ev, subject: subject(ev)}
	}
	return events
}

// Two processes store events, partly the same, of the same objects in other orders while a third says that the objects were looked at: nobody waits for who waits
// for it, each event is kept once, and work that came during a look is looked at again.
func TestEventsStoredTogetherByTwoProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for round := range 30 {
		events := h.hooksOf(40)
		var wg sync.WaitGroup
		for p := range 2 {
			mine := append(h.hooksOf(20), events...)
			dice := rand.New(rand.NewPCG(uint64(round), uint64(p)))
			dice.Shuffle(len(mine), func(a, b int) { mine[a], mine[b] = mine[b], mine[a] })
			mine = append(mine, mine[:5]...) // a retry overtakes
			wg.Go(func() { h.no(h.svc.storeEvents(h.ctx(), mine)) })
		}
		wg.Go(func() {
			for range 10 {
				due, err := many[hint](h.ctx(), h.pool, "ClaimHints", args{"wall": h.clock.Wall(), "lease": h.clock.Wall(), "n": hintsAtOnce})
				h.no(err)
				for i := range due {
					due[i].over = true
				}
				h.no(h.svc.hintsDone(h.ctx(), due))
			}
		})
		wg.Wait()
		if n := h.count("select count(*) from billing.stripe_event"); n != 80*(round+1) {
			t.Fatalf("%d events are kept of %d", n, 80*(round+1))
		}
	}
	h.no(h.svc.storeEvents(h.ctx(), h.hooksOf(14)))
	if n := h.count("select count(*) from billing.hint where lease_until is null"); n != 7 {
		t.Errorf("%d objects are to be looked at, want 7", n)
	}
}

// An event whose JSON PostgreSQL cannot hold keeps nobody else's from being stored, and its work is done all the same.
func TestAnEventThatIsNoJSONToPostgreSQL(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	for i := range 20 {
		payload := event(fmt.Sprintf("evt_%d", i), id.New("order"))
		if i == 7 {
			payload = bytes.Replace(payload, []byte("What was sold."), []byte(`What \u0000 was \ud800 sold.`), 1)
		}
		wg.Go(func() {
			if code := h.post(sign(payload, simtest.WebhookSecret, h.clock.Wall()), payload); code != 200 {
				t.Errorf("event %d is answered %d", i, code)
			}
		})
	}
	wg.Wait()
	if n := h.count("select count(*) from billing.stripe_event where jsonb_typeof(payload) = 'object'"); n != 19 {
		t.Errorf("%d events are kept as they came, want 19", n)
	}
	if n := h.count(`select count(*) from billing.stripe_event where strpos(payload #>> '{}', 'What \u0000 was \ud800 sold.') > 0`); n != 1 {
		t.Errorf("the text of %d events is kept, want 1", n)
	}
	if n := h.count("select count(*) from billing.hint"); n != 20 {
		t.Errorf("%d objects are to be looked at, want 20", n)
	}
}
