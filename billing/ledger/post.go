package ledger

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/workfluence/workfluence/internal/pg"
)

//go:embed queries.sql
var queriesSQL string

var queries = pg.MustLoad(queriesSQL)

// Posted tells what became of a journal.
type Posted struct {
	Key   string
	Seq   int64 // the journal's number in the books; numbers grow, with gaps
	Fresh bool  // booked now; false if the effect was on the books already
}

// Post books journals, all or none, in one round trip. An effect that is on the books already is skipped.
// The answer is in the order of the journals.
//
// Errors: those of [Journal.Check]; ErrKeyReused; ErrInsufficient; ErrRestored. After an error from the database a
// surrounding transaction is aborted, as always in PostgreSQL: whoever wants to go on posts inside a savepoint.
func Post(ctx context.Context, db pg.Querier, journals ...Journal) ([]Posted, error) {
	if len(journals) == 0 {
		return nil, nil
	}
	for _, j := range journals {
		if err := j.Check(); err != nil {
			return nil, err
		}
	}
	// Keys are claimed in ascending order, as guarded rows are: two posts that share several never wait for each other.
	order := make([]int, len(journals))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(journals[a].Key, journals[b].Key) })

	rows, err := db.Query(ctx, queries.SQL("Post"), columns(journals, order)...)
	if err != nil {
		return nil, explain(err)
	}
	posted := make([]Posted, len(journals))
	var p Posted
	i := 0
	_, err = pgx.ForEachRow(rows, []any{&p.Seq, &p.Fresh}, func() error {
		p.Key = journals[order[i]].Key
		posted[order[i]] = p
		i++
		return nil
	})
	if err != nil {
		return nil, explain(err)
	}
	return posted, nil
}

// columns lays the journals out as the arrays that ledger_post takes.
func columns(journals []Journal, order []int) []any {
	n, m := len(journals), 0
	for _, j := range journals {
		m += len(j.Entries)
	}
	keys, kinds, sources := make([]string, n), make([]string, n), make([]string, n)
	effective, digests := make([]time.Time, n), make([][]byte, n)
	owners, accounts, currencies, amounts := make([]int32, 0, m), make([]string, 0, m), make([]string, 0, m), make([]int64, 0, m)
	for at, i := range order {
		j := journals[i]
		digest := j.Digest()
		keys[at], kinds[at], sources[at], effective[at], digests[at] = j.Key, j.Kind, j.Source, j.EffectiveAt, digest[:]
		for _, e := range j.Entries {
			owners = append(owners, int32(at+1))
			accounts = append(accounts, string(e.Account))
			currencies = append(currencies, string(e.Amount.Currency))
			amounts = append(amounts, e.Amount.Minor)
		}
	}
	return []any{keys, kinds, sources, effective, digests, owners, accounts, currencies, amounts}
}

// The conditions that the ledger's own SQL raises, and the constraint that the deferred check reports.
const (
	stateInsufficient = "WF001"
	stateKeyReused    = "WF002"
	stateAppendOnly   = "WF003"
	stateRestored     = "WF004"
	balanced          = "ledger_journal_balanced"
)

// explain turns the conditions of the ledger's SQL into its errors; the message names the account or key.
func explain(err error) error {
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return err
	}
	switch pe.Code {
	case stateInsufficient:
		return fmt.Errorf("%w: %s", ErrInsufficient, pe.Message)
	case stateKeyReused:
		return fmt.Errorf("%w: %s", ErrKeyReused, pe.Message)
	case stateRestored:
		return ErrRestored
	}
	if pe.ConstraintName == balanced {
		return fmt.Errorf("%w: %s", ErrUnbalanced, pe.Message)
	}
	return err
}
