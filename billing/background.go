package billing

import (
	"context"
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
)

// errand is background work: what, how often in wall time, and for logs its name. All of it may run in several processes at once.
type errand struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// often is the pause between two looks for what is due, each one indexed query: the demo's clock waits for it at every deadline.
const often = 250 * time.Millisecond

func (s *Service) errands() []errand {
	return []errand{
		{"operations", often, s.SweepOperations},
		{"transfers", often, s.TransferDue},
		{"payouts", often, s.PayTurns},
		{"checkouts", often, s.LookAtCheckouts},
		{"payout poll", 10 * time.Minute, s.PollPayouts},
		{"events", 10 * time.Minute, s.BackfillEvents},
		{"transactions", 10 * time.Minute, s.SweepTransactions},
		{"old webhooks", time.Hour, s.ForgetPayloads},
		{"payees' balances", time.Hour, s.WatchBalances},
		{"reconciliation", 2 * time.Second, s.LookAtBooks},
		{"fold", time.Minute, func(ctx context.Context) error { _, err := ledger.Fold(ctx, s.pool); return err }},
	}
}

// Background is what runs beside the requests until its context ends. Each errand runs once at the start: that is where a process
// that died is recovered.
func (s *Service) Background() []func(context.Context) error {
	runs := []func(context.Context) error{s.runHints}
	for _, e := range s.errands() {
		runs = append(runs, func(ctx context.Context) error {
			for {
				if err := e.do(ctx); err != nil && ctx.Err() == nil {
					s.log.ErrorContext(ctx, "background work failed", "work", e.name, "error", err)
				}
				if clock.Sleep(ctx, e.every) != nil {
					return nil //nolint:nilerr // the end of the context is not a failure, nor is what the errand said at it
				}
			}
		})
	}
	return runs
}

// gather is how long the worker waits once a webhook has woken it: Stripe sends the events of one sale together, and one look serves all.
const gather = 20 * time.Millisecond

// runHints works on webhooks as they come.
func (s *Service) runHints(ctx context.Context) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := s.WorkHints(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "background work failed", "work", "webhooks", "error", err)
		}
		if n == hintsAtOnce && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.stir:
			if clock.Sleep(ctx, gather) != nil {
				return nil
			}
		case <-tick.C:
		}
	}
}

// Quiet says that nothing is under way and nothing is due.
func (s *Service) Quiet(ctx context.Context) (bool, error) {
	open, err := scalar[int64](ctx, s.pool, "OpenOperations", nil)
	if err != nil || open > 0 {
		return false, err
	}
	waiting, err := scalar[int64](ctx, s.pool, "HintsWaiting", args{"until": s.wall().Add(2 * time.Second)})
	if err != nil || waiting > 0 {
		return false, err
	}
	due, err := s.NextDue(ctx)
	return err == nil && (due.At.IsZero() || due.At.After(s.now())), err
}

// NextDue is the next deadline of an order, a share or a payout.
func (s *Service) NextDue(ctx context.Context) (app.Due, error) {
	at, err := scalar[*time.Time](ctx, s.pool, "NextDeadline", args{"list_gap": listGap})
	if err != nil || at == nil {
		return app.Due{}, err
	}
	return app.Due{At: *at, What: "money: a checkout ends, a share is transferred, or a payout is made"}, nil
}

// Settle does all background work until nothing is left, in the caller's goroutine: for tests and for the demo clock.
func (s *Service) Settle(ctx context.Context) error {
	for range 100 {
		n, err := s.WorkHints(ctx)
		if err != nil {
			return err
		}
		for _, e := range s.errands()[:4] {
			if err := e.do(ctx); err != nil {
				return err
			}
		}
		quiet, err := s.Quiet(ctx)
		if err != nil {
			return err
		}
		if n == 0 && quiet {
			return nil
		}
	}
	return nil
}
