package billing

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/pg"
)

// WatchBalances asks Stripe hourly for the balance of each active payee (money.md R3). Below zero, transfers and payouts of that currency
// pause: what is sent to such an account is swallowed before its owner sees it, while with us a refund still finds it, and nothing loops
// (storefront.md case 39). Stripe settles the account, from its bank first; then what waited goes on.
func (s *Service) WatchBalances(ctx context.Context) error {
	accounts, err := many[Account](ctx, s.pool, "AccountsToWatch", nil)
	if err != nil {
		return err
	}
	return each(ctx, accounts, func(ctx context.Context, acct Account) error {
		balance, err := s.rail.Balance(ctx, *acct.StripeID)
		if err != nil {
			return billingapi.ErrRailUnavailable.Because(err)
		}
		return s.noteBalance(ctx, acct, balance)
	})
}

// noteBalance keeps in which currencies an account is below zero, and wakes the shares that waited when one no longer is.
func (s *Service) noteBalance(ctx context.Context, acct Account, balance rail.Balance) error {
	negative := balance.Negative()
	if slices.Equal(acct.Negative, negative) {
		return nil
	}
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		before, err := one[Account](ctx, tx, "LockAccount", args{"person_id": acct.PersonID})
		if err != nil {
			return err
		}
		if err := exec(ctx, tx, "SetNegative", args{"person_id": acct.PersonID, "negative": negative}); err != nil {
			return err
		}
		recovered := func(c string) bool { return !slices.Contains(negative, c) }
		if !slices.ContainsFunc(before.Negative, recovered) {
			return nil
		}
		return exec(ctx, tx, "WakeLegs", args{"person_id": acct.PersonID, "now": s.now()})
	})
}
