package outbox

import (
	"context"
	"encoding/json"
	"slices"
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

// Retrying is the state of an event that failed and is still tried again by
// itself.
const Retrying = "retrying"

// Replay gives a parked event its full number of tries again, the first at
// once. One that is still tried again by itself keeps its tries and its pause
// and is problem.ErrConflict in the state [Retrying]; one that never failed
// here, or was handled meanwhile, is problem.ErrNotFound.
func (b *Bus) Replay(ctx context.Context, eventID string) error {
	parked, err := pg.Column[bool](ctx, b.cfg.Pool, b.q.SQL("Replay"), eventID, b.cfg.Clock.Wall())
	switch {
	case err != nil:
		return err
	case len(parked) == 0:
		return problem.ErrNotFound
	case !slices.Contains(parked, true):
		return problem.ErrConflict.WithState(Retrying)
	}
	return nil
}

// ReplayAll is Replay for every parked event; it returns how many there were.
func (b *Bus) ReplayAll(ctx context.Context) (int64, error) {
	return pg.Exec(ctx, b.cfg.Pool, b.q.SQL("ReplayAll"), b.cfg.Clock.Wall())
}
