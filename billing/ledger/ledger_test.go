package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/ledger/ledgertest"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// books is a fresh database, reached with the rights of the service alone.
func books(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pgtest.Open(t, pgtest.DSN(t, "billing"), "wf_billing")
}

// move is a journal that debits one account and credits another.
func move(key string, debit, credit ledger.Account, minor int64) ledger.Journal {
	return ledger.Journal{Key: key, Kind: "test.move", EffectiveAt: noon, Entries: []ledger.Entry{
		ledger.Debit(debit, usd(minor)), ledger.Credit(credit, usd(minor)),
	}}
}

func post(t testing.TB, db pg.Querier, journals ...ledger.Journal) []ledger.Posted {
	t.Helper()
	posted, err := ledger.Post(t.Context(), db, journals...)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

func expect(t testing.TB, db pg.Querier, words string) {
	t.Helper()
	balances, err := ledger.Balances(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	ledgertest.Expect(t, balances, words)
}

func verify(t testing.TB, db pg.Querier) {
	t.Helper()
	r, err := ledger.Verify(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Error(f)
	}
}

func TestQueriesFitTheSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("queries.sql")
	if err != nil {
		t.Fatal(err)
	}
	queries := pg.MustLoad(string(text))
	for _, fault := range queries.Unprepared(t.Context(), books(t)) {
		t.Error(fault)
	}
	var sources []string
	for _, file := range []string{"post.go", "read.go", "verify.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(source))
	}
	if unused := queries.Unused(sources...); len(unused) > 0 {
		t.Errorf("unused: %v", unused)
	}
}

func TestPostIsIdempotentByKey(t *testing.T) {
	t.Parallel()
	db := books(t)
	sale, fee := move("charge:ch_1", ledger.SB, ledger.CP("ann"), 9000), move("bt:txn_1", ledger.SF, ledger.SB, 320)
	first := post(t, db, sale, fee)
	if !first[0].Fresh || !first[1].Fresh || first[0].Key != sale.Key || first[1].Key != fee.Key || first[0].Seq == first[1].Seq {
		t.Errorf("first: %+v", first)
	}
	later := sale
	later.EffectiveAt = noon.Add(time.Hour) // another path learned of the effect later
	later.Source = "order_1"
	later.Entries = []ledger.Entry{sale.Entries[1], sale.Entries[0]}
	again := post(t, db, fee, later, move("adjust:1", ledger.AD, ledger.SB, 1))
	if again[0].Fresh || again[1].Fresh || !again[2].Fresh || again[1].Seq != first[0].Seq || again[0].Seq != first[1].Seq {
		t.Errorf("again: %+v, first %+v", again, first)
	}
	if twice := post(t, db, move("adjust:2", ledger.AD, ledger.SB, 1), move("adjust:2", ledger.AD, ledger.SB, 1)); !twice[0].Fresh || twice[1].Fresh {
		t.Errorf("twice in one post: %+v", twice)
	}
	if nothing, err := ledger.Post(t.Context(), db); err != nil || len(nothing) != 0 {
		t.Errorf("no journals: %v, %v", nothing, err)
	}
	expect(t, db, "SB 8678, SF 320, AD 2, CP −9000")

	for _, other := range []ledger.Journal{
		move("charge:ch_1", ledger.SB, ledger.CP("ann"), 9001),
		move("charge:ch_1", ledger.SB, ledger.CP("bob"), 9000),
		{Key: "charge:ch_1", Kind: "another kind", EffectiveAt: noon, Entries: sale.Entries},
	} {
		if _, err := ledger.Post(t.Context(), db, move("adjust:3", ledger.AD, ledger.SB, 1), other); !errors.Is(err, ledger.ErrKeyReused) || !strings.Contains(err.Error(), "charge:ch_1") {
			t.Errorf("%+v: %v", other, err)
		}
	}
	expect(t, db, "SB 8678, SF 320, AD 2, CP −9000")
	verify(t, db)
}

func TestPostIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := books(t)
	post(t, db, move("sale", ledger.SB, ledger.CP("ann"), 1000))
	_, err := ledger.Post(t.Context(), db, move("good", ledger.SB, ledger.CP("bob"), 500), move("bad", ledger.CP("ann"), ledger.TC("op_1"), 1001))
	if !errors.Is(err, ledger.ErrInsufficient) || !strings.Contains(err.Error(), "CP:ann USD") {
		t.Errorf("%v", err)
	}
	if _, err := ledger.Post(t.Context(), db, move("bad", ledger.CP("nobody"), ledger.TC("op_1"), 1)); !errors.Is(err, ledger.ErrInsufficient) {
		t.Errorf("an account that never was: %v", err)
	}
	expect(t, db, "SB 1000, CP −1000")
	// Within one post only the outcome counts: what one journal brings, another may take.
	post(t, db, move("a", ledger.CP("carl"), ledger.TC("op_2"), 700), move("b", ledger.SB, ledger.CP("carl"), 700))
	expect(t, db, "SB 1700, CP −1000, TC −700")
	verify(t, db)
}

func TestSavepointLetsACallerGoOn(t *testing.T) {
	t.Parallel()
	db := books(t)
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	inner, err := tx.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Post(t.Context(), inner, move("bad", ledger.CP("ann"), ledger.TC("op_1"), 1)); !errors.Is(err, ledger.ErrInsufficient) {
		t.Fatal(err)
	}
	if err := inner.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	post(t, tx, move("good", ledger.SB, ledger.CP("ann"), 5))
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, db, "SB 5, CP −5")
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	good := move("k", ledger.SB, ledger.PF("course"), 5)
	change := func(f func(*ledger.Journal)) ledger.Journal {
		j := good
		j.Entries = append([]ledger.Entry(nil), good.Entries...)
		f(&j)
		return j
	}
	tests := map[string]struct {
		journal ledger.Journal
		want    error
	}{
		"good":           {good, nil},
		"no key":         {change(func(j *ledger.Journal) { j.Key = "" }), ledger.ErrJournal},
		"longest key":    {change(func(j *ledger.Journal) { j.Key = strings.Repeat("k", 200) }), nil},
		"endless key":    {change(func(j *ledger.Journal) { j.Key = strings.Repeat("k", 201) }), ledger.ErrJournal},
		"no kind":        {change(func(j *ledger.Journal) { j.Kind = "" }), ledger.ErrJournal},
		"no time":        {change(func(j *ledger.Journal) { j.EffectiveAt = time.Time{} }), ledger.ErrJournal},
		"one entry":      {change(func(j *ledger.Journal) { j.Entries = j.Entries[:1] }), ledger.ErrUnbalanced},
		"nothing moved":  {change(func(j *ledger.Journal) { j.Entries[0].Amount.Minor, j.Entries[1].Amount.Minor = 0, 0 }), ledger.ErrJournal},
		"off by one":     {change(func(j *ledger.Journal) { j.Entries[0].Amount.Minor++ }), ledger.ErrUnbalanced},
		"two currencies": {change(func(j *ledger.Journal) { j.Entries[0].Amount.Currency = money.EUR }), ledger.ErrUnbalanced},
		"two books":      {change(func(j *ledger.Journal) { j.Entries[0].Account = ledger.MB("ann") }), ledger.ErrUnbalanced},
		"no currency":    {change(func(j *ledger.Journal) { j.Entries[0].Amount.Currency = "ZZZ" }), money.ErrUnknownCurrency},
		"no account":     {change(func(j *ledger.Journal) { j.Entries[0].Account = "ZZ" }), ledger.ErrAccount},
		"no owner":       {change(func(j *ledger.Journal) { j.Entries[0].Account = ledger.CP("") }), ledger.ErrAccount},
		"owner missing":  {change(func(j *ledger.Journal) { j.Entries[0].Account = "CP" }), ledger.ErrAccount},
		"needless owner": {change(func(j *ledger.Journal) { j.Entries[0].Account = "SB:ann" }), ledger.ErrAccount},
		"owner in words": {change(func(j *ledger.Journal) { j.Entries[0].Account = ledger.CP("Ann B") }), ledger.ErrAccount},
		"too much": {change(func(j *ledger.Journal) {
			j.Entries = []ledger.Entry{ledger.Debit(ledger.SB, usd(1<<63-1)), ledger.Debit(ledger.SB, usd(1))}
		}), money.ErrOverflow},
	}
	for name, tt := range tests {
		if err := tt.journal.Check(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestBalances(t *testing.T) {
	t.Parallel()
	db := books(t)
	euro := ledger.Journal{Key: "euro", Kind: "test", EffectiveAt: noon, Source: "order_2", Entries: []ledger.Entry{
		ledger.Debit(ledger.SB, money.New(700, money.EUR)), ledger.Credit(ledger.CP("ann"), money.New(700, money.EUR))}}
	post(t, db, move("1", ledger.SB, ledger.CP("ann"), 1000), move("2", ledger.SB, ledger.CP("bob"), 2000), euro,
		move("3", ledger.MB("ann"), ledger.MS("ann"), 5))
	for _, folded := range []bool{false, true} {
		if folded {
			fold(t, db, ledger.SB, 3000)
		}
		for account, want := range map[ledger.Account]money.Amount{
			ledger.SB: usd(3000), ledger.CP("ann"): usd(-1000), ledger.CP("nobody"): usd(0), ledger.PF("course"): usd(0), ledger.MS("ann"): usd(-5),
		} {
			if got, err := ledger.Balance(t.Context(), db, account, money.USD); err != nil || got != want {
				t.Errorf("%s: %v, %v; want %v", account, got, err, want)
			}
		}
		for prefix, want := range map[string][]ledger.AccountBalance{
			"CP":                   {{"CP:ann", money.New(-700, money.EUR)}, {"CP:ann", usd(-1000)}, {"CP:bob", usd(-2000)}},
			"CP:bob":               {{"CP:bob", usd(-2000)}},
			"SB":                   {{"SB", money.New(700, money.EUR)}, {"SB", usd(3000)}},
			"CP:b":                 {},
			"MB MS":                {{"MB:ann", usd(5)}, {"MS:ann", usd(-5)}},
			"CP SB":                {{"CP:ann", money.New(-700, money.EUR)}, {"CP:ann", usd(-1000)}, {"CP:bob", usd(-2000)}, {"SB", money.New(700, money.EUR)}, {"SB", usd(3000)}},
			"CP:bob MB:ann CR:ann": {{"CP:bob", usd(-2000)}, {"MB:ann", usd(5)}},
		} {
			got, err := ledger.Balances(t.Context(), db, strings.Fields(prefix)...)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", prefix, err, diff)
			}
		}
		verify(t, db)
	}
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	for account, want := range map[ledger.Account]money.Amount{ledger.CP("bob"): usd(2000), ledger.CP("nobody"): usd(0)} {
		if got, err := ledger.Covered(t.Context(), tx, account, money.USD); err != nil || got != want {
			t.Errorf("covered of %s: %v, %v", account, got, err)
		}
	}
	if _, err := ledger.Covered(t.Context(), tx, ledger.SB, money.USD); !errors.Is(err, ledger.ErrAccount) {
		t.Errorf("covered of an unguarded account: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := ledger.Covered(gone, tx, ledger.CP("bob"), money.USD); err == nil {
		t.Errorf("what could not be read is covered by %v", got)
	}
}

func TestJournalsComeBackAsPosted(t *testing.T) {
	t.Parallel()
	db := books(t)
	one, two, other := move("1", ledger.SB, ledger.CP("ann"), 1000), move("2", ledger.CP("ann"), ledger.TC("op"), 10), move("3", ledger.AD, ledger.SB, 1)
	one.Source, two.Source = "order_1", "order_1"
	post(t, db, one, two, other)
	same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	got, err := ledger.BySource(t.Context(), db, "order_1")
	if diff := cmp.Diff([]ledger.Journal{one, two}, got, same); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	got, err = ledger.ByKeys(t.Context(), db, "3", "1", "none")
	if diff := cmp.Diff([]ledger.Journal{one, other}, got, same); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err = ledger.BySource(t.Context(), db, ""); len(got) != 0 || err != nil {
		t.Errorf("journals without source: %v, %v", got, err)
	}
}

func TestStatementPages(t *testing.T) {
	t.Parallel()
	db := books(t)
	var all []string
	for i := range 7 {
		j := move(fmt.Sprintf("k%d", i), ledger.SB, ledger.CP("ann"), int64(100+i))
		if i == 3 { // two journals of one transaction
			post(t, db, j, move("k3b", ledger.SB, ledger.CP("ann"), 1))
			all = append([]string{"k3b", j.Key}, all...)
			continue
		}
		post(t, db, j)
		all = append([]string{j.Key}, all...)
	}
	var got []string
	var at ledger.Cursor
	for page := 0; ; page++ {
		lines, next, err := ledger.Statement(t.Context(), db, ledger.CP("ann"), money.USD, at, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			got = append(got, l.Key)
			if l.Amount.Minor >= 0 || l.Amount.Currency != money.USD || !l.EffectiveAt.Equal(noon) || l.Kind != "test.move" || l.Journal == 0 {
				t.Errorf("%+v", l)
			}
		}
		post(t, db, move(fmt.Sprintf("meanwhile%d", page), ledger.SB, ledger.CP("ann"), 1))
		if at = next; at == "" {
			break
		}
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	post(t, db, move("b1", ledger.SB, ledger.CP("bob"), 1), move("b2", ledger.SB, ledger.CP("bob"), 2))
	if lines, next, err := ledger.Statement(t.Context(), db, ledger.CP("bob"), money.USD, "", 2); len(lines) != 2 || next != "" || err != nil {
		t.Errorf("a page that holds all: %d lines, then %q, %v", len(lines), next, err)
	}
	for _, bad := range []ledger.Cursor{"x", "MS4yLjM0NTY3ODk", "MS4yLjMg"} {
		if _, _, err := ledger.Statement(t.Context(), db, ledger.SB, money.USD, bad, 3); !errors.Is(err, ledger.ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
