package accounts

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/mailbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// SetPassword sets or replaces the caller's password and ends their other sessions.
func (s *Service) SetPassword(ctx context.Context, in accountsapi.SetPassword) error {
	caller := identity.From(ctx)
	p, err := personByID(ctx, s.pool, caller.Person)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, p, in.Current); err != nil {
		return err
	}
	if err := CheckPassword(in.Password, p.email()); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, in.Password) // slow: outside the transaction
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// Of two changes that both proved the old password, the second one's proof is worth nothing any more.
		now, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if deref(now.PasswordHash) != deref(p.PasswordHash) {
			return problem.ErrConflict.WithDetail("Your password was changed somewhere else in the meantime.")
		}
		_, err = exec(ctx, tx, "SetPassword", pgx.NamedArgs{"id": p.ID, "password_hash": hash, "now": s.clock.Now()})
		return firstError(err,
			s.audit(ctx, tx, "password.set", p.ID, nil),
			s.revokeAll(ctx, tx, p.ID, caller.Session),
		)
	})
}

// ChangeEmail mails a link to the caller's new address. Whether another account has it is told only to somebody who
// proves the mailbox, in ConfirmEmail.
func (s *Service) ChangeEmail(ctx context.Context, in accountsapi.ChangeEmail) (*accountsapi.Accepted, error) {
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	p, err := personByID(ctx, s.pool, identity.From(ctx).Person)
	if err != nil {
		return nil, err
	}
	if email == p.email() {
		return nil, problem.ErrInvalid.WithField("/email", "same", "This is your address already.")
	}
	if err := s.mayMoveTo(ctx, p, email); err != nil {
		return nil, err
	}
	if err := s.prove(ctx, p, in.Current); err != nil {
		return nil, err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		link := newLink(accountsapi.PurposeChangeEmail, email, p.Locale, "", s.clock.Wall())
		link.PersonID = &p.ID
		return s.mail(ctx, tx, link)
	})
	return &accountsapi.Accepted{ExpiresIn: int(linkLife / time.Second)}, err
}

// mayMoveTo is nil for an address that may open a person's account. ErrWorkMailbox for one at an employer that they named, and for who sells
// at a domain that an employer claimed.
func (s *Service) mayMoveTo(ctx context.Context, p Person, email Email) error {
	work, err := s.others.Review.WorkDomains(ctx, p.ID)
	if err != nil {
		return err
	}
	if m, err := mailbox.Parse(string(email)); err == nil && slices.Contains(work, m.Domain()) {
		return accountsapi.ErrWorkMailbox.WithField("/email", "work_mailbox", accountsapi.ErrWorkMailbox.Detail)
	}
	if !p.Selling {
		return nil
	}
	return s.notAtWork(ctx, s.pool, email)
}

// ConfirmEmail finishes a change of address with the link's token, or with its address and code.
func (s *Service) ConfirmEmail(ctx context.Context, in accountsapi.ConfirmEmail) (*accountsapi.Person, error) {
	caller := identity.From(ctx)
	var out accountsapi.Person
	apply := func(ctx context.Context, tx pgx.Tx, link Link) error {
		if deref(link.PersonID) != caller.Person {
			return accountsapi.ErrLinkUnknown // somebody else's link: not even its existence is told
		}
		p, err := s.moveTo(ctx, tx, caller.Person, link.Email)
		out = p.Wire()
		return err
	}
	purposes := []string{accountsapi.PurposeChangeEmail}
	if in.LinkToken != "" {
		return &out, s.press(ctx, in.LinkToken, purposes, apply)
	}
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	return &out, s.tryCode(ctx, email, in.Code, purposes, apply)
}

// moveTo gives a person another address and tells the old one.
func (s *Service) moveTo(ctx context.Context, tx pgx.Tx, personID string, email Email) (Person, error) {
	p, err := lockPerson(ctx, tx, personID)
	if err != nil {
		return p, err
	}
	old := p.email()
	wall := s.clock.Wall()
	_, err = exec(ctx, tx, "SetEmail", pgx.NamedArgs{"id": p.ID, "email": string(email), "wall": wall, "now": s.clock.Now()})
	if err != nil {
		return p, err
	}
	// Links that wait in the old mailbox must not sign in to an account that has left it.
	if _, err = exec(ctx, tx, "ReplaceLinks", pgx.NamedArgs{"email": string(old), "but": "", "wall": wall}); err != nil {
		return p, err
	}
	notice := newLink(accountsapi.PurposeEmailChanged, old, p.Locale, "", wall)
	notice.PersonID = &p.ID
	err = firstError(
		insertLink(ctx, tx, notice),
		s.emitLink(ctx, tx, notice),
		s.audit(ctx, tx, "email.changed", p.ID, nil),
		s.emit(ctx, tx, accountsapi.EventEmailVerified, p.ID, accountsapi.EmailVerified{PersonID: p.ID}),
		s.emitChanged(ctx, tx, p.ID),
	)
	if err != nil {
		return p, err
	}
	return personByID(ctx, tx, p.ID)
}

// GrantOperator makes the person with an address an operator: the command line's way to the first one, so it takes
// a pool and no service. problem.ErrNotFound when nobody has signed up with the address.
func GrantOperator(ctx context.Context, pool *pgxpool.Pool, c clock.Clock, typed string) (personID string, err error) {
	email, err := address(typed)
	if err != nil {
		return "", err
	}
	s := &Service{pool: pool, clock: c}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		known, err := personByEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if known.ID == "" {
			return problem.ErrNotFound.WithDetail("Nobody has signed up with %s yet. Sign up first, then grant.", email)
		}
		personID = known.ID
		const by = "command-line"
		n, err := exec(ctx, tx, "GrantOperator", pgx.NamedArgs{"person_id": personID, "by": by, "now": c.Now()})
		if err != nil || n == 0 {
			return err
		}
		return firstError(
			s.auditAs(ctx, tx, by, nil, "operator.granted", personID, nil),
			s.emitChanged(ctx, tx, personID),
		)
	})
	return personID, err
}
