package content

import (
	"context"
	"log/slog"
	"time"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/pg"
)

// deadlines lets documents appear whose time has come.
func (s *Service) deadlines(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return s.PublishDue(ctx) },
	}
}

// NextDue is when the next scheduled document is to appear: the demo clock walks to it.
func (s *Service) NextDue(ctx context.Context) (app.Due, error) {
	at, err := pg.Scalar[*time.Time](ctx, s.Pool, queries.SQL("NextDue"))
	return app.Due{At: deref(at), What: "a scheduled document is to appear"}, err
}

// housekeeping removes what has ended, every ten minutes.
func (s *Service) housekeeping(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: 10 * time.Minute,
		Sweep: func(ctx context.Context, now time.Time) (int, error) { return 0, s.Tidy(ctx, now) },
	}
}

// collector removes the bytes of media that nothing refers to, once an hour.
func (s *Service) collector(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: time.Hour,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return 0, s.Collect(ctx) },
	}
}

// Tidy forgets old idempotency keys, and what people who were erased lately left.
func (s *Service) Tidy(ctx context.Context, now time.Time) error {
	if err := s.eraseRest(ctx); err != nil {
		return err
	}
	return idem.Forget(ctx, s.Pool, schema, now.Add(-idem.Keep))
}
