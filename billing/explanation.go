package billing

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// explanationRow is an explanation as it is stored. None is ever changed or deleted.
type explanationRow struct {
	ID           string
	DifferenceID string
	Gap          string
	At           time.Time
	PersonID     string
	Words        string
}

func (r explanationRow) view() billingapi.Explanation {
	return billingapi.Explanation{ID: r.ID, At: r.At, By: r.PersonID, Text: r.Words, Gap: r.Gap}
}

// gap is what of a difference an explanation explains: by how much two balances differ, whatever both grow to with the next sale; what one
// balance holds that should hold nothing; else all of it.
func gap(d billingapi.Difference) string {
	switch {
	case d.Books != nil && d.Stripe != nil:
		if by, err := d.Books.Sub(*d.Stripe); err == nil {
			return minor(by)
		}
	case d.Books != nil:
		return minor(*d.Books)
	}
	return d.What
}

func minor(a money.Amount) string { return fmt.Sprintf("%d minor %s", a.Minor, a.Currency) }

// explanationWords are an explanation as it is kept: trimmed, with LF. It is shown as it was written, so nothing may hide in it.
func explanationWords(typed string) (string, error) {
	words := strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	if words == "" {
		return "", problem.ErrInvalid.WithField("/text", "required", "is required")
	}
	for _, r := range words {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return "", problem.ErrInvalid.WithField("/text", "control", fmt.Sprintf("may not hold the control character %U", r))
		}
	}
	return words, nil
}

// Explain keeps why a difference is no cause for alarm, by the operator in ctx. Each explanation is a row of its own: of two at once both
// are kept, one after the other, and the later shows. The newest again, by the same person and about the same figures, is a press
// repeated and changes nothing. Errors: problem.ErrInvalid, problem.ErrNotFound for a difference that is gone, problem.ErrStale when the
// figures are no longer those that r says were seen.
func (s *Service) Explain(ctx context.Context, difference string, r billingapi.ExplainRequest) (billingapi.Reconciliation, error) {
	words, err := explanationWords(r.Text)
	if err != nil {
		return billingapi.Reconciliation{}, err
	}
	by := identity.From(ctx).Person
	err = pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		// Whoever explains it too, and the look that finds other figures, wait here.
		figures, known, err := found(scalar[string](ctx, tx, "LockDifference", args{"id": difference}))
		switch {
		case err != nil:
			return err
		case !known:
			return problem.ErrNotFound
		case r.Gap != "" && r.Gap != figures:
			return problem.ErrStale
		}
		newest, _, err := found(one[explanationRow](ctx, tx, "NewestExplanation", args{"difference_id": difference}))
		if err != nil || newest.PersonID == by && newest.Words == words && newest.Gap == figures {
			return err
		}
		e := explanationRow{ID: id.New("expl"), DifferenceID: difference, Gap: figures, At: s.now(), PersonID: by, Words: words}
		err = exec(ctx, tx, "InsertExplanation", args{
			"id": e.ID, "difference_id": e.DifferenceID, "gap": e.Gap, "at": e.At, "person_id": e.PersonID, "words": e.Words,
		})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, "difference.explained", difference, audit.Detail{"explanation": e.ID})
	})
	if err != nil {
		return billingapi.Reconciliation{}, err
	}
	return s.Reconciliation(ctx)
}

// explain puts what was written to a look's findings beside them, the newest first.
func explain(findings []billingapi.Finding, written []explanationRow) {
	of := make(map[string]int, len(findings))
	for i := range findings {
		of[findings[i].ID] = i
	}
	for _, r := range written {
		f := &findings[of[r.DifferenceID]]
		e := r.view()
		if len(f.Explanations) == 0 && e.Gap == f.Gap {
			f.Explained = &e
		}
		f.Explanations = append(f.Explanations, e)
	}
}
