package pg_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
)

func table(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Open(t, pgtest.Empty(t), "")
	if _, err := pool.Exec(t.Context(), `create table thing (n int primary key, parent int references thing deferrable initially deferred)`); err != nil {
		t.Fatal(err)
	}
	return pool
}

func things(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	n, err := pg.Scalar[int](t.Context(), pool, `select count(*) from thing`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// first are the ways in which a transaction may begin; each is to be in the transaction, and to see its error.
var first = map[string]func(ctx context.Context, tx pgx.Tx, sql string) error{
	"exec": func(ctx context.Context, tx pgx.Tx, sql string) error { _, err := tx.Exec(ctx, sql); return err },
	"rows": func(ctx context.Context, tx pgx.Tx, sql string) error {
		rows, err := tx.Query(ctx, sql+` returning n`)
		if err != nil {
			return err
		}
		_, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int])
		return err
	},
	"rows until the last": func(ctx context.Context, tx pgx.Tx, sql string) error {
		rows, err := tx.Query(ctx, sql+` returning n`)
		if err != nil {
			return err
		}
		for rows.Next() { // and no Close
		}
		return rows.Err()
	},
	"row": func(ctx context.Context, tx pgx.Tx, sql string) error {
		var n int
		return tx.QueryRow(ctx, sql+` returning n`).Scan(&n)
	},
	"batch": func(ctx context.Context, tx pgx.Tx, sql string) error {
		b := &pgx.Batch{}
		b.Queue(sql)
		return tx.SendBatch(ctx, b).Close()
	},
	"batch read by hand": func(ctx context.Context, tx pgx.Tx, sql string) error {
		b := &pgx.Batch{}
		b.Queue(sql + ` returning n`)
		res := tx.SendBatch(ctx, b)
		var n int
		return errors.Join(res.QueryRow().Scan(&n), res.Close())
	},
	"batch with a callback": func(ctx context.Context, tx pgx.Tx, sql string) error {
		b, seen := &pgx.Batch{}, 0
		b.Queue(sql + ` returning n`).QueryRow(func(row pgx.Row) error { return row.Scan(&seen) })
		if err := tx.SendBatch(ctx, b).Close(); err != nil || seen != 1 {
			return errors.Join(err, errors.New("not seen"))
		}
		return nil
	},
}

func TestInTxBeginsWithItsFirstStatement(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for name, do := range first {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := table(t)
			insert := `insert into thing (n) values (1)`
			if err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
				if err := do(ctx, tx, insert); err != nil {
					return err
				}
				if n, err := pg.Scalar[int](ctx, tx, `select count(*) from thing`); err != nil || n != 1 {
					t.Errorf("inside there are %d: %v", n, err)
				}
				if n := things(t, pool); n != 0 {
					t.Errorf("outside there are %d before the commit", n)
				}
				return stop
			}); !errors.Is(err, stop) {
				t.Fatal(err)
			}
			if n := things(t, pool); n != 0 {
				t.Fatalf("%d after a rollback", n)
			}
			if err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error { return do(ctx, tx, insert) }); err != nil {
				t.Fatal(err)
			}
			if n := things(t, pool); n != 1 {
				t.Fatalf("%d after a commit", n)
			}
			err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error { return do(ctx, tx, insert) })
			if pg.Constraint(err) != "thing_pkey" {
				t.Errorf("the second time: %v", err)
			}
			if s := pool.Stat(); s.AcquiredConns() != 0 {
				t.Errorf("%d connections are still out", s.AcquiredConns())
			}
		})
	}
}

func TestCommitWithTheLastStatements(t *testing.T) {
	t.Parallel()
	pool := table(t)
	put := func(sql ...string) error {
		return pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
			b := &pgx.Batch{}
			for _, s := range sql {
				b.Queue(s)
			}
			if err := pg.Commit(ctx, tx, b); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `insert into thing (n) values (50)`); !errors.Is(err, pgx.ErrTxClosed) {
				t.Errorf("after the commit: %v", err)
			}
			if _, err := tx.Begin(ctx); !errors.Is(err, pgx.ErrTxClosed) {
				t.Errorf("a savepoint after the end: %v", err)
			}
			return nil
		})
	}
	if err := put(`insert into thing (n) values (1)`, `insert into thing (n) values (2)`); err != nil || things(t, pool) != 2 {
		t.Fatalf("%d things: %v", things(t, pool), err)
	}
	if err := put(`insert into thing (n) values (3)`, `insert into thing (n) values (1)`); pg.Constraint(err) != "thing_pkey" || things(t, pool) != 2 {
		t.Errorf("a statement that fails: %d things, %v", things(t, pool), err)
	}
	if err := put(`insert into thing values (4, 99)`); pg.Constraint(err) != "thing_parent_fkey" || things(t, pool) != 2 {
		t.Errorf("a commit that fails: %d things, %v", things(t, pool), err)
	}
	// An error that was swallowed: the transaction can't be committed any more, and says so.
	err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		_, _ = tx.Exec(ctx, `insert into thing (n) values (1)`)
		return pg.Commit(ctx, tx, &pgx.Batch{})
	})
	if !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Errorf("after a swallowed error: %v", err)
	}
	if err := pg.InTx(t.Context(), pool, func(context.Context, pgx.Tx) error { return nil }); err != nil {
		t.Errorf("nothing done: %v", err)
	}
	if s := pool.Stat(); s.AcquiredConns() != 0 || things(t, pool) != 2 {
		t.Errorf("%d connections are still out, %d things", s.AcquiredConns(), things(t, pool))
	}
}

// A deadlock or a serialization failure runs the function again, and no more than four times.
func TestInTxTriesAgain(t *testing.T) {
	t.Parallel()
	pool := table(t)
	runs := 0
	err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		runs++
		if _, err := tx.Exec(ctx, `insert into thing (n) values ($1)`, runs); err != nil || runs == 3 {
			return err
		}
		_, err := tx.Exec(ctx, `do $$ begin raise exception 'again' using errcode = '40001'; end $$`)
		return err
	})
	if err != nil || runs != 3 || things(t, pool) != 1 {
		t.Errorf("%d runs, %d things: %v", runs, things(t, pool), err)
	}
}
