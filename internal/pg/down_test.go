package pg_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
)

// drop ends the session of a transaction from outside, as a restart does.
func drop(t *testing.T, pool *pgxpool.Pool, tx pgx.Tx) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `select pg_terminate_backend($1)`, int32(tx.Conn().PgConn().PID())); err != nil {
		t.Error(err)
	}
}

// A connection that is lost before COMMIT costs another try, on another connection; nothing is done twice.
func TestALostConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	pool, runs := table(t), 0
	err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		runs++
		if _, err := pg.Exec(ctx, tx, `insert into thing (n) values ($1)`, 1); err != nil {
			return err
		}
		if runs == 1 {
			drop(t, pool, tx)
		}
		_, err := pg.Exec(ctx, tx, `insert into thing (n) values ($1)`, 2)
		return err
	})
	if err != nil || runs != 2 || things(t, pool) != 2 {
		t.Fatalf("%d runs, %d things: %v", runs, things(t, pool), err)
	}
}

// Whether a commit happened whose answer was lost is unknown: it is not tried again, and the caller is told to come back.
func TestALostCommitIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(ctx context.Context, tx pgx.Tx) error{
		"by InTx":   func(context.Context, pgx.Tx) error { return nil },
		"by Commit": func(ctx context.Context, tx pgx.Tx) error { return pg.Commit(ctx, tx, &pgx.Batch{}) },
	} {
		pool, runs := table(t), 0
		err := pg.InTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
			runs++
			if _, err := pg.Exec(ctx, tx, `insert into thing (n) values ($1)`, 1); err != nil {
				return err
			}
			drop(t, pool, tx)
			return end(ctx, tx)
		})
		if !errors.Is(err, problem.ErrUnavailable) || problem.From(err).RetryAfter == 0 || runs != 1 || things(t, pool) != 0 {
			t.Fatalf("%s: %d runs, %d things: %v", name, runs, things(t, pool), err)
		}
	}
}

// What PostgreSQL itself refuses, and what the function says, is nobody's outage.
func TestRefusalsAreNoOutage(t *testing.T) {
	t.Parallel()
	pool := table(t)
	mine, runs := errors.Join(errors.New("another part"), &net.OpError{Op: "dial", Err: errors.New("refused")}), 0
	if err := pg.InTx(t.Context(), pool, func(context.Context, pgx.Tx) error { runs++; return mine }); !errors.Is(err, mine) || runs != 1 {
		t.Errorf("%d runs: %v", runs, err)
	}
	if _, err := pg.Exec(t.Context(), pool, `insert into thing (n) values (null)`); errors.Is(err, problem.ErrUnavailable) || err == nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pg.Scalar[int](ended, pool, `select 1`); !errors.Is(err, context.Canceled) || errors.Is(err, problem.ErrUnavailable) {
		t.Error(err)
	}
}

// A server that starts again within two seconds is waited for; one that doesn't is said to be unavailable, with a time to come back.
func TestAServerThatIsDown(t *testing.T) {
	t.Parallel()
	cfg, err := pgxpool.ParseConfig(pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	var down atomic.Bool
	down.Store(true)
	dial := cfg.ConnConfig.DialFunc
	nobody := filepath.Join(t.TempDir(), "nobody")
	cfg.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if down.Load() {
			return (&net.Dialer{}).DialContext(ctx, "unix", nobody)
		}
		return dial(ctx, network, address)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	passed := clock.Stopwatch()
	_, err = pg.Scalar[int](t.Context(), pool, `select 1`)
	if !errors.Is(err, problem.ErrUnavailable) || problem.From(err).RetryAfter == 0 || passed() > 5*time.Second {
		t.Errorf("after %v: %v", passed(), err)
	}
	err = pg.InTx(t.Context(), pool, func(context.Context, pgx.Tx) error { t.Error("it ran"); return nil })
	if !errors.Is(err, problem.ErrUnavailable) {
		t.Error(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { down.Store(false) })
	if n, err := pg.Scalar[int](t.Context(), pool, `select 1`); err != nil || n != 1 {
		t.Error(n, err)
	}
}
