package billing

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
)

func TestMoneyCase22(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	p := h.payout(creator)
	if p.Status != billingapi.PayoutInTransit || p.ArrivalDate == "" {
		t.Errorf("payout: %+v", p)
	}
	h.books("SB 680, SF 320, PF −1000, MT 9000, MS −9000")
	h.pass(4)
	h.books(ac22)
}

func TestMoneyCase23(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	p := h.payout(creator)
	h.pass(4)
	h.books(ac22)
	h.failPayout(p.ID, "account_closed")
	h.books(ac4)
}

// payout.paid delivered three times.
func TestMoneyCase24(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	p := h.payout(creator)
	h.pass(4)
	told := h.events(billingapi.EventPayoutUpdated)
	for range 2 {
		h.resend("payout.paid")
	}
	row, err := one[Payout](h.ctx(), h.pool, "Payout", args{"id": p.ID})
	h.no(err)
	h.no(h.svc.applyPayout(h.ctx(), row.Account, text(row.StripeID))) // and looked at once more, as the poll does
	h.books(ac22)
	if n := h.events(billingapi.EventPayoutUpdated) - told; n != 0 {
		t.Errorf("%d more events tell of a payout that arrived once", n)
	}
}

// payout.failed before payout.paid: the object says failed.
func TestMoneyCase25(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(7)
	p := h.payout(creator)
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.Advance(4 * 24 * time.Hour)
	h.failPayoutUnheard(p.ID, "account_closed")
	h.sim.SetChaos(stripesim.Chaos{Reorder: 50, Seed: 3})
	h.settle()
	h.books(ac4)
	h.resend("payout.paid")
	h.books(ac4)
}

// Every event of a sale twice, with the thanks page in between, in many orders: one payment.
func TestMoneyCase41(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	r := request(usd(10000), creator)
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.Pay(page.URL, simtest.Good)
	var news []rail.Event
	for _, ev := range h.tillEvents() {
		switch ev.Type {
		case "checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "charge.updated":
			news = append(news, ev, ev)
		}
	}
	if len(news) < 6 {
		t.Fatalf("the till tells %d events", len(news))
	}
	for round := range 20 {
		dice := rand.New(rand.NewPCG(7, uint64(round)))
		dice.Shuffle(len(news), func(a, b int) { news[a], news[b] = news[b], news[a] })
		var wg sync.WaitGroup
		for i, ev := range news {
			wg.Go(func() { h.no(h.svc.storeEvent(h.ctx(), ev)) })
			if i%3 == 0 {
				wg.Go(func() {
					m, err := h.front.Refresh(h.ctx(), r.OrderID)
					h.no(err)
					if m.State != billingapi.OrderPaid {
						t.Errorf("the thanks page sees %s", m.State)
					}
				})
				wg.Go(func() { _, err := h.svc.WorkHints(h.ctx()); h.no(err) })
			}
		}
		wg.Wait()
		h.no(h.svc.Settle(h.ctx()))
	}
	h.sim.SetChaos(stripesim.Chaos{})
	h.settle()
	h.books(s1)
	if n := h.events(billingapi.EventOrderMoney); n != 1 {
		t.Errorf("%d events tell of one payment, so there would be %d mails", n, n)
	}
	if n := h.till("charges"); n != 1 {
		t.Errorf("%d charges", n)
	}
}

// charge.refunded is delivered before payment_intent.succeeded.
func TestMoneyCase43(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.SetChaos(stripesim.Chaos{Hold: true})
	h.sim.Pay(page.URL, simtest.Good)
	h.dashboardRefund(h.charge(), 10000)
	for _, ev := range h.tillEvents() {
		if strings.HasPrefix(ev.Type, "charge.refund") || strings.HasPrefix(ev.Type, "refund.") {
			h.no(h.svc.storeEvent(h.ctx(), ev))
		}
	}
	h.no(h.svc.Settle(h.ctx()))
	h.books(ac9)
	h.sim.SetChaos(stripesim.Chaos{})
	h.settle()
	h.books(ac9)
}

func TestMoneyCase44(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	order := h.sell(usd(10000), h.creator())
	before := h.till("refunds")
	h.dashboardRefund(h.charge(), 2500)
	h.settle()
	h.books("SB 7180, SF 320, CP −6750, PF −750")
	if n := h.till("refunds"); n != before+1 {
		t.Errorf("%d refunds", n)
	}
	if n := h.count(`select count(*) from billing.operation where kind in ('refund', 'reversal')`); n != 0 {
		t.Errorf("%d operations of ours", n)
	}
	if m := h.money(order); m.Refunded != usd(2500) || m.RefundRequested != usd(2500) {
		t.Errorf("facts: %+v", m)
	}
}

// The endpoint is down for four days; then events are listed. Separately, no events at all: the transactions are swept.
func TestMoneyCase45(t *testing.T) {
	t.Parallel()
	for name, sweep := range map[string]func(*house) error{
		"events":       func(h *house) error { return h.svc.BackfillEvents(h.ctx()) },
		"transactions": func(h *house) error { return h.svc.SweepTransactions(h.ctx()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			creator := h.creator()
			h.sim.SetChaos(stripesim.Chaos{Drop: 100})
			r := request(usd(10000), creator)
			page, err := h.front.OpenCheckout(h.ctx(), r)
			h.no(err)
			h.sim.Pay(page.URL, simtest.Good)
			h.dashboardRefund(h.charge(), 2500)
			h.sim.Advance(4 * 24 * time.Hour)
			h.no(sweep(h))
			h.no(h.svc.Settle(h.ctx()))
			h.books("SB 7180, SF 320, CP −6750, PF −750")
			h.no(sweep(h))
			h.books("SB 7180, SF 320, CP −6750, PF −750")
		})
	}
}

// A movement that nobody explains goes into suspense and comes back out.
func TestMoneyCase46(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	h.sim.Adjust(stripesim.Adjustment{Type: "reserve_transaction", Amount: -5000, Currency: "usd"})
	h.clock.Advance(2 * time.Hour)
	h.no(h.svc.SweepTransactions(h.ctx()))
	h.books("SB 4680, SUSP 5000, SF 320, CP −9000, PF −1000")
	h.sim.Adjust(stripesim.Adjustment{Type: "reserve_transaction", Amount: 5000, Currency: "usd"})
	h.clock.Advance(2 * time.Hour)
	h.no(h.svc.SweepTransactions(h.ctx()))
	h.books(s1)
}

// The outcome is unknown for 25 hours: found by its group it is posted without another request; absent it is sent again as a2.
func TestMoneyCase47(t *testing.T) {
	t.Parallel()
	for mode, exists := range map[string]bool{stripesim.FaultBroken: true, stripesim.FaultLatency: false} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.sell(usd(10000), h.creator())
			h.sim.SetChaos(stripesim.Chaos{Hold: true})
			fault := stripesim.Fault{Mode: mode, Method: http.MethodPost, Path: "/v1/transfers"}
			if !exists {
				fault.Mode = stripesim.FaultConflict // not stored, not executed
			}
			h.sim.Inject(fault)
			h.clock.Advance(8 * 24 * time.Hour)
			h.no(h.svc.TransferDue(h.ctx()))
			h.clock.Advance(25 * time.Hour)
			posts := h.posts("/v1/transfers")
			for range 3 {
				h.expire()
				h.no(h.svc.SweepOperations(h.ctx()))
				h.clock.Advance(5 * time.Minute)
			}
			op := h.operation(OpTransfer)
			if op.State != OpConfirmed || exists != (op.Attempt == 1) || h.till("transfers") != 1 {
				t.Errorf("operation %s, attempt %d, %d transfers", op.State, op.Attempt, h.till("transfers"))
			}
			if n := h.posts("/v1/transfers") - posts; exists && n != 0 || !exists && n != 1 {
				t.Errorf("%d more requests", n)
			}
			h.books(ac4)
		})
	}
}

// The first request stored a 500 under its key: the key repeats it for ever, so we look, and send a2.
func TestMoneyCase48(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{stripesim.FaultStored500, stripesim.FaultExecuted500} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.sell(usd(10000), h.creator())
			h.sim.SetChaos(stripesim.Chaos{Hold: true})
			h.sim.Inject(stripesim.Fault{Mode: mode, Method: http.MethodPost, Path: "/v1/transfers"})
			h.clock.Advance(8 * 24 * time.Hour)
			h.no(h.svc.TransferDue(h.ctx()))
			for range 5 {
				h.expire()
				h.no(h.svc.SweepOperations(h.ctx()))
				h.clock.Advance(5 * time.Minute)
			}
			op := h.operation(OpTransfer)
			want := 2
			if mode == stripesim.FaultExecuted500 {
				want = 1
			}
			if op.State != OpConfirmed || op.Attempt != want || h.till("transfers") != 1 {
				t.Errorf("operation %s, attempt %d, %d transfers", op.State, op.Attempt, h.till("transfers"))
			}
			h.books(ac4)
		})
	}
}

func TestMoneyCase55(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	var paid rail.Event
	for _, ev := range h.tillEvents() {
		if ev.Type == "payment_intent.succeeded" {
			paid = ev
		}
	}
	before := h.count(`select count(*) from billing.stripe_event`)
	now := h.clock.Wall()
	for _, c := range []struct {
		name, secret string
		at           time.Time
		status       int
	}{
		{"wrong secret", "whsec_other", now, 400},
		{"empty secret", "", now, 400},
		{"301 s old", simtest.WebhookSecret, now.Add(-301 * time.Second), 400},
		{"an hour ahead", simtest.WebhookSecret, now.Add(time.Hour), 400},
		{"a replay", simtest.WebhookSecret, now, 200},
	} {
		if got := h.post(sign(paid.Payload, c.secret, c.at), paid.Payload); got != c.status {
			t.Errorf("%s: %d, want %d", c.name, got, c.status)
		}
	}
	forged := []byte(strings.Replace(string(paid.Payload), "evt_", "evt_x", 1))
	if got := h.post(sign(paid.Payload, simtest.WebhookSecret, now), forged); got != 400 {
		t.Errorf("another body: %d", got)
	}
	h.settle()
	if n := h.count(`select count(*) from billing.stripe_event`); n != before {
		t.Errorf("%d events were stored", n-before)
	}
	if n := h.count(`select count(*) from billing.hint`); n != 0 {
		t.Errorf("%d hints were left", n)
	}
	h.books(s1)
}

// tillEvents are all events so far, as Stripe lists them, oldest first.
func (h *house) tillEvents() []rail.Event {
	h.t.Helper()
	res, err := http.Get(h.sim.URL + "/_sim/objects/events")
	h.no(err)
	defer res.Body.Close()
	var raw []json.RawMessage
	h.no(json.NewDecoder(res.Body).Decode(&raw))
	var out []rail.Event
	for _, r := range raw {
		ev, err := rail.ParseEvent(r)
		h.no(err)
		out = append(out, ev)
	}
	return out
}
