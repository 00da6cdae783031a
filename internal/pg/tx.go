package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// lazyTx is a transaction of a pool that begins together with its first
// statement, and may commit together with its last (see Commit): a round trip
// less at either end.
type lazyTx struct {
	pgx.Tx // nil until it has begun
	conn   *pgxpool.Conn
	sent   bool // COMMIT is on its way: what comes of it may stay unknown
	over   bool // committed or rolled back, and the connection is back in the pool
}

func begin(ctx context.Context, db Beginner) (pgx.Tx, error) {
	pool, ok := db.(*pgxpool.Pool)
	if !ok {
		return db.BeginTx(ctx, pgx.TxOptions{})
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &lazyTx{conn: conn}, nil
}

// SendBatch sends a batch, behind BEGIN if it is the first.
func (t *lazyTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	switch {
	case t.over:
		return pgx.FailedBatchResults(b, pgx.ErrTxClosed)
	case t.Tx != nil:
		return t.Tx.SendBatch(ctx, b)
	}
	whole := &pgx.Batch{}
	whole.BeginTx(pgx.TxOptions{})
	whole.QueuedQueries = append(whole.QueuedQueries, b.QueuedQueries...)
	res := t.conn.SendBatch(ctx, whole)
	t.Tx = res.Tx()
	if _, err := res.Exec(); err != nil { // of BEGIN
		_ = res.Close() // says the same
		return pgx.FailedBatchResults(b, err)
	}
	return res
}

// Query runs a query, behind BEGIN if it is the first statement.
func (t *lazyTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if t.Tx != nil && !t.over {
		return t.Tx.Query(ctx, sql, args...)
	}
	res := t.SendBatch(ctx, alone(sql, args))
	rows, err := res.Query()
	if err != nil {
		_ = res.Close() // says the same
		return nil, err
	}
	return &firstRows{Rows: rows, res: res}, nil
}

// QueryRow is Query for one row.
func (t *lazyTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if t.Tx != nil && !t.over {
		return t.Tx.QueryRow(ctx, sql, args...)
	}
	rows, err := t.Query(ctx, sql, args...)
	return firstRow{rows, err}
}

// Exec runs a statement, behind BEGIN if it is the first.
func (t *lazyTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if t.Tx != nil && !t.over {
		return t.Tx.Exec(ctx, sql, args...)
	}
	res := t.SendBatch(ctx, alone(sql, args))
	tag, err := res.Exec()
	if closed := res.Close(); err == nil {
		err = closed
	}
	return tag, err
}

func alone(sql string, args []any) *pgx.Batch {
	b := &pgx.Batch{}
	b.Queue(sql, args...)
	return b
}

// start begins in a round trip of its own, for what can't travel in a batch.
func (t *lazyTx) start(ctx context.Context) (err error) {
	if t.over { // the connection serves somebody else by now
		return pgx.ErrTxClosed
	}
	if t.Tx == nil {
		t.Tx, err = t.conn.BeginTx(ctx, pgx.TxOptions{})
	}
	return err
}

// Begin makes a savepoint.
func (t *lazyTx) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := t.start(ctx); err != nil {
		return nil, err
	}
	return t.Tx.Begin(ctx)
}

// CopyFrom copies rows into a table.
func (t *lazyTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := t.start(ctx); err != nil {
		return 0, err
	}
	return t.Tx.CopyFrom(ctx, table, columns, rows)
}

// Prepare prepares a statement on the connection, which needs no transaction.
func (t *lazyTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Conn().Prepare(ctx, name, sql)
}

// Conn is the connection.
func (t *lazyTx) Conn() *pgx.Conn { return t.conn.Conn() }

// Commit commits and gives the connection back. A transaction without a
// statement has nothing to commit.
func (t *lazyTx) Commit(ctx context.Context) error {
	if t.over {
		return pgx.ErrTxClosed
	}
	defer t.end()
	if t.Tx == nil {
		return nil
	}
	t.sent = true
	return t.Tx.Commit(ctx)
}

// Rollback undoes all and gives the connection back.
func (t *lazyTx) Rollback(ctx context.Context) error {
	if t.over {
		return pgx.ErrTxClosed
	}
	defer t.end()
	if t.Tx == nil {
		return nil
	}
	return t.Tx.Rollback(ctx)
}

func (t *lazyTx) end() {
	t.over = true
	t.conn.Release()
}

// Send sends a batch inside a transaction.
func Send(ctx context.Context, tx pgx.Tx, b *pgx.Batch) error { return tx.SendBatch(ctx, b).Close() }

// Commit sends the last statements of a transaction of InTx together with its
// COMMIT, in one round trip. After it the transaction is over: its function
// returns what Commit returns and does nothing more. After an error nothing of
// it is committed.
func Commit(ctx context.Context, tx pgx.Tx, b *pgx.Batch) error {
	t, ok := tx.(*lazyTx)
	if !ok {
		return Send(ctx, tx, b) // InTx commits
	}
	b.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() == "ROLLBACK" { // a statement had failed before, and nobody minded
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
	t.sent = true
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	t.end()
	return nil
}

// firstRows are the rows of a query that travelled with BEGIN: their batch
// ends with them.
type firstRows struct {
	pgx.Rows
	res    pgx.BatchResults
	err    error
	closed bool
}

// Next moves on; behind the last row the batch ends, as rows of pgx free their connection.
func (r *firstRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Close ends the rows and the batch.
func (r *firstRows) Close() {
	r.Rows.Close()
	if !r.closed {
		r.closed = true
		r.err = r.res.Close()
	}
}

// Err is what went wrong.
func (r *firstRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}

// firstRow is the one row of such a query.
type firstRow struct {
	rows pgx.Rows
	err  error
}

// Scan reads it; none is pgx.ErrNoRows.
func (r firstRow) Scan(to ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(to...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
