package billing

import (
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/internal/id"
)

// A Stripe account below zero is sent nothing (money.md R3): the share waits with us, says why, and goes once the account is settled.
func TestANegativeBalancePausesTransfers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	order := h.sell(usd(20000), creator)
	transfers := h.till("transfers")
	adjust := func(minor int64) {
		h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: minor, Currency: "usd"})
		h.no(h.svc.WatchBalances(h.ctx()))
		h.settle()
	}
	adjust(-11000)
	if b := h.balance(creator); b.Blocker != billingapi.BlockerNegativeBalance || b.NextStep != billingapi.StepWait || b.ExpectedDay != "" {
		t.Errorf("balance before the share is due: %+v", b)
	}
	h.pass(8)
	if n := h.till("transfers"); n != transfers {
		t.Fatalf("%d transfers went to an account below zero", n-transfers)
	}
	if b := h.balance(creator); b.Blocker != billingapi.BlockerNegativeBalance || b.Payable != usd(18000) {
		t.Errorf("balance: %+v", b)
	}
	w, err := h.as("gateway").Waterfall(h.by(creator), order)
	h.no(err)
	if w.Blocker != billingapi.BlockerNegativeBalance || w.NextStep != billingapi.StepWait {
		t.Errorf("the order waits for %q, next %q", w.Blocker, w.NextStep)
	}
	_, err = h.as("gateway").RequestPayout(h.by(creator), id.New("key"), billingapi.PayoutRequest{Currency: "USD"})
	wantErr(t, err, billingapi.ErrNegativeBalance)

	adjust(11000)
	if n := h.till("transfers"); n != transfers+1 {
		t.Fatalf("%d transfers after the account was settled", n-transfers)
	}
	if b := h.balance(creator); b.Blocker == billingapi.BlockerNegativeBalance {
		t.Errorf("balance: %+v", b)
	}
}

// A payout sees the balance sooner than the hourly look; from then on transfers wait too.
func TestAPayoutSeesANegativeBalanceFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: -11000, Currency: "usd"})
	_, err := h.as("gateway").RequestPayout(h.by(creator), id.New("key"), billingapi.PayoutRequest{Currency: "USD"})
	wantErr(t, err, billingapi.ErrNegativeBalance)
	transfers := h.till("transfers")
	h.sell(usd(20000), creator)
	h.pass(8)
	if n := h.till("transfers"); n != transfers {
		t.Fatalf("%d transfers went to an account below zero", n-transfers)
	}
}
