package billing

import (
	"context"
	"errors"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/problem"
)

// payoutTurn is when a person is paid next in one currency. Skipped is why the last turn made no payout.
type payoutTurn struct {
	PersonID string
	Currency money.Currency
	NextAt   time.Time
	Skipped  string
}

// retryTurn is when a turn that Stripe did not answer is tried again.
const retryTurn = 10 * time.Minute

// PayTurns makes the weekly payouts that are due. A turn without a payout keeps its reason and waits for the next week: nothing loops
// (storefront.md case 39).
func (s *Service) PayTurns(ctx context.Context) error {
	due, err := many[payoutTurn](ctx, s.pool, "PayoutTurnsDue", args{"now": s.now()})
	if err != nil {
		return err
	}
	return each(ctx, due, func(ctx context.Context, t payoutTurn) error {
		now := s.now()
		// The turn's own time is the key: a crash after the reserve finds the same payout.
		key := "turn " + string(t.Currency) + " " + t.NextAt.UTC().Format(time.RFC3339)
		_, err := s.pay(ctx, t.PersonID, t.Currency, &Payout{RequestedBy: "turn:" + t.PersonID, IdemKey: &key})
		next, skipped := s.policies.TermsAt(now).NextPayout(now), ""
		switch p := problem.From(err); {
		case err == nil:
		case errors.Is(err, billingapi.ErrRailUnavailable):
			next = now.Add(retryTurn)
		case errors.Is(err, billingapi.ErrPayoutsBlocked):
			skipped = p.State
		case errors.Is(err, billingapi.ErrNegativeBalance):
			skipped = string(billingapi.BlockerNegativeBalance)
		case errors.Is(err, billingapi.ErrPayoutTooSmall):
			skipped = string(billingapi.BlockerBelowMinimum)
		case errors.Is(err, billingapi.ErrPayoutRunning):
		default:
			return err
		}
		return exec(ctx, s.pool, "SetPayoutTurn", args{"person_id": t.PersonID, "currency": t.Currency, "next_at": next, "skipped": skipped})
	})
}

// PollPayouts asks about payouts whose day has come and whose webhook may be lost (row 15).
func (s *Service) PollPayouts(ctx context.Context) error {
	late, err := many[Payout](ctx, s.pool, "PayoutsToPoll", args{"now": s.now()})
	if err != nil {
		return err
	}
	return each(ctx, late, func(ctx context.Context, p Payout) error {
		return s.addHint(ctx, s.pool, "payout:"+text(p.StripeID), p.Account)
	})
}
