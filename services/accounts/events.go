package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Emitted: the events of accountsapi, each in the transaction of its effect. Consumed: none; accounts is where the
// house begins.

func (s *Service) emit(ctx context.Context, tx pgx.Tx, name, key string, payload any) error {
	return outbox.Append(ctx, tx, outbox.Event{Name: name, Key: key, Payload: payload, At: s.clock.Now()})
}

func (s *Service) emitLink(ctx context.Context, tx pgx.Tx, l Link) error {
	return s.emit(ctx, tx, accountsapi.EventLinkRequested, l.ID, accountsapi.LinkRequested{LinkID: l.ID, Purpose: l.Purpose})
}

func (s *Service) emitChanged(ctx context.Context, tx pgx.Tx, personID string) error {
	return s.emit(ctx, tx, accountsapi.EventPersonChanged, personID, accountsapi.PersonChanged{PersonID: personID})
}

// emitRevoked tells the gateways to forget sessions; without ids, all of the person's.
func (s *Service) emitRevoked(ctx context.Context, tx pgx.Tx, personID string, sessionIDs ...string) error {
	return s.emit(ctx, tx, accountsapi.EventSessionRevoked, personID, accountsapi.SessionRevoked{PersonID: personID, SessionIDs: sessionIDs})
}

func (s *Service) emitMandate(ctx context.Context, tx pgx.Tx, m Mandate) error {
	return s.emit(ctx, tx, accountsapi.EventMandateChanged, m.ID, accountsapi.MandateChanged{
		MandateID: m.ID, Represented: m.Represented, Assistant: deref(m.Assistant), State: m.State,
	})
}
