package review

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/pg"
)

// deadlines ends employments whose time has come, and what was not answered, or not published, in time.
func (s *Service) deadlines(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log,
		Sweep: func(ctx context.Context, now time.Time) (int, error) {
			if n, err := s.LeaveDue(ctx); n > 0 || err != nil {
				return n, err
			}
			if n, err := s.Expire(ctx, now); n > 0 || err != nil {
				return n, err
			}
			return s.Tick(ctx, now)
		},
	}
}

// errands brings on what was committed and not yet told to content: sent submissions, and moves of gates.
func (s *Service) errands(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return s.RunErrand(ctx) },
	}
}

// RunErrand brings on one thing whose lease is over, and says how many it took.
func (s *Service) RunErrand(ctx context.Context) (int, error) {
	moved, err := s.tellContent(ctx, "")
	if moved || err != nil {
		return 1, err
	}
	if read, err := s.screenNext(ctx); read || err != nil {
		return 1, err
	}
	wall := s.Clock.Wall()
	submissionID, err := scalar[string](ctx, s.Pool, "LeaseSent", pgx.NamedArgs{"wall": wall, "until": wall.Add(lease)})
	if missing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return 1, s.handOn(ctx, submissionID)
}

// quiet says that nothing is due, and nothing waits for content.
func (s *Service) quiet(deadlines *jobs.Sweeper) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		if done, err := deadlines.Quiet(ctx); !done || err != nil {
			return false, err
		}
		if done, err := s.Proofs.Quiet(ctx); !done || err != nil {
			return false, err
		}
		waits, err := pg.Scalar[bool](ctx, s.Pool, queries.SQL("MovesWait"))
		return !waits, err
	}
}

// NextDue is when the next submission ends by itself: the demo clock walks to it.
func (s *Service) NextDue(ctx context.Context) (app.Due, error) {
	at, err := pg.Scalar[*time.Time](ctx, s.Pool, queries.SQL("NextDue"))
	return app.Due{At: deref(at), What: "a submission to an employer, or somebody's work there, ends"}, err
}

// housekeeping removes what has ended, every ten minutes.
func (s *Service) housekeeping(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: 10 * time.Minute,
		Sweep: func(ctx context.Context, now time.Time) (int, error) { return 0, s.Tidy(ctx, now) },
	}
}

// Tidy forgets ended sessions, old idempotency keys, and what people who were erased lately left.
func (s *Service) Tidy(ctx context.Context, now time.Time) error {
	if _, err := exec(ctx, s.Pool, "DropSessions", pgx.NamedArgs{"wall": s.Clock.Wall()}); err != nil {
		return err
	}
	if _, err := exec(ctx, s.Pool, "DropWorkCodes", pgx.NamedArgs{"before": s.Clock.Wall().Add(-codeLife)}); err != nil {
		return err
	}
	if err := s.eraseRest(ctx); err != nil {
		return err
	}
	return idem.Forget(ctx, s.Pool, schema, now.Add(-idem.Keep))
}
