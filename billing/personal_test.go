package billing

import (
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// hear delivers an event of another part, as often as it is told.
func (h *house) hear(name, key string, payload any) {
	h.t.Helper()
	bus := outbox.New(outbox.Config{Service: billingapi.Name, Pool: h.pool, Clock: h.clock})
	h.svc.Consume(bus)
	h.no(bus.Deliver(h.ctx(), outbox.Event{ID: id.New("evt"), Name: name, Key: key, Payload: payload, At: h.clock.Now()}))
}

// note refunds a part of an order with a reason.
func (h *house) note(creator, order, reason string) {
	h.t.Helper()
	part := usd(1000)
	_, err := h.as("gateway").Refund(h.by(creator), "", billingapi.RefundRequest{OrderID: order, Amount: &part, Reason: reason})
	h.no(err)
	h.settle()
}

func TestAnErasedPayeeIsStillPaid(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		creator := h.creator()
		order := h.sell(usd(20000), creator)
		h.note(creator, order, "Zoe did not like it")
		h.note(creator, order, "withdrawal")

		data, err := h.as("accounts").PersonalData(h.ctx(), creator)
		h.no(err)
		if data.Account == nil || data.Account.BankLast4 == "" || data.Account.StripeID != h.account(creator) || len(data.Refunds) != 2 ||
			data.Refunds[0].Reason != "Zoe did not like it" || len(data.Earnings) != 1 || data.Earnings[0].Returned != usd(1800) {
			t.Fatalf("export: %+v", data)
		}
		_, err = h.as("gateway").PersonalData(h.by(creator), creator)
		wantErr(t, err, problem.ErrNotFound)

		for range 2 { // twice is once
			h.hear(accountsapi.EventPersonErased, creator, accountsapi.PersonErased{PersonID: creator})
		}
		h.no(h.svc.applyAccount(h.ctx(), h.account(creator), changed)) // Stripe tells of the account again
		var kept string
		h.no(h.pool.QueryRow(h.ctx(), `select string_agg(t.x, ' ') from (select a::text as x from billing.account a union all select reason from billing.refund) t`).Scan(&kept))
		if strings.Contains(kept, "Zoe") || strings.Contains(kept, data.Account.BankLast4) || !strings.Contains(kept, "withdrawal") {
			t.Fatalf("after the erasure: %s", kept)
		}
		h.pass(16)
		after, err := h.as("accounts").PersonalData(h.ctx(), creator)
		h.no(err)
		if len(after.Payouts) != 1 || after.Payouts[0].Amount != usd(16200) || after.Payouts[0].Status != billingapi.PayoutPaid {
			t.Fatalf("payouts after the erasure: %+v", after.Payouts)
		}
	})
}

// An account that was never made at Stripe has nothing that could be owed: its row goes.
func TestAnUnmadeAccountGoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.no(exec(h.ctx(), h.pool, "StartAccount", args{"person_id": "person_x", "country": "US", "now": h.clock.Now()}))
	h.hear(accountsapi.EventPersonErased, "person_x", accountsapi.PersonErased{PersonID: "person_x"})
	if n := h.count(`select count(*) from billing.account`); n != 0 {
		t.Fatal("the row stays")
	}
}

// The event may come before the payment is known: no digits of the card are kept then either.
func TestAnErasedBuyersCardIsForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	erase := func(order string) {
		h.hear(storefrontapi.EventOrderErased, order, storefrontapi.OrderErased{OrderID: order})
	}
	paid := h.sell(usd(10000), creator)
	h.note(creator, paid, "Zoe asked for it")
	erase(paid)
	erase(paid)
	r := request(usd(10000), creator)
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	erase(r.OrderID)
	h.sim.Pay(page.URL, simtest.Good)
	h.settle()
	h.paid(r.OrderID)
	if n := h.count(`select count(*) from billing.order_money where card_last4 is not null`); n != 0 {
		t.Fatalf("%d orders know a card", n)
	}
	if n := h.count(`select count(*) from billing.refund where reason <> ''`); n != 0 {
		t.Fatal("the note stays")
	}
	h.hold()
}
