package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
)

// Drain delivers everything that the buses' services have appended to all of
// them, and what the handlers append in turn, until nothing is left: the same
// law without Redis, for tests. The first failing handler ends it with its
// error; the event stays unpublished.
func Drain(ctx context.Context, buses ...*Bus) error {
	for {
		moved := 0
		for _, from := range buses {
			if from.cfg.Pool == nil {
				continue
			}
			rows, err := pg.Many[outgoing](ctx, from.cfg.Pool, from.q.SQL("Unpublished"), relayBatch)
			if err != nil {
				return err
			}
			for _, row := range rows {
				ev := Received{ID: row.ID, Name: row.Name, Key: row.Key, Payload: row.Payload, At: row.At}
				for _, to := range buses {
					if err := to.deliver(ctx, ev); err != nil {
						return fmt.Errorf("%s to %s: %w", ev.Name, to.cfg.Service, err)
					}
				}
				if _, err := pg.Exec(ctx, from.cfg.Pool, from.q.SQL("MarkPublished"), []string{row.ID}, from.cfg.Clock.Wall()); err != nil {
					return err
				}
				moved++
			}
		}
		if moved == 0 {
			return nil
		}
	}
}

// Deliver hands one event to this bus as if it had arrived, for tests of a
// service alone. The same event id a second time does nothing.
func (b *Bus) Deliver(ctx context.Context, ev Event) error {
	payload, err := json.Marshal(ev.Payload)
	if err != nil {
		return err
	}
	if ev.ID == "" {
		ev.ID = id.New("evt")
	}
	return b.deliver(ctx, Received{ID: ev.ID, Name: ev.Name, Key: ev.Key, Payload: payload, At: ev.At})
}

func (b *Bus) deliver(ctx context.Context, ev Received) error {
	b.mu.Lock()
	listeners := slices.Clone(b.listeners)
	b.mu.Unlock()
	for _, l := range listeners {
		if slices.Contains(l.names, ev.Name) {
			l.fn(ev)
		}
	}
	if b.handlers[ev.Name] == nil {
		return nil
	}
	var err error
	if ev.prepared, err = b.prepare(ctx, ev); err != nil {
		return err
	}
	return pg.InTx(ctx, b.cfg.Pool, func(ctx context.Context, tx pgx.Tx) error {
		arrived, err := pg.Column[string](ctx, tx, b.q.SQL("Arrive"), b.cfg.Service, []string{ev.ID}, b.cfg.Clock.Wall())
		if err != nil || len(arrived) == 0 {
			return err
		}
		return b.handle(ctx, tx, ev)
	})
}
