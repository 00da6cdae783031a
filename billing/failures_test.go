package billing

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// In these tests whatever statement or question to Stripe fails, somebody hears it, and doing the same again ends in the same books as
// if nothing had failed.

// settles lets everything that waits be done, despite failures.
func (u *unreliable) settles(name string) {
	u.h.t.Helper()
	u.h.sim.WaitQuiet()
	u.despite(name, func() error {
		for range 3 {
			_, err := u.h.svc.WorkHints(u.h.ctx())
			for _, e := range u.h.svc.errands()[:4] {
				err = errors.Join(err, e.do(u.h.ctx()))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	u.h.settle()
}

func TestNoFailureOfASaleGoesUnheard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u, creator := h.unreliable(), id.New("person")

	var link billingapi.OnboardingLink
	u.despite("an account is made", func() (err error) {
		link, err = h.svc.StartOnboarding(h.by(creator), creator, "/payouts")
		return err
	})
	h.sim.Onboard(link.URL)
	u.settles("Stripe tells of the account")

	r := request(usd(10000), creator)
	var page billingapi.Checkout
	u.despite("a checkout is opened", func() (err error) {
		page, err = h.svc.OpenCheckout(h.ctx(), r)
		return err
	})
	h.sim.Pay(page.URL, simtest.Good)
	u.settles("a payment")
	h.books(s1)

	h.sim.Advance(8 * 24 * time.Hour)
	u.settles("a transfer")
	h.books(ac4)

	key := id.New("key")
	u.despite("a payout is asked for", func() error {
		_, err := h.svc.RequestPayout(h.ctx(), creator, key, billingapi.PayoutRequest{Currency: "USD"})
		return err
	})
	h.settle()
	h.sim.Advance(4 * 24 * time.Hour)
	u.settles("a payout arrives")
	h.books(ac22)
}

func TestNoFailureOfARefundGoesUnheard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	charge := h.charge()
	h.pass(8)
	h.books(ac4)
	u := h.unreliable()
	refund := func(name string, key string, minor int64) (r billingapi.Refund) {
		t.Helper()
		part := usd(minor)
		u.despite(name, func() (err error) {
			r, err = h.svc.Refund(h.ctx(), Asker{Person: creator}, key, billingapi.RefundRequest{OrderID: order, Amount: &part})
			return err
		})
		return r
	}
	again := func(name string, decide func(context.Context, Asker, string) (billingapi.Refund, error), r billingapi.Refund) {
		t.Helper()
		u.despite(name, func() error {
			_, err := decide(h.ctx(), Asker{Person: creator}, r.ID)
			if errors.Is(err, billingapi.ErrRefundNotOpen) {
				return nil // it was decided, and what failed was the answer
			}
			return err
		})
		u.settles("after that " + name)
	}
	comesBack := func(r billingapi.Refund) {
		t.Helper()
		row, err := one[Refund](h.ctx(), h.pool, "Refund", args{"id": r.ID})
		h.no(err)
		if !h.sim.FailRefund(text(row.StripeID), "") {
			t.Fatal("the till does not know the refund")
		}
	}

	r := refund("a part is asked back", id.New("key"), 2500)
	u.settles("its reversal")
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")
	comesBack(r)
	u.settles("it comes back")
	again("it is sent again", h.svc.ReissueRefund, r)
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")
	comesBack(r)
	h.settle()
	again("it is given up", h.svc.ReinstateRefund, r)
	h.books(ac4)

	h.dashboardRefund(charge, 2500)
	u.settles("one is made in the dashboard")
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")

	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultError, Method: http.MethodPost, Path: "/v1/refunds", Status: 400, Code: "charge_disputed"})
	refund("one is refused", id.New("key"), 500)
	u.settles("after one was refused")
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")

	u.despite("the buyer's bank disputes", func() error { return h.svc.applyDispute(h.ctx(), order, true) })
	if !h.money(order).Disputed {
		t.Error("the order is not disputed")
	}
	h.no(h.svc.applyDispute(h.ctx(), order, false))
	if h.money(order).Disputed {
		t.Error("the order stays disputed")
	}
}

// Refusals of Stripe's are kept, whatever fails while they are; what a payee owes is settled from their next sale.
func TestNoFailureOfARefusalGoesUnheard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u, creator := h.unreliable(), id.New("person")
	refuse := func(path, code string) {
		h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultError, Method: http.MethodPost, Path: path, Status: 400, Code: code})
	}
	unlessRefused := func(err error) error {
		if errors.Is(err, billingapi.ErrRailRefused) || errors.Is(err, billingapi.ErrCheckoutClosed) {
			return nil
		}
		return err
	}
	refuse("/v1/accounts", "country_unsupported")
	u.despite("an account is refused", func() error {
		_, err := h.svc.makeAccount(h.by(creator), creator)
		return unlessRefused(err)
	})
	h.onboard(creator)
	refuse("/v1/checkout/sessions", "amount_too_small")
	r := request(usd(10000), creator)
	u.despite("a checkout is refused", func() error {
		_, err := h.svc.OpenCheckout(h.ctx(), r)
		return unlessRefused(err)
	})
	if m := h.money(r.OrderID); m.State != billingapi.OrderFailed {
		t.Errorf("the order is %s", m.State)
	}

	order := h.sell(usd(10000), creator)
	inactive, active := "inactive", "active"
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.SetAccount(h.account(creator), stripesim.AccountState{Transfers: &inactive})
	h.clock.Advance(8 * 24 * time.Hour)
	u.despite("a transfer is refused", func() error {
		return errors.Join(h.svc.TransferDue(h.ctx()), h.svc.SweepOperations(h.ctx()))
	})
	h.books(s1)
	u.settles("Stripe is asked why")
	h.sim.SetAccount(h.account(creator), stripesim.AccountState{Transfers: &active})
	h.sim.SetChaos(stripesim.Chaos{})
	u.settles("the account is active again")
	h.books(ac4)

	refuse("/v1/payouts", "bank_says_no")
	u.despite("a payout is refused", func() error {
		_, err := h.svc.RequestPayout(h.ctx(), creator, "key", billingapi.PayoutRequest{Currency: "USD"})
		return errors.Join(err, h.svc.SweepOperations(h.ctx()))
	})
	h.settle()
	h.books(ac4)
	p := h.payout(creator)
	h.pass(4)
	h.books(ac22)
	h.refund(creator, order, 0)
	u.settles("a reversal is refused")
	h.books(ac11)
	h.sell(usd(10000), creator)
	h.sim.Advance(8 * 24 * time.Hour)
	u.settles("the next sale settles what is owed")
	h.books("SB 360, SF 640, PF −1000, MK 9000, MS −9000")
	h.failPayoutUnheard(p.ID, "account_closed")
	u.settles("the bank sends a payout back")
	h.books("SB 360, SF 640, PF −1000, MB 9000, MS −9000")
}

func TestNoFailureOfALookGoesUnheard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.refund(creator, order, 1000)
	h.settle()
	h.pass(8)
	h.payout(creator)
	h.settle()
	other := h.sell(usd(10000), creator)
	_, err := h.front.OpenCheckout(h.ctx(), request(usd(10000), creator)) // and nobody pays
	h.no(err)
	h.sim.SetChaos(stripesim.Chaos{Drop: 100})
	page, err := h.front.OpenCheckout(h.ctx(), request(usd(10000), creator))
	h.no(err)
	h.sim.Pay(page.URL, simtest.Good) // and nobody tells
	h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: -5, Currency: "usd"})
	u := h.unreliable()
	s, ctx := h.svc, h.ctx()
	bus := outbox.New(outbox.Config{Service: billingapi.Name, Pool: s.pool, Clock: h.clock})
	s.Consume(bus)
	hear := func(name, key string, payload any) func() error {
		e := outbox.Event{ID: id.New("evt"), Name: name, Key: key, Payload: payload, At: h.clock.Now()}
		return func() error { return bus.Deliver(ctx, e) }
	}
	var lookup, finding string
	for _, tt := range []struct {
		name string
		work func() error
	}{
		{"events are read again", func() error { return s.BackfillEvents(ctx) }},
		{"transactions are read again", func() error { return s.SweepTransactions(ctx) }},
		{"orders are read", func() error { _, err := s.Money(ctx, order); return err }},
		{"balances are read", func() error { _, err := s.Balance(ctx, creator); return err }},
		{"payouts are read", func() error { _, _, err := s.Payouts(ctx, creator, "", 10); return err }},
		{"accounts are read", func() error { _, err := s.Onboarding(ctx, creator); return err }},
		{"an order is explained", func() error { _, err := s.Waterfall(ctx, Asker{Person: creator}, order); return err }},
		{"all is exported", func() error { _, err := s.PersonalData(ctx, creator); return err }},
		{"a charge is looked up", func() error {
			_, err := s.LookUpCharge(ctx, billingapi.LookupRequest{Last4: "4242", Amount: usd(10000), Day: "2026-03-02"})
			return err
		}},
		{"a lookup is read", func() error {
			h.no(h.pool.QueryRow(ctx, `select max(id) from billing.charge_lookup`).Scan(&lookup))
			_, err := s.Lookup(ctx, lookup)
			return err
		}},
		{"balances at Stripe are watched", func() error { return s.WatchBalances(ctx) }},
		{"a balance below zero is watched", func() error {
			h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: 5, Currency: "usd"})
			return s.WatchBalances(ctx)
		}},
		{"payouts at Stripe are watched", func() error { h.clock.Advance(10 * 24 * time.Hour); return s.PollPayouts(ctx) }},
		{"checkouts are looked at", func() error { return s.LookAtCheckouts(ctx) }},
		{"webhooks are forgotten", func() error { return s.ForgetPayloads(ctx) }},
		{"the books are compared", func() error { _, err := s.Reconcile(ctx); return err }},
		{"the books are looked at", func() error {
			h.sim.Adjust(stripesim.Adjustment{Type: "adjustment", Amount: -70, Currency: "usd"})
			h.clock.Advance(lookEvery)
			return s.LookAtBooks(ctx)
		}},
		{"a look is asked for", func() error { _, err := s.AskForLook(ctx); return err }},
		{"a difference is explained", func() error {
			h.no(h.pool.QueryRow(ctx, `select id from billing.difference where gone_at is null`).Scan(&finding))
			_, err := s.Explain(ctx, finding, billingapi.ExplainRequest{Text: "a fee"})
			return err
		}},
		{"quiet is asked for", func() error { _, err := s.Quiet(ctx); return err }},
		{"a buyer is forgotten", hear(storefrontapi.EventOrderErased, other, storefrontapi.OrderErased{OrderID: other})},
		{"a payee is forgotten", hear(accountsapi.EventPersonErased, creator, accountsapi.PersonErased{PersonID: creator})},
	} {
		u.tries(tt.name, tt.work)
	}
}
