package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/money"
)

// Difference is something that does not agree. Rule is the one of money.md §10 that found it. Fixes are journals, never edits.
type Difference struct {
	Rule string
	What string
}

// String is the difference as a line of a report.
func (d Difference) String() string { return d.Rule + " " + d.What }

// staleAfter is how long money may stand on a clearing account before somebody should look.
const staleAfter = time.Hour

// Reconcile compares the books with themselves, with Stripe's balances, and with time: the ledger sums up (R7), the platform's balance
// and each payee's are what Stripe says (R2, R3), and nothing stands in clearing or suspense (R8). It changes nothing.
func (s *Service) Reconcile(ctx context.Context) ([]Difference, error) {
	report, err := ledger.Verify(ctx, s.pool)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, f := range report.Findings {
		out = append(out, Difference{"R7", f.String()})
	}
	balances, err := ledger.Balances(ctx, s.pool)
	if err != nil {
		return nil, err
	}
	held, err := s.compareBalances(ctx, balances)
	if err != nil {
		return nil, err
	}
	out = append(out, held...)
	for _, b := range balances {
		if b.Account == ledger.SUSP {
			out = append(out, Difference{"R8", "suspense holds " + b.Amount.String()})
		}
	}
	stale, err := many[staleRow](ctx, s.pool, "StaleOperations", args{"before": s.now().Add(-staleAfter)})
	if err != nil {
		return nil, err
	}
	for _, o := range stale {
		out = append(out, Difference{"R8", fmt.Sprintf("%s %s is %s since %s", o.Kind, o.ID, o.State, o.CreatedAt.Format(time.RFC3339))})
	}
	return out, nil
}

type staleRow struct {
	ID        string
	Kind      OpKind
	State     OpState
	CreatedAt time.Time
}

// compareBalances asks Stripe for the balance of the platform and of every account that the memo book knows.
func (s *Service) compareBalances(ctx context.Context, balances []ledger.AccountBalance) ([]Difference, error) {
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
	var out []Difference
	for holder, sums := range books {
		stripe, err := s.rail.Balance(ctx, holder)
		if err != nil {
			return nil, fmt.Errorf("balance of %q: %w", holder, err)
		}
		for _, c := range currencies(stripe, sums) {
			if at, have := stripe.Total(c), sums[c]; at != have {
				rule, who := "R3", holder
				if holder == "" {
					rule, who = "R2", "the platform"
				}
				out = append(out, Difference{rule, fmt.Sprintf("%s: Stripe holds %s, the books %s", who, money.New(at, c), money.New(have, c))})
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
