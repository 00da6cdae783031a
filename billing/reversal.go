package billing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/pg"
)

type reversalRequest struct {
	Transfer string
}

type transferOfLeg struct {
	ID        string
	Amount    int64
	Reversing int64
}

type owedOfLeg struct {
	RefundID string
	Owed     int64
}

// reverseOwed reserves reversals for what a payee owes on this leg after refunds that Stripe accepted: the refund goes first, the
// reversal follows (row 13). It may be called as often as one likes: what was asked back for a refund is not asked again, so a refused
// reversal stays a receivable (row 12).
func (s *Service) reverseOwed(ctx context.Context, tx pgx.Tx, l *locked, g *Leg) error {
	if g.Owed == 0 {
		return nil
	}
	at := args{"order_id": l.OrderID, "position": g.Position}
	owed, err := many[owedOfLeg](ctx, tx, "OwedOfLeg", at)
	if err != nil {
		return err
	}
	transfers, err := many[transferOfLeg](ctx, tx, "TransfersOfLeg", at)
	if err != nil {
		return err
	}
	for _, o := range owed {
		for i := range transfers {
			take := min(o.Owed, transfers[i].Amount-transfers[i].Reversing)
			if take <= 0 {
				continue
			}
			if err := s.reserveReversal(ctx, tx, l, g, o.RefundID, transfers[i].ID, take); err != nil {
				return err
			}
			o.Owed -= take
			transfers[i].Reversing += take
		}
	}
	return nil
}

func (s *Service) reserveReversal(ctx context.Context, tx pgx.Tx, l *locked, g *Leg, refundID, transferID string, amount int64) error {
	op, err := s.newOperation(OpReversal, reversalRequest{Transfer: transferID})
	if err != nil {
		return err
	}
	op.OrderID, op.Position, op.PersonID, op.RefundID, op.ParentID = &l.OrderID, &g.Position, &g.PersonID, &refundID, &transferID
	op.Amount, op.Currency, op.RetryAt = amount, l.Currency, s.wall()
	return reserve(ctx, tx, op)
}

// reversalEffect takes back a part of a transfer.
type reversalEffect struct{ s *Service }

func (e reversalEffect) send(ctx context.Context, op Operation) (any, error) {
	return e.s.rail.CreateReversal(ctx, op.Rail(), *op.ParentID, op.Money(), nil)
}

func (e reversalEffect) find(ctx context.Context, op Operation) (any, bool, error) {
	return search(op.ID, func(after string) ([]rail.Reversal, bool, error) {
		return e.s.rail.Reversals(ctx, *op.ParentID, rail.Page{After: after})
	}, func(v rail.Reversal) (string, map[string]string) { return v.ID, v.Metadata })
}

func (e reversalEffect) done(ctx context.Context, op Operation, result any) error {
	v, ok := result.(rail.Reversal)
	if !ok {
		return fmt.Errorf("billing: %T is no reversal", result)
	}
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		op, open, err := finish(ctx, tx, op.ID, OpConfirmed, v.ID, "")
		if err != nil || !open {
			return err
		}
		g := l.leg(*op.Position)
		g.Reversed += op.Amount
		acct, err := one[Account](ctx, tx, "LockAccount", args{"person_id": g.PersonID})
		if err != nil {
			return err
		}
		_, err = ledger.Post(ctx, tx, postings.ReversalConfirmed(l.meta(v.Created), postings.Reversal{
			ID: v.ID, Person: g.PersonID, Holder: text(acct.StripeID), Amount: op.Money(),
		})...)
		if err != nil {
			return err
		}
		return l.save(ctx, tx, e.s.now())
	})
}

// fail leaves the receivable open; new earnings settle it.
func (e reversalEffect) fail(ctx context.Context, op Operation, code string) error {
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		_, _, err := finish(ctx, tx, op.ID, OpFailed, "", code)
		return err
	})
}

// applyReversals confirms the reversals of a transfer that belong to our operations. One that was made in Stripe's dashboard has no
// operation; the sweep of balance transactions puts it into suspense, for a person to explain.
func (s *Service) applyReversals(ctx context.Context, transferID string) error {
	return eachPage(func(after string) ([]rail.Reversal, bool, error) {
		return s.rail.Reversals(ctx, transferID, rail.Page{After: after})
	}, func(v rail.Reversal) string { return v.ID }, func(page []rail.Reversal) error {
		for _, v := range page {
			op, ok, err := found(one[Operation](ctx, s.pool, "Operation", args{"id": v.Metadata["op_id"]}))
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := (reversalEffect{s}).done(ctx, op, v); err != nil {
				return err
			}
		}
		return nil
	})
}
