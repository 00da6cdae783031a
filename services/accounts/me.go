package accounts

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// redirectLife is how long a former handle leads to the present one.
const redirectLife = 90 * 24 * time.Hour

// Me is the caller as they see themselves.
func (s *Service) Me(ctx context.Context) (*accountsapi.Person, error) {
	p, err := personByID(ctx, s.pool, identity.From(ctx).Person)
	wire := p.Wire()
	return &wire, err
}

// UpdateMe changes what is given. The handle is claimed in the same transaction, so a taken one changes nothing.
func (s *Service) UpdateMe(ctx context.Context, in accountsapi.UpdateMe) (*accountsapi.Person, error) {
	var wanted *Handle
	if in.Handle != nil {
		wanted = new(Handle)
		if strings.TrimSpace(*in.Handle) != "" {
			h, err := ParseHandle(*in.Handle)
			if err != nil {
				return nil, err
			}
			*wanted = h
		}
	}
	var out accountsapi.Person
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.clock.Now()
		p, err := lockPerson(ctx, tx, identity.From(ctx).Person)
		if err != nil {
			return err
		}
		changed, err := p.Change(in, now)
		if err != nil {
			return err
		}
		if in.Selling != nil && *in.Selling && slices.Contains(changed, "selling") {
			if err := s.notAtWork(ctx, tx, p.email()); err != nil {
				return err
			}
		}
		if wanted != nil && string(*wanted) != deref(p.Handle) {
			if err := s.claim(ctx, tx, p.ID, *wanted, now); err != nil {
				return err
			}
			changed = append(changed, "handle")
		}
		if len(changed) > 0 {
			if err := s.saveChange(ctx, tx, p, changed); err != nil {
				return err
			}
		}
		p, err = personByID(ctx, tx, p.ID)
		out = p.Wire()
		return err
	})
	return &out, err
}

func (s *Service) saveChange(ctx context.Context, tx pgx.Tx, p Person, changed []string) error {
	_, err := exec(ctx, tx, "UpdatePerson", pgx.NamedArgs{
		"id": p.ID, "name": p.Name, "locale": p.Locale, "zone": p.Zone, "country": p.Country,
		"works_for": p.WorksFor, "works_for_at": p.WorksForAt, "selling": p.Selling, "updated_at": s.clock.Now(),
	})
	return firstError(err,
		s.audit(ctx, tx, "person.changed", p.ID, detail{"fields": changed}),
		s.emitChanged(ctx, tx, p.ID),
	)
}

// claim gives a person a handle; the former one redirects for 90 days. An empty handle gives the present one up.
// Two people who want look-alikes meet at the skeleton's row, and the first commit wins. accountsapi.ErrHandleTaken.
func (s *Service) claim(ctx context.Context, tx pgx.Tx, personID string, h Handle, now time.Time) error {
	args := pgx.NamedArgs{
		"person_id": personID, "key": h.Key(), "handle": string(h), "skeleton": h.Skeleton(), "now": now, "until": now.Add(redirectLife),
	}
	if h == "" {
		_, err := exec(ctx, tx, "RetireHandle", args)
		return err
	}
	for _, name := range []string{"DropPastHandles", "DropEmptySkeletons", "ClaimSkeleton"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	holder, err := pg.Scalar[string](ctx, tx, queries.SQL("SkeletonHolder"), args)
	if err != nil {
		return err
	}
	if holder != personID {
		return accountsapi.ErrHandleTaken.WithField("/handle", "taken", accountsapi.ErrHandleTaken.Detail)
	}
	if _, err := exec(ctx, tx, "RetireHandle", args); err != nil {
		return err
	}
	_, err = exec(ctx, tx, "PutHandle", args)
	return err
}

// CheckHandle says whether the caller could take a handle at this moment.
func (s *Service) CheckHandle(ctx context.Context, typed string) (*accountsapi.HandleCheck, error) {
	h, err := ParseHandle(typed)
	if err != nil {
		p := problem.From(err)
		return &accountsapi.HandleCheck{Handle: typed, Code: p.Code, Detail: p.Detail}, nil
	}
	holder, err := pg.Scalar[string](ctx, s.pool, queries.SQL("HandleHolder"), pgx.NamedArgs{"skeleton": h.Skeleton(), "now": s.clock.Now()})
	switch {
	case pg.NoRows(err) || (err == nil && holder == identity.From(ctx).Person):
		return &accountsapi.HandleCheck{Handle: string(h), Available: true}, nil
	case err != nil:
		return nil, err
	}
	taken := accountsapi.ErrHandleTaken
	return &accountsapi.HandleCheck{Handle: string(h), Code: taken.Code, Detail: taken.Detail}, nil
}

// JoinWaiting asks to be told when payouts reach the caller's country.
func (s *Service) JoinWaiting(ctx context.Context) (*accountsapi.Person, error) {
	var out accountsapi.Person
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := lockPerson(ctx, tx, identity.From(ctx).Person)
		switch {
		case err != nil:
			return err
		case p.Country == nil:
			return accountsapi.ErrCountryFirst
		case PayoutsPossible(*p.Country):
			return accountsapi.ErrPayoutsPossible
		}
		n, err := exec(ctx, tx, "JoinWaiting", pgx.NamedArgs{"person_id": p.ID, "country": *p.Country, "now": s.clock.Now()})
		if err != nil {
			return err
		}
		p.Waiting, out = true, p.Wire()
		out.Waiting = true
		if n == 0 {
			return nil
		}
		return s.audit(ctx, tx, "waiting.joined", p.ID, detail{"country": *p.Country})
	})
	return &out, err
}

// ByHandle finds the person behind a handle, present or former. problem.ErrNotFound.
func (s *Service) ByHandle(ctx context.Context, handle string) (*accountsapi.Public, error) {
	key := Handle(strings.TrimPrefix(handle, "@")).Key()
	p, err := one[accountsapi.Public](ctx, s.pool, problem.ErrNotFound, "PublicByHandle", pgx.NamedArgs{"key": key, "now": s.clock.Now()})
	return &p, err
}

// People names persons by id, in the order asked for, leaving out unknown and erased ones.
func (s *Service) People(ctx context.Context, ids []string) (*accountsapi.People, error) {
	list, err := pg.Many[accountsapi.Public](ctx, s.pool, queries.SQL("PublicByIDs"), pgx.NamedArgs{"ids": ids})
	return &accountsapi.People{Data: list}, err
}

// Contact is how to reach a person. problem.ErrNotFound once they are erased.
func (s *Service) Contact(ctx context.Context, personID string) (*accountsapi.Contact, error) {
	c, err := one[accountsapi.Contact](ctx, s.pool, problem.ErrNotFound, "Contact", pgx.NamedArgs{"id": personID})
	return &c, err
}

// PersonByEmail finds the account of an address. problem.ErrNotFound when there is none or it is no address.
func (s *Service) PersonByEmail(ctx context.Context, typed string) (*accountsapi.Found, error) {
	email, err := ParseEmail(typed)
	if err != nil {
		return nil, problem.ErrNotFound.Because(err)
	}
	known, err := personByEmail(ctx, s.pool, email)
	if err == nil && known.ID == "" {
		err = problem.ErrNotFound
	}
	return &accountsapi.Found{ID: known.ID, Verified: known.EmailVerifiedAt != nil}, err
}
