package ledger

import (
	"context"
	"fmt"

	"github.com/workfluence/workfluence/internal/pg"
)

// Report is the outcome of [Verify].
type Report struct {
	Journals int64
	Entries  int64
	Findings []Finding // empty: the books are right
}

// OK reports whether the books are right.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// Finding is one thing that doesn't add up.
type Finding struct {
	// Check is what was checked: "journal" (entries sum to zero, at least two), "book" (all entries of a currency
	// sum to zero), "digest" (a journal's entries are those that were posted), "guarded" (balance row = re-sum),
	// "overdrawn" (a guarded account below zero) or "checkpoint" (checkpoint = re-sum).
	Check    string
	Subject  string // the journal's key, the account, or the book
	Currency string
	Want     int64 // minor units, by re-summing; + debit, − credit
	Got      int64 // minor units, as stored
}

// String is the finding as a line of a report.
func (f Finding) String() string {
	if f.Check == "digest" {
		return fmt.Sprintf("digest %s: entries are not those that were posted", f.Subject)
	}
	return fmt.Sprintf("%s %s %s: stored %d, entries say %d", f.Check, f.Subject, f.Currency, f.Got, f.Want)
}

// Verify sums the books up again and compares: every journal and each book to zero, guarded balance rows and
// checkpoints to their entries. It reads one snapshot, and all of the books: run it at night, or when asked.
// An error means that it couldn't look; what it found stands in the report.
func Verify(ctx context.Context, db pg.Querier) (Report, error) {
	var r Report
	err := db.QueryRow(ctx, queries.SQL("Size")).Scan(&r.Journals, &r.Entries)
	if err != nil {
		return r, fmt.Errorf("verify: %w", err)
	}
	r.Findings, err = pg.Many[Finding](ctx, db, queries.SQL("Verify"))
	if err != nil {
		return r, fmt.Errorf("verify: %w", err)
	}
	return r, nil
}

// Fold moves the entries of finished transactions into the checkpoints of their unguarded accounts, and returns how
// many checkpoints it moved. It is a job: run it every minute or so, by one worker; a second one at the same time
// waits and does nothing wrong. Reading balances gets cheaper by it, and posting doesn't notice.
//
// "Finished" is by transaction, not by number: an entry of a transaction that is still open may have a lower number
// than one that is committed, and would be lost to a fold up to the highest number seen.
func Fold(ctx context.Context, db pg.Querier) (int64, error) {
	n, err := pg.Exec(ctx, db, queries.SQL("Fold"))
	if err != nil {
		return 0, fmt.Errorf("fold: %w", err)
	}
	return n, nil
}

// Rebase forgets the checkpoints, so that balances are sums of all entries until the next [Fold]. It is needed once
// after a logical restore, where transactions are counted anew; posting refuses with [ErrRestored] until then.
func Rebase(ctx context.Context, db pg.Querier) error {
	if _, err := pg.Exec(ctx, db, queries.SQL("Rebase")); err != nil {
		return fmt.Errorf("rebase: %w", err)
	}
	return nil
}
