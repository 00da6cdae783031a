package accounts

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Service holds the use cases: one method is one transaction. They stand by noun: signin.go, sessions.go, me.go,
// security.go, personal.go, mandates.go, organisations.go, invitations.go, domains.go, limits.go.
type Service struct {
	pool    *pgxpool.Pool
	clock   clock.Clock
	hasher  *Hasher
	keys    LinkKeys
	limiter []byte // key of the hashes that rate limits are counted under
	others  Others
	dns     Resolver
}

// Others are the other parts that hold something of a person, as their clients. They are asked when a person takes their data along or
// leaves; review also when somebody changes their address.
type Others struct {
	Storefront Storefront
	Content    Content
	Billing    Billing
	Notify     Notify
	Review     Review
}

// Storefront is what accounts asks of storefront.
type Storefront interface {
	Gather(ctx context.Context, personID string) (storefrontapi.Claimed, error)
	PersonalData(ctx context.Context, personID string) (storefrontapi.PersonalData, error)
}

// Content is what accounts asks of content.
type Content interface {
	PersonalData(ctx context.Context, personID string) (contentapi.PersonalData, error)
}

// Billing is what accounts asks of billing.
type Billing interface {
	PersonalData(ctx context.Context, personID string) (billingapi.PersonalData, error)
}

// Review is what accounts asks of review.
type Review interface {
	PersonalData(ctx context.Context, personID string) (reviewapi.PersonalData, error)
	WorkDomains(ctx context.Context, personID string) ([]string, error)
}

// Notify is what accounts asks of notify.
type Notify interface {
	PersonalData(ctx context.Context, personID string) (notifyapi.PersonalData, error)
}

// Secrets of 32 bytes each, derived for their purpose from the installation's secret.
type Secrets struct {
	Links  []byte
	Limits []byte
}

// NewService makes the use cases over a pool of the schema accounts. hashers is the number of passwords that may be
// hashed at a time; zero means two for each processor.
func NewService(pool *pgxpool.Pool, c clock.Clock, secrets Secrets, others Others, dns Resolver, hashers int) (*Service, error) {
	hasher, err := NewHasher(hashers)
	if err != nil {
		return nil, err
	}
	return &Service{pool: pool, clock: c, hasher: hasher, keys: NewLinkKeys(secrets.Links), limiter: secrets.Limits, others: others, dns: dns}, nil
}

func (s *Service) tx(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pg.InTx(ctx, s.pool, fn)
}

// address parses what a person typed as an e-mail address.
func address(typed string) (Email, error) {
	email, err := ParseEmail(typed)
	if err != nil {
		return "", problem.ErrInvalid.WithField("/email", "email", "Give an e-mail address such as ana@example.com.").Because(err)
	}
	return email, nil
}

// freshSession is how long after signing in a session alone proves who somebody is.
const freshSession = 30 * time.Minute

// prove makes sure that the person themselves asks for something that could lock them out: by their password, or by
// having just signed in. ErrPasswordWrong, ErrProveAgain, ErrTooManyTries.
func (s *Service) prove(ctx context.Context, p Person, current string) error {
	if current != "" {
		if err := s.try(ctx, "password", string(p.email()), passwordTries); err != nil {
			return err
		}
		same, err := s.hasher.Matches(ctx, current, deref(p.PasswordHash))
		if err != nil {
			return err
		}
		if !same {
			return accountsapi.ErrPasswordWrong.WithField("/current", "wrong", accountsapi.ErrPasswordWrong.Detail)
		}
		return nil
	}
	created, err := pg.Scalar[time.Time](ctx, s.pool, queries.SQL("SessionCreated"),
		pgx.NamedArgs{"id": identity.From(ctx).Session, "person_id": p.ID})
	if err != nil && !pg.NoRows(err) {
		return err
	}
	if err != nil || s.clock.Wall().Sub(created) > freshSession {
		return accountsapi.ErrProveAgain
	}
	return nil
}
