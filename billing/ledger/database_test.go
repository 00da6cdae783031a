package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

// TestMoneyCase8: payable 1000, 320 concurrent requests of 100; 10 succeed, 310 are refused, nothing is left.
func TestMoneyCase8(t *testing.T) {
	t.Parallel()
	db := books(t)
	post(t, db, move("charge:ch_1", ledger.SB, ledger.CP("ann"), 1000))
	var won, refused atomic.Int64
	var all errgroup.Group
	for i := range 320 {
		all.Go(func() error {
			op := fmt.Sprintf("op_%d", i)
			_, err := ledger.Post(t.Context(), db, move("op:"+op+":reserve", ledger.CP("ann"), ledger.TC(op), 100))
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, ledger.ErrInsufficient):
				refused.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if won.Load() != 10 || refused.Load() != 310 {
		t.Errorf("%d won and %d were refused; want 10 and 310", won.Load(), refused.Load())
	}
	expect(t, db, "SB 1000, CP 0, TC −1000")
	verify(t, db)
}

// TestMoneyCase54 is the case without its hash chain: UPDATE and DELETE of what is booked, and journals that don't
// balance, are refused by the database itself, even when its owner asks.
func TestMoneyCase54(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, "billing")
	owner, service := pgtest.Open(t, dsn, ""), pgtest.Open(t, dsn, "wf_billing")
	post(t, service, move("charge:ch_1", ledger.SB, ledger.CP("ann"), 1000))
	for _, sql := range []string{
		"update billing.ledger_entry set amount = 1", "delete from billing.ledger_entry", "truncate billing.ledger_entry",
		"update billing.ledger_journal set key = 'x'", "delete from billing.ledger_journal", "truncate billing.ledger_journal",
	} {
		if _, err := owner.Exec(t.Context(), sql); code(err) != "WF003" {
			t.Errorf("%s, as the owner: %v", sql, err)
		}
		if _, err := service.Exec(t.Context(), sql); code(err) != "42501" {
			t.Errorf("%s, as the service: %v", sql, err)
		}
	}

	const journal = `insert into billing.ledger_journal (key, kind, source, effective_at, digest) values ('raw', 'raw', '', '2026-05-04', '') returning seq`
	type entry struct {
		account  string
		currency string
		amount   int64
	}
	for name, tt := range map[string]struct {
		entries []entry
		want    string
	}{
		"balanced":        {[]entry{{"SB", "USD", 10}, {"SF", "USD", -10}}, ""},
		"off by one":      {[]entry{{"SB", "USD", 10}, {"SF", "USD", -9}}, "ledger_journal_balanced"},
		"cross-currency":  {[]entry{{"SB", "USD", 10}, {"SF", "EUR", -10}}, "ledger_journal_balanced"},
		"cross-book":      {[]entry{{"SB", "USD", 10}, {"MB:ann", "USD", -10}}, "ledger_journal_balanced"},
		"one entry":       {[]entry{{"SB", "USD", 10}}, "ledger_journal_balanced"},
		"no entries":      {nil, "ledger_journal_balanced"},
		"entry of zero":   {[]entry{{"SB", "USD", 10}, {"SF", "USD", -10}, {"SB", "USD", 0}}, "ledger_journal_balanced"},
		"unknown account": {[]entry{{"SB", "USD", 10}, {"ZZ", "USD", -10}}, "ledger_journal_balanced"},
	} {
		tx, err := service.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var seq int64
		err = tx.QueryRow(t.Context(), journal).Scan(&seq)
		for n, e := range tt.entries { // one statement each: the check waits for the end
			if err == nil {
				_, err = tx.Exec(t.Context(), "insert into billing.ledger_entry (journal, n, account, currency, amount) values ($1, $2, $3, $4, $5)",
					seq, n, e.account, e.currency, e.amount)
			}
		}
		if err == nil {
			_, err = tx.Exec(t.Context(), "set constraints all immediate")
		}
		if pg.Constraint(err) != tt.want || err != nil && tt.want == "" {
			t.Errorf("%s: %v; want %q", name, err, tt.want)
		}
		_ = tx.Rollback(t.Context())
	}

	_, err := owner.Exec(t.Context(), "insert into billing.ledger_entry (journal, n, account, currency, amount) select seq, 9, 'SB', 'USD', 5 from billing.ledger_journal")
	if pg.Constraint(err) != "ledger_entry_of_open_journal" {
		t.Errorf("an entry for a closed journal: %v", err)
	}
	expect(t, service, "SB 1000, CP −1000")
	verify(t, service)
}

func code(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// What a superuser does behind the triggers' back, Verify names.
func TestVerifyNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, "billing")
	owner, service := pgtest.Open(t, dsn, ""), pgtest.Open(t, dsn, "wf_billing")
	post(t, service, move("charge:ch_1", ledger.SB, ledger.CP("ann"), 1000), move("charge:ch_2", ledger.SB, ledger.CP("bob"), 500))
	fold(t, service, ledger.SB, 1500)
	r, err := ledger.Verify(t.Context(), service)
	if err != nil || !r.OK() || r.Journals != 2 || r.Entries != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	for sql, want := range map[string]string{
		"update billing.ledger_entry set amount = -1001 where account = 'CP:ann'":                                                             "journal charge:ch_1 USD: stored -1|digest charge:ch_1: entries are not|book platform USD|guarded CP:ann USD",
		"update billing.ledger_entry set amount = 999 where amount = 1000":                                                                    "journal charge:ch_1 USD: stored -1|checkpoint SB USD",
		"update billing.ledger_entry set account = 'CP:bob' where account = 'CP:ann'":                                                         "digest charge:ch_1|guarded CP:ann USD: stored -1000, entries say 0|guarded CP:bob USD: stored -500, entries say -1500",
		"update billing.ledger_balance set debit = debit + 1":                                                                                 "guarded CP:ann USD: stored -999, entries say -1000|guarded CP:bob USD",
		"update billing.ledger_checkpoint set balance = 7":                                                                                    "checkpoint SB USD: stored 7, entries say 1500",
		"delete from billing.ledger_checkpoint":                                                                                               "checkpoint SB USD: stored 0, entries say 1500",
		"delete from billing.ledger_entry where account = 'CP:bob'":                                                                           "journal charge:ch_2 USD: stored 500|journal entries of journal",
		"delete from billing.ledger_entry where journal = (select seq from billing.ledger_journal where key = 'charge:ch_2')":                 "journal charge:ch_2 |guarded CP:bob",
		"delete from billing.ledger_journal where key = 'charge:ch_2'":                                                                        "journal entries of journal",
		"update billing.ledger_entry set amount = -amount where journal = (select seq from billing.ledger_journal where key = 'charge:ch_2')": "overdrawn CP:bob USD|digest charge:ch_2",
	} {
		tx, err := owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []string{"set local session_replication_role = replica", sql} { // replicas fire no triggers
			if _, err := tx.Exec(t.Context(), step); err != nil {
				t.Fatal(err)
			}
		}
		r, err := ledger.Verify(t.Context(), tx)
		if err != nil || r.OK() {
			t.Errorf("%s: nothing found, %v", sql, err)
		}
		var found []string
		for _, f := range r.Findings {
			found = append(found, f.String())
		}
		for _, part := range strings.Split(want, "|") {
			if !strings.Contains(strings.Join(found, "\n"), part) {
				t.Errorf("%s\n want %s\n found %s", sql, part, strings.Join(found, "\n       "))
			}
		}
		_ = tx.Rollback(t.Context())
	}
}

// A fold must not pass a transaction that is open, however low the numbers of its entries.
func TestFoldLosesNothing(t *testing.T) {
	t.Parallel()
	db := books(t)
	open, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Rollback(t.Context()) }()
	post(t, open, move("early", ledger.SB, ledger.PF("course"), 1))
	post(t, db, move("late", ledger.SB, ledger.PF("course"), 10))
	if n, err := ledger.Fold(t.Context(), db); err != nil || n != 0 {
		t.Errorf("folded %d, %v past an open transaction", n, err)
	}
	expect(t, db, "SB 10, PF −10")
	if err := open.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, db, "SB 11, PF −11")
	fold(t, db, ledger.SB, 11)
	expect(t, db, "SB 11, PF −11")
	if n, err := ledger.Fold(t.Context(), db); err != nil || n != 0 {
		t.Errorf("folded %d again, %v", n, err)
	}
	expect(t, db, "SB 11, PF −11")
	verify(t, db)
}

// fold folds until the account's checkpoint in USD is right: other transactions of the cluster may hold the horizon
// back for a while.
func fold(t *testing.T, db pg.Querier, account ledger.Account, want int64) {
	t.Helper()
	var got int64
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, err := ledger.Fold(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		var err error
		got, err = pg.Scalar[int64](t.Context(), db, "select coalesce(sum(balance), 0)::bigint from billing.ledger_checkpoint where account = $1 and currency = 'USD'", account)
		if err != nil {
			t.Fatal(err)
		}
		if got == want {
			return
		}
	}
	t.Fatalf("the checkpoint of %s is %d, not %d", account, got, want)
}

// Posts, folds and reads at once: every balance that is read is the sum of whole journals.
func TestPostsFoldsAndReadsAtOnce(t *testing.T) {
	t.Parallel()
	db := books(t)
	const writers, each = 6, 40
	done := make(chan struct{})
	var writing, reading errgroup.Group
	for w := range writers {
		writing.Go(func() error {
			for i := range each {
				key := fmt.Sprintf("k%d_%d", w, i)
				// Opposite orders of accounts and keys, which would deadlock if they weren't sorted.
				a, b := ledger.CP("a"), ledger.CP("b")
				if w%2 == 0 {
					a, b = b, a
				}
				both := []ledger.Journal{move("shared:"+key, ledger.SB, a, 2), move(key, ledger.SB, b, 1)}
				err := pg.InTx(t.Context(), db, func(ctx context.Context, tx pgx.Tx) error {
					_, err := ledger.Post(ctx, tx, both...)
					return err
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, work := range []func() error{
		func() error { _, err := ledger.Fold(t.Context(), db); return err },
		func() error { _, err := ledger.Fold(t.Context(), db); return err },
		func() error {
			balances, err := ledger.Balances(t.Context(), db)
			var sum int64
			for _, b := range balances {
				sum += b.Amount.Minor
			}
			if sum != 0 {
				return fmt.Errorf("balances sum to %d: %v", sum, balances)
			}
			return err
		},
		func() error {
			b, err := ledger.Balance(t.Context(), db, ledger.SB, money.USD)
			if b.Minor%3 != 0 {
				return fmt.Errorf("half a post was read: %v", b)
			}
			return err
		},
	} {
		reading.Go(func() error {
			for {
				select {
				case <-done:
					return nil
				default:
					if err := work(); err != nil {
						return err
					}
				}
			}
		})
	}
	err := writing.Wait()
	close(done)
	if err := errors.Join(err, reading.Wait()); err != nil {
		t.Fatal(err)
	}
	expect(t, db, fmt.Sprintf("SB %d, CP −%[1]d", writers*each*3))
	verify(t, db)
}

func TestOneKeyAtOnceIsBookedOnce(t *testing.T) {
	t.Parallel()
	db := books(t)
	var fresh atomic.Int64
	var all errgroup.Group
	for range 100 {
		all.Go(func() error {
			posted, err := ledger.Post(t.Context(), db, move("charge:ch_1", ledger.SB, ledger.CP("ann"), 1000))
			if err == nil && posted[0].Fresh {
				fresh.Add(1)
			}
			return err
		})
	}
	if err := all.Wait(); err != nil || fresh.Load() != 1 {
		t.Errorf("booked %d times, %v", fresh.Load(), err)
	}
	expect(t, db, "SB 1000, CP −1000")
}

// Two posts of the same effects in opposite orders claim their keys in one order, so neither waits for the other in vain: a deadlock
// would come back as an error here, since nothing tries again.
func TestSharedKeysAreClaimedInOrder(t *testing.T) {
	t.Parallel()
	db := books(t)
	const rounds, each = 20, 30
	for round := range rounds {
		var there []ledger.Journal
		for i := range each {
			there = append(there, move(fmt.Sprintf("bt:txn_%d_%02d", round, i), ledger.SB, ledger.PF("course"), 1))
		}
		back := slices.Clone(there)
		slices.Reverse(back)
		var both errgroup.Group
		for _, journals := range [][]ledger.Journal{there, back} {
			both.Go(func() error { _, err := ledger.Post(t.Context(), db, journals...); return err })
		}
		if err := both.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, db, fmt.Sprintf("SB %d, PF −%[1]d", rounds*each))
}

// A logical restore counts transactions anew: the checkpoints would hide new entries, so posting stops.
func TestRestoredDatabaseIsNoticed(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, "billing")
	owner, service := pgtest.Open(t, dsn, ""), pgtest.Open(t, dsn, "wf_billing")
	post(t, service, move("before", ledger.SB, ledger.PF("course"), 5))
	if _, err := owner.Exec(t.Context(), "update billing.ledger_horizon set tx = 1000000000000"); err != nil {
		t.Fatal(err)
	}
	after := move("after", ledger.SB, ledger.PF("course"), 7)
	if _, err := ledger.Post(t.Context(), service, after); !errors.Is(err, ledger.ErrRestored) {
		t.Errorf("%v", err)
	}
	if err := ledger.Rebase(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	post(t, service, after)
	expect(t, service, "SB 12, PF −12")
	verify(t, service)
}
