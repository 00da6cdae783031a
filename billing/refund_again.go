package billing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// ReissueRefund sends a failed refund again: the buyer is still owed, and nothing moves in the books until the new one settles.
// Not while the buyer's bank disputes the payment: it would leave twice. Errors: problem.ErrNotFound, ErrRefundNotOpen, ErrOrderDisputed.
func (s *Service) ReissueRefund(ctx context.Context, who Asker, refundID string) (billingapi.Refund, error) {
	return s.failedRefund(ctx, who, refundID, "refund.reissued", func(ctx context.Context, tx pgx.Tx, l *locked, r *Refund) error {
		if l.Disputed {
			return billingapi.ErrOrderDisputed.WithState("disputed")
		}
		op, err := s.refundOperation(l, *r)
		if err != nil {
			return err
		}
		l.RefundFailed -= r.Amount
		r.OpID, r.StripeID, r.Status, r.FailureReason, r.Settled, r.Returned = &op.ID, nil, billingapi.RefundRequested, "", false, false
		r.Attempt, r.FailedAt = r.Attempt+1, nil
		if err := reserve(ctx, tx, op); err != nil {
			return err
		}
		return saveRefund(ctx, tx, *r)
	})
}

// ReinstateRefund gives a failed refund up: those it was taken from have it back (money.md case 15). The buyer's access opens again.
// Errors: problem.ErrNotFound, ErrRefundNotOpen.
func (s *Service) ReinstateRefund(ctx context.Context, who Asker, refundID string) (billingapi.Refund, error) {
	return s.failedRefund(ctx, who, refundID, "refund.reinstated", func(ctx context.Context, tx pgx.Tx, l *locked, r *Refund) error {
		return s.giveBack(ctx, tx, l, r, billingapi.RefundReinstated)
	})
}

// failedRefund decides about a refund that failed, under its order's lock; action is the decision as the audit names it.
func (s *Service) failedRefund(ctx context.Context, who Asker, refundID, action string, decide func(context.Context, pgx.Tx, *locked, *Refund) error) (billingapi.Refund, error) {
	r, ok, err := found(one[Refund](ctx, s.pool, "Refund", args{"id": refundID}))
	if err != nil {
		return billingapi.Refund{}, err
	}
	if !ok {
		return billingapi.Refund{}, problem.ErrNotFound
	}
	err = pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, r.OrderID)
		if err != nil {
			return err
		}
		if !who.sees(l) {
			return problem.ErrNotFound
		}
		if r, err = one[Refund](ctx, tx, "Refund", args{"id": refundID}); err != nil {
			return err
		}
		if r.Status != billingapi.RefundFailed || r.Settled != r.Returned {
			return billingapi.ErrRefundNotOpen.WithState(string(r.Status))
		}
		if err := decide(ctx, tx, l, &r); err != nil {
			return err
		}
		if err := s.record(ctx, tx, action, r.ID, audit.Detail{"order": l.OrderID}); err != nil {
			return err
		}
		return l.save(ctx, tx, s.now(), r.event(s.now()))
	})
	if err != nil {
		return billingapi.Refund{}, err
	}
	return s.sendRefund(ctx, r)
}
