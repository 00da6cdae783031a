package billing

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
)

// effect is how one kind of operation is sent, found again, and committed. Results are the rail's own objects.
//
// done and fail open a transaction of their own and do nothing when the operation has already ended, so that the answer of the call
// and a webhook may both bring the news.
type effect interface {
	send(ctx context.Context, op Operation) (any, error)
	// find looks for the object that the operation may have made, by metadata[op_id].
	find(ctx context.Context, op Operation) (any, bool, error)
	done(ctx context.Context, op Operation, result any) error
	fail(ctx context.Context, op Operation, code string) error
}

func (s *Service) effect(kind OpKind) effect {
	switch kind {
	case OpCheckout:
		return checkoutEffect{s}
	case OpTransfer:
		return transferEffect{s}
	case OpReversal:
		return reversalEffect{s}
	case OpRefund:
		return refundEffect{s}
	case OpPayout:
		return payoutEffect{s}
	case OpAccount:
		return accountEffect{s}
	}
	panic("billing: unknown kind of operation " + string(kind))
}

// newOperation is a reserved operation. Whoever reserves it runs it next; the sweep picks it up when they could not.
func (s *Service) newOperation(kind OpKind, request any) (Operation, error) {
	raw, err := json.Marshal(request)
	return Operation{
		ID: id.New("op"), Kind: kind, State: OpReserved, Attempt: 1, Request: raw,
		RetryAt: s.wall().Add(2 * time.Second), CreatedAt: s.now(),
	}, err
}

// reserve stores an operation in the transaction of the decision.
func reserve(ctx context.Context, tx pg.Querier, op Operation) error {
	return exec(ctx, tx, "ReserveOperation", args{
		"id": op.ID, "kind": op.Kind, "order_id": op.OrderID, "position": op.Position, "person_id": op.PersonID, "refund_id": op.RefundID,
		"payout_id": op.PayoutID, "parent_id": op.ParentID, "amount": op.Amount, "currency": op.Currency, "request": op.Request,
		"retry_at": op.RetryAt, "created_at": op.CreatedAt,
	})
}

// run drives an operation one step: claims it with a lease, sends or looks it up, and commits the outcome. It returns nil when the
// effect is confirmed (by us or by somebody else meanwhile), ErrRailRefused when it failed for good, and ErrRailUnavailable while the
// outcome is open; then the sweep goes on.
func (s *Service) run(ctx context.Context, opID string) error {
	op, ok, err := found(one[Operation](ctx, s.pool, "ClaimOperation", args{
		"id": opID, "wall": s.wall(), "lease": s.wall().Add(s.lease), "now": s.now(),
	}))
	if err != nil {
		return err
	}
	if !ok {
		return s.outcome(ctx, opID)
	}
	killpoint.Here(claimed.of(op.Kind))
	eff := s.effect(op.Kind)
	if op.State == OpUnknown || op.KeyTooOld(s.now()) {
		return s.lookUp(ctx, op, eff)
	}
	result, err := eff.send(ctx, op)
	killpoint.Here(answered.of(op.Kind))
	return s.conclude(ctx, op, eff, result, err)
}

// outcome is what is known of an operation that somebody else holds or has ended.
func (s *Service) outcome(ctx context.Context, opID string) error {
	op, err := one[Operation](ctx, s.pool, "Operation", args{"id": opID})
	if err != nil {
		return err
	}
	switch op.State {
	case OpConfirmed:
		return nil
	case OpFailed:
		return billingapi.ErrRailRefused
	}
	return billingapi.ErrRailUnavailable.WithRetryAfter(2)
}

// conclude commits what the rail answered (money.md §8).
func (s *Service) conclude(ctx context.Context, op Operation, eff effect, result any, err error) error {
	// The answer is known now; the caller's patience must not decide whether it is stored.
	ctx = context.WithoutCancel(ctx)
	v := rail.Outcome(err)
	switch v.Class {
	case rail.Done:
		return s.commit(ctx, op, eff, result)
	case rail.Failed:
		if !v.Certain {
			// A code that we do not know is only a failure when there is no object (money.md §11).
			got, ok, err := eff.find(ctx, op)
			if err != nil {
				return s.later(ctx, op, OpSent, backoff(op.Tries))
			}
			if ok {
				return s.commit(ctx, op, eff, got)
			}
		}
		s.log.WarnContext(ctx, "operation refused", "op", op.ID, "kind", op.Kind, "code", v.Code, "request", v.RequestID)
		if err := eff.fail(ctx, op, v.Code); err != nil {
			return err
		}
		return billingapi.ErrRailRefused.Because(err)
	case rail.RateLimited, rail.InFlight:
		return s.later(ctx, op, OpSent, backoff(op.Tries))
	case rail.Unauthorised:
		s.log.ErrorContext(ctx, "Stripe refuses our key", "op", op.ID, "kind", op.Kind, "request", v.RequestID)
		return s.later(ctx, op, OpSent, time.Minute)
	}
	if v.Replayed || v.Status >= 400 && v.Status < 500 {
		// Row 8: the key is spent on a stored 500, or on other parameters. Sending it again can never end.
		return s.lookUp(ctx, op, eff)
	}
	return s.later(ctx, op, OpSent, backoff(op.Tries))
}

func (s *Service) commit(ctx context.Context, op Operation, eff effect, result any) error {
	if err := eff.done(ctx, op, result); err != nil {
		return err
	}
	killpoint.Here(posted.of(op.Kind))
	return nil
}

// later frees the lease; the sweep sends the same key again.
func (s *Service) later(ctx context.Context, op Operation, state OpState, pause time.Duration) error {
	if err := s.retry(ctx, op, state, pause); err != nil {
		return err
	}
	return billingapi.ErrRailUnavailable.WithRetryAfter(2)
}

func (s *Service) retry(ctx context.Context, op Operation, state OpState, pause time.Duration) error {
	return exec(ctx, s.pool, "RetryOperation", args{
		"id": op.ID, "state": state, "retry_at": s.wall().Add(pause), "lists": op.Lists, "listed_at": op.ListedAt, "attempt": op.Attempt,
		"first_sent_at": op.FirstSentAt, "failure_code": op.FailureCode,
	})
}

// lookUp settles an operation whose key can't be sent again (rows 7 and 8): found, it is committed; absent in two lookups at least
// five minutes apart, it is sent again under a new key. Nothing is ever guessed.
func (s *Service) lookUp(ctx context.Context, op Operation, eff effect) error {
	killpoint.Here("billing.operation.before-lookup")
	result, ok, err := eff.find(ctx, op)
	if err != nil {
		if op.ListedAt != nil { // a lookup that failed proves nothing: the gap begins again
			again := s.now()
			op.ListedAt = &again
		}
		return s.later(ctx, op, OpUnknown, backoff(op.Tries))
	}
	if ok {
		return s.commit(ctx, op, eff, result)
	}
	now := s.now()
	switch {
	case op.Lists == 0 || op.ListedAt == nil:
		op.Lists, op.ListedAt = 1, &now
	case now.Sub(*op.ListedAt) >= listGap:
		op.Attempt, op.Lists, op.ListedAt, op.FirstSentAt = op.Attempt+1, 0, nil, nil
		if err := s.retry(ctx, op, OpReserved, 0); err != nil {
			return err
		}
		killpoint.Here("billing.operation.new-attempt")
		return s.run(ctx, op.ID)
	}
	return s.later(ctx, op, OpUnknown, listGap/10)
}

// finish ends an operation in the transaction of its effect. It says whether it was open until now; a second call is a no-op.
func finish(ctx context.Context, tx pgx.Tx, opID string, state OpState, resultID, code string) (Operation, bool, error) {
	op, err := one[Operation](ctx, tx, "LockOperation", args{"id": opID})
	if err != nil || op.Done() {
		return op, false, err
	}
	op.State = state
	if resultID != "" {
		op.ResultID = &resultID
	}
	return op, true, exec(ctx, tx, "FinishOperation", args{"id": opID, "state": state, "result_id": op.ResultID, "failure_code": code})
}

// SweepOperations runs every operation that is due: those of a process that died, and those whose answer was lost.
func (s *Service) SweepOperations(ctx context.Context) error {
	due, err := pg.Column[string](ctx, s.pool, queries.SQL("DueOperations"), args{
		"wall": s.wall(), "listed_until": s.now().Add(-listGap), "n": 100,
	})
	if err != nil {
		return err
	}
	return each(ctx, due, func(ctx context.Context, opID string) error { return pending(s.run(ctx, opID)) })
}
