package accounts

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

// deadlines carries out the deadlines of mandates, invitations and claims, in domain time.
func (s *Service) deadlines(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.clock, Log: log,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) {
			for _, expire := range []func(context.Context) (int, error){s.ExpireMandates, s.ExpireInvitations} {
				if n, err := expire(ctx); n > 0 || err != nil {
					return n, err
				}
			}
			return s.ExpireDomains(ctx)
		},
	}
}

// records asks DNS about claims to domains, in wall time: nothing of the house waits for it.
func (s *Service) records(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.clock, Log: log, Every: 5 * time.Second,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return s.LookForRecords(ctx) },
	}
}

// housekeeping removes what has ended, every ten minutes: nothing waits for it, and what it removes already counts as
// gone in every query.
func (s *Service) housekeeping(log *slog.Logger) *jobs.Sweeper {
	return &jobs.Sweeper{
		Clock: s.clock, Log: log, Every: 10 * time.Minute,
		Sweep: func(ctx context.Context, _ time.Time) (int, error) { return 0, s.Sweep(ctx) },
	}
}

// Sweep deletes sessions and links a week after their end, rate-limit windows an hour after theirs, handles whose
// redirect has ended, and idempotency keys past their keeping.
func (s *Service) Sweep(ctx context.Context) error {
	wall, now := s.clock.Wall(), s.clock.Now()
	for name, args := range map[string]pgx.NamedArgs{
		"SweepAPITokens": {"before": wall.Add(-sweepAfter)},
		"SweepSessions":  {"before": wall.Add(-sweepAfter)},
		"SweepLinks":     {"before": wall.Add(-sweepAfter)},
		"SweepLimits":    {"before": wall.Add(-time.Hour)},
	} {
		if _, err := exec(ctx, s.pool, name, args); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		all := pgx.NamedArgs{"now": now, "skeleton": nil}
		for _, name := range []string{"DropPastHandles", "DropEmptySkeletons"} {
			if _, err := exec(ctx, tx, name, all); err != nil {
				return err
			}
		}
		return idem.Forget(ctx, tx, schema, now.Add(-idem.Keep))
	})
}

// NextDue is the next deadline of a mandate, an invitation or a claim: the demo clock walks to it.
func (s *Service) NextDue(ctx context.Context) (app.Due, error) {
	at, err := pg.Scalar[*time.Time](ctx, s.pool, queries.SQL("NextMandateDue"))
	if err != nil {
		return app.Due{}, err
	}
	other, err := pg.Scalar[*time.Time](ctx, s.pool, queries.SQL("NextOrganisationDue"))
	if at == nil || other != nil && other.Before(*at) {
		return app.Due{At: deref(other), What: "an invitation to an organisation, or a claim to a domain, ends"}, err
	}
	return app.Due{At: *at, What: "a mandate or an invitation to act for somebody ends"}, err
}
