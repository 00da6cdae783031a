package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
)

// Sweeper carries out the deadlines of a service's rows.
type Sweeper struct {
	Clock clock.Clock
	Log   *slog.Logger

	// Every is the pause between two looks; default 500 ms of wall time.
	Every time.Duration

	// Sweep moves what is due at now, in as many transactions as it likes, and
	// says how many rows it moved. It claims its rows with "for update skip
	// locked" and bounds its batch: it is called again while it moves any.
	Sweep func(ctx context.Context, now time.Time) (int, error)
}

// Run sweeps until the context ends. A failed sweep is logged and tried again.
func (s *Sweeper) Run(ctx context.Context) error {
	every := s.Every
	if every == 0 {
		every = 500 * time.Millisecond
	}
	for ctx.Err() == nil {
		n, err := s.Sweep(ctx, s.Clock.Now())
		if err != nil && ctx.Err() == nil && s.Log != nil {
			s.Log.WarnContext(ctx, "deadlines wait", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		_ = clock.Sleep(ctx, every)
	}
	return nil
}

// Quiet sweeps once and reports whether nothing was due, so that the answer
// holds for the clock as it stands and not as it stood at the last tick.
func (s *Sweeper) Quiet(ctx context.Context) (bool, error) {
	n, err := s.Sweep(ctx, s.Clock.Now())
	return n == 0 && err == nil, err
}
