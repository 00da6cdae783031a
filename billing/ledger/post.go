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
	order, err := ordered(journals)
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, queries.SQL("Post"), columns(journals, order)...)
	if err != nil {
		return nil, Explain(err)
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
		return nil, Explain(err)
	}
	return posted, nil
}

// Queue is Post as one more statement of a batch, for who need not know which effects were on the books already. An
// error of the batch is to be passed through [Explain].
func Queue(batch *pgx.Batch, journals ...Journal) error {
	if len(journals) == 0 {
		return nil
	}
	order, err := ordered(journals)
	if err != nil {
		return err
	}
	batch.Queue(queries.SQL("Post"), columns(journals, order)...)
	return nil
}

// ordered checks journals and gives the order in which they are booked. Keys are claimed in ascending order, as guarded
// rows are: two posts that share several never wait for each other.
func ordered(journals []Journal) ([]int, error) {
	order := make([]int, len(journals))
	for i, j := range journals {
		if err := j.Check(); err != nil {
			return nil, err
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(journals[a].Key, journals[b].Key) })
	return order, nil
}

// columns lays the journals out as the arrays that ledger_post takes: the journals in the given order, and all their
// entries by account and currency.
func columns(journals []Journal, order []int) []any {
	n := len(journals)
	keys, kinds, sources := make([]string, n), make([]string, n), make([]string, n)
	effective, digests := make([]time.Time, n), make([][]byte, n)
	type row struct {
		Entry
		owner int32 // position of the journal, from 1
		n     int16 // number in the journal
	}
	var rows []row
	for at, i := range order {
		j := journals[i]
		digest := j.Digest()
		keys[at], kinds[at], sources[at], effective[at], digests[at] = j.Key, j.Kind, j.Source, j.EffectiveAt, digest[:]
		for n, e := range j.Entries {
			rows = append(rows, row{e, int32(at + 1), int16(n)})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
	})
	m := len(rows)
	owners, ns := make([]int32, m), make([]int16, m)
	accounts, currencies, amounts := make([]string, m), make([]string, m), make([]int64, m)
	for i, r := range rows {
		owners[i], ns[i] = r.owner, r.n
		accounts[i], currencies[i], amounts[i] = string(r.Account), string(r.Amount.Currency), r.Amount.Minor
	}
	return []any{keys, kinds, sources, effective, digests, owners, ns, accounts, currencies, amounts}
}

// The conditions that the ledger's own SQL raises, and the constraint that the deferred check reports.
const (
	stateInsufficient = "WF001"
	stateKeyReused    = "WF002"
	stateAppendOnly   = "WF003"
	stateRestored     = "WF004"
	balanced          = "ledger_journal_balanced"
)

// Explain turns the conditions of the ledger's SQL into its errors; the message names the account or key. Other errors
// stay as they are.
func Explain(err error) error {
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
