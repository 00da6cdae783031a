package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// schema is where the tables of accounts stand.
const schema = "accounts"

// Invite asks the person behind an address to act for the caller. A repeat with the same key gives the first answer.
func (s *Service) Invite(ctx context.Context, key string, in accountsapi.InviteMandate) (*accountsapi.Mandate, error) {
	to, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	caller := identity.From(ctx)
	if err := s.try(ctx, "invite", caller.Person, invitations); err != nil {
		return nil, err
	}
	var out *accountsapi.Mandate
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: caller.Person + " POST /api/v1/mandates", Key: key, Body: in, At: s.clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*accountsapi.Mandate, error) { return s.invite(ctx, tx, to, in) })
		return err
	})
	return out, err
}

func (s *Service) invite(ctx context.Context, tx pgx.Tx, to Email, in accountsapi.InviteMandate) (*accountsapi.Mandate, error) {
	now := s.clock.Now()
	p, err := lockPerson(ctx, tx, identity.From(ctx).Person)
	if err != nil {
		return nil, err
	}
	m, err := invite(p.ID, p.email(), to, in, now)
	if err != nil {
		return nil, err
	}
	m.RepresentedName, m.AssistantName = p.Name, m.ApproveName
	if err := insertMandate(ctx, tx, m); err != nil {
		return nil, err
	}
	known, err := personByEmail(ctx, tx, to)
	if err != nil {
		return nil, err
	}
	// A mail without a secret: whoever reads it still signs in with this address before they can answer.
	mail := newLink(accountsapi.PurposeMandateInvited, to, p.Locale, "", s.clock.Wall())
	mail.PersonID, mail.MandateID, mail.ExpiresAt = &p.ID, &m.ID, mail.CreatedAt.Add(inviteLife)
	if known.ID != "" {
		mail.Locale = known.Locale
	}
	err = firstError(
		s.mail(ctx, tx, mail),
		s.audit(ctx, tx, "mandate.invited", m.ID, detail{"scopes": m.Scopes}),
		s.emitMandate(ctx, tx, m),
	)
	wire := m.Wire(now)
	return &wire, err
}

// AnswerMandate accepts or declines an invitation addressed to the caller's proved address.
func (s *Service) AnswerMandate(ctx context.Context, mandateID string, accept bool) (*accountsapi.Mandate, error) {
	return s.changeMandate(ctx, mandateID, func(m *Mandate, me Person) error {
		if m.Represented == me.ID {
			return problem.ErrForbidden.WithDetail("Only the person you invited can answer.")
		}
		if err := m.Answer(me.ID, accept, s.clock.Now()); err != nil {
			return err
		}
		if accept {
			m.AssistantName = me.Name
		}
		return nil
	})
}

// EndMandate withdraws an invitation, or ends a mandate from either side; for who was invited it is declining.
func (s *Service) EndMandate(ctx context.Context, mandateID string) (*accountsapi.Mandate, error) {
	return s.changeMandate(ctx, mandateID, func(m *Mandate, me Person) error {
		if m.Represented != me.ID && m.Assistant == nil {
			return m.Answer(me.ID, false, s.clock.Now())
		}
		return m.End(s.clock.Now())
	})
}

// changeMandate locks a mandate that the caller can see, changes and saves it. problem.ErrNotFound for all others.
func (s *Service) changeMandate(ctx context.Context, mandateID string, change func(*Mandate, Person) error) (*accountsapi.Mandate, error) {
	var out accountsapi.Mandate
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		me, err := personByID(ctx, tx, identity.From(ctx).Person)
		if err != nil {
			return err
		}
		m, err := one[Mandate](ctx, tx, problem.ErrNotFound, "LockMandate", pgx.NamedArgs{"id": mandateID, "person_id": me.ID})
		if err != nil {
			return err
		}
		if err := change(&m, me); err != nil {
			return err
		}
		out = m.Wire(s.clock.Now())
		return firstError(
			saveMandate(ctx, tx, m),
			s.audit(ctx, tx, "mandate."+m.State, m.ID, nil),
			s.emitMandate(ctx, tx, m),
		)
	})
	return &out, err
}

// Mandates lists both sides of the caller's mandates.
func (s *Service) Mandates(ctx context.Context) (*accountsapi.Mandates, error) {
	return s.mandatesOf(ctx, identity.From(ctx).Person)
}

func (s *Service) mandatesOf(ctx context.Context, personID string) (*accountsapi.Mandates, error) {
	rows, err := pg.Many[Mandate](ctx, s.pool, queries.SQL("MandatesOf"), pgx.NamedArgs{"person_id": personID})
	out := &accountsapi.Mandates{Given: []accountsapi.Mandate{}, Held: []accountsapi.Mandate{}}
	for _, m := range rows {
		if m.Represented == personID {
			out.Given = append(out.Given, m.Wire(s.clock.Now()))
		} else {
			out.Held = append(out.Held, m.Wire(s.clock.Now()))
		}
	}
	return out, err
}

// Authority reads afresh whether one person may act for another. accountsapi.ErrMandateMissing, ErrMandateLimit.
func (s *Service) Authority(ctx context.Context, in accountsapi.Authority) (*accountsapi.Authorised, error) {
	m, err := one[Mandate](ctx, s.pool, accountsapi.ErrMandateMissing, "ActiveMandate", pgx.NamedArgs{"by": in.By, "for": in.For})
	if err != nil {
		return nil, err
	}
	return &accountsapi.Authorised{Mandate: m.ID}, m.Covers(in.Scope, in.Amount, s.clock.Now())
}

// ExpireMandates writes down the deadlines that have passed and says how many. A person who decides at the same
// moment and this timer meet at the row: the first commit wins.
func (s *Service) ExpireMandates(ctx context.Context) (int, error) {
	expired := 0
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.clock.Now()
		due, err := pg.Many[Mandate](ctx, tx, queries.SQL("DueMandates"), pgx.NamedArgs{"now": now})
		if err != nil {
			return err
		}
		expired = 0
		for _, m := range due {
			if !m.Expire(now) {
				continue
			}
			err := firstError(
				saveMandate(ctx, tx, m),
				s.auditAs(ctx, tx, accountsapi.Name, nil, "mandate.expired", m.ID, nil),
				s.emitMandate(ctx, tx, m),
			)
			if err != nil {
				return err
			}
			expired++
		}
		return nil
	})
	return expired, err
}
