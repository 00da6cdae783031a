// Package audit writes down who did what, in the transaction of the effect:
// either both are there or neither is.
//
// The table (Schema) stands in each schema that has effects. It refuses
// UPDATE and DELETE by grant and trigger, and holds ids and words of our own:
// never a name, an address or a text somebody typed.
package audit

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
)

// Schema is the table as a service's migration copies it.
//
//go:embed schema.sql
var Schema string

// Detail is what a row says beyond action and object: ids and words of ours.
type Detail map[string]any

// Row is one effect.
type Row struct {
	At     time.Time // clock.Now
	Actor  string    // see [Actor]
	Action string    // "order.placed": noun and participle
	Object string    // the id of what it happened to
	Detail Detail    // nil for none
}

// Log is the audit of one schema. It is safe for concurrent use.
type Log struct{ insert string }

// In is the audit of a schema, which is a constant of the service's code.
func In(schema string) Log {
	table := pgx.Identifier{schema, "audit"}.Sanitize()
	return Log{`insert into ` + table + ` (at, actor, action, object, detail) values ($1, $2, $3, $4, $5)`}
}

// Write writes a row, in tx.
func (l Log) Write(ctx context.Context, tx pg.Querier, r Row) error {
	_, err := tx.Exec(ctx, l.insert, r.values()...)
	return err
}

// Queue adds the row to the statements that a use case ends with.
func (l Log) Queue(batch *pgx.Batch, r Row) { batch.Queue(l.insert, r.values()...) }

func (r Row) values() []any {
	values := []any{r.At, r.Actor, r.Action, r.Object, nil}
	if r.Detail != nil {
		values[4] = r.Detail
	}
	return values
}

// Actor is who acts in ctx: a person, "A for B" under a mandate, else the part
// of the house that calls, and otherwise when nobody does: gateway and web
// only pass on what somebody without a name asked.
func Actor(ctx context.Context, otherwise string) string {
	c := identity.From(ctx)
	switch {
	case c.Person != "" && c.For != "":
		return c.Person + " for " + c.For
	case c.Person != "":
		return c.Person
	case c.Target != "" && c.Target != identity.Gateway && c.Target != "web":
		return c.Target
	}
	return otherwise
}
