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

// A sweep asks Stripe only about what no row knows: for what is on the books, the list is all that it reads.
func TestASweepAsksOnlyAboutWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(8)
	h.refund(creator, order, 2500)
	h.settle()
	h.sim.Adjust(stripesim.Adjustment{Type: "reserve_transaction", Amount: -50, Currency: "usd"})
	h.sim.Adjust(stripesim.Adjustment{Type: "reserve_transaction", Amount: 50, Currency: "usd"})
	h.clock.Advance(2 * time.Hour)
	h.no(h.svc.SweepTransactions(h.ctx()))
	all, lists := h.calls(""), h.calls("GET /v1/balance_transactions")
	h.no(h.svc.SweepTransactions(h.ctx()))
	if asked, listed := h.calls("")-all, h.calls("GET /v1/balance_transactions")-lists; listed == 0 || asked != listed {
		t.Errorf("%d questions, %d of them for the list", asked, listed)
	}
}

// An object that tells of an order before the order knows its own checkout is not forgotten, and not asked about for ever either.
func TestAPaymentThatIsToldTooEarly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultConflict, Method: http.MethodPost, Path: "/v1/checkout/sessions"})
	if _, err := h.svc.OpenCheckout(h.ctx(), r); err == nil {
		t.Fatal("the checkout was opened")
	}
	const waiting = `select count(*) from billing.hint`
	h.no(h.svc.addHint(h.ctx(), h.pool, "payment:"+r.OrderID, ""))
	for try := 1; try <= 4; try++ {
		h.no(exec(h.ctx(), h.pool, "HintLater", args{"subject": "payment:" + r.OrderID, "account": "", "due_at": h.clock.Wall(), "error": ""}))
		if n := h.count(waiting); n != 1 {
			t.Errorf("try %d: %d objects wait", try, n)
		}
		_, err := h.svc.WorkHints(h.ctx())
		h.no(err)
	}
	if n := h.count(waiting); n != 0 {
		t.Error("the order is asked about for ever")
	}
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
