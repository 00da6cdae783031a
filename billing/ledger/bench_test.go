package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/turns"
)

const (
	benchCreators = 10_000
	benchWriters  = 16
)

// rawTables are the rows of a journal without the ledger's rules: the same columns and indexes, no trigger, no check.
const rawTables = `
create schema raw;
create table raw.journal (seq bigint generated always as identity primary key, key text collate "C" not null unique,
	kind text not null, source text collate "C" not null, effective_at timestamptz not null, digest bytea not null, tx bigint not null default 0);
create index on raw.journal (source, seq) where source <> '';
create table raw.entry (journal bigint not null, n smallint not null, account text collate "C" not null, currency char(3) not null,
	amount bigint not null, tx bigint not null default 0, primary key (journal, n));
create index on raw.entry (account, currency, tx);
create index on raw.entry using brin (tx);
create table raw.balance (account text collate "C" not null, currency char(3) not null, debit bigint not null, credit bigint not null,
	primary key (account, currency)) with (fillfactor = 50);
insert into raw.balance select 'CP:' || i, 'USD', 0, 1000000000 from generate_series(0, 9999) i;
insert into billing.ledger_balance select account, currency, debit, credit from raw.balance;`

// bothBooks is a ledger of 10,000 funded creators beside the raw tables, with a pool for each side.
func bothBooks(b *testing.B) (ours, bare *pgxpool.Pool) {
	b.Helper()
	dsn := pgtest.DSN(b, "billing")
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = benchWriters
	if bare, err = pgxpool.NewWithConfig(b.Context(), cfg); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(bare.Close)
	if _, err := bare.Exec(b.Context(), rawTables); err != nil {
		b.Fatal(err)
	}
	if _, err := bare.Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	if ours, err = pg.Open(b.Context(), dsn, benchWriters, migrate.Role("billing")); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(ours.Close)
	return ours, bare
}

// BenchmarkTransfer moves money from one of 10,000 creators to another, both guarded, with 16 writers. Its limit
// is a person's first idea without any rule, in six round trips: BEGIN, the journal, its two entries, two balances in order, COMMIT.
func BenchmarkTransfer(b *testing.B) {
	ours, bare := bothBooks(b)
	var n atomic.Int64
	two := func() (low, high int) {
		low, high = rand.IntN(benchCreators), rand.IntN(benchCreators-1)
		if high >= low {
			return low, high + 1
		}
		return high, low
	}
	transfer := func() ledger.Journal {
		low, high := two()
		j := move(fmt.Sprintf("transfer:%d", n.Add(1)), ledger.CP(fmt.Sprint(low)), ledger.CP(fmt.Sprint(high)), 1)
		j.Source = fmt.Sprintf("order_%d", n.Load())
		return j
	}
	turns.Race{
		Clients: benchWriters,
		Ours: func(int) error {
			_, err := ledger.Post(b.Context(), ours, transfer())
			return err
		},
		Limit: func(int) error {
			j := transfer()
			digest := j.Digest()
			return pgx.BeginFunc(b.Context(), bare, func(tx pgx.Tx) error { return raw(b.Context(), tx, j, digest[:]) })
		},
	}.Run(b)
}

func raw(ctx context.Context, tx pgx.Tx, j ledger.Journal, digest []byte) error {
	var seq int64
	if err := tx.QueryRow(ctx, `insert into raw.journal (key, kind, source, effective_at, digest) values ($1, $2, $3, $4, $5) returning seq`,
		j.Key, j.Kind, j.Source, j.EffectiveAt, digest).Scan(&seq); err != nil {
		return err
	}
	from, to := j.Entries[0], j.Entries[1]
	if _, err := tx.Exec(ctx, `insert into raw.entry (journal, n, account, currency, amount) values ($1, 1, $2, 'USD', $3), ($1, 2, $4, 'USD', $5)`,
		seq, string(from.Account), from.Amount.Minor, string(to.Account), to.Amount.Minor); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update raw.balance set debit = debit + 1 where account = $1 and currency = 'USD'`, string(from.Account)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update raw.balance set credit = credit + 1 where account = $1 and currency = 'USD'`, string(to.Account))
	return err
}

// rawSale writes the rows of a sale in one statement: the strictest limit.
const rawSale = `
with j as (
	insert into raw.journal (key, kind, source, effective_at, digest) values ($1, 'sale.paid', $2, $3, $4) returning seq
), e as (
	insert into raw.entry (journal, n, account, currency, amount)
	select j.seq, v.n, v.account, 'USD', v.amount
	from j, (values (1, 'SB', 10000), (2, $5, -9000), (3, 'PF:course', -1000)) v (n, account, amount)
)
update raw.balance set credit = credit + 9000 where account = $5 and currency = 'USD'`

// BenchmarkSale posts sales, each debiting and crediting accounts that every sale touches, against the same rows in one statement.
func BenchmarkSale(b *testing.B) {
	ours, bare := bothBooks(b)
	var n atomic.Int64
	turns.Race{
		Clients: benchWriters,
		Ours: func(int) error {
			_, err := ledger.Post(b.Context(), ours, benchSale(n.Add(1)))
			return err
		},
		Limit: func(int) error {
			i := n.Add(1)
			digest := benchSale(i).Digest()
			_, err := bare.Exec(b.Context(), rawSale, fmt.Sprintf("charge:ch_%d", i), fmt.Sprintf("order_%d", i), noon, digest[:], fmt.Sprintf("CP:%d", i%benchCreators))
			return err
		},
	}.Run(b)
}

// benchSale is sale number n, of one of the creators in turn.
func benchSale(n int64) ledger.Journal {
	return ledger.Journal{Key: fmt.Sprintf("charge:ch_%d", n), Kind: "sale.paid", Source: fmt.Sprintf("order_%d", n), EffectiveAt: noon, Entries: []ledger.Entry{
		ledger.Debit(ledger.SB, usd(10000)),
		ledger.Credit(ledger.CP(fmt.Sprint(n%benchCreators)), usd(9000)),
		ledger.Credit(ledger.PF("course"), usd(1000)),
	}}
}
