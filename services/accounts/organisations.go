package accounts

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Organisations lists those that the caller acts for, newest first.
func (s *Service) Organisations(ctx context.Context) (*accountsapi.Organisations, error) {
	out := &accountsapi.Organisations{Data: []accountsapi.Organisation{}}
	rows, err := pg.Many[struct {
		Organisation
		Roles []string
	}](ctx, s.pool, queries.SQL("OrganisationsOf"), pgx.NamedArgs{"person_id": identity.From(ctx).Person})
	for _, r := range rows {
		out.Data = append(out.Data, r.wire(Member{Roles: r.Roles}))
	}
	return out, err
}

// NewOrganisation makes an organisation and the caller its owner. A repeat with the same key gives the first answer. ErrOrganisationName.
func (s *Service) NewOrganisation(ctx context.Context, key string, in accountsapi.NewOrganisation) (*accountsapi.Organisation, error) {
	caller := identity.From(ctx)
	if err := s.try(ctx, "organisation", caller.Person, newOrganisations); err != nil {
		return nil, err
	}
	var out *accountsapi.Organisation
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		ask := idem.Request{Schema: schema, Scope: caller.Person + " POST /api/v1/organisations", Key: key, Body: in, At: s.clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*accountsapi.Organisation, error) {
			now := s.clock.Now()
			p, err := lockPerson(ctx, tx, caller.Person)
			if err != nil {
				return nil, err
			}
			o, err := newOrganisation(p.ID, in.Kind, in.Name, now)
			if err != nil {
				return nil, err
			}
			_, err = exec(ctx, tx, "InsertOrganisation", pgx.NamedArgs{"id": o.ID, "kind": o.Kind, "name": o.Name, "by": p.ID, "now": now})
			if err != nil {
				return nil, err
			}
			m := Member{ID: id.New(memberPrefix), OrganisationID: o.ID, PersonID: p.ID, Version: 1, SinceAt: now, Name: p.Name}
			err = firstError(
				s.insertMember(ctx, tx, &m, []string{accountsapi.RoleOwner}),
				s.audit(ctx, tx, "organisation.created", o.ID, detail{"kind": o.Kind}),
				s.emit(ctx, tx, accountsapi.EventOrganisationCreated, o.ID, accountsapi.OrganisationCreated{OrganisationID: o.ID, Kind: o.Kind}),
			)
			if err != nil {
				return nil, err
			}
			return s.shown(ctx, tx, o, m)
		})
		return err
	})
	return out, err
}

// Organisation is one that the caller acts for, with its people, invitations and domains. problem.ErrNotFound.
func (s *Service) Organisation(ctx context.Context, organisationID string) (*accountsapi.Organisation, error) {
	o, err := one[Organisation](ctx, s.pool, problem.ErrNotFound, "OrganisationOf", ofCaller(ctx, organisationID))
	if err != nil {
		return nil, err
	}
	me, err := s.memberOf(ctx, s.pool, o.ID, identity.From(ctx).Person)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.pool, o, me)
}

func ofCaller(ctx context.Context, organisationID string) pgx.NamedArgs {
	return pgx.NamedArgs{"id": organisationID, "person_id": identity.From(ctx).Person}
}

func (s *Service) memberOf(ctx context.Context, db pg.Querier, organisationID, personID string) (Member, error) {
	return one[Member](ctx, db, problem.ErrNotFound, "MemberOf", pgx.NamedArgs{"organisation": organisationID, "person_id": personID})
}

// shown is an organisation as one of its members sees it.
func (s *Service) shown(ctx context.Context, db pg.Querier, o Organisation, me Member) (*accountsapi.Organisation, error) {
	out, now := o.wire(me), s.clock.Now()
	in := pgx.NamedArgs{"organisation": o.ID}
	members, err := pg.Many[Member](ctx, db, queries.SQL("MembersOf"), in)
	for _, m := range members {
		out.Members = append(out.Members, m.wire())
	}
	if err != nil {
		return nil, err
	}
	domains, err := pg.Many[Domain](ctx, db, queries.SQL("DomainsOf"), in)
	for _, d := range domains {
		out.Domains = append(out.Domains, d.wire(now))
	}
	if err != nil || !me.runs() {
		return &out, err
	}
	invitations, err := pg.Many[Invitation](ctx, db, queries.SQL("InvitationsOf"), in)
	for _, i := range invitations {
		out.Invitations = append(out.Invitations, i.wire(now))
	}
	return &out, err
}

// within runs a change of an organisation that the caller acts for. Changes of one organisation wait for each other, so what a member
// may do is what they may do at the commit. problem.ErrNotFound.
func (s *Service) within(ctx context.Context, organisationID string, change func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		o, err := one[Organisation](ctx, tx, problem.ErrNotFound, "LockOrganisationOf", ofCaller(ctx, organisationID))
		if err != nil {
			return err
		}
		me, err := s.memberOf(ctx, tx, o.ID, identity.From(ctx).Person)
		if err != nil {
			return err
		}
		return change(ctx, tx, o, me)
	})
}

// Rename gives an organisation another name. problem.ErrStale, ErrRoleMissing, ErrOrganisationName.
func (s *Service) Rename(ctx context.Context, organisationID string, version int64, in accountsapi.RenameOrganisation) (*accountsapi.Organisation, error) {
	var out *accountsapi.Organisation
	err := s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error {
		switch {
		case !me.runs():
			return accountsapi.ErrRoleMissing
		case version != 0 && version != o.Version:
			return problem.ErrStale
		}
		if err := o.rename(in.Name); err != nil {
			return err
		}
		o.Version++
		_, err := exec(ctx, tx, "RenameOrganisation", pgx.NamedArgs{"id": o.ID, "name": o.Name})
		if err = firstError(err, s.audit(ctx, tx, "organisation.renamed", o.ID, nil)); err != nil {
			return err
		}
		out, err = s.shown(ctx, tx, o, me)
		return err
	})
	return out, err
}

// SetRoles says what a member may do from now on. ErrRoleMissing, ErrRoleKind, ErrLastOwner, problem.ErrStale.
func (s *Service) SetRoles(ctx context.Context, organisationID, memberID string, version int64, in accountsapi.SetRoles) (*accountsapi.Organisation, error) {
	var out *accountsapi.Organisation
	err := s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error {
		m, err := s.someMember(ctx, tx, o.ID, memberID)
		if err != nil {
			return err
		}
		roles, err := readRoles(o.Kind, in.Roles)
		if err != nil {
			return err
		}
		if err := me.mayGive(m.Roles, roles); err != nil {
			return err
		}
		if !slices.Contains(roles, accountsapi.RoleOwner) {
			if err := s.notLast(ctx, tx, m); err != nil {
				return err
			}
		}
		if version != 0 && version != m.Version {
			return problem.ErrStale
		}
		if err := s.setRoles(ctx, tx, &m, roles, me.ID != m.ID); err != nil {
			return err
		}
		if me.ID == m.ID {
			me = m
		}
		out, err = s.shown(ctx, tx, o, me)
		return err
	})
	return out, err
}

func (s *Service) someMember(ctx context.Context, tx pgx.Tx, organisationID, memberID string) (Member, error) {
	return one[Member](ctx, tx, problem.ErrNotFound, "Member", pgx.NamedArgs{"organisation": organisationID, "id": memberID})
}

// notLast is nil unless a member is the only owner. Its organisation is locked, so two owners who leave at once leave one after the other.
func (s *Service) notLast(ctx context.Context, tx pgx.Tx, m Member) error {
	if !m.is(accountsapi.RoleOwner) {
		return nil
	}
	n, err := pg.Scalar[int](ctx, tx, queries.SQL("CountOwners"), pgx.NamedArgs{"organisation": m.OrganisationID})
	if err == nil && n < 2 {
		err = accountsapi.ErrLastOwner
	}
	return err
}

// setRoles writes down from when a member has which roles, and tells who has to know.
func (s *Service) setRoles(ctx context.Context, tx pgx.Tx, m *Member, roles []string, tell bool) error {
	if slices.Equal(m.Roles, roles) {
		return nil
	}
	m.Version++
	args := pgx.NamedArgs{"id": m.ID, "roles": roles, "now": s.clock.Now()}
	for _, name := range []string{"EndRoles", "BeginRoles", "TouchMember"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	before := m.Roles
	m.Roles = roles
	return firstError(
		s.audit(ctx, tx, "member.roles", m.OrganisationID, detail{"member": m.ID, "person": m.PersonID, "roles": roles, "before": before}),
		s.emitRoles(ctx, tx, *m),
		s.tellMember(ctx, tx, *m, accountsapi.PurposeOrganisationRole, tell),
	)
}

func (s *Service) emitRoles(ctx context.Context, tx pgx.Tx, m Member) error {
	return s.emit(ctx, tx, accountsapi.EventRoleChanged, m.ID, accountsapi.RoleChanged{
		OrganisationID: m.OrganisationID, MemberID: m.ID, PersonID: m.PersonID, Roles: append([]string{}, m.Roles...),
	})
}

func (s *Service) insertMember(ctx context.Context, tx pgx.Tx, m *Member, roles []string) error {
	_, err := exec(ctx, tx, "InsertMember", pgx.NamedArgs{
		"id": m.ID, "organisation": m.OrganisationID, "person_id": m.PersonID, "mailbox": m.Mailbox, "now": m.SinceAt,
	})
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, "BeginRoles", pgx.NamedArgs{"id": m.ID, "roles": roles, "now": m.SinceAt})
	m.Roles = roles
	return firstError(err,
		s.audit(ctx, tx, "member.joined", m.OrganisationID, detail{"member": m.ID, "person": m.PersonID, "roles": roles}),
		s.emitRoles(ctx, tx, *m),
	)
}

// EndMembership ends what a member may do for an organisation, at once. Everybody may leave. ErrRoleMissing, ErrLastOwner, problem.ErrStale.
func (s *Service) EndMembership(ctx context.Context, organisationID, memberID string, version int64) error {
	return s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, _ Organisation, me Member) error {
		m, err := s.someMember(ctx, tx, organisationID, memberID)
		if err != nil {
			return err
		}
		if m.ID != me.ID {
			if err := me.mayGive(m.Roles, nil); err != nil {
				return err
			}
		}
		if err := s.notLast(ctx, tx, m); err != nil {
			return err
		}
		if version != 0 && version != m.Version {
			return problem.ErrStale
		}
		return s.endMember(ctx, tx, m, m.ID != me.ID)
	})
}

func (s *Service) endMember(ctx context.Context, tx pgx.Tx, m Member, tell bool) error {
	args := pgx.NamedArgs{"id": m.ID, "roles": []string{}, "now": s.clock.Now()}
	for _, name := range []string{"EndRoles", "EndMember"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	before := m.Roles
	m.Roles = nil
	return firstError(
		s.audit(ctx, tx, "member.left", m.OrganisationID, detail{"member": m.ID, "person": m.PersonID, "before": before}),
		s.emitRoles(ctx, tx, m),
		s.tellMember(ctx, tx, m, accountsapi.PurposeOrganisationRole, tell),
	)
}

// tellMember mails a member at the mailbox of the organisation, or where their account is when they gave none.
func (s *Service) tellMember(ctx context.Context, tx pgx.Tx, m Member, purpose string, tell bool) error {
	if !tell {
		return nil
	}
	p, err := personByID(ctx, tx, m.PersonID)
	if err != nil {
		return err
	}
	to := p.email()
	if m.Mailbox != nil {
		to = *m.Mailbox
	}
	notice := newLink(purpose, to, p.Locale, "", s.clock.Wall())
	notice.PersonID, notice.OrganisationID, notice.ExpiresAt = &p.ID, &m.OrganisationID, notice.CreatedAt.Add(inviteLife)
	return firstError(insertLink(ctx, tx, notice), s.emitLink(ctx, tx, notice))
}

// leaveAll ends what an erased person did for organisations. An organisation whose only member they are closes; where others are, somebody
// else has to own it first. ErrLastOwner.
func (s *Service) leaveAll(ctx context.Context, tx pgx.Tx, p Person) error {
	theirs, err := pg.LockThen[Member](ctx, tx, queries.SQL("LockOrganisationsOf"), queries.SQL("MembershipsOf"), pgx.NamedArgs{"person_id": p.ID})
	if err != nil {
		return err
	}
	for _, m := range theirs {
		members, err := pg.Scalar[int](ctx, tx, queries.SQL("CountMembers"), pgx.NamedArgs{"organisation": m.OrganisationID})
		if err != nil {
			return err
		}
		if members > 1 {
			err = s.notLast(ctx, tx, m)
		} else {
			err = s.closeOrganisation(ctx, tx, m.OrganisationID)
		}
		if err = firstError(err, s.endMember(ctx, tx, m, false)); err != nil {
			return err
		}
	}
	_, err = exec(ctx, tx, "ForgetMailboxes", pgx.NamedArgs{"person_id": p.ID, "email": string(p.email())})
	return err
}

// closeOrganisation ends one that nobody acts for any more, with its invitations and its domains.
func (s *Service) closeOrganisation(ctx context.Context, tx pgx.Tx, organisationID string) error {
	now := s.clock.Now()
	args := pgx.NamedArgs{"organisation": organisationID, "now": now}
	for _, name := range []string{"CloseOrganisation", "RevokeInvitationsOf"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	domains, err := pg.Many[Domain](ctx, tx, queries.SQL("LockDomainsOf"), args)
	if err != nil {
		return err
	}
	for _, d := range domains {
		state := accountsapi.ClaimWithdrawn
		if d.State == accountsapi.ClaimHeld {
			state = accountsapi.ClaimLost
		}
		if err := firstError(d.end(state, now), s.saveDomain(ctx, tx, &d, nil)); err != nil {
			return err
		}
	}
	return s.audit(ctx, tx, "organisation.closed", organisationID, nil)
}

// Acting reads afresh what a person may do for an organisation, and whether they are close to another person: it is them, one acts for
// the other, or the mailbox of the role is the address of the other's account. For other services. problem.ErrNotFound for who is no
// member.
func (s *Service) Acting(ctx context.Context, organisationID, personID, about string) (*accountsapi.Acting, error) {
	a, err := one[accountsapi.Acting](ctx, s.pool, problem.ErrNotFound, "Acting", pgx.NamedArgs{
		"organisation": organisationID, "person_id": personID, "about": about, "now": s.clock.Now(),
	})
	return &a, err
}

// Staff reads afresh who acts for an organisation, and who of them is close to a person, as Acting says it of one. For other services.
func (s *Service) Staff(ctx context.Context, organisationID, about string) (*accountsapi.Staff, error) {
	rows, err := pg.Many[accountsapi.StaffMember](ctx, s.pool, queries.SQL("Staff"), pgx.NamedArgs{"organisation": organisationID, "about": about, "now": s.clock.Now()})
	return &accountsapi.Staff{Members: append([]accountsapi.StaffMember{}, rows...)}, err
}

// newOrganisations bounds how many a person makes: each has a name that stands in mails.
var newOrganisations = allowance{20, 24 * time.Hour}
