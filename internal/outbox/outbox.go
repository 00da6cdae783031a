package outbox

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
)

// Event is a fact to tell. It carries ids, never names, addresses or text.
type Event struct {
	ID      string    // minted by Append when empty; evt_…
	Name    string    // "storefront.order.paid.v1": emitting service, noun, verb, version
	Key     string    // the object's id: events of one key keep their order
	Payload any       // a struct of the service's api package, rendered as JSON
	At      time.Time // when it happened, in the time of the domain
}

// Received is an event as a consumer sees it.
type Received struct {
	ID      string
	Name    string
	Key     string
	Payload json.RawMessage
	At      time.Time
	Tries   int // failed attempts before this one

	prepared any
}

// Handler applies an event in the transaction that inserts its inbox row. It
// may run more than once, and before or after any other event: it does nothing
// but database work through tx, and an error undoes all of it.
type Handler func(ctx context.Context, tx pgx.Tx, ev Received) error

// PrepareFunc fetches what a handler needs, outside any transaction.
type PrepareFunc func(ctx context.Context, ev Received) (any, error)

// Decode reads the payload of an event as T. Unknown fields are ignored: a
// newer emitter may tell more.
func Decode[T any](ev Received) (T, error) {
	var p T
	if err := json.Unmarshal(ev.Payload, &p); err != nil {
		return p, fmt.Errorf("payload of %s: %w", ev.Name, err)
	}
	return p, nil
}

// On makes a Handler of a function that takes the decoded payload.
func On[T any](fn func(ctx context.Context, tx pgx.Tx, ev Received, payload T) error) Handler {
	return func(ctx context.Context, tx pgx.Tx, ev Received) error {
		p, err := Decode[T](ev)
		if err != nil {
			return err
		}
		return fn(ctx, tx, ev, p)
	}
}

// Prepared gives what the event's Prepare step returned. It panics when the
// step returned another type: that is a wiring mistake.
func Prepared[T any](ev Received) T { return ev.prepared.(T) }

//go:embed schema.sql
var schemaUp string

//go:embed schema.down.sql
var schemaDown string

// Schema gives the statements that make, and those that drop, the tables of
// this package in a schema.
func Schema(schema string) (up, down string) {
	r := strings.NewReplacer("{schema}", schema)
	return r.Replace(schemaUp), r.Replace(schemaDown)
}

//go:embed queries.sql
var queriesSQL string

var queries sync.Map // schema -> pg.Queries

// queriesOf loads the statements for a schema once.
func queriesOf(schema string) pg.Queries {
	if q, ok := queries.Load(schema); ok {
		return q.(pg.Queries)
	}
	q := pg.MustLoad(strings.ReplaceAll(queriesSQL, "{schema}", schema))
	queries.Store(schema, q)
	return q
}

var namePattern = regexp.MustCompile(`^[a-z]+(\.[a-z][a-z_]*){1,3}\.v[1-9][0-9]*$`)

// Emitter is the service that emits events of this name, which is also its
// schema: the first word. Empty when the name is malformed.
func Emitter(name string) string {
	if !namePattern.MatchString(name) {
		return ""
	}
	service, _, _ := strings.Cut(name, ".")
	return service
}

// Append writes events into the outbox of the service that the names begin
// with, inside its business transaction. They leave after the commit, in the
// order given, or never.
func Append(ctx context.Context, tx pgx.Tx, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	sql, args, err := insertion(events)
	if err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, tx, sql, args...); err != nil {
		return fmt.Errorf("outbox: append %s: %w", events[0].Name, err)
	}
	return nil
}

// Queue is Append as one more statement of a batch that the caller sends in
// its business transaction, for paths where each round trip counts.
func Queue(batch *pgx.Batch, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	sql, args, err := insertion(events)
	if err != nil {
		return err
	}
	batch.Queue(sql, args...)
	return nil
}

// insertion is the statement that appends events, and wakes the relay.
func insertion(events []Event) (sql string, args []any, err error) {
	schema := Emitter(events[0].Name)
	var ids, names, keys, payloads []string
	var ats []time.Time
	for _, ev := range events {
		if service := Emitter(ev.Name); service == "" || service != schema {
			return "", nil, fmt.Errorf("outbox: %q is no event name of %q", ev.Name, schema)
		}
		if ev.Key == "" || ev.At.IsZero() {
			return "", nil, fmt.Errorf("outbox: %s lacks its key or its time", ev.Name)
		}
		payload, err := json.Marshal(ev.Payload)
		if err != nil {
			return "", nil, fmt.Errorf("outbox: payload of %s: %w", ev.Name, err)
		}
		if ev.ID == "" {
			ev.ID = id.New("evt")
		}
		ids, names, keys = append(ids, ev.ID), append(names, ev.Name), append(keys, ev.Key)
		payloads, ats = append(payloads, string(payload)), append(ats, ev.At)
	}
	stir(schema)
	return queriesOf(schema).SQL("Append"), []any{ids, names, keys, payloads, ats}, nil
}
