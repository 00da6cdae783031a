package billing

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/internal/id"
)

// The books of money.md §9 that other cases start from or end at. S1 is a sale of 10000 with a fee of ten percent.
const (
	s1   = "SB 9680, SF 320, CP −9000, PF −1000"
	ac4  = "SB 680, SF 320, PF −1000, MB 9000, MS −9000"
	ac9  = "SB −320, SF 320"
	ac11 = "SB −9320, SF 320, CR 9000, MK 9000, MS −9000"
	ac22 = "SB 680, SF 320, PF −1000, MK 9000, MS −9000"
)

func TestMoneyCase1(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		order := h.sell(usd(10000), h.creator())
		h.books(s1)
		if n := h.events(billingapi.EventOrderMoney); n != 1 {
			t.Errorf("%d events for one payment", n)
		}
		m := h.money(order)
		if m.PaidAt == nil || !m.RefundRequested.IsZero() || m.Gross != usd(10000) {
			t.Errorf("facts: %+v", m)
		}
	})
}

func TestMoneyCase4(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	h.pass(6)
	h.books(s1)
	h.pass(1)
	h.books(ac4)
	if n := h.till("transfers"); n != 1 {
		t.Errorf("%d transfers", n)
	}
}

// Transfer refused: reserve, then void; the gate stays closed until the account changes.
func TestMoneyCase5(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.sim.SetChaos(stripesim.Chaos{Hold: true}) // we do not hear of it
	inactive := "inactive"
	h.sim.SetAccount(h.account(creator), stripesim.AccountState{Transfers: &inactive})
	h.clock.Advance(8 * 24 * time.Hour)
	h.no(h.svc.TransferDue(h.ctx()))
	h.books(s1)
	op := h.operation(OpTransfer)
	if op.State != OpFailed || h.till("transfers") != 0 {
		t.Errorf("operation %s (%s), %d transfers", op.State, op.FailureCode, h.till("transfers"))
	}
	b := h.balance(creator)
	if b.Payable != usd(9000) || b.Blocker == billingapi.BlockerNone {
		t.Errorf("balance: %+v", b)
	}
	// Nobody tells us why, so we look at the account ourselves.
	h.settle()
	if o, err := h.as("gateway").Onboarding(h.by(creator)); err != nil || o.State != billingapi.OnboardingRestricted {
		t.Errorf("the account: %+v, %v", o, err)
	}
	active := "active"
	h.sim.SetAccount(h.account(creator), stripesim.AccountState{Transfers: &active})
	h.sim.SetChaos(stripesim.Chaos{})
	h.settle()
	h.books(ac4)
}

func TestMoneyCase6(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{stripesim.FaultBefore, stripesim.FaultAfter, stripesim.FaultBroken, stripesim.FaultConflict, stripesim.FaultRate, stripesim.FaultLock} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.sell(usd(10000), h.creator())
			h.sim.SetChaos(stripesim.Chaos{Hold: true})
			h.sim.Inject(stripesim.Fault{Mode: mode, Method: http.MethodPost, Path: "/v1/transfers"})
			h.clock.Advance(8 * 24 * time.Hour)
			h.no(h.svc.TransferDue(h.ctx()))
			// net/http replays a keyed request by itself when a kept connection turns out dead, so a broken one may be confirmed here.
			if op := h.operation(OpTransfer); op.Done() && mode != stripesim.FaultBefore && mode != stripesim.FaultAfter {
				t.Fatalf("the outcome can't be known yet: %s", op.State)
			}
			h.expire()
			h.no(h.svc.SweepOperations(h.ctx()))
			h.books(ac4)
			if n := h.till("transfers"); n != 1 {
				t.Errorf("%d transfers", n)
			}
			h.sim.SetChaos(stripesim.Chaos{})
			h.settle()
			h.books(ac4)
		})
	}
}

// Two workers of two processes and the webhook at once.
func TestMoneyCase7(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	h.clock.Advance(8 * 24 * time.Hour)
	other := h.service()
	var wg sync.WaitGroup
	for _, s := range []*Service{h.svc, other, h.svc, other} {
		wg.Go(func() { h.no(s.TransferDue(h.ctx())) })
		wg.Go(func() { h.no(s.SweepOperations(h.ctx())) })
		wg.Go(func() {
			for range 20 {
				_, err := s.WorkHints(h.ctx())
				h.no(err)
			}
		})
	}
	wg.Wait()
	h.settle()
	h.books(ac4)
	if n := h.till("transfers"); n != 1 {
		t.Errorf("%d transfers", n)
	}
	if n := h.journals("op:" + h.operation(OpTransfer).ID + ":post"); n != 1 {
		t.Errorf("%d post journals", n)
	}
}

func TestMoneyCase9(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		creator := h.creator()
		order := h.sell(usd(10000), creator)
		r := h.refund(creator, order, 0)
		if r.Status != billingapi.RefundSucceeded || r.FeeReturned != usd(1000) {
			t.Errorf("refund: %+v", r)
		}
		h.settle()
		h.books(ac9)
		h.pass(8)
		h.books(ac9)
		if m := h.money(order); m.RefundRequested != usd(10000) || m.Refunded != usd(10000) {
			t.Errorf("facts: %+v", m)
		}
	})
}

func TestMoneyCase10(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(7)
	h.books(ac4)
	h.refund(creator, order, 0)
	h.settle()
	h.books(ac9)
	if n := h.till("reversals"); n != 1 {
		t.Errorf("%d reversals", n)
	}
}

// Cases 11, 12 and 23 tell one story: paid out, refunded, the receivable settled by the next sale.
func TestMoneyCase11(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.refundAfterPayout(creator)
	h.books(ac11)
	b := h.balance(creator)
	if b.Receivable != usd(9000) || b.Blocker != billingapi.BlockerReceivable || b.NextStep != billingapi.StepEarn {
		t.Errorf("balance: %+v", b)
	}
	h.pass(10)
	h.books(ac11) // nothing loops
	if n := h.till("reversals"); n != 0 {
		t.Errorf("%d reversals", n)
	}
}

func TestMoneyCase12(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.refundAfterPayout(creator)
	h.sell(usd(10000), creator)
	h.pass(8)
	h.books("SB 360, SF 640, PF −1000, MK 9000, MS −9000")
	if n := h.till("transfers"); n != 1 {
		t.Errorf("%d transfers, the second sale settles the first's refund", n)
	}
}

// refundAfterPayout brings the books to AC11.
func (h *house) refundAfterPayout(creator string) {
	h.t.Helper()
	order := h.sell(usd(10000), creator)
	h.pass(7)
	h.payout(creator)
	h.pass(4)
	h.books(ac22)
	h.refund(creator, order, 0)
	h.settle()
}

func TestMoneyCase13(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	for i, part := range []struct{ amount, fee int64 }{{3333, 333}, {3333, 334}, {3334, 333}} {
		if r := h.refund(creator, order, part.amount); r.FeeReturned != usd(part.fee) {
			t.Errorf("refund %d returns a fee of %s", i+1, r.FeeReturned)
		}
	}
	h.settle()
	h.books(ac9)
	one := usd(1)
	_, err := h.as("gateway").Refund(h.by(creator), id.New("key"), billingapi.RefundRequest{OrderID: order, Amount: &one})
	wantErr(t, err, billingapi.ErrRefundTooLarge)
}

func TestMoneyCase14(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(7)
	h.refund(creator, order, 2500)
	h.settle()
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")
}

func TestMoneyCase15(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	r := h.refund(creator, order, 0)
	h.settle()
	h.books(ac9)
	h.failRefund(r.ID)
	h.books("SB 9680, SF 320, RC −10000")
	got, err := h.as("gateway").ReinstateRefund(h.by(creator), r.ID)
	h.no(err)
	if got.Status != billingapi.RefundReinstated {
		t.Errorf("refund: %+v", got)
	}
	h.books(s1)
	if m := h.money(order); !m.RefundRequested.IsZero() || !m.Refunded.IsZero() {
		t.Errorf("access stays closed: %+v", m)
	}
	_, err = h.as("gateway").ReinstateRefund(h.by(creator), r.ID)
	wantErr(t, err, billingapi.ErrRefundNotOpen)
	h.pass(8)
	h.books(ac4) // and the share goes on its way as if nothing had been
}

// A failed refund can also be sent again: the buyer is owed, not the creator.
func TestFailedRefundIsSentAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	r := h.refund(creator, order, 0)
	h.settle()
	h.failRefund(r.ID)
	again, err := h.as("gateway").ReissueRefund(h.by(creator), r.ID)
	h.no(err)
	h.settle()
	if again.ID != r.ID || again.Status != billingapi.RefundSucceeded {
		t.Errorf("refund: %+v", again)
	}
	h.books(ac9)
}

// A refund fails after its share was taken back from the creator: given up, the share goes to the creator once more (§8 row 13).
func TestReversedShareIsTransferredAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(7)
	r := h.refund(creator, order, 0)
	h.settle()
	h.books(ac9)
	h.failRefund(r.ID)
	_, err := h.as("gateway").ReinstateRefund(h.by(creator), r.ID)
	h.no(err)
	h.settle()
	h.books(ac4)
	// A second refund takes the new transfer back, and leaves the old one alone.
	h.refund(creator, order, 2500)
	h.settle()
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")
}

// A refund meets a transfer whose answer is lost: the buyer has the money at once, and the share comes back once it is known to have
// left (§8 row 11).
func TestRefundMeetsTransfer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{stripesim.FaultBroken, stripesim.FaultConflict} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			creator := h.creator()
			order := h.sell(usd(10000), creator)
			h.sim.SetChaos(stripesim.Chaos{Hold: true})
			h.sim.Inject(stripesim.Fault{Mode: mode, Method: http.MethodPost, Path: "/v1/transfers"})
			h.clock.Advance(8 * 24 * time.Hour)
			h.no(h.svc.TransferDue(h.ctx()))
			if r := h.refund(creator, order, 0); r.Status != billingapi.RefundSucceeded {
				t.Errorf("refund: %+v", r)
			}
			h.expire()
			h.sim.SetChaos(stripesim.Chaos{})
			h.settle()
			h.books(ac9)
			if h.till("transfers") != 1 || h.till("reversals") != 1 {
				t.Errorf("%d transfers, %d reversals", h.till("transfers"), h.till("reversals"))
			}
		})
	}
}

// One of two legs is refused: the other one stands, and the refused one is transferred alone later (§8 row 14).
func TestOneLegFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.creator(), h.creator()
	h.sell(usd(10000), a, b)
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	inactive, active := "inactive", "active"
	h.sim.SetAccount(h.account(b), stripesim.AccountState{Transfers: &inactive})
	h.clock.Advance(8 * 24 * time.Hour)
	h.no(h.svc.TransferDue(h.ctx()))
	h.books("SB 5180, SF 320, CP −4500, PF −1000, MB 4500, MS −4500")
	h.sim.SetAccount(h.account(b), stripesim.AccountState{Transfers: &active})
	h.sim.SetChaos(stripesim.Chaos{})
	h.settle()
	h.books(ac4)
}
