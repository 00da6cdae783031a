package review

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Emitted: the events of reviewapi, each in the transaction of its effect.

// Consume registers what review hears.
func (s *Service) Consume(bus *outbox.Bus) {
	bus.Consume(reviewapi.Name, map[string]outbox.Handler{
		accountsapi.EventDomainClaimed: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, _ accountsapi.DomainClaimed) error {
			return s.claimed(ctx, tx, outbox.Prepared[accountsapi.DomainOwner](ev))
		}),
		accountsapi.EventDomainLost: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, _ accountsapi.DomainLost) error {
			return s.claimed(ctx, tx, outbox.Prepared[accountsapi.DomainOwner](ev))
		}),
		accountsapi.EventRoleChanged: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, p accountsapi.RoleChanged) error {
			return s.roleChanged(ctx, tx, p, outbox.Prepared[accountsapi.Staff](ev), ev.At)
		}),
		accountsapi.EventPersonErased: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p accountsapi.PersonErased) error {
			return s.erasePerson(ctx, tx, p.PersonID)
		}),
		contentapi.EventDocumentSaved: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p contentapi.DocumentSaved) error {
			return s.documentSaved(ctx, tx, p)
		}),
		contentapi.EventDocumentPublished: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p contentapi.DocumentPublished) error {
			return s.documentPublished(ctx, tx, p)
		}),
		contentapi.EventDocumentWithdrawn: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p contentapi.DocumentWithdrawn) error {
			return s.documentGone(ctx, tx, p.DocumentID, byWithdrawal)
		}),
		contentapi.EventDocumentDeleted: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p contentapi.DocumentDeleted) error {
			return s.documentGone(ctx, tx, p.DocumentID, byDeletion)
		}),
		contentapi.EventGateTakenBack: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, p contentapi.TakenBack) error {
			return s.gateTakenBack(ctx, tx, p, ev.At)
		}),
	},
		outbox.Prepare(accountsapi.EventRoleChanged, s.onRoleChanged),
		outbox.Prepare(accountsapi.EventDomainClaimed, func(ctx context.Context, ev outbox.Received) (any, error) {
			p, err := outbox.Decode[accountsapi.DomainClaimed](ev)
			if err != nil {
				return nil, err
			}
			return s.People.DomainOwner(ctx, p.DomainID)
		}),
		outbox.Prepare(accountsapi.EventDomainLost, func(ctx context.Context, ev outbox.Received) (any, error) {
			p, err := outbox.Decode[accountsapi.DomainLost](ev)
			if err != nil {
				return nil, err
			}
			return s.People.DomainOwner(ctx, p.DomainID)
		}),
	)
}
