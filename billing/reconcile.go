package billing

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
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

// waiting is what stands in suspense, which operations have no known end, and which refunds came back and were not decided about, after
// a while (R8).
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
	if err != nil {
		return out, err
	}
	failed, err := many[Refund](ctx, s.pool, "FailedRefunds", args{"person_id": "", "before": s.now().Add(-staleAfter), "n": mostFailedDifferences})
	for _, r := range failed {
		out = append(out, billingapi.Difference{
			Kind: billingapi.DifferenceFailedRefund, Rule: "R8",
			What: fmt.Sprintf("refund %s of %s failed at attempt %d: its buyer is owed %s since %s", r.ID, r.OrderID, r.Attempt,
				money.New(r.Amount, r.Currency), r.FailedAt.Format(time.RFC3339)),
			Refund: &billingapi.OwedRefund{ID: r.ID, OrderID: r.OrderID, Amount: money.New(r.Amount, r.Currency), Since: *r.FailedAt},
		})
	}
	return out, err
}

// mostFailedDifferences bounds what one look tells of refunds that wait; the oldest come first, so that none is left out for good.
const mostFailedDifferences = 200

type staleRow struct {
	ID        string
	Kind      OpKind
	State     OpState
	CreatedAt time.Time
}

// holdings are what the books say that Stripe holds: for each account of the memo book, and for the platform, whose name is "".
type holdings map[string]map[money.Currency]int64

func holdingsOf(balances []ledger.AccountBalance) holdings {
	out := holdings{"": {}}
	for _, b := range balances {
		holder := b.Account.Owner()
		if b.Account != ledger.SB && b.Account.Class() != "MB" {
			continue
		}
		if out[holder] == nil {
			out[holder] = map[money.Currency]int64{}
		}
		out[holder][b.Amount.Currency] += b.Amount.Minor
	}
	return out
}

// compareBalances asks Stripe for the balance of the platform and of every account that the memo book knows. Where one differs, both
// sides are read once more: a payment that was applied between the two readings is no difference.
func (s *Service) compareBalances(ctx context.Context, balances []ledger.AccountBalance) ([]billingapi.Difference, error) {
	books := holdingsOf(balances)
	first, err := s.compareHoldings(ctx, books, slices.Sorted(maps.Keys(books)))
	if err != nil || len(first) == 0 {
		return nil, err
	}
	var differ []string
	for _, d := range first {
		if !slices.Contains(differ, d.Account) {
			differ = append(differ, d.Account)
		}
	}
	if balances, err = ledger.Balances(ctx, s.pool); err != nil {
		return nil, err
	}
	return s.compareHoldings(ctx, holdingsOf(balances), differ)
}

func (s *Service) compareHoldings(ctx context.Context, books holdings, holders []string) ([]billingapi.Difference, error) {
	var mu sync.Mutex
	found := map[string][]billingapi.Difference{}
	err := each(ctx, holders, func(ctx context.Context, holder string) error {
		stripe, err := s.rail.Balance(ctx, holder)
		if err != nil {
			return fmt.Errorf("balance of %q: %w", holder, err)
		}
		mu.Lock()
		defer mu.Unlock()
		found[holder] = compareHolding(holder, stripe, books[holder])
		return nil
	})
	var out []billingapi.Difference
	for _, holder := range holders {
		out = append(out, found[holder]...)
	}
	return out, err
}

func compareHolding(holder string, stripe rail.Balance, books map[money.Currency]int64) []billingapi.Difference {
	var out []billingapi.Difference
	for _, c := range currencies(stripe, books) {
		theirs, ours := money.New(stripe.Total(c), c), money.New(books[c], c)
		if theirs == ours {
			continue
		}
		d := billingapi.Difference{Kind: billingapi.DifferencePayee, Rule: "R3", Account: holder, Stripe: &theirs, Books: &ours}
		who := holder
		if holder == "" {
			d.Kind, d.Rule, who = billingapi.DifferencePlatform, "R2", "the platform"
		}
		d.What = fmt.Sprintf("%s: Stripe holds %s, the books %s", who, theirs, ours)
		out = append(out, d)
	}
	return out
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
