package content

import (
	"context"
	"log/slog"
	"time"

	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/jobs"
)

// housekeeping removes what has ended, every ten minutes.
func (s *Service) housekeeping(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: 10 * time.Minute,
		Sweep: func(ctx context.Context, now time.Time) (int, error) { return 0, s.Tidy(ctx, now) },
	}
}

// Tidy forgets old idempotency keys, and what people who were erased lately left.
func (s *Service) Tidy(ctx context.Context, now time.Time) error {
	if err := s.eraseRest(ctx); err != nil {
		return err
	}
	return idem.Forget(ctx, s.Pool, schema, now.Add(-idem.Keep))
}
