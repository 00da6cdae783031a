package accounts

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// nobody is the actor of what happens before anyone has signed in.
const nobody = "nobody"

// auditRow is one effect. Actor acted; ActingFor is the person represented, when a mandate was used. Detail holds ids
// and words of our own: never a name, an address or a text somebody typed.
type auditRow struct {
	At        time.Time
	Actor     string
	ActingFor *string
	Action    string
	Object    string
	Detail    json.RawMessage
}

// by reads "A for B" for what was done under a mandate.
func (r auditRow) by() string {
	if r.ActingFor != nil {
		return r.Actor + " for " + *r.ActingFor
	}
	return r.Actor
}

func (r auditRow) wire() accountsapi.AuditEntry {
	return accountsapi.AuditEntry{At: r.At, By: r.by(), Action: r.Action, Object: r.Object, Detail: r.Detail}
}

// detail is the detail of an audit row.
type detail map[string]any

// actor is who acts in this request: the person, else the calling part of the house, else nobody.
func actor(ctx context.Context) (string, *string) {
	c := identity.From(ctx)
	switch {
	case c.Person != "" && c.For != "":
		return c.Person, &c.For
	case c.Person != "":
		return c.Person, nil
	case c.Target != "" && c.Target != identity.Gateway && c.Target != "web":
		return c.Target, nil
	}
	return nobody, nil
}

// audit records an effect in its own transaction, by the actor of the request.
func (s *Service) audit(ctx context.Context, tx pgx.Tx, action, object string, d detail) error {
	who, representing := actor(ctx)
	return s.auditAs(ctx, tx, who, representing, action, object, d)
}

// RecordPress records what an operator does with the events of another part, whose own audit is about what the part does.
func (s *Service) RecordPress(ctx context.Context, in accountsapi.Press) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return s.audit(ctx, tx, in.Action, in.Object, detail{"part": in.Part})
	})
}

func (s *Service) auditAs(ctx context.Context, tx pgx.Tx, who string, representing *string, action, object string, d detail) error {
	if d == nil {
		d = detail{}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, "InsertAudit", pgx.NamedArgs{
		"id": id.New("audit"), "at": s.clock.Now(), "actor": who, "acting_for": representing,
		"action": action, "object": object, "detail": text,
	})
	return err
}
