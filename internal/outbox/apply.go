package outbox

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// prepareTime bounds one Prepare step, and prepareWidth how many run at once.
const (
	prepareTime  = 15 * time.Second
	prepareWidth = 8
)

// apply handles events in their order, in as few transactions as it can. An
// event that fails is put aside into parked; an error means that not even
// that was possible, and nothing may be acknowledged.
func (b *Bus) apply(ctx context.Context, events []Received) error {
	if len(events) == 0 {
		return nil
	}
	events, err := b.prepareAll(ctx, events)
	if err != nil {
		return err
	}
	if len(events) > 1 && !b.singly {
		if err := b.applyTogether(ctx, events); err == nil {
			return nil
		}
		// One of them fails: each alone, so that the others pass.
	}
	for _, ev := range events {
		if err := b.applyTogether(ctx, []Received{ev}); err != nil {
			if err := b.setAside(ctx, ev, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyTogether runs the handlers of all events that are new to the inbox, in
// one transaction with their inbox rows.
func (b *Bus) applyTogether(ctx context.Context, events []Received) error {
	ids := make([]string, len(events))
	for i, ev := range events {
		ids[i] = ev.ID
	}
	var done []Received
	err := pg.InTx(ctx, b.cfg.Pool, func(ctx context.Context, tx pgx.Tx) error {
		done = nil
		arrived, err := pg.Column[string](ctx, tx, b.q.SQL("Arrive"), b.cfg.Service, ids, b.cfg.Clock.Wall())
		if err != nil {
			return err
		}
		fresh := make(map[string]bool, len(arrived))
		for _, id := range arrived {
			fresh[id] = true
		}
		for _, ev := range events {
			if !fresh[ev.ID] {
				continue
			}
			delete(fresh, ev.ID) // the same event may stand twice in a batch
			if err := b.handle(ctx, tx, ev); err != nil {
				return err
			}
			done = append(done, ev)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, ev := range done {
		b.metrics.consumed.WithLabelValues(ev.Name, "done").Inc()
	}
	return nil
}

// handle runs a handler; a panic is its error.
func (b *Bus) handle(ctx context.Context, tx pgx.Tx, ev Received) (err error) {
	defer recovered(ev.Name, &err)
	return b.handlers[ev.Name](ctx, tx, ev)
}

func recovered(name string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("handler of %s panicked: %v\n%s", name, p, debug.Stack())
	}
}

// prepareAll runs the Prepare steps of events that have one and are new, side
// by side. Those that fail are put aside and left out.
func (b *Bus) prepareAll(ctx context.Context, events []Received) ([]Received, error) {
	var ids []string
	for _, ev := range events {
		if b.prepares[ev.Name] != nil {
			ids = append(ids, ev.ID)
		}
	}
	if len(ids) == 0 {
		return events, nil
	}
	known, err := pg.Column[string](ctx, b.cfg.Pool, b.q.SQL("Arrived"), b.cfg.Service, ids)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(known))
	for _, id := range known {
		seen[id] = true
	}
	fails := make([]error, len(events))
	var wg sync.WaitGroup
	slots := make(chan struct{}, prepareWidth)
	for i := range events {
		if b.prepares[events[i].Name] == nil || seen[events[i].ID] {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			events[i].prepared, fails[i] = b.prepare(ctx, events[i])
		})
	}
	wg.Wait()
	ready := events[:0:0]
	for i, ev := range events {
		switch {
		case fails[i] != nil:
			if err := b.setAside(ctx, ev, fails[i]); err != nil {
				return nil, err
			}
		case !seen[ev.ID]:
			ready = append(ready, ev)
		}
	}
	return ready, nil
}

// prepare runs one Prepare step within its time; a panic is its error.
func (b *Bus) prepare(ctx context.Context, ev Received) (v any, err error) {
	fn := b.prepares[ev.Name]
	if fn == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, prepareTime)
	defer cancel()
	defer recovered(ev.Name, &err)
	return fn(ctx, ev)
}

// setAside stores a failed event for its next try. It refuses when the failure
// was the database's or the process is stopping: then the event was not tried.
func (b *Bus) setAside(ctx context.Context, ev Received, cause error) error {
	if ctx.Err() != nil || lostDatabase(cause) {
		return cause
	}
	b.metrics.consumed.WithLabelValues(ev.Name, "failed").Inc()
	b.log.WarnContext(ctx, "event failed, to be tried again", "event", ev.ID, "name", ev.Name, "error", cause)
	wall := b.cfg.Clock.Wall()
	_, err := pg.Exec(ctx, b.cfg.Pool, b.q.SQL("Fail"), pgx.NamedArgs{
		"consumer": b.cfg.Service, "event_id": ev.ID, "name": ev.Name, "key": ev.Key, "payload": ev.Payload, "at": ev.At,
		"error": brief(cause), "failed_at": wall, "retry_at": wall.Add(b.cfg.Backoff(1)),
	})
	select {
	case b.failed <- struct{}{}:
	default:
	}
	return err
}

// lostDatabase tells a broken connection from a refused statement.
func lostDatabase(err error) bool {
	var connect *pgconn.ConnectError
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code[:2] == "57" || pe.Code[:2] == "08" || pe.Code[:2] == "53" // shutting down, connection, resources
	}
	return errors.As(err, &connect) || pgconn.SafeToRetry(err)
}

// mailbox finds what looks like an e-mail address.
var mailbox = regexp.MustCompile(`[^\s<>()"',;:]+@[^\s<>()"',;:]+`)

// brief bounds an error's text for the parked table, where an operator reads it: without addresses, which other
// people's servers like to quote.
func brief(err error) string {
	s := mailbox.ReplaceAllString(err.Error(), "…@…")
	return strings.ToValidUTF8(s[:min(len(s), 2000)], "")
}

// retry tries failed events again when they are due. It looks often while
// there are some, and once a second for those of other replicas and replays.
func (b *Bus) retry(ctx context.Context) {
	for ctx.Err() == nil {
		due, err := pg.Many[Received](ctx, b.cfg.Pool, b.q.SQL("Due"), b.cfg.Service, b.cfg.Clock.Wall())
		if err != nil {
			b.complain(ctx, "failed events wait for the database", err)
		}
		for _, ev := range due {
			if err := b.again(ctx, ev); err != nil {
				b.complain(ctx, "failed event can't be tried", err)
				break
			}
		}
		idle := time.NewTimer(time.Second)
		if len(due) > 0 {
			idle.Reset(200 * time.Millisecond)
		}
		select {
		case <-ctx.Done():
		case <-idle.C:
		case <-b.failed:
			_ = clock.Sleep(ctx, min(b.cfg.Backoff(1), time.Second))
		}
		idle.Stop()
	}
}

// again tries a failed event once more: out of parked, into the inbox and its
// effect in one transaction.
func (b *Bus) again(ctx context.Context, ev Received) error {
	var cause error
	if b.handlers[ev.Name] == nil {
		cause = fmt.Errorf("no handler for %s any more", ev.Name)
	} else if ev.prepared, cause = b.prepare(ctx, ev); cause == nil {
		cause = pg.InTx(ctx, b.cfg.Pool, func(ctx context.Context, tx pgx.Tx) error {
			taken, err := pg.Column[string](ctx, tx, b.q.SQL("TakeParked"), b.cfg.Service, ev.ID)
			if err != nil || len(taken) == 0 {
				return err // another replica was faster
			}
			arrived, err := pg.Column[string](ctx, tx, b.q.SQL("Arrive"), b.cfg.Service, []string{ev.ID}, b.cfg.Clock.Wall())
			if err != nil || len(arrived) == 0 {
				return err // delivered once more meanwhile, and applied
			}
			return b.handle(ctx, tx, ev)
		})
	}
	if cause == nil {
		b.metrics.consumed.WithLabelValues(ev.Name, "done").Inc()
		return nil
	}
	if ctx.Err() != nil || lostDatabase(cause) {
		return cause
	}
	tries, wall := ev.Tries+1, b.cfg.Clock.Wall()
	retryAt := new(wall.Add(b.cfg.Backoff(tries)))
	if tries >= b.patience(cause) {
		retryAt = nil
		b.metrics.consumed.WithLabelValues(ev.Name, "parked").Inc()
		b.log.ErrorContext(ctx, "event is parked until an operator replays it", "event", ev.ID, "name", ev.Name, "error", cause)
	}
	_, err := pg.Exec(ctx, b.cfg.Pool, b.q.SQL("FailAgain"), pgx.NamedArgs{
		"consumer": b.cfg.Service, "event_id": ev.ID, "tries": tries, "error": brief(cause), "failed_at": wall, "retry_at": retryAt,
	})
	return err
}

// patience is how many tries an event gets: ten times as many when the fault
// lies with a neighbour that can't be reached, not with the event.
func (b *Bus) patience(cause error) int {
	switch problem.From(cause).Kind {
	case problem.Upstream, problem.Unavailable, problem.RateLimited:
		return 10 * b.cfg.MaxTries
	default:
		return b.cfg.MaxTries
	}
}
