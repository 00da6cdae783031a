package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// Asker is who asks for something about money: a payee, or an operator for anybody.
type Asker struct {
	Person   string
	Operator bool
}

// sees says whether the asker may see the order.
func (a Asker) sees(l *locked) bool {
	if a.Operator {
		return true
	}
	for _, g := range l.Legs {
		if g.PersonID == a.Person {
			return true
		}
	}
	return false
}

// Refund gives a buyer money back: reserved with its journal in one transaction, sent, committed in another. The same key gives the
// same refund (storefront.md case 42). Errors: problem.ErrNotFound, ErrOrderNotPaid, ErrOrderDisputed, ErrRefundTooLarge,
// problem.ErrIdempotencyMismatch.
func (s *Service) Refund(ctx context.Context, who Asker, key string, r billingapi.RefundRequest) (billingapi.Refund, error) {
	hash, err := canon.Digest(r)
	if err != nil {
		return billingapi.Refund{}, problem.ErrInvalid.Because(err)
	}
	killpoint.Here("billing.refund.before-reserve")
	var refund Refund
	err = pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, r.OrderID)
		if err != nil {
			return err
		}
		if !who.sees(l) {
			return problem.ErrNotFound
		}
		// The order's lock is held: a second request with the same key waits above and finds the first here.
		if key != "" {
			earlier, ok, err := found(one[Refund](ctx, tx, "RefundOnce", args{"requested_by": who.Person, "idem_key": key}))
			if err != nil {
				return err
			}
			if ok {
				refund = earlier
				if text(earlier.IdemHash) != hash {
					return problem.ErrIdempotencyMismatch
				}
				return nil
			}
		}
		amount, err := l.mayRefund(r)
		if err != nil {
			return err
		}
		refund = Refund{
			ID: id.New("refund"), OrderID: l.OrderID, Amount: amount.Minor, Currency: l.Currency, Status: billingapi.RefundRequested,
			Reason: r.Reason, RequestedBy: who.Person, Attempt: 1, CreatedAt: s.now(),
		}
		if key != "" {
			refund.IdemKey, refund.IdemHash = &key, &hash
		}
		op, err := s.refundOperation(l, refund)
		if err != nil {
			return err
		}
		refund.OpID = &op.ID
		if err := s.takeBack(ctx, tx, l, &refund); err != nil {
			return err
		}
		if err := reserve(ctx, tx, op); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "refund.requested", refund.ID, audit.Detail{"order": l.OrderID, "amount": amount}); err != nil {
			return err
		}
		return l.save(ctx, tx, s.now(), refund.event(s.now()))
	})
	if pg.Constraint(err) == "refund_once" {
		// The same key at the same moment for another order: the orders' locks are two.
		err = problem.ErrIdempotencyMismatch
	}
	if err != nil {
		return billingapi.Refund{}, err
	}
	killpoint.Here(reserved.of(OpRefund))
	return s.sendRefund(ctx, refund)
}

// mayRefund checks a request against the order's state and returns the amount: all that is left unless one is given.
func (l *locked) mayRefund(r billingapi.RefundRequest) (money.Amount, error) {
	switch {
	case l.State != billingapi.OrderPaid:
		return money.Amount{}, billingapi.ErrOrderNotPaid.WithState(string(l.State))
	case l.Disputed:
		return money.Amount{}, billingapi.ErrOrderDisputed.WithState("disputed")
	}
	left := l.amount(l.Refundable())
	amount := left
	if r.Amount != nil {
		amount = *r.Amount
	}
	switch {
	case amount.Currency != l.Currency:
		return money.Amount{}, problem.ErrInvalid.WithField("/amount/currency", "currency", "the order is in "+string(l.Currency))
	case r.Amount != nil && !amount.IsPositive():
		return money.Amount{}, problem.ErrInvalid.WithField("/amount/amount", "min", "above zero")
	case amount.OnStep() != nil:
		return money.Amount{}, problem.ErrInvalid.WithField("/amount/amount", "step", "the last digit must be 0 in "+string(l.Currency))
	case amount.IsZero() || amount.Cmp(left) > 0:
		return money.Amount{}, billingapi.ErrRefundTooLarge.WithState(fmt.Sprint(left.Minor))
	}
	return amount, nil
}

// takeBack divides a refund, books its reserve, and stores it with what it took from each payee.
func (s *Service) takeBack(ctx context.Context, tx pgx.Tx, l *locked, r *Refund) error {
	returned, err := scalar[int64](ctx, tx, "FeeReturned", args{"order_id": l.OrderID})
	if err != nil {
		return err
	}
	part, err := l.Plan.legs().Refund(l.refunded(returned), money.New(r.Amount, r.Currency))
	if errors.Is(err, postings.ErrExceeds) {
		return billingapi.ErrRefundTooLarge.WithState(fmt.Sprint(l.Refundable()))
	}
	if err != nil {
		return err
	}
	r.FeeReturned = part.Fee.Minor
	covered := make([]money.Amount, len(part.Shares))
	for i := range covered {
		covered[i] = l.amount(l.leg(int16(i)).Payable)
	}
	journals, takes := postings.RefundReserved(l.meta(s.now()), r.ID, part, covered)
	if _, err := ledger.Post(ctx, tx, journals...); err != nil {
		return err
	}
	err = exec(ctx, tx, "InsertRefund", args{
		"id": r.ID, "order_id": r.OrderID, "op_id": r.OpID, "stripe_id": r.StripeID, "amount": r.Amount, "currency": r.Currency,
		"fee_returned": r.FeeReturned, "status": r.Status, "reason": r.Reason, "requested_by": r.RequestedBy, "idem_key": r.IdemKey,
		"idem_hash": r.IdemHash, "created_at": r.CreatedAt,
	})
	if err != nil {
		return err
	}
	for i, t := range takes {
		g := l.leg(int16(i))
		g.Taken += t.FromPayable.Minor
		g.Owed += t.FromReceivable.Minor
		g.Payable -= t.FromPayable.Minor
		if g.Payable == 0 {
			g.LookAt, g.Blocker = nil, billingapi.BlockerNone
		}
		err := exec(ctx, tx, "InsertRefundLeg", args{"refund_id": r.ID, "position": i, "from_payable": t.FromPayable.Minor, "owed": t.FromReceivable.Minor})
		if err != nil {
			return err
		}
	}
	l.RefundRequested += r.Amount
	return nil
}

// giveBack undoes takeBack for a refund that was refused, canceled or given up: the shares are payable again at once, and what a payee
// owes is settled from them when they are transferred (row 13).
func (s *Service) giveBack(ctx context.Context, tx pgx.Tx, l *locked, r *Refund, status billingapi.RefundStatus) error {
	parts, err := many[RefundPart](ctx, tx, "RefundLegs", args{"refund_id": r.ID})
	if err != nil {
		return err
	}
	now := s.now()
	if _, err := ledger.Post(ctx, tx, postings.RefundReinstated(l.meta(now), r.ID, l.part(*r, parts))...); err != nil {
		return err
	}
	for _, p := range parts {
		g := l.leg(p.Position)
		g.Taken -= p.FromPayable
		g.Regained += p.Owed
		g.Payable += p.FromPayable + p.Owed
		if look := g.due(now); g.Payable > 0 {
			g.LookAt = &look
		}
	}
	l.RefundRequested -= r.Amount
	if r.Status == billingapi.RefundFailed {
		l.RefundFailed -= r.Amount
	}
	r.Status, r.FailedAt = status, nil
	return saveRefund(ctx, tx, *r)
}

// due is when a leg may be transferred, but not before now.
func (l Leg) due(now time.Time) time.Time {
	if l.DueAt != nil && l.DueAt.After(now) {
		return *l.DueAt
	}
	return now
}

func (s *Service) refundOperation(l *locked, r Refund) (Operation, error) {
	op, err := s.newOperation(OpRefund, rail.RefundRequest{
		Charge: *l.ChargeID, Amount: money.New(r.Amount, r.Currency), Reason: stripeReason(r.Reason), Metadata: map[string]string{"order": l.OrderID},
	})
	op.OrderID, op.RefundID, op.Amount, op.Currency = &l.OrderID, &r.ID, r.Amount, r.Currency
	return op, err
}

// sendRefund runs the operation of a refund and reads the refund again. An open outcome is no error: the refund stands as requested.
func (s *Service) sendRefund(ctx context.Context, r Refund) (billingapi.Refund, error) {
	if r.Status == billingapi.RefundRequested && r.OpID != nil {
		if err := pending(s.run(ctx, *r.OpID)); err != nil {
			s.log.ErrorContext(ctx, "refund is not sent yet", "refund", r.ID, "error", err)
		}
	}
	r, err := one[Refund](ctx, s.pool, "Refund", args{"id": r.ID})
	return r.View(), err
}

func saveRefund(ctx context.Context, tx pgx.Tx, r Refund) error {
	return exec(ctx, tx, "SaveRefund", args{
		"id": r.ID, "op_id": r.OpID, "stripe_id": r.StripeID, "status": r.Status, "settled": r.Settled, "returned": r.Returned,
		"failure_reason": r.FailureReason, "attempt": r.Attempt, "failed_at": r.FailedAt,
	})
}

func (r Refund) event(at time.Time) outbox.Event {
	return outbox.Event{Name: billingapi.EventRefundUpdated, Key: r.OrderID, At: at, Payload: billingapi.RefundUpdated{
		OrderID: r.OrderID, RefundID: r.ID, Amount: money.New(r.Amount, r.Currency), Status: r.Status, Attempt: r.Attempt,
	}}
}
