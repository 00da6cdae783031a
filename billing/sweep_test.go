package billing

import (
	"net/http"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

// A list that could not be read says nothing about what is on it: however often that happens, and however far apart, a transfer whose
// answer was lost is not made again (money.md §8 row 7).
func TestALookupThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultBroken, Method: http.MethodPost, Path: "/v1/transfers"})
	h.clock.Advance(8 * 24 * time.Hour)
	h.no(h.svc.TransferDue(h.ctx()))
	h.clock.Advance(25 * time.Hour)
	posts := h.posts("/v1/transfers")
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultRate, Method: http.MethodGet, Path: "/v1/transfers", Count: 3})
	for range 4 {
		h.expire()
		h.no(h.svc.SweepOperations(h.ctx()))
		h.clock.Advance(6 * time.Minute)
	}
	if n := h.posts("/v1/transfers") - posts; n != 0 || h.till("transfers") != 1 {
		t.Errorf("%d more requests, %d transfers", n, h.till("transfers"))
	}
	if op := h.operation(OpTransfer); op.State != OpConfirmed || op.Attempt != 1 {
		t.Errorf("operation %s, attempt %d", op.State, op.Attempt)
	}
	h.books(ac4)
}

// A sweep goes on where the last one ended, however long nobody swept: Stripe lists transactions for ever (money.md §10, R1).
func TestASweepGoesOnFromItsCursor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.no(h.svc.SweepTransactions(h.ctx()))
	h.sim.SetChaos(stripesim.Chaos{Drop: 100})
	h.sim.Pay(page.URL, simtest.Good)
	h.sim.Advance(40 * 24 * time.Hour)
	h.no(h.svc.SweepTransactions(h.ctx()))
	h.paid(r.OrderID)
	h.books(s1)
}

// A webhook is worked on as it comes: the buyer who has paid is not kept waiting for the worker's next look.
func TestAWebhookWakesTheWorker(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	page, err := h.front.OpenCheckout(h.ctx(), request(usd(10000), h.creator()))
	h.no(err)
	for len(h.svc.stir) > 0 {
		<-h.svc.stir
	}
	h.sim.Pay(page.URL, simtest.Good)
	h.sim.WaitQuiet()
	if len(h.svc.stir) == 0 {
		t.Error("the worker sleeps on")
	}
}
