package billing

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
)

// ¥10000 reaches the processor as 10000, and a refund of "500" is ¥500.
func TestStorefrontCase9(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(money.New(10000, "JPY"), creator)
	charges, err := simObjects(h.sim.URL, "charges")
	h.no(err)
	if len(charges) != 1 || charges[0].Amount != 10000 {
		t.Errorf("charges: %+v", charges)
	}
	part, err := money.ParseDecimal("500", "JPY")
	h.no(err)
	_, err = h.as("gateway").Refund(h.by(creator), id.New("key"), billingapi.RefundRequest{OrderID: order, Amount: &part})
	h.no(err)
	refunds, err := simObjects(h.sim.URL, "refunds")
	h.no(err)
	if len(refunds) != 1 || refunds[0].Amount != 500 {
		t.Errorf("refunds: %+v", refunds)
	}
	h.settle()
	h.hold()
}

// The browser comes back and the webhook arrives in the same moment.
func TestStorefrontCase29(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		r := request(usd(10000), h.creator())
		page, err := h.front.OpenCheckout(h.ctx(), r)
		h.no(err)
		var wg sync.WaitGroup
		stop, cancel := context.WithCancel(h.ctx())
		wg.Go(func() { _ = h.svc.runHints(stop) })
		for range 4 {
			wg.Go(func() {
				for range 20 {
					_, err := h.front.Refresh(h.ctx(), r.OrderID)
					h.no(err)
				}
			})
		}
		h.sim.Pay(page.URL, simtest.Good)
		h.sim.WaitQuiet()
		time.Sleep(50 * time.Millisecond)
		cancel()
		wg.Wait()
		h.settle()
		h.paid(r.OrderID)
		h.books(s1)
		if h.till("charges") != 1 || h.till("refunds") != 0 || h.events(billingapi.EventOrderMoney) != 1 {
			t.Errorf("%d charges, %d refunds, %d events", h.till("charges"), h.till("refunds"), h.events(billingapi.EventOrderMoney))
		}
	})
}

// Each webhook three times, and the refund before the payment.
func TestStorefrontCase30(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.Pay(page.URL, simtest.Good)
	h.dashboardRefund(h.charge(), 10000)
	events := h.tillEvents()
	for i := len(events) - 1; i >= 0; i-- {
		for range 3 {
			h.no(h.svc.storeEvent(h.ctx(), events[i]))
		}
		h.no(h.svc.Settle(h.ctx()))
	}
	h.books(ac9)
	if m := h.money(r.OrderID); m.RefundRequested != m.Gross || m.Refunded != m.Gross {
		t.Errorf("access stays open: %+v", m)
	}
	h.sim.SetChaos(stripesim.Chaos{})
	h.settle()
	h.books(ac9)
}

// Objects that we did not create: 200, and nothing happens.
func TestStorefrontCase31(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	for _, ev := range []struct{ kind, object string }{
		{"payment_intent.succeeded", `{"id":"pi_other","object":"payment_intent","metadata":{}}`},
		{"payment_intent.succeeded", `{"id":"pi_shop","object":"payment_intent","metadata":{"order":"1001"}}`},
		{"checkout.session.completed", `{"id":"cs_other","object":"checkout.session","client_reference_id":"cart-7"}`},
		{"customer.subscription.created", `{"id":"sub_other","object":"subscription","metadata":{}}`},
		{"charge.refunded", `{"id":"ch_other","object":"charge","metadata":{}}`},
		{"transfer.created", `{"id":"tr_other","object":"transfer","metadata":{}}`},
	} {
		payload := fmt.Appendf(nil, `{"id":%q,"object":"event","type":%q,"api_version":"2023-10-16","created":%d,"data":{"object":%s}}`,
			id.New("evt"), ev.kind, h.clock.Now().Unix(), ev.object)
		if got := h.post(sign(payload, simtest.WebhookSecret, h.clock.Wall()), payload); got != http.StatusOK {
			t.Errorf("%s: %d", ev.kind, got)
		}
	}
	h.settle()
	if n := h.count(`select count(*) from billing.hint`); n != 0 {
		t.Errorf("%d objects are still looked for", n)
	}
	h.books(s1)
}

// A connected balance below zero: the turn is skipped with its reason, and the next one too.
func TestStorefrontCase39(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	transfers := h.till("transfers")
	h.sim.Adjust(stripesim.Adjustment{Account: h.account(creator), Type: "adjustment", Amount: -11000, Currency: "usd"})
	for range 2 {
		for range 7 {
			h.sim.Advance(24 * time.Hour)
			h.settle()
		}
		turns, err := many[payoutTurn](h.ctx(), h.pool, "PayoutTurns", args{"person_id": creator})
		h.no(err)
		if len(turns) != 1 || turns[0].Skipped != string(billingapi.BlockerNegativeBalance) || !turns[0].NextAt.After(h.clock.Now()) {
			t.Errorf("turns: %+v", turns)
		}
	}
	if h.till("payouts") != 0 || h.till("transfers") != transfers {
		t.Errorf("%d payouts, %d transfers", h.till("payouts"), h.till("transfers"))
	}
	if b := h.balance(creator); b.Blocker != billingapi.BlockerNegativeBalance || b.NextStep != billingapi.StepWait {
		t.Errorf("balance: %+v", b)
	}
	_, err := h.as("gateway").RequestPayout(h.by(creator), id.New("key"), billingapi.PayoutRequest{Currency: "USD"})
	wantErr(t, err, billingapi.ErrNegativeBalance)
}

// The bank returns a payout: the creator sees why and what to do, the amount is back once, and the next run includes it once.
func TestStorefrontCase40(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	p := h.payout(creator)
	h.pass(4)
	h.failPayout(p.ID, "account_closed")
	h.resend("payout.failed")
	h.books(ac4)
	list, err := h.as("gateway").Payouts(h.by(creator), "")
	h.no(err)
	if len(list.Items) != 1 || list.Items[0].Status != billingapi.PayoutFailed || list.Items[0].Reason != "account_closed" || list.Items[0].NextStep != billingapi.StepUpdateBank {
		t.Errorf("payouts: %+v", list.Items)
	}
	b := h.balance(creator)
	if b.Available != usd(9000) || b.Blocker != billingapi.BlockerBank || b.NextStep != billingapi.StepUpdateBank {
		t.Errorf("balance: %+v", b)
	}
	h.pass(8)
	if n := h.till("payouts"); n != 1 {
		t.Errorf("%d payouts before the bank account was replaced", n)
	}
	link, err := h.as("gateway").StartOnboarding(h.by(creator), billingapi.OnboardingRequest{ReturnPath: "/payouts"})
	h.no(err)
	_, err = simtest.Onboard(link.URL, simtest.Verified, "000999999999")
	h.no(err)
	h.pass(14)
	h.books(ac22)
	if n := h.till("payouts"); n != 2 {
		t.Errorf("%d payouts", n)
	}
}

// Two payout requests at once: one is made; the same key gives the same payout.
func TestStorefrontCase41(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		creator := h.creator()
		h.sell(usd(10000), creator)
		h.pass(7)
		ask := billingapi.PayoutRequest{Currency: "USD"}
		var made, refused []int
		var mu sync.Mutex
		var wg sync.WaitGroup
		keys, payouts := []string{id.New("key"), id.New("key")}, make([]billingapi.Payout, 2)
		for i, key := range keys {
			wg.Go(func() {
				p, err := h.as("gateway").RequestPayout(h.by(creator), key, ask)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made, payouts[i] = append(made, i), p
				} else if problem.From(err).Status() == http.StatusConflict {
					refused = append(refused, i)
				} else {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(made) != 1 || len(refused) != 1 {
			t.Fatalf("%d made, %d refused", len(made), len(refused))
		}
		again, err := h.as("gateway").RequestPayout(h.by(creator), keys[made[0]], ask)
		h.no(err)
		if again.ID != payouts[made[0]].ID || h.till("payouts") != 1 {
			t.Errorf("a repeat made another payout: %+v", again)
		}
		_, err = h.as("gateway").RequestPayout(h.by(creator), keys[made[0]], billingapi.PayoutRequest{Currency: "EUR"})
		wantErr(t, err, problem.ErrIdempotencyMismatch)
		h.pass(4)
		h.books(ac22)
	})
}

// A partial refund whose caller gave up: the same key gives one refund of 500.
func TestStorefrontCase42(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultLatency, Method: http.MethodPost, Path: "/v1/refunds", Latency: 400})
	part, key := usd(500), id.New("key")
	ask := billingapi.RefundRequest{OrderID: order, Amount: &part}
	brief, cancel := context.WithTimeout(h.by(creator), 150*time.Millisecond)
	defer cancel()
	if _, err := h.as("gateway").Refund(brief, key, ask); err == nil {
		t.Fatal("the caller did not give up")
	}
	got, err := h.as("gateway").Refund(h.by(creator), key, ask)
	h.no(err)
	time.Sleep(500 * time.Millisecond)
	h.expire()
	h.settle()
	if got.Amount != part || h.till("refunds") != 1 || h.posts("/v1/refunds") > 3 {
		t.Errorf("refund %+v, %d at Stripe", got, h.till("refunds"))
	}
	if m := h.money(order); m.RefundRequested != part || m.Refunded != part {
		t.Errorf("facts: %+v", m)
	}
	other := usd(600)
	_, err = h.as("gateway").Refund(h.by(creator), key, billingapi.RefundRequest{OrderID: order, Amount: &other})
	wantErr(t, err, problem.ErrIdempotencyMismatch)
	h.hold()
}
