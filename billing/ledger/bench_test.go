package ledger_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

const (
	benchCreators = 10_000
	benchWriters  = 16
)

// rawTables are the rows of a sale without the ledger's rules: the same columns and indexes, no trigger, no check.
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
insert into raw.balance select 'CP:' || i, 'USD', 0, 0 from generate_series(0, 9999) i;`

// rawSale writes them in one statement: the limit of one round trip.
const rawSale = `
with j as (
	insert into raw.journal (key, kind, source, effective_at, digest) values ($1, 'sale.paid', $2, $3, $4) returning seq
), e as (
	insert into raw.entry (journal, n, account, currency, amount)
	select j.seq, v.n, v.account, 'USD', v.amount
	from j, (values (1, 'SB', 10000), (2, $5, -9000), (3, 'PF:course', -1000)) v (n, account, amount)
)
update raw.balance set credit = credit + 9000 where account = $5 and currency = 'USD'`

// BenchmarkPost posts sales of 10,000 creators, each debiting and crediting accounts that every sale touches, with 16
// writers; raw writes the same rows in one statement without any rule. Compare them within one run:
//
//	go test -run=- -bench=Post -benchtime=3s -count=3 ./billing/ledger
func BenchmarkPost(b *testing.B) {
	for _, bench := range []struct {
		name string
		do   func(b *testing.B, db *pgxpool.Pool, n int64) error
	}{
		{"raw", func(b *testing.B, db *pgxpool.Pool, n int64) error {
			digest := benchSale(n).Digest()
			_, err := pg.Exec(b.Context(), db, rawSale, fmt.Sprintf("charge:ch_%d", n), fmt.Sprintf("order_%d", n), noon, digest[:], fmt.Sprintf("CP:%d", n%benchCreators))
			return err
		}},
		{"ledger", func(b *testing.B, db *pgxpool.Pool, n int64) error {
			_, err := ledger.Post(b.Context(), db, benchSale(n))
			return err
		}},
		{"ledger of two journals", func(b *testing.B, db *pgxpool.Pool, n int64) error {
			fee := move(fmt.Sprintf("bt:txn_%d", n), ledger.SF, ledger.SB, 320)
			_, err := ledger.Post(b.Context(), db, benchSale(n), fee)
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			dsn := pgtest.DSN(b, "billing")
			owner := pgtest.Open(b, dsn, "")
			if _, err := owner.Exec(b.Context(), rawTables); err != nil {
				b.Fatal(err)
			}
			if _, err := owner.Exec(b.Context(), "insert into billing.ledger_balance select account, currency, 0, 0 from raw.balance; grant usage on schema raw to wf_billing; grant all on all tables in schema raw to wf_billing"); err != nil {
				b.Fatal(err)
			}
			db, err := pg.Open(b.Context(), dsn, benchWriters, migrate.Role("billing"))
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			var n atomic.Int64
			warm(b, db, func() error { return bench.do(b, db, n.Add(1)) })
			b.SetParallelism(benchWriters / 2)
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := bench.do(b, db, n.Add(1)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
		})
	}
}

// warm lets every connection of the pool plan its statements before the clock runs.
func warm(b *testing.B, db *pgxpool.Pool, do func() error) {
	b.Helper()
	for range 5 {
		var all errgroup.Group
		for range 4 * benchWriters {
			all.Go(do)
		}
		if err := all.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}

// benchSale is sale number n, of one of the creators in turn.
func benchSale(n int64) ledger.Journal {
	return ledger.Journal{Key: fmt.Sprintf("charge:ch_%d", n), Kind: "sale.paid", Source: fmt.Sprintf("order_%d", n), EffectiveAt: noon, Entries: []ledger.Entry{
		ledger.Debit(ledger.SB, usd(10000)),
		ledger.Credit(ledger.CP(fmt.Sprint(n%benchCreators)), usd(9000)),
		ledger.Credit(ledger.PF("course"), usd(1000)),
	}}
}
