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

// RequestPayout pays out all that is available in one currency, now. Two requests at once make one payout; the same key gives the same
// payout (storefront.md case 41). Errors: ErrPayoutRunning, ErrPayoutTooSmall, ErrPayoutsBlocked, ErrNegativeBalance,
// problem.ErrIdempotencyMismatch.
func (s *Service) RequestPayout(ctx context.Context, person, key string, r billingapi.PayoutRequest) (billingapi.Payout, error) {
	hash, err := canon.Digest(r)
	if err != nil {
		return billingapi.Payout{}, problem.ErrInvalid.Because(err)
	}
	p, err := s.pay(ctx, person, r.Currency, &Payout{RequestedBy: person, IdemKey: optional(key), IdemHash: &hash})
	return p.View(), err
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// pay makes a payout of what is available. ask carries who asks, and under which key.
func (s *Service) pay(ctx context.Context, person string, c money.Currency, ask *Payout) (Payout, error) {
	if p, ok, err := s.earlierPayout(ctx, s.pool, ask); err != nil || ok {
		return p, err
	}
	acct, known, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	if err != nil {
		return Payout{}, err
	}
	if blocker := payoutBlocker(acct, known, c); blocker != billingapi.BlockerNone {
		return Payout{}, billingapi.ErrPayoutsBlocked.WithState(string(blocker))
	}
	balance, err := s.rail.Balance(ctx, *acct.StripeID)
	if err != nil {
		return Payout{}, billingapi.ErrRailUnavailable.Because(err)
	}
	if err := s.noteBalance(ctx, acct, balance); err != nil {
		return Payout{}, err
	}
	if balance.Total(c) < 0 {
		return Payout{}, billingapi.ErrNegativeBalance
	}
	killpoint.Here("billing.payout.before-reserve")
	p, again, err := s.reservePayout(ctx, person, c, availableIn(balance, c), ask)
	if err != nil {
		return Payout{}, err
	}
	if !again {
		killpoint.Here(reserved.of(OpPayout))
	}
	if p.Status == billingapi.PayoutRequested {
		if err := pending(s.run(ctx, *p.OpID)); err != nil {
			s.log.ErrorContext(ctx, "payout is not sent yet", "payout", p.ID, "error", err)
		}
	}
	return one[Payout](ctx, s.pool, "Payout", args{"id": p.ID})
}

func availableIn(b rail.Balance, c money.Currency) int64 {
	var sum int64
	for _, a := range b.Available {
		if a.Currency == c {
			sum += a.Minor
		}
	}
	return sum
}

// payoutBlocker is what keeps an account from being paid out, whatever is on it.
func payoutBlocker(a Account, known bool, c money.Currency) billingapi.Blocker {
	if !known {
		return billingapi.BlockerNoAccount
	}
	if a.BankProblem != "" {
		return billingapi.BlockerBank
	}
	if blocker, _ := a.Blocker(); blocker != billingapi.BlockerNone {
		return blocker
	}
	if !a.Takes(c) {
		return billingapi.BlockerCurrency
	}
	return billingapi.BlockerNone
}

// earlierPayout is the payout that the same key made.
func (s *Service) earlierPayout(ctx context.Context, db pg.Querier, ask *Payout) (Payout, bool, error) {
	if ask.IdemKey == nil {
		return Payout{}, false, nil
	}
	p, ok, err := found(one[Payout](ctx, db, "PayoutOnce", args{"requested_by": ask.RequestedBy, "idem_key": ask.IdemKey}))
	if err == nil && ok && text(p.IdemHash) != text(ask.IdemHash) {
		return Payout{}, false, problem.ErrIdempotencyMismatch
	}
	return p, ok, err
}

// reservePayout decides the amount under the account's lock: what Stripe has available, but never more than our memo book says is
// there, which knows payouts that Stripe's answer did not know yet.
func (s *Service) reservePayout(ctx context.Context, person string, c money.Currency, available int64, ask *Payout) (Payout, bool, error) {
	var p Payout
	var again bool
	err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		acct, err := one[Account](ctx, tx, "LockAccount", args{"person_id": person})
		if err != nil {
			return err
		}
		if p, again, err = s.earlierPayout(ctx, tx, ask); err != nil || again {
			return err
		}
		running, err := scalar[bool](ctx, tx, "PayoutIsRunning", args{"person_id": person, "currency": c})
		if err != nil {
			return err
		}
		if running {
			return billingapi.ErrPayoutRunning
		}
		owed, err := ledger.Balance(ctx, tx, ledger.CR(person), c)
		if err != nil {
			return err
		}
		if owed.IsPositive() {
			return billingapi.ErrPayoutsBlocked.WithState(string(billingapi.BlockerReceivable))
		}
		memo, err := ledger.Balance(ctx, tx, ledger.MB(*acct.StripeID), c)
		if err != nil {
			return err
		}
		amount := min(available, memo.Minor)
		amount -= amount % c.PayoutStep()
		least := s.policies.TermsAt(s.now()).Currencies[c].PayoutMinimum
		if amount < max(least, 1) {
			return billingapi.ErrPayoutTooSmall.WithState(fmt.Sprint(amount))
		}
		p = *ask
		p.ID, p.PersonID, p.Account, p.Amount, p.Currency = id.New("payout"), person, *acct.StripeID, amount, c
		p.Status, p.CreatedAt = billingapi.PayoutRequested, s.now()
		op, err := s.newOperation(OpPayout, payoutRequest{Account: p.Account, Since: p.CreatedAt})
		if err != nil {
			return err
		}
		op.PersonID, op.PayoutID, op.Amount, op.Currency = &person, &p.ID, amount, c
		p.OpID = &op.ID
		err = exec(ctx, tx, "InsertPayout", args{
			"id": p.ID, "person_id": person, "account": p.Account, "amount": amount, "currency": c, "op_id": op.ID,
			"requested_by": p.RequestedBy, "idem_key": p.IdemKey, "idem_hash": p.IdemHash, "created_at": p.CreatedAt,
		})
		if err != nil {
			return err
		}
		if err := reserve(ctx, tx, op); err != nil {
			return err
		}
		return s.record(ctx, tx, "payout.requested", p.ID, audit.Detail{"person": person, "amount": money.New(amount, c)})
	})
	return p, again, err
}

type payoutRequest struct {
	Account string
	Since   time.Time
}

// payoutEffect sends money from a Stripe account to its bank.
type payoutEffect struct{ s *Service }

func (e payoutEffect) send(ctx context.Context, op Operation) (any, error) {
	r, err := decode[payoutRequest](op)
	if err != nil {
		return nil, err
	}
	return e.s.rail.CreatePayout(ctx, op.Rail(), r.Account, op.Money(), map[string]string{"payout": text(op.PayoutID)})
}

func (e payoutEffect) find(ctx context.Context, op Operation) (any, bool, error) {
	r, err := decode[payoutRequest](op)
	if err != nil {
		return nil, false, err
	}
	return search(op.ID, func(after string) ([]rail.Payout, bool, error) {
		return e.s.rail.Payouts(ctx, r.Account, r.Since.Add(-time.Hour), rail.Page{After: after})
	}, func(p rail.Payout) (string, map[string]string) { return p.ID, p.Metadata })
}

func (e payoutEffect) done(ctx context.Context, op Operation, result any) error {
	po, ok := result.(rail.Payout)
	if !ok {
		return fmt.Errorf("billing: %T is no payout", result)
	}
	return e.s.bookPayout(ctx, *op.PayoutID, po)
}

func (e payoutEffect) fail(ctx context.Context, op Operation, code string) error {
	err := pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		p, err := one[Payout](ctx, tx, "LockPayout", args{"id": op.PayoutID})
		if err != nil {
			return err
		}
		if _, open, err := finish(ctx, tx, op.ID, OpFailed, "", code); err != nil || !open {
			return err
		}
		p.Status, p.Reason = billingapi.PayoutFailed, code
		return e.s.savePayout(ctx, tx, p)
	})
	return errors.Join(err, e.s.hintAccount(ctx, *op.PersonID))
}

func (s *Service) savePayout(ctx context.Context, tx pgx.Tx, p Payout) error {
	err := exec(ctx, tx, "SavePayout", args{
		"id": p.ID, "status": p.Status, "stripe_id": p.StripeID, "arrival_on": p.ArrivalOn, "reason": p.Reason, "booked": p.Booked,
	})
	if err != nil {
		return err
	}
	return outbox.Append(ctx, tx, outbox.Event{Name: billingapi.EventPayoutUpdated, Key: p.ID, Payload: p.Event(), At: s.now()})
}

// bookPayout takes over what Stripe says about a payout. The memo book follows its status step by step; one that failed after it was
// paid comes back from the bank (money.md cases 23 to 25), pauses the account until its owner gives another bank account, and is never
// tried again by itself (row 16).
func (s *Service) bookPayout(ctx context.Context, payoutID string, po rail.Payout) error {
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		p, err := one[Payout](ctx, tx, "LockPayout", args{"id": payoutID})
		if err != nil {
			return err
		}
		if _, _, err := finish(ctx, tx, text(p.OpID), OpConfirmed, po.ID, ""); err != nil {
			return err
		}
		before := p
		p.StripeID = &po.ID
		if !po.ArrivalDate.IsZero() {
			p.ArrivalOn = &po.ArrivalDate
		}
		journals := p.follow(po, postings.Meta{Source: p.ID, At: s.now()})
		if _, err := ledger.Post(ctx, tx, journals...); err != nil {
			return err
		}
		if p.Status == billingapi.PayoutFailed && before.Status != billingapi.PayoutFailed {
			if err := s.pauseBank(ctx, tx, p); err != nil {
				return err
			}
		}
		if p.Status == before.Status && p.Booked == before.Booked && before.StripeID != nil {
			return nil
		}
		return s.savePayout(ctx, tx, p)
	})
}

// follow moves the payout to Stripe's status and returns the steps of the memo book in between. A status that is behind what is
// booked is old news.
func (p *Payout) follow(po rail.Payout, m postings.Meta) []ledger.Journal {
	var journals []ledger.Journal
	if p.Booked == bookedNothing {
		journals, p.Booked = append(journals, postings.PayoutCreated(m, payoutOf(*p))...), bookedCreated
	}
	next := payoutStatus(po.Status)
	switch {
	case p.Booked == bookedReturned:
		return journals
	case next == billingapi.PayoutPaid && p.Booked == bookedCreated:
		journals, p.Booked = append(journals, postings.PayoutPaid(m, payoutOf(*p))...), bookedPaid
	case next == billingapi.PayoutFailed || next == billingapi.PayoutCanceled:
		journals = append(journals, postings.PayoutFailed(m, payoutOf(*p), p.Booked == bookedPaid)...)
		p.Booked, p.Reason = bookedReturned, po.FailureCode
	case next == billingapi.PayoutInTransit && p.Booked == bookedPaid:
		return journals
	}
	p.Status = next
	return journals
}

func (s *Service) pauseBank(ctx context.Context, tx pgx.Tx, p Payout) error {
	acct, err := one[Account](ctx, tx, "LockAccount", args{"person_id": p.PersonID})
	if err != nil {
		return err
	}
	if acct.BankProblem = p.Reason; acct.BankProblem == "" {
		acct.BankProblem = "unknown"
	}
	return saveAccount(ctx, tx, acct)
}

// applyPayout reads a payout and takes it over. A payout that has no row of ours was made in Stripe's dashboard.
func (s *Service) applyPayout(ctx context.Context, account, payoutID string) error {
	po, err := s.rail.Payout(ctx, account, payoutID)
	if err != nil {
		return foreignIfMissing(err)
	}
	if po.Status == "paid" {
		killpoint.Here("billing.payout.arrived")
	}
	p, ok, err := found(one[Payout](ctx, s.pool, "PayoutByStripe", args{"id": payoutID}))
	if err != nil {
		return err
	}
	if ok {
		return s.bookPayout(ctx, p.ID, po)
	}
	op, ok, err := found(one[Operation](ctx, s.pool, "Operation", args{"id": po.Metadata["op_id"]}))
	if err != nil {
		return err
	}
	if !ok {
		return s.unknownParent(po.Metadata)
	}
	return s.bookPayout(ctx, *op.PayoutID, po)
}
