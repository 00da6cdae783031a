package storefront

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Consume registers what storefront hears. Facts about money may come in any
// order and more than once: their version counts. An address is fetched before
// the transaction, since events carry none.
func (s *Service) Consume(bus *outbox.Bus) {
	bus.Consume(storefrontapi.Name, map[string]outbox.Handler{
		billingapi.EventOrderMoney: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, m billingapi.OrderMoney) error {
			return s.hearMoney(ctx, tx, m)
		}),
		accountsapi.EventEmailVerified: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, p accountsapi.EmailVerified) error {
			contact := outbox.Prepared[accountsapi.Contact](ev)
			if contact.Email == "" {
				return nil // gone since
			}
			_, err := s.attachAll(ctx, tx, p.PersonID, contact.Email, false)
			return err
		}),
		accountsapi.EventPersonChanged: outbox.On(func(ctx context.Context, tx pgx.Tx, ev outbox.Received, p accountsapi.PersonChanged) error {
			person := outbox.Prepared[accountsapi.Public](ev)
			person.ID = p.PersonID
			return s.personChanged(ctx, tx, person)
		}),
		accountsapi.EventPersonErased: outbox.On(func(ctx context.Context, tx pgx.Tx, _ outbox.Received, p accountsapi.PersonErased) error {
			return s.erasePerson(ctx, tx, p.PersonID)
		}),
	},
		outbox.Prepare(accountsapi.EventEmailVerified, s.contactOf),
		outbox.Prepare(accountsapi.EventPersonChanged, s.publicOf))
}

func (s *Service) contactOf(ctx context.Context, ev outbox.Received) (any, error) {
	p, err := outbox.Decode[accountsapi.EmailVerified](ev)
	if err != nil {
		return nil, err
	}
	contact, err := s.People.Contact(ctx, p.PersonID)
	if err != nil && problem.From(err).Kind == problem.NotFound {
		return accountsapi.Contact{}, nil
	}
	return contact, err
}

func (s *Service) publicOf(ctx context.Context, ev outbox.Received) (any, error) {
	p, err := outbox.Decode[accountsapi.PersonChanged](ev)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Public(ctx, p.PersonID)
	if err != nil || len(people) == 0 {
		return accountsapi.Public{}, err
	}
	return people[0], nil
}
