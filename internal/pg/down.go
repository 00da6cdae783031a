package pg

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/problem"
)

// down says that an error is about the way to PostgreSQL or about its going down, and not about what was asked: nobody answers, the
// connection broke, or the server is starting or stopping (SQLSTATE class 08, 57P01 to 57P03, and 53300, too many connections). A context
// that ended is the caller's own.
func down(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code[:min(2, len(pe.Code))] == "08" || pe.Code == "57P01" || pe.Code == "57P02" || pe.Code == "57P03" || pe.Code == "53300"
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNREFUSED)
}

// pauses are the waits between tries while PostgreSQL can't be reached; a restart takes a second or two.
type pauses []time.Duration

var patience = pauses{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond, 800 * time.Millisecond}

// more waits a little longer each time. False when it has waited enough, or the context ended.
func (p *pauses) more(ctx context.Context) bool {
	if len(*p) == 0 {
		return false
	}
	next := (*p)[0]
	*p = (*p)[1:]
	return clock.Sleep(ctx, next) == nil
}

// reached tries again, on another connection, what never arrived at PostgreSQL. A transaction has but one: InTx begins it again.
func reached[T any](ctx context.Context, db Querier, ask func() (T, error)) (T, error) {
	if _, pool := db.(*pgxpool.Pool); !pool {
		return ask()
	}
	wait := patience
	for {
		v, err := ask()
		if err == nil || !down(err) {
			return v, err
		}
		if !unsent(err) || !wait.more(ctx) {
			return v, told(err)
		}
	}
}

// unsent says that nothing of a statement can have been done.
func unsent(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || pgconn.SafeToRetry(err)
}

// told is the problem of a database that can't be reached: the caller may come back.
func told(err error) error {
	var p *problem.Error
	if errors.As(err, &p) {
		return err // told further in
	}
	return problem.ErrUnavailable.WithRetryAfter(2).Because(err)
}
