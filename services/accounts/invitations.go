package accounts

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// invites are the purposes whose links accept an invitation.
var invites = []string{accountsapi.PurposeOrganisationInvited}

// mailboxOf reads the address of a work mailbox.
func mailboxOf(typed string) (Email, error) {
	to, err := ParseEmail(typed)
	if err != nil {
		return "", problem.ErrInvalid.WithField("/mailbox", "email", "Give an e-mail address such as ana@example.com.").Because(err)
	}
	return to, nil
}

// InviteMember mails an invitation to act for an organisation. A repeat with the same key gives the first answer. ErrRoleMissing, ErrRoleKind,
// ErrInvitationOpen, ErrTooManyTries.
func (s *Service) InviteMember(ctx context.Context, key, organisationID string, in accountsapi.InviteMember) (*accountsapi.Organisation, error) {
	to, err := mailboxOf(in.Mailbox)
	if err != nil {
		return nil, err
	}
	caller := identity.From(ctx)
	if err := s.try(ctx, "invite member", caller.Person, invitations); err != nil {
		return nil, err
	}
	var out *accountsapi.Organisation
	err = s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) (err error) {
		ask := idem.Request{Schema: schema, Scope: caller.Person + " POST /api/v1/organisations/" + o.ID + "/invitations", Key: key, Body: in, At: s.clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*accountsapi.Organisation, error) {
			if err := s.inviteMember(ctx, tx, o, me, to, in); err != nil {
				return nil, err
			}
			return s.shown(ctx, tx, o, me)
		})
		return err
	})
	return out, err
}

func (s *Service) inviteMember(ctx context.Context, tx pgx.Tx, o Organisation, me Member, to Email, in accountsapi.InviteMember) error {
	roles, err := readRoles(o.Kind, in.Roles)
	if err != nil {
		return err
	}
	if err := me.mayGive(nil, roles); err != nil {
		return err
	}
	p, err := personByID(ctx, tx, me.PersonID)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	inv := newInvitation(o.ID, p.ID, to, roles, now)
	if _, err := exec(ctx, tx, "ExpireInvitationTo", pgx.NamedArgs{"organisation": o.ID, "mailbox": string(to), "now": now}); err != nil {
		return err
	}
	_, err = exec(ctx, tx, "InsertInvitation", pgx.NamedArgs{
		"id": inv.ID, "organisation": o.ID, "mailbox": string(to), "roles": roles, "by": p.ID, "now": now, "answer_by": inv.AnswerBy,
	})
	if err != nil {
		return err
	}
	if in.Locale == "" {
		in.Locale = p.Locale
	}
	mail := newLink(accountsapi.PurposeOrganisationInvited, to, in.Locale, "", s.clock.Wall())
	mail.OrganisationID, mail.InvitationID, mail.ExpiresAt = &o.ID, &inv.ID, mail.CreatedAt.Add(inviteLife)
	return firstError(
		insertLink(ctx, tx, mail),
		s.emitLink(ctx, tx, mail),
		s.audit(ctx, tx, "invitation.sent", o.ID, detail{"invitation": inv.ID, "roles": roles}),
	)
}

// RevokeInvitation takes an open invitation back: its link and code open nothing from now on. ErrRoleMissing, ErrInvitationClosed.
func (s *Service) RevokeInvitation(ctx context.Context, organisationID, invitationID string) (*accountsapi.Organisation, error) {
	var out *accountsapi.Organisation
	err := s.within(ctx, organisationID, func(ctx context.Context, tx pgx.Tx, o Organisation, me Member) error {
		inv, err := one[Invitation](ctx, tx, problem.ErrNotFound, "LockInvitation", pgx.NamedArgs{"id": invitationID})
		switch {
		case err != nil:
			return err
		case inv.OrganisationID != o.ID || !me.runs():
			return problem.ErrNotFound
		}
		if err := me.mayGive(inv.Roles, nil); err != nil {
			return err
		}
		if err := inv.end(accountsapi.InvitationRevoked, s.clock.Now()); err != nil {
			return err
		}
		err = firstError(
			saveInvitation(ctx, tx, inv),
			s.audit(ctx, tx, "invitation.revoked", o.ID, detail{"invitation": inv.ID}),
		)
		if err != nil {
			return err
		}
		out, err = s.shown(ctx, tx, o, me)
		return err
	})
	return out, err
}

// PeekInvitation says what an invitation is for, and moves nothing: mail scanners come here too. ErrLinkUnknown.
func (s *Service) PeekInvitation(ctx context.Context, in accountsapi.Token) (*accountsapi.InvitationInfo, error) {
	linkID, err := s.keys.Open(in.Token)
	if err != nil {
		return nil, err
	}
	link, err := one[Link](ctx, s.pool, accountsapi.ErrLinkUnknown, "LinkByID", pgx.NamedArgs{"id": linkID})
	if err != nil {
		return nil, err
	}
	inv, err := s.invitation(ctx, s.pool, link)
	if err != nil {
		return nil, err
	}
	return &accountsapi.InvitationInfo{
		Organisation: inv.Organisation, Kind: inv.Kind, From: inv.From, Mailbox: string(deref(inv.Mailbox)), Roles: inv.Roles, State: inv.current(s.clock.Now()),
	}, nil
}

// invitation is what a link invites to. ErrLinkUnknown for a link of another purpose.
func (s *Service) invitation(ctx context.Context, db pg.Querier, link Link) (Invitation, error) {
	if link.InvitationID == nil {
		return Invitation{}, accountsapi.ErrLinkUnknown
	}
	return one[Invitation](ctx, db, accountsapi.ErrLinkUnknown, "InvitationByID", pgx.NamedArgs{"id": *link.InvitationID})
}

// AcceptInvitation makes the caller a member, by the link's token or by the mailbox and its code. Who is a member already has the new roles
// besides, and is told at this mailbox from now on. It opens nobody's account: the caller is signed in to their own. ErrInvitationClosed, and
// the errors of links and codes.
func (s *Service) AcceptInvitation(ctx context.Context, in accountsapi.AcceptInvitation) (*accountsapi.Organisation, error) {
	var out *accountsapi.Organisation
	accept := func(ctx context.Context, tx pgx.Tx, link Link) (err error) {
		out, err = s.accept(ctx, tx, link)
		return err
	}
	switch {
	case in.Token != "" && in.Mailbox == "" && in.Code == "":
		err := s.press(ctx, in.Token, invites, accept)
		return out, err
	case in.Token == "" && in.Mailbox != "" && in.Code != "":
		to, err := mailboxOf(in.Mailbox)
		if err != nil {
			return nil, err
		}
		err = s.tryCode(ctx, to, in.Code, invites, accept)
		return out, err
	}
	return nil, problem.ErrInvalid.WithDetail("Send a token, or a mailbox with the code that was mailed to it.")
}

func (s *Service) accept(ctx context.Context, tx pgx.Tx, link Link) (*accountsapi.Organisation, error) {
	now := s.clock.Now()
	p, err := lockPerson(ctx, tx, identity.From(ctx).Person) // somebody who is being erased becomes no member
	if err != nil {
		return nil, err
	}
	seen, err := s.invitation(ctx, tx, link)
	if err != nil {
		return nil, err
	}
	o, err := one[Organisation](ctx, tx, accountsapi.ErrInvitationClosed, "LockOrganisation", pgx.NamedArgs{"id": seen.OrganisationID})
	if err != nil {
		return nil, err
	}
	inv, err := one[Invitation](ctx, tx, accountsapi.ErrInvitationClosed, "LockInvitation", pgx.NamedArgs{"id": seen.ID})
	if err != nil {
		return nil, err
	}
	if err := inv.end(accountsapi.InvitationAccepted, now); err != nil {
		return nil, err
	}
	inv.AcceptedBy = &p.ID
	if err := firstError(
		saveInvitation(ctx, tx, inv),
		s.audit(ctx, tx, "invitation.accepted", o.ID, detail{"invitation": inv.ID}),
	); err != nil {
		return nil, err
	}
	m, err := s.memberOf(ctx, tx, o.ID, p.ID)
	switch {
	case err == nil:
		roles := slices.Compact(slices.Sorted(slices.Values(append(append([]string{}, m.Roles...), inv.Roles...))))
		m.Mailbox = inv.Mailbox
		if _, err = exec(ctx, tx, "SetMailbox", pgx.NamedArgs{"id": m.ID, "mailbox": m.Mailbox}); err == nil {
			err = s.setRoles(ctx, tx, &m, roles, false)
		}
	case problem.From(err).Kind == problem.NotFound:
		m = Member{ID: id.New(memberPrefix), OrganisationID: o.ID, PersonID: p.ID, Mailbox: inv.Mailbox, Version: 1, SinceAt: now, Name: p.Name}
		err = s.insertMember(ctx, tx, &m, inv.Roles)
	}
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, tx, o, m)
}

// ExpireInvitations writes down the deadlines of invitations that have passed, and says how many.
func (s *Service) ExpireInvitations(ctx context.Context) (int, error) {
	n := 0
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ended, err := pg.Many[struct{ ID, OrganisationID string }](ctx, tx, queries.SQL("ExpireInvitations"), pgx.NamedArgs{"now": s.clock.Now()})
		n = len(ended)
		for _, e := range ended {
			err = firstError(err, s.auditAs(ctx, tx, accountsapi.Name, nil, "invitation.expired", e.OrganisationID, detail{"invitation": e.ID}))
		}
		return err
	})
	return n, err
}
