package billing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
)

const (
	// lookEvery is the pause between two looks at the books that nobody asked for, in wall time.
	lookEvery = time.Hour
	// lookWithin is how long one look may take: a question to Stripe for each payee. After it another process begins anew.
	lookWithin = 10 * time.Minute
)

// LookAtBooks is the hourly look, and the one that an operator asks for: it stores what [Service.Reconcile] finds. Each
// difference is an alert of its own, hour by hour, until it is explained or gone. Without anything due it is one query.
func (s *Service) LookAtBooks(ctx context.Context) error {
	wall := s.wall()
	began, due, err := found(scalar[time.Time](ctx, s.pool, "ClaimReconciliation", args{
		"wall": wall, "before": wall.Add(-lookEvery), "now_before": s.now().Add(-lookEvery), "lease": wall.Add(lookWithin),
	}))
	if err != nil || !due {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	differences, err := s.Reconcile(bounded)
	if err != nil {
		return err // the claim stands until its lease ends: Stripe is not asked again at once
	}
	err = s.noteDifferences(ctx, began, differences)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // somebody else has begun anew, and writes what they find
	}
	return err
}

// noteDifferences ends a look: what it saw is present, and what it did not see is gone.
func (s *Service) noteDifferences(ctx context.Context, began time.Time, differences []billingapi.Difference) error {
	present := make([]string, len(differences))
	now := s.now()
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := scalar[time.Time](ctx, tx, "EndReconciliation", args{"started_at": began, "now": now}); err != nil {
			return err
		}
		for i, d := range differences {
			present[i] = differenceKey(d)
			explained, err := scalar[bool](ctx, tx, "SeeDifference", args{"id": id.New("diff"), "key": present[i], "what": d.What, "gap": gap(d), "body": d, "now": now})
			if err != nil {
				return err
			}
			if explained {
				continue
			}
			s.log.ErrorContext(ctx, "reconciliation found a difference", "rule", d.Rule, "what", d.What)
		}
		return exec(ctx, tx, "EndDifferences", args{"present": present, "now": now})
	})
}

// differenceKey is what a difference is about: two looks that see the same one, with whatever figures, see one difference.
func differenceKey(d billingapi.Difference) string {
	key := []string{string(d.Kind)}
	switch {
	case d.Operation != nil:
		key = append(key, d.Operation.ID)
	case d.Refund != nil:
		key = append(key, d.Refund.ID)
	case d.Books != nil:
		key = append(key, d.Account, string(d.Books.Currency))
	default:
		key = append(key, d.What)
	}
	return strings.Join(key, " ")
}

// findingRow is a difference as it is stored.
type findingRow struct {
	ID      string
	Body    billingapi.Difference
	Gap     string
	FoundAt time.Time
}

// Reconciliation is what the last look found, for operators: what is not explained first, then as found.
func (s *Service) Reconciliation(ctx context.Context) (billingapi.Reconciliation, error) {
	type last struct{ At, Since *time.Time }
	look, err := one[last](ctx, s.pool, "Reconciliation", args{"wall": s.wall()})
	if err != nil {
		return billingapi.Reconciliation{}, err
	}
	out := billingapi.Reconciliation{At: look.At, Since: look.Since, Findings: []billingapi.Finding{}}
	rows, err := many[findingRow](ctx, s.pool, "Differences", nil)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		out.Findings = append(out.Findings, billingapi.Finding{Difference: r.Body, ID: r.ID, Gap: r.Gap, FoundAt: r.FoundAt})
	}
	written, err := many[explanationRow](ctx, s.pool, "Explanations", args{"differences": ids})
	if err != nil {
		return out, err
	}
	explain(out.Findings, written)
	slices.SortStableFunc(out.Findings, func(a, b billingapi.Finding) int {
		return cmp.Compare(explained(a), explained(b))
	})
	return out, nil
}

func explained(f billingapi.Finding) int {
	if f.Explained == nil {
		return 0
	}
	return 1
}

// AskForLook makes a look due now, by the operator in ctx. One that is under way counts for what it began with: another follows it.
func (s *Service) AskForLook(ctx context.Context) (billingapi.Reconciliation, error) {
	err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := exec(ctx, tx, "AskForReconciliation", args{"wall": s.wall()}); err != nil {
			return err
		}
		return s.record(ctx, tx, "books.compared", billingapi.Name, nil)
	})
	if err != nil {
		return billingapi.Reconciliation{}, err
	}
	return s.Reconciliation(ctx)
}
