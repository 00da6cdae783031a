package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Emitted: the events of contentapi, each in the transaction of its effect.

// Consume registers what content hears.
func (s *Service) Consume(bus *outbox.Bus) {
	bus.Consume(contentapi.Name, map[string]outbox.Handler{
		accountsapi.EventPersonErased: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p accountsapi.PersonErased) error {
			return s.erasePerson(ctx, tx, p.PersonID)
		}),
	})
}
