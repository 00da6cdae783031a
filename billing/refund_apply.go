package billing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// refundEffect sends money back to a buyer's card.
type refundEffect struct{ s *Service }

func (e refundEffect) send(ctx context.Context, op Operation) (any, error) {
	r, err := decode[rail.RefundRequest](op)
	if err != nil {
		return nil, err
	}
	return e.s.rail.CreateRefund(ctx, op.Rail(), r)
}

func (e refundEffect) find(ctx context.Context, op Operation) (any, bool, error) {
	r, err := decode[rail.RefundRequest](op)
	if err != nil {
		return nil, false, err
	}
	return search(op.ID, func(after string) ([]rail.Refund, bool, error) {
		return e.s.rail.Refunds(ctx, r.Charge, rail.Page{After: after})
	}, func(re rail.Refund) (string, map[string]string) { return re.ID, re.Metadata })
}

func (e refundEffect) done(ctx context.Context, op Operation, result any) error {
	re, ok := result.(rail.Refund)
	if !ok {
		return fmt.Errorf("billing: %T is no refund", result)
	}
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		return e.s.applyRefund(ctx, tx, l, re)
	})
}

// fail gives a refund up that Stripe refused: nothing has left, so everybody keeps what they had.
func (e refundEffect) fail(ctx context.Context, op Operation, code string) error {
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		op, open, err := finish(ctx, tx, op.ID, OpFailed, "", code)
		if err != nil || !open {
			return err
		}
		r, err := one[Refund](ctx, tx, "Refund", args{"id": op.RefundID})
		if err != nil {
			return err
		}
		r.FailureReason = code
		if err := e.s.giveBack(ctx, tx, l, &r, billingapi.RefundCanceled); err != nil {
			return err
		}
		return l.save(ctx, tx, e.s.now(), r.event(e.s.now()))
	})
}

// applyRefund takes over what Stripe says about one refund of a locked order, and saves the order. Whoever tells (the answer of our
// call, a webhook, the sweep) and how often makes no difference: the order is locked, so our own refund is never booked a second time
// while its answer is not committed (money.md §7), and a refund that nobody here asked for is taken in as one made in Stripe's
// dashboard (case 44).
func (s *Service) applyRefund(ctx context.Context, tx pgx.Tx, l *locked, re rail.Refund) error {
	r, known, err := s.refundOf(ctx, tx, l, re)
	if err != nil || !known {
		return err
	}
	before := r.Status
	now := s.now()
	amount := money.New(r.Amount, r.Currency)
	if t := re.Transaction; t != nil && !r.Settled {
		r.Settled = true
		l.Refunded += r.Amount
		if _, err := ledger.Post(ctx, tx, postings.RefundSettled(l.meta(t.Created), r.ID, t.ID, amount, t.Net.Neg())...); err != nil {
			return err
		}
	}
	if t := re.FailureTransaction; t != nil && r.Settled && !r.Returned {
		r.Returned = true
		l.Refunded -= r.Amount
		if _, err := ledger.Post(ctx, tx, postings.RefundFailed(l.meta(t.Created), r.ID, t.ID, amount, t.Net)...); err != nil {
			return err
		}
	}
	next := refundStatus(re.Status)
	if refundRank(next) > refundRank(r.Status) {
		r.Status, r.FailureReason = next, re.FailureReason
	}
	if r.Status == billingapi.RefundFailed && before != billingapi.RefundFailed {
		l.RefundFailed += r.Amount
		r.FailedAt = &now
	}
	if r.Status == billingapi.RefundCanceled && before != billingapi.RefundCanceled {
		if err := s.giveBack(ctx, tx, l, &r, billingapi.RefundCanceled); err != nil {
			return err
		}
	} else if err := saveRefund(ctx, tx, r); err != nil {
		return err
	}
	for i := range l.Legs {
		if err := s.reverseOwed(ctx, tx, l, &l.Legs[i]); err != nil {
			return err
		}
	}
	if r.Status == before {
		return l.save(ctx, tx, now)
	}
	return l.save(ctx, tx, now, r.event(now))
}

// refundRank orders statuses in time: an answer that was read earlier never undoes a later one.
func refundRank(s billingapi.RefundStatus) int {
	switch s {
	case billingapi.RefundRequested:
		return 0
	case billingapi.RefundPending:
		return 1
	case billingapi.RefundSucceeded:
		return 2
	default:
		return 3
	}
}

// refundOf finds our refund for Stripe's, by its id or by the operation in its metadata, and confirms the operation. An earlier
// attempt of a refund that was sent again is known and no news. One of nobody's becomes a refund made in the dashboard.
func (s *Service) refundOf(ctx context.Context, tx pgx.Tx, l *locked, re rail.Refund) (Refund, bool, error) {
	r, ok, err := found(one[Refund](ctx, tx, "RefundByStripe", args{"id": re.ID}))
	if err != nil || ok {
		return r, ok, err
	}
	if opID := re.Metadata["op_id"]; opID != "" {
		op, _, err := finish(ctx, tx, opID, OpConfirmed, re.ID, "")
		if err != nil {
			return Refund{}, false, err
		}
		if r, err = one[Refund](ctx, tx, "Refund", args{"id": op.RefundID}); err != nil {
			return Refund{}, false, err
		}
		if text(r.OpID) != op.ID {
			return Refund{}, false, nil
		}
		r.StripeID = &re.ID
		return r, true, nil
	}
	switch refundStatus(re.Status) {
	case billingapi.RefundFailed, billingapi.RefundCanceled:
		return Refund{}, false, nil // it came and went without us; the sweep explains its two transactions
	}
	r = Refund{
		ID: id.At("refund", re.Created), OrderID: l.OrderID, StripeID: &re.ID, Amount: re.Amount.Minor, Currency: re.Amount.Currency,
		Status: billingapi.RefundRequested, Reason: "dashboard", Attempt: 1, CreatedAt: re.Created,
	}
	return r, true, s.takeBack(ctx, tx, l, &r)
}

// applyCharge reads a charge with its refunds and applies both. A refund may be told before its payment: then the payment is applied
// first (money.md case 43).
func (s *Service) applyCharge(ctx context.Context, chargeID string) error {
	ch, err := s.rail.Charge(ctx, chargeID)
	if err != nil {
		return foreignIfMissing(err)
	}
	orderID := ch.Metadata["order"]
	if orderID == "" {
		return errForeign
	}
	paid, err := s.Refresh(ctx, orderID)
	switch {
	case problem.From(err) != nil && problem.From(err).Code == problem.ErrNotFound.Code:
		return errParent
	case err != nil:
		return err
	case paid.State != billingapi.OrderPaid:
		return errParent
	}
	var refunds []rail.Refund
	err = eachPage(func(after string) ([]rail.Refund, bool, error) {
		return s.rail.Refunds(ctx, chargeID, rail.Page{After: after})
	}, func(re rail.Refund) string { return re.ID }, func(page []rail.Refund) error { refunds = append(refunds, page...); return nil })
	if err != nil {
		return err
	}
	// Newest first from Stripe; the oldest is applied first, so that cumulative roundings follow the order of events.
	for i := len(refunds) - 1; i >= 0; i-- {
		err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
			l, err := lock(ctx, tx, orderID)
			if err != nil {
				return err
			}
			return s.applyRefund(ctx, tx, l, refunds[i])
		})
		if err != nil {
			return err
		}
	}
	return s.applyDispute(ctx, orderID, ch.Disputed)
}

// applyDispute mirrors whether the buyer's bank disputes the charge: refunds and transfers wait, access pauses.
func (s *Service) applyDispute(ctx context.Context, orderID string, disputed bool) error {
	o, err := one[Order](ctx, s.pool, "Order", args{"order_id": orderID})
	if err != nil || o.Disputed == disputed {
		return err
	}
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, orderID)
		if err != nil {
			return err
		}
		l.Disputed = disputed
		return l.save(ctx, tx, s.now())
	})
}
