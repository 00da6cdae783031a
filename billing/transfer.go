package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
)

// gateCheck is how often a leg that waits for its account is looked at again without an event.
const gateCheck = 24 * time.Hour

type legKey struct {
	OrderID  string
	Position int16
}

// TransferDue transfers every share whose risk window is over and whose gates are open.
func (s *Service) TransferDue(ctx context.Context) error {
	due, err := many[legKey](ctx, s.pool, "LegsToLookAt", args{"now": s.now()})
	if err != nil {
		return err
	}
	return each(ctx, due, func(ctx context.Context, k legKey) error {
		opID, err := s.reserveTransfer(ctx, k)
		if err != nil || opID == "" {
			return err
		}
		killpoint.Here(reserved.of(OpTransfer))
		return pending(s.run(ctx, opID))
	})
}

// reserveTransfer decides about one leg and reserves its transfer: gates first, then what the payee owes is settled, then the rest
// goes. It returns "" when nothing is to be sent now; the reason is the leg's blocker.
func (s *Service) reserveTransfer(ctx context.Context, k legKey) (string, error) {
	killpoint.Here("billing.transfer.before-reserve")
	var opID string
	err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		opID = ""
		l, err := lock(ctx, tx, k.OrderID)
		if err != nil {
			return err
		}
		g, now := l.leg(k.Position), s.now()
		if g.LookAt == nil || g.LookAt.After(now) {
			return nil // the first of two workers decided
		}
		acct, known, err := found(one[Account](ctx, tx, "LockAccount", args{"person_id": g.PersonID}))
		if err != nil {
			return err
		}
		if blocker := gate(l, acct, known); blocker != billingapi.BlockerNone {
			later := now.Add(gateCheck)
			g.Blocker, g.LookAt = blocker, &later
			return l.save(ctx, tx, now)
		}
		g.Blocker, g.LookAt = billingapi.BlockerNone, nil
		journals, err := s.settleReceivable(ctx, tx, l, g)
		if err != nil {
			return err
		}
		if g.Payable > 0 {
			op, err := s.newOperation(OpTransfer, rail.TransferRequest{
				Account: *acct.StripeID, Amount: l.amount(g.Payable), Charge: *l.ChargeID, Group: l.OrderID,
			})
			if err != nil {
				return err
			}
			op.OrderID, op.Position, op.PersonID, op.Amount, op.Currency = &l.OrderID, &g.Position, &g.PersonID, g.Payable, l.Currency
			if err := reserve(ctx, tx, op); err != nil {
				return err
			}
			journals = append(journals, postings.TransferReserved(l.meta(now), transferOf(op, ""))...)
			g.Transferring += op.Amount
			opID = op.ID
		}
		if _, err := ledger.Post(ctx, tx, journals...); err != nil {
			return err
		}
		return l.save(ctx, tx, now)
	})
	return opID, err
}

// gate is what keeps a transfer from leaving (money.md §3, and R3 for a negative balance).
func gate(l *locked, acct Account, known bool) billingapi.Blocker {
	switch {
	case l.Disputed || l.Frozen:
		return billingapi.BlockerFrozen
	case l.ChargeTxn == nil:
		return billingapi.BlockerSettling
	case !known:
		return billingapi.BlockerNoAccount
	}
	if blocker, _ := acct.Blocker(); blocker != billingapi.BlockerNone {
		return blocker
	}
	if !acct.Takes(l.Currency) {
		return billingapi.BlockerCurrency
	}
	if acct.Below(l.Currency) {
		return billingapi.BlockerNegativeBalance
	}
	return billingapi.BlockerNone
}

// settleReceivable takes from a share what its payee owes after refunds of sales that were already paid out (money.md case 12). What
// a reversal under way may still bring back is not taken. The payee's account row is locked, so two shares never settle one debt.
func (s *Service) settleReceivable(ctx context.Context, tx pgx.Tx, l *locked, g *Leg) ([]ledger.Journal, error) {
	owed, err := ledger.Balance(ctx, tx, ledger.CR(g.PersonID), l.Currency)
	if err != nil || !owed.IsPositive() {
		return nil, err
	}
	underWay, err := scalar[int64](ctx, tx, "ReversalsUnderWay", args{"person_id": g.PersonID, "currency": l.Currency})
	if err != nil {
		return nil, err
	}
	take := min(owed.Minor-underWay, g.Payable)
	if take <= 0 {
		return nil, nil
	}
	g.Netted += take
	g.Payable -= take
	return l.netted(g, l.amount(take), s.now()), nil
}

// transferEffect moves a share to the payee's Stripe account.
type transferEffect struct{ s *Service }

func (e transferEffect) send(ctx context.Context, op Operation) (any, error) {
	r, err := decode[rail.TransferRequest](op)
	if err != nil {
		return nil, err
	}
	return e.s.rail.CreateTransfer(ctx, op.Rail(), r)
}

func (e transferEffect) find(ctx context.Context, op Operation) (any, bool, error) {
	return search(op.ID, func(after string) ([]rail.Transfer, bool, error) {
		return e.s.rail.Transfers(ctx, *op.OrderID, rail.Page{After: after})
	}, func(t rail.Transfer) (string, map[string]string) { return t.ID, t.Metadata })
}

func (e transferEffect) done(ctx context.Context, op Operation, result any) error {
	t, ok := result.(rail.Transfer)
	if !ok {
		return fmt.Errorf("billing: %T is no transfer", result)
	}
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		op, open, err := finish(ctx, tx, op.ID, OpConfirmed, t.ID, "")
		if err != nil || !open {
			return err
		}
		g, now := l.leg(*op.Position), e.s.now()
		g.Transferring -= op.Amount
		g.Transferred += op.Amount
		g.TransferID = &t.ID
		if _, err := ledger.Post(ctx, tx, postings.TransferPosted(l.meta(t.Created), transferOf(op, t.Account))...); err != nil {
			return err
		}
		err = exec(ctx, tx, "StartPayoutTurn", args{"person_id": g.PersonID, "currency": l.Currency, "next_at": e.s.policies.TermsAt(now).NextPayout(now)})
		if err != nil {
			return err
		}
		// A refund that was accepted while the transfer was under way takes its part back now.
		if err := e.s.reverseOwed(ctx, tx, l, g); err != nil {
			return err
		}
		return l.save(ctx, tx, now)
	})
}

// fail gives the share back to what is payable. The gate stays closed until the account changes or a day has passed (row 9); Stripe
// never tries again by itself.
func (e transferEffect) fail(ctx context.Context, op Operation, code string) error {
	var person string
	err := pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		l, err := lock(ctx, tx, *op.OrderID)
		if err != nil {
			return err
		}
		op, open, err := finish(ctx, tx, op.ID, OpFailed, "", code)
		if err != nil || !open {
			return err
		}
		g, now := l.leg(*op.Position), e.s.now()
		later := now.Add(gateCheck)
		g.Transferring -= op.Amount
		g.LookAt, g.Blocker, person = &later, refusedBy(code), g.PersonID
		if _, err := ledger.Post(ctx, tx, postings.TransferVoided(l.meta(now), transferOf(op, ""))...); err != nil {
			return err
		}
		return l.save(ctx, tx, now)
	})
	if err != nil || person == "" {
		return err
	}
	return e.s.hintAccount(ctx, person)
}

// refusedBy is the blocker that a refusal of Stripe's means.
func refusedBy(code string) billingapi.Blocker {
	if code == "balance_insufficient" {
		return billingapi.BlockerSettling
	}
	return billingapi.BlockerIdentity
}

// applyTransfer confirms a transfer that a webhook or the sweep names, and books the reversals it has.
func (s *Service) applyTransfer(ctx context.Context, transferID string) error {
	t, err := s.rail.Transfer(ctx, transferID)
	if err != nil {
		return foreignIfMissing(err)
	}
	op, ok, err := found(one[Operation](ctx, s.pool, "Operation", args{"id": t.Metadata["op_id"]}))
	if err != nil {
		return err
	}
	if !ok {
		return s.unknownParent(t.Metadata)
	}
	if err := (transferEffect{s}).done(ctx, op, t); err != nil {
		return err
	}
	if t.Reversed.IsZero() {
		return nil
	}
	return s.applyReversals(ctx, t.ID)
}
