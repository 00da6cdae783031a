package outbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

// ParkedEvent is an event that failed so often that only an operator can say
// what happens to it.
type ParkedEvent struct {
	Consumer string          `json:"consumer"`
	EventID  string          `json:"event_id"`
	Name     string          `json:"name"`
	Key      string          `json:"key"`
	Payload  json.RawMessage `json:"payload"`
	At       time.Time       `json:"at"`
	Tries    int             `json:"tries"`
	Error    string          `json:"error"`
	FailedAt time.Time       `json:"failed_at"`
}

// Parked lists the events parked for good in this service, latest failure
// first, at most 500.
func (b *Bus) Parked(ctx context.Context) ([]ParkedEvent, error) {
	return pg.Many[ParkedEvent](ctx, b.cfg.Pool, b.q.SQL("Parked"))
}

// Replay gives a parked event its full number of tries again, the first at
// once. An event that isn't parked is problem.ErrNotFound.
func (b *Bus) Replay(ctx context.Context, eventID string) error {
	n, err := pg.Exec(ctx, b.cfg.Pool, b.q.SQL("Replay"), eventID, b.cfg.Clock.Wall())
	if err == nil && n == 0 {
		return problem.ErrNotFound
	}
	return err
}

// ReplayAll is Replay for every parked event; it returns how many there were.
func (b *Bus) ReplayAll(ctx context.Context) (int64, error) {
	return pg.Exec(ctx, b.cfg.Pool, b.q.SQL("ReplayAll"), b.cfg.Clock.Wall())
}
