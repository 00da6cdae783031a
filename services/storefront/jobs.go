package storefront

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/pg"
)

// orders looks after orders whose checkout or payment needs a second look.
func (s *Service) orderSweep(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: 2 * time.Second,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return s.LookAfter(ctx) },
	}
}

// housekeeping removes what has ended, every ten minutes.
func (s *Service) housekeeping(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: 10 * time.Minute,
		Sweep: func(ctx context.Context, now time.Time) (int, error) { return 0, s.Tidy(ctx, now) },
	}
}

// collector removes content that nothing refers to, once an hour.
func (s *Service) collector(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.Clock, Log: log, Every: time.Hour,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return 0, s.Collect(ctx) },
	}
}

// Tidy forgets uploads that nobody went on with, old idempotency keys, and what
// people who were erased lately left, and those who were erased long ago.
func (s *Service) Tidy(ctx context.Context, now time.Time) error {
	if err := s.eraseRest(ctx); err != nil {
		return err
	}
	if err := s.forgetBusinesses(ctx, now); err != nil {
		return err
	}
	ids, err := pg.Column[string](ctx, s.Pool, queries.SQL("ExpiredUploads"), pgx.NamedArgs{"wall": s.wall()})
	if err != nil {
		return err
	}
	for _, uploadID := range ids {
		if err := s.Files.Drop(ctx, uploadID); err != nil {
			return err
		}
		if _, err := exec(ctx, s.Pool, "DeleteUpload", pgx.NamedArgs{"id": uploadID}); err != nil {
			return err
		}
	}
	return idem.Forget(ctx, s.Pool, schema, now.Add(-idem.Keep))
}
