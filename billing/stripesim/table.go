package stripesim

import (
	"fmt"
	"sort"
)

// table holds the rows of one kind: by id, and in lists by key, oldest first. Its caller holds the lock.
type table[R row] struct {
	byID  map[string]R
	lists map[string][]R
}

func newTable[R row]() *table[R] {
	return &table[R]{byID: map[string]R{}, lists: map[string][]R{}}
}

func (t *table[R]) get(id string) (R, bool) {
	r, ok := t.byID[id]
	return r, ok
}

func (t *table[R]) add(r R) {
	id := r.base().ID
	if _, there := t.byID[id]; !there {
		for _, k := range r.keys() {
			t.lists[k] = append(t.lists[k], r)
		}
	}
	t.byID[id] = r
}

func (t *table[R]) list(key string) []R { return t.lists[key] }

// dropOldest forgets the n oldest rows of a list whose rows are in that list alone.
func (t *table[R]) dropOldest(key string, n int) {
	rows := t.lists[key]
	if n <= 0 || n > len(rows) {
		return
	}
	for _, r := range rows[:n] {
		delete(t.byID, r.base().ID)
	}
	t.lists[key] = append([]R(nil), rows[n:]...)
}

// page picks one page of rows, newest first; before > 0 means the page just newer than that row, as Stripe's ending_before.
func page[R row](rows []R, q listQuery, keep func(R) bool) ([]R, bool) {
	at := func(seq int64) int {
		return sort.Search(len(rows), func(i int) bool { return rows[i].base().Seq >= seq })
	}
	out := make([]R, 0, min(q.limit, 16))
	fits := func(r R) bool { return q.created.fits(r.base().Created) && (keep == nil || keep(r)) }
	if q.before > 0 {
		for i := at(q.before) + 1; i < len(rows); i++ {
			if !fits(rows[i]) {
				continue
			}
			if len(out) == q.limit {
				return reversed(out), true
			}
			out = append(out, rows[i])
		}
		return reversed(out), false
	}
	from := len(rows) - 1
	if q.after > 0 {
		from = at(q.after) - 1
	}
	for i := from; i >= 0; i-- {
		if rows[i].base().Created < q.created.atLeast() {
			break // rows are in the order of the clock, which never runs back
		}
		if !fits(rows[i]) {
			continue
		}
		if len(out) == q.limit {
			return out, true
		}
		out = append(out, rows[i])
	}
	return out, false
}

func reversed[R any](in []R) []R {
	for i, j := 0, len(in)-1; i < j; i, j = i+1, j-1 {
		in[i], in[j] = in[j], in[i]
	}
	return in
}

// tables is everything the simulator knows.
type tables struct {
	accounts  *table[*account]
	links     *table[*link]
	sessions  *table[*session]
	intents   *table[*intent]
	charges   *table[*charge]
	refunds   *table[*refund]
	transfers *table[*transfer]
	reversals *table[*reversal]
	payouts   *table[*payout]
	txns      *table[*txn]
	events    *table[*event]
	endpoints *table[*endpoint]
	answers   *table[*answer]
}

func newTables() tables {
	return tables{
		newTable[*account](), newTable[*link](), newTable[*session](), newTable[*intent](), newTable[*charge](), newTable[*refund](),
		newTable[*transfer](), newTable[*reversal](), newTable[*payout](), newTable[*txn](), newTable[*event](),
		newTable[*endpoint](), newTable[*answer](),
	}
}

// blank makes an empty row of a kind, for reading the journal.
func blank(kind string) (row, error) {
	for _, r := range []row{
		&account{}, &link{}, &session{}, &intent{}, &charge{}, &refund{}, &transfer{}, &reversal{}, &payout{}, &txn{}, &event{},
		&endpoint{}, &answer{}, &waiting{},
	} {
		if r.kind() == kind {
			return r, nil
		}
	}
	return nil, fmt.Errorf("stripesim: the journal names a kind %q that this version does not know", kind)
}

// add files a row in its table.
func (t *tables) add(r row) {
	switch r := r.(type) {
	case *account:
		t.accounts.add(r)
	case *link:
		t.links.add(r)
	case *session:
		t.sessions.add(r)
	case *intent:
		t.intents.add(r)
	case *charge:
		t.charges.add(r)
	case *refund:
		t.refunds.add(r)
	case *transfer:
		t.transfers.add(r)
	case *reversal:
		t.reversals.add(r)
	case *payout:
		t.payouts.add(r)
	case *txn:
		t.txns.add(r)
	case *event:
		t.events.add(r)
	case *endpoint:
		t.endpoints.add(r)
	case *answer:
		t.answers.add(r)
	}
}

// bySeq puts rows in the order they were made.
func bySeq[R row](rows []R) {
	sort.Slice(rows, func(a, b int) bool { return rows[a].base().Seq < rows[b].base().Seq })
}
