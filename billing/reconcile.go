package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/money"
)

// staleAfter is how long money may stand on a clearing account before somebody should look.
const staleAfter = time.Hour

// Reconcile compares the books with themselves, with Stripe's balances, and with time: the ledger sums up (R7), the platform's balance
// and each payee's are what Stripe says (R2, R3), and nothing stands in clearing or suspense (R8). It changes nothing.
func (s *Service) Reconcile(ctx context.Context) ([]billingapi.Difference, error) {
	report, err := ledger.Verify(ctx, s.pool)
	if err != nil {
		return nil, err
	}
	var out []billingapi.Difference
	for _, f := range report.Findings {
		out = append(out, billingapi.Difference{Kind: billingapi.DifferenceBooks, Rule: "R7", What: f.String()})
	}
	balances, err := ledger.Balances(ctx, s.pool)
	if err != nil {
		return nil, err
	}
	held, err := s.compareBalances(ctx, balances)
	if err != nil {
		return nil, err
	}
	waiting, err := s.waiting(ctx, balances)
	return append(append(out, held...), waiting...), err
}

// Reconciliation is what an operator sees: what waits for somebody to look (R8), and with compare all that [Service.Reconcile] finds,
// which asks Stripe about every payee.
func (s *Service) Reconciliation(ctx context.Context, compare bool) (billingapi.Reconciliation, error) {
	out := billingapi.Reconciliation{At: s.now(), Compared: compare, Differences: []billingapi.Difference{}}
	var found []billingapi.Difference
	var err error
	if compare {
		found, err = s.Reconcile(ctx)
	} else {
		var balances []ledger.AccountBalance
		if balances, err = ledger.Balances(ctx, s.pool); err == nil {
			found, err = s.waiting(ctx, balances)
		}
	}
	out.Differences = append(out.Differences, found...)
	return out, err
}

// waiting is what stands in suspense and which operations have no known end after a while (R8).
func (s *Service) waiting(ctx context.Context, balances []ledger.AccountBalance) ([]billingapi.Difference, error) {
	var out []billingapi.Difference
	for _, b := range balances {
		if b.Account == ledger.SUSP && !b.Amount.IsZero() {
			out = append(out, billingapi.Difference{Kind: billingapi.DifferenceSuspense, Rule: "R8", What: "suspense holds " + b.Amount.String(), Books: &b.Amount})
		}
	}
	stale, err := many[staleRow](ctx, s.pool, "StaleOperations", args{"before": s.now().Add(-staleAfter)})
	for _, o := range stale {
		out = append(out, billingapi.Difference{
			Kind: billingapi.DifferenceOperation, Rule: "R8",
			What:      fmt.Sprintf("%s %s is %s since %s", o.Kind, o.ID, o.State, o.CreatedAt.Format(time.RFC3339)),
			Operation: &billingapi.StuckOperation{ID: o.ID, Kind: string(o.Kind), State: string(o.State), Since: o.CreatedAt},
		})
	}
	return out, err
}

type staleRow struct {
	ID        string
	Kind      OpKind
	State     OpState
	CreatedAt time.Time
}

// compareBalances asks Stripe for the balance of the platform and of every account that the memo book knows.
func (s *Service) compareBalances(ctx context.Context, balances []ledger.AccountBalance) ([]billingapi.Difference, error) {
	books := map[string]map[money.Currency]int64{"": {}}
	for _, b := range balances {
		holder := b.Account.Owner()
		if b.Account != ledger.SB && b.Account.Class() != "MB" {
			continue
		}
		if books[holder] == nil {
			books[holder] = map[money.Currency]int64{}
		}
		books[holder][b.Amount.Currency] += b.Amount.Minor
	}
	var out []billingapi.Difference
	for holder, sums := range books {
		stripe, err := s.rail.Balance(ctx, holder)
		if err != nil {
			return nil, fmt.Errorf("balance of %q: %w", holder, err)
		}
		for _, c := range currencies(stripe, sums) {
			if at, have := stripe.Total(c), sums[c]; at != have {
				d := billingapi.Difference{Kind: billingapi.DifferencePayee, Rule: "R3", Account: holder}
				who, theirs, ours := holder, money.New(at, c), money.New(have, c)
				if holder == "" {
					d.Kind, d.Rule, who = billingapi.DifferencePlatform, "R2", "the platform"
				}
				d.What, d.Stripe, d.Books = fmt.Sprintf("%s: Stripe holds %s, the books %s", who, theirs, ours), &theirs, &ours
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// currencies lists those of a balance and of the books, each once.
func currencies(b rail.Balance, sums map[money.Currency]int64) []money.Currency {
	seen := map[money.Currency]bool{}
	var out []money.Currency
	add := func(c money.Currency) {
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	for _, part := range [][]money.Amount{b.Available, b.Pending, b.Reserved} {
		for _, a := range part {
			add(a.Currency)
		}
	}
	for c := range sums {
		add(c)
	}
	return out
}

// reportDifferences is the hourly errand: each difference is an alert of its own.
func (s *Service) reportDifferences(ctx context.Context) error {
	differences, err := s.Reconcile(ctx)
	for _, d := range differences {
		s.log.ErrorContext(ctx, "reconciliation found a difference", "rule", d.Rule, "what", d.What)
	}
	return err
}
