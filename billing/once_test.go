package billing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/billing/stripesim/simtest"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// facts is all that billing holds and tells, a line each, to be compared.
func (h *house) facts() []string {
	h.t.Helper()
	var out []string
	for _, table := range []string{"order_money", "leg", "refund", "payout", "account", "operation", "ledger_journal", "ledger_entry", "outbox"} {
		rows, err := pg.Column[string](h.ctx(), h.pool, `select '`+table+` ' || t::text from billing.`+table+` t order by 1`)
		h.no(err)
		out = append(out, rows...)
	}
	return out
}

// An operation ends once: that it succeeded, or that it was refused, is no news once either is known, whoever brings it.
func TestAnOperationEndsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(20000), creator)
	h.pass(8)
	h.refund(creator, order, 2500)
	h.settle()
	h.payout(creator)
	h.settle()
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultError, Method: http.MethodPost, Path: "/v1/refunds", Status: 400, Code: "charge_disputed"})
	h.refund(creator, order, 500)
	h.settle()
	before := h.facts()
	var ops []string
	h.no(h.pool.QueryRow(h.ctx(), `select array_agg(id) from billing.operation`).Scan(&ops))
	kinds := map[OpKind]bool{}
	for _, opID := range ops {
		op, err := one[Operation](h.ctx(), h.pool, "Operation", args{"id": opID})
		h.no(err)
		kinds[op.Kind] = true
		if op.State == OpConfirmed {
			h.no(h.svc.effect(op.Kind).done(h.ctx(), op, h.result(op)))
		}
		h.no(h.svc.effect(op.Kind).fail(h.ctx(), op, "card_declined"))
		if diff := cmp.Diff(before, h.facts()); diff != "" {
			t.Fatalf("the second end of a %s that is %s (-before +after):\n%s", op.Kind, op.State, diff)
		}
	}
	if len(kinds) != 6 {
		t.Errorf("only %v", kinds)
	}
}

// result is what Stripe answered to an operation.
func (h *house) result(op Operation) any {
	h.t.Helper()
	var v any
	var err error
	switch op.Kind {
	case OpCheckout:
		v = rail.Checkout{ID: *op.ResultID, URL: "http://elsewhere.example", ExpiresAt: noon}
	case OpRefund:
		v, err = h.svc.rail.Refund(h.ctx(), *op.ResultID)
	case OpTransfer:
		v, err = h.svc.rail.Transfer(h.ctx(), *op.ResultID)
	case OpReversal:
		v = rail.Reversal{ID: *op.ResultID, Created: noon}
	case OpPayout:
		v, err = h.svc.rail.Payout(h.ctx(), h.account(*op.PersonID), *op.ResultID)
	case OpAccount:
		v, err = h.svc.rail.Account(h.ctx(), *op.ResultID)
	}
	h.no(err)
	return v
}

// Who comes to an operation that somebody else holds or has ended hears what is known of it, and sends nothing.
func TestWhoComesSecondHearsTheOutcome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sell(usd(10000), h.creator())
	op := h.operation(OpCheckout)
	posts := h.posts("/v1/")
	for state, want := range map[OpState]error{
		OpConfirmed: nil, OpFailed: billingapi.ErrRailRefused, OpSent: billingapi.ErrRailUnavailable, OpUnknown: billingapi.ErrRailUnavailable,
	} {
		_, err := h.pool.Exec(h.ctx(), `update billing.operation set state = $2, lease_until = $3 where id = $1`, op.ID, state, h.clock.Wall().Add(time.Minute))
		h.no(err)
		if err := h.svc.run(h.ctx(), op.ID); !errors.Is(err, want) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if err := h.svc.run(h.ctx(), id.New("op")); !errors.Is(err, pgx.ErrNoRows) {
		t.Errorf("no operation: %v", err)
	}
	if n := h.posts("/v1/") - posts; n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A result of another kind is refused and changes nothing: it would be booked as what it is not.
func TestAnEffectTakesItsOwnResult(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, kind := range []OpKind{OpCheckout, OpTransfer, OpReversal, OpRefund, OpPayout, OpAccount} {
		if err := h.svc.effect(kind).done(h.ctx(), Operation{}, "nothing of Stripe's"); err == nil {
			t.Errorf("a %s took anything", kind)
		}
	}
}

// A refund that is pending and then canceled: those it was taken from have it back, once.
func TestACanceledRefundIsGivenBackOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	r := request(usd(10000), creator)
	page, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	h.sim.Pay(page.URL, simtest.RefundPending)
	h.settle()
	refund := h.refund(creator, r.OrderID, 4000)
	if refund.Status != billingapi.RefundPending {
		t.Fatalf("refund: %+v", refund)
	}
	row, err := one[Refund](h.ctx(), h.pool, "Refund", args{"id": refund.ID})
	h.no(err)
	canceled, err := h.svc.rail.Refund(h.ctx(), text(row.StripeID))
	h.no(err)
	canceled.Status = "canceled"
	canceled.FailureTransaction = &rail.Transaction{ID: "txn_back", Amount: usd(4000), Net: usd(4000), Created: noon}
	told := h.events(billingapi.EventRefundUpdated)
	for range 3 {
		h.no(pg.InTx(h.ctx(), h.pool, func(ctx context.Context, tx pgx.Tx) error {
			l, err := lock(ctx, tx, r.OrderID)
			if err != nil {
				return err
			}
			return h.svc.applyRefund(ctx, tx, l, canceled)
		}))
		if m := h.money(r.OrderID); !m.RefundRequested.IsZero() || !m.Refunded.IsZero() {
			t.Errorf("facts: %+v", m)
		}
		if b := h.balance(creator); b.Pending != usd(9000) {
			t.Errorf("balance: %+v", b)
		}
	}
	if n := h.events(billingapi.EventRefundUpdated) - told; n != 1 {
		t.Errorf("%d events tell that one refund was canceled", n)
	}
}

// Each step of a refund is told once, however often Stripe tells of it.
func TestARefundIsToldOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.refund(creator, order, 2500)
	h.settle()
	h.resend("charge.refunded")
	if n := h.events(billingapi.EventRefundUpdated); n != 2 {
		t.Errorf("%d events tell that a refund was asked for and that it succeeded", n)
	}
}

// The answer to a reversal is lost, and a webhook tells of the transfer: that is enough.
func TestAReversalIsToldByItsTransfer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	order := h.sell(usd(10000), creator)
	h.pass(8)
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultBroken, Method: http.MethodPost, Path: "/v1/transfers/"})
	h.refund(creator, order, 2500)
	h.settle()
	if op := h.operation(OpReversal); op.State != OpConfirmed {
		t.Errorf("the reversal is %s", op.State)
	}
	h.books("SB 430, SF 320, PF −750, MB 6750, MS −6750")
}

// A payout needs the least amount and no more, and its owner hears why there is none.
func TestTheLeastPayout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ price, share int64 }{{0, 0}, {1110, 999}, {1111, 1000}} {
		t.Run(fmt.Sprint(tt.share), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			creator := h.creator()
			if tt.price > 0 {
				h.sell(usd(tt.price), creator)
				h.sim.Advance(8 * 24 * time.Hour)
				h.settle()
				if b := h.balance(creator); b.Available != usd(tt.share) || b.LastPayout != nil {
					t.Fatalf("balance: %+v", b)
				}
			}
			p, err := h.as("gateway").RequestPayout(h.by(creator), id.New("key"), billingapi.PayoutRequest{Currency: "USD"})
			if tt.share < 1000 {
				wantErr(t, err, billingapi.ErrPayoutTooSmall)
				if state := problem.From(err).State; state != fmt.Sprint(tt.share) {
					t.Errorf("there is %s", state)
				}
				return
			}
			h.no(err)
			if p.Amount != usd(tt.share) {
				t.Errorf("payout: %+v", p)
			}
			if b := h.balance(creator); b.LastPayout == nil || *b.LastPayout != billingapi.PayoutInTransit || b.InTransit != usd(tt.share) {
				t.Errorf("balance: %+v", b)
			}
		})
	}
}

// Two requests with one key that both found no payout: the second finds the first under the account's lock.
func TestAPayoutIsReservedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	creator := h.creator()
	h.sell(usd(10000), creator)
	h.pass(8)
	key, hash := "key", "hash"
	ask := &Payout{RequestedBy: creator, IdemKey: &key, IdemHash: &hash}
	first, again, err := h.svc.reservePayout(h.ctx(), creator, "USD", 9000, ask)
	if err != nil || again {
		t.Fatalf("%t, %v", again, err)
	}
	second, again, err := h.svc.reservePayout(h.ctx(), creator, "USD", 9000, ask)
	if err != nil || !again || second.ID != first.ID {
		t.Errorf("%+v, %t, %v", second, again, err)
	}
	other := "other"
	_, _, err = h.svc.reservePayout(h.ctx(), creator, "USD", 9000, &Payout{RequestedBy: creator, IdemKey: &key, IdemHash: &other})
	wantErr(t, err, problem.ErrIdempotencyMismatch)
	_, _, err = h.svc.reservePayout(h.ctx(), creator, "USD", 9000, &Payout{RequestedBy: creator})
	wantErr(t, err, billingapi.ErrPayoutRunning)
}

// A share is decided about once: before its day nothing happens, and who comes second finds nothing to do.
func TestAShareIsDecidedAboutOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	order := h.sell(usd(10000), h.creator())
	decide := func() string {
		t.Helper()
		opID, err := h.svc.reserveTransfer(h.ctx(), legKey{OrderID: order})
		h.no(err)
		return opID
	}
	if opID := decide(); opID != "" {
		t.Error("a share goes before its day")
	}
	h.clock.Advance(8 * 24 * time.Hour)
	if opID := decide(); opID == "" {
		t.Error("a share stays after its day")
	}
	if opID := decide(); opID != "" {
		t.Error("a share goes twice")
	}
	h.expire()
	h.settle()
	h.books(ac4)
}

// A checkout whose answer was lost is asked for again under its own key: the buyer has one page.
func TestACheckoutIsOpenedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := request(usd(10000), h.creator())
	h.sim.Inject(stripesim.Fault{Mode: stripesim.FaultBroken, Method: http.MethodPost, Path: "/v1/checkout/sessions"})
	if _, err := h.front.OpenCheckout(h.ctx(), r); err == nil {
		t.Fatal("the answer was not lost")
	}
	h.expire()
	_, err := h.front.OpenCheckout(h.ctx(), r)
	h.no(err)
	if n := h.till("sessions"); n != 1 {
		t.Errorf("%d pages", n)
	}
}

// The places at which the crash tests kill: every step of every kind of operation, but those that come with another.
func TestKillPointsAreAllSteps(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, p := range KillPoints {
		named[p.Name] = true
	}
	for _, kind := range []OpKind{OpCheckout, OpTransfer, OpReversal, OpRefund, OpPayout, OpAccount} {
		for _, s := range []step{reserved, claimed, answered, posted} {
			with := kind == OpReversal && s == reserved || kind == OpCheckout && s == claimed
			if named[s.of(kind)] == with {
				t.Errorf("%s is declared: %t", s.of(kind), !with)
			}
		}
	}
}
