package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/call"
)

// Querier is a pool, a connection or a transaction.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Open makes a pool of at most max connections. With a role, each of its
// sessions acts as that role (SET ROLE), so that a service reaches nothing
// but its own schema whatever the DSN's owner may do.
func Open(ctx context.Context, dsn string, max int32, role string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	cfg.MaxConns = max
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["jit"] = "off"
	cfg.ConnConfig.Tracer = otelpgx.NewTracer()
	if role != "" {
		cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "set role "+pgx.Identifier{role}.Sanitize())
			return err
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("pg: %w", err)
	}
	return pool, nil
}

// Beginner is what InTx needs: a pool or a connection.
type Beginner interface {
	BeginTx(ctx context.Context, opts pgx.TxOptions) (pgx.Tx, error)
}

// tries bounds how often InTx runs its function: once, and three more times.
const tries = 4

// InTx runs fn in one READ COMMITTED transaction and commits it. A
// serialization failure (40001) or a deadlock (40P01) runs it again, at most
// three times, and so does a connection that was lost before COMMIT was sent, as in
// a restart of PostgreSQL, for two seconds: fn must have no effect outside the transaction.
// problem.ErrUnavailable when PostgreSQL can't be reached; whether a commit whose answer was
// lost happened is then unknown, and the caller's own idempotency tells.
func InTx(ctx context.Context, db Beginner, fn func(ctx context.Context, tx pgx.Tx) error) error {
	wait := patience
	for try := 1; ; try++ {
		end, err := once(ctx, db, fn)
		switch {
		case Retryable(err) && try < tries:
		case end == lost && wait.more(ctx):
		case end == lost || end == unknown:
			return told(err)
		default:
			return err
		}
	}
}

// outcome is what became of the connection of a transaction.
type outcome int

const (
	stands  outcome = iota // whatever the error says, PostgreSQL said it
	lost                   // before COMMIT was sent: nothing of it is committed
	unknown                // the answer to COMMIT was lost
)

func once(ctx context.Context, db Beginner, fn func(context.Context, pgx.Tx) error) (outcome, error) {
	tx, err := begin(ctx, db)
	if err != nil {
		if down(err) {
			return lost, err
		}
		return stands, err
	}
	conn := tx.Conn() // the transaction gives it back at its end
	dead := func(sent bool) outcome {
		switch {
		case ctx.Err() != nil || !conn.IsClosed():
			return stands
		case sent:
			return unknown
		default:
			return lost
		}
	}
	// After a commit this does nothing; after an error or a panic it frees the locks
	// even when ctx has ended.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	t, lazy := tx.(*lazyTx)
	if err := fn(call.WithinTransaction(ctx), tx); err != nil {
		return dead(lazy && t.sent), err
	}
	if lazy && t.over {
		return stands, nil // by Commit
	}
	if err := tx.Commit(ctx); err != nil {
		return dead(true), err
	}
	return stands, nil
}

// Retryable says whether PostgreSQL asks for the transaction to be run again.
func Retryable(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

// Constraint is the name of the constraint that an error violates, or "".
// A store maps it to a problem code.
func Constraint(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) && len(pe.Code) == 5 && pe.Code[:2] == "23" {
		return pe.ConstraintName
	}
	return ""
}

// BadData says that PostgreSQL cannot hold a value in its type (SQLSTATE class 22), such as JSON with an escaped zero byte.
func BadData(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && len(pe.Code) == 5 && pe.Code[:2] == "22"
}

// NoRows says whether a query for one row found none.
func NoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// One runs a query for one row and scans it by column name. No row is
// pgx.ErrNoRows.
func One[T any](ctx context.Context, db Querier, sql string, args ...any) (T, error) {
	return reached(ctx, db, func() (T, error) {
		rows, err := db.Query(ctx, sql, args...)
		if err != nil {
			var zero T
			return zero, err
		}
		return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[T])
	})
}

// Many runs a query and scans each row by column name; none is an empty slice.
func Many[T any](ctx context.Context, db Querier, sql string, args ...any) ([]T, error) {
	return reached(ctx, db, func() ([]T, error) {
		rows, err := db.Query(ctx, sql, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
	})
}

// LockThen runs a statement that takes locks and then a query, both with the same arguments and in one round trip, and scans
// the query's rows by column name. They are two statements because a locking query that waited sees the row that it locked as it is now, and all
// that it joins or selects beside it as it was before the wait (PostgreSQL, "Read Committed Isolation Level"). What hangs on a
// locked row is read by the second one.
func LockThen[T any](ctx context.Context, tx pgx.Tx, lock, read string, args ...any) ([]T, error) {
	return reached(ctx, tx, func() ([]T, error) {
		var batch pgx.Batch
		batch.Queue(lock, args...)
		batch.Queue(read, args...)
		res := tx.SendBatch(ctx, &batch)
		defer func() { _ = res.Close() }()
		if _, err := res.Exec(); err != nil {
			return nil, err
		}
		rows, err := res.Query()
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
	})
}

// Scalar runs a query for one row of one column.
func Scalar[T any](ctx context.Context, db Querier, sql string, args ...any) (T, error) {
	return reached(ctx, db, func() (T, error) {
		rows, err := db.Query(ctx, sql, args...)
		if err != nil {
			var zero T
			return zero, err
		}
		return pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	})
}

// Column runs a query of one column and gives all its rows.
func Column[T any](ctx context.Context, db Querier, sql string, args ...any) ([]T, error) {
	return reached(ctx, db, func() ([]T, error) {
		rows, err := db.Query(ctx, sql, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowTo[T])
	})
}

// Exec runs a statement and gives the number of rows that it touched.
func Exec(ctx context.Context, db Querier, sql string, args ...any) (int64, error) {
	return reached(ctx, db, func() (int64, error) {
		tag, err := db.Exec(ctx, sql, args...)
		return tag.RowsAffected(), err
	})
}
