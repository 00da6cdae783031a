package accounts

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// RequestLink mails a link that signs in, and makes the account if the address has none. Known and unknown addresses
// take the same statements and get the same answer; so does an address that was mailed too often.
func (s *Service) RequestLink(ctx context.Context, in accountsapi.SignUp) (*accountsapi.Accepted, error) {
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		known, err := personByEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		link := newLink(accountsapi.PurposeSignUp, email, s.locale(ctx, in.Locale), safeNext(in.Next), s.clock.Wall())
		if known.ID != "" {
			link.Purpose, link.PersonID, link.Locale = accountsapi.PurposeSignIn, &known.ID, known.Locale
		}
		return s.mail(ctx, tx, link)
	})
	return &accountsapi.Accepted{ExpiresIn: int(linkLife / time.Second)}, err
}

// mail stores a link and asks notify to send it, unless its address has had its share of this hour.
func (s *Service) mail(ctx context.Context, tx pgx.Tx, link Link) error {
	recent, err := pg.Scalar[int](ctx, tx, queries.SQL("RecentLinks"),
		pgx.NamedArgs{"email": string(link.Email), "since": link.CreatedAt.Add(-time.Hour)})
	if err != nil || recent >= linksPerHour {
		return err
	}
	if err := insertLink(ctx, tx, link); err != nil {
		return err
	}
	if err := s.audit(ctx, tx, "link.requested", link.ID, detail{"purpose": link.Purpose}); err != nil {
		return err
	}
	return s.emitLink(ctx, tx, link)
}

// locale is the language of a mail to somebody without an account: as asked, else as they read us.
func (s *Service) locale(ctx context.Context, asked string) string {
	for _, l := range []string{asked, identity.From(ctx).Locale} {
		if slices.Contains(accountsapi.Locales, l) {
			return l
		}
	}
	return accountsapi.Locales[0]
}

// SignIn opens a session by password, link or code.
func (s *Service) SignIn(ctx context.Context, in accountsapi.SignIn) (*accountsapi.SignedIn, error) {
	switch {
	case in.LinkToken != "" && in.Email == "" && in.Password == "" && in.Code == "":
		return s.byToken(ctx, in.LinkToken, in.Device)
	case in.Email != "" && in.Code != "" && in.Password == "" && in.LinkToken == "":
		return s.byCode(ctx, in)
	case in.Email != "" && in.Password != "" && in.Code == "" && in.LinkToken == "":
		return s.byPassword(ctx, in)
	}
	return nil, problem.ErrInvalid.WithDetail("Send a link token, or an address with either its password or its code.")
}

func (s *Service) byPassword(ctx context.Context, in accountsapi.SignIn) (*accountsapi.SignedIn, error) {
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	// Counted by address, known or not: a limit that only known addresses have would tell which they are.
	if err := s.try(ctx, "password", string(email), passwordTries); err != nil {
		return nil, err
	}
	known, err := personByEmail(ctx, s.pool, email)
	if err != nil {
		return nil, err
	}
	same, err := s.hasher.Matches(ctx, in.Password, deref(known.PasswordHash))
	if err != nil {
		return nil, err
	}
	if !same {
		return nil, accountsapi.ErrSignInFailed
	}
	var out *accountsapi.SignedIn
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := lockPerson(ctx, tx, known.ID)
		if err != nil {
			return err
		}
		// The password may have been changed, and all sessions ended, while this one was being compared.
		if deref(p.PasswordHash) != deref(known.PasswordHash) {
			return accountsapi.ErrSignInFailed
		}
		out, err = s.open(ctx, tx, p, in.Device, "password")
		return err
	})
	return out, err
}

// signsIn are the purposes whose links open a session.
var signsIn = []string{accountsapi.PurposeSignUp, accountsapi.PurposeSignIn}

func (s *Service) byToken(ctx context.Context, token, device string) (*accountsapi.SignedIn, error) {
	var out *accountsapi.SignedIn
	err := s.press(ctx, token, signsIn, func(ctx context.Context, tx pgx.Tx, link Link) (err error) {
		out, err = s.enter(ctx, tx, link, device, "link")
		return err
	})
	return out, err
}

// press uses the link of a token and runs then in the same transaction. Two presses at once: one waits, and finds the
// link used.
func (s *Service) press(ctx context.Context, token string, purposes []string, then func(context.Context, pgx.Tx, Link) error) error {
	linkID, err := s.keys.Open(token)
	if err != nil {
		return err
	}
	named := pgx.NamedArgs{"id": linkID}
	seen, err := one[Link](ctx, s.pool, accountsapi.ErrLinkUnknown, "LinkByID", named)
	if err != nil {
		return err
	}
	if !slices.Contains(purposes, seen.Purpose) {
		return accountsapi.ErrLinkUnknown
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockAddress(ctx, tx, seen.Email); err != nil {
			return err
		}
		link, err := one[Link](ctx, tx, accountsapi.ErrLinkUnknown, "LockLink", named)
		if err != nil {
			return err
		}
		if err := link.Press(s.clock.Wall()); err != nil {
			return err
		}
		return s.used(ctx, tx, link, then)
	})
}

// used writes down that a link proved its mailbox, and that the address's other links are void.
func (s *Service) used(ctx context.Context, tx pgx.Tx, link Link, then func(context.Context, pgx.Tx, Link) error) error {
	if err := saveLink(ctx, tx, link); err != nil {
		return err
	}
	_, err := exec(ctx, tx, "ReplaceLinks", pgx.NamedArgs{"email": string(link.Email), "but": link.ID, "wall": s.clock.Wall()})
	if err != nil {
		return err
	}
	return then(ctx, tx, link)
}

func (s *Service) byCode(ctx context.Context, in accountsapi.SignIn) (*accountsapi.SignedIn, error) {
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	var out *accountsapi.SignedIn
	err = s.tryCode(ctx, email, in.Code, signsIn, func(ctx context.Context, tx pgx.Tx, link Link) (err error) {
		out, err = s.enter(ctx, tx, link, in.Device, "code")
		return err
	})
	return out, err
}

// tryCode uses the link of an address whose code was typed. A wrong code counts against every link it was compared
// with, and the count is committed although the caller gets an error.
func (s *Service) tryCode(ctx context.Context, email Email, typed string, purposes []string, then func(context.Context, pgx.Tx, Link) error) error {
	if err := s.try(ctx, "code", string(email), codeGuesses); err != nil {
		return err
	}
	var outcome error
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		outcome = accountsapi.ErrCodeWrong
		wall := s.clock.Wall()
		if err := lockAddress(ctx, tx, email); err != nil {
			return err
		}
		links, err := pg.Many[Link](ctx, tx, queries.SQL("LockLinksOf"),
			pgx.NamedArgs{"email": string(email), "purposes": purposes, "wall": wall})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(links, func(l Link) bool { return s.keys.CodeIs(l.ID, typed) }); i >= 0 {
			if outcome = links[i].TryCode(true, wall); outcome != nil {
				return nil //nolint:nilerr // what was counted is kept: the outcome is told after the commit
			}
			return s.used(ctx, tx, links[i], then)
		}
		locked := 0
		for _, link := range links {
			if link.State(wall) == linkLocked {
				locked++
				continue
			}
			outcome = link.TryCode(false, wall)
			if err := saveLink(ctx, tx, link); err != nil {
				return err
			}
		}
		if locked > 0 && locked == len(links) {
			outcome = accountsapi.ErrCodeLocked
		}
		return nil
	})
	return firstError(err, outcome)
}

// enter signs in the person whose address the link proved, making their account if there is none yet. The address is
// locked, so of two links pressed at once the second finds the account of the first.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, link Link, device, how string) (*accountsapi.SignedIn, error) {
	personID, made, err := s.admit(ctx, tx, link.Email, link.Locale)
	if err != nil {
		return nil, err
	}
	p, err := lockPerson(ctx, tx, personID)
	if err != nil {
		return nil, err
	}
	out, err := s.open(ctx, tx, p, device, how)
	if err != nil {
		return nil, err
	}
	out.New, out.Next = made, link.Next
	return out, nil
}

// admit finds the account of a proved address, or makes it.
func (s *Service) admit(ctx context.Context, tx pgx.Tx, email Email, locale string) (personID string, made bool, err error) {
	p := newPerson(id.New(personPrefix), email, locale, s.clock.Wall(), s.clock.Now())
	n, err := exec(ctx, tx, "InsertPerson", pgx.NamedArgs{
		"id": p.ID, "email": string(email), "email_verified_at": p.EmailVerifiedAt, "locale": p.Locale, "zone": p.Zone, "created_at": p.CreatedAt,
	})
	if err != nil {
		return "", false, err
	}
	if n == 0 {
		known, err := personByEmail(ctx, tx, email)
		return known.ID, false, err
	}
	err = firstError(
		s.auditAs(ctx, tx, p.ID, nil, "person.created", p.ID, nil),
		s.emit(ctx, tx, accountsapi.EventPersonCreated, p.ID, accountsapi.PersonCreated{PersonID: p.ID}),
		s.emit(ctx, tx, accountsapi.EventEmailVerified, p.ID, accountsapi.EmailVerified{PersonID: p.ID}),
	)
	return p.ID, true, err
}

// open makes the session row and the answer that carries its token, the only time it is seen.
func (s *Service) open(ctx context.Context, tx pgx.Tx, p Person, device, how string) (*accountsapi.SignedIn, error) {
	session, token := openSession(p.ID, device, s.clock.Wall())
	if err := insertSession(ctx, tx, session); err != nil {
		return nil, err
	}
	if err := s.auditAs(ctx, tx, p.ID, nil, "session.opened", session.ID, detail{"by": how}); err != nil {
		return nil, err
	}
	return &accountsapi.SignedIn{Token: token, Expires: session.CreatedAt.Add(sessionLife), Person: p.Wire()}, nil
}

// SignInAs opens a session without any proof, making the account if needed. Its route exists under serve --dev alone.
func (s *Service) SignInAs(ctx context.Context, in accountsapi.Address) (*accountsapi.SignedIn, error) {
	email, err := address(in.Email)
	if err != nil {
		return nil, err
	}
	var out *accountsapi.SignedIn
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockAddress(ctx, tx, email); err != nil {
			return err
		}
		out, err = s.enter(ctx, tx, Link{Email: email, Locale: s.locale(ctx, "")}, "sign in as", "dev")
		return err
	})
	return out, err
}

// PeekLink says what a link is for. It reads and moves nothing, so any number of mail scanners may cause it.
func (s *Service) PeekLink(ctx context.Context, in accountsapi.Token) (*accountsapi.LinkInfo, error) {
	linkID, err := s.keys.Open(in.Token)
	if err != nil {
		return nil, err
	}
	link, err := one[Link](ctx, s.pool, accountsapi.ErrLinkUnknown, "LinkByID", pgx.NamedArgs{"id": linkID})
	if err != nil {
		return nil, err
	}
	state := link.State(s.clock.Wall())
	if state == linkLocked { // the page has no code to type: pressing still works
		state = linkOpen
	}
	return &accountsapi.LinkInfo{Purpose: link.Purpose, Email: string(link.Email), Next: link.Next, State: state}, nil
}

// LinkForMail is what notify puts into the mail of a link. problem.ErrNotFound once the link can't be used any more:
// such a mail would only disappoint.
func (s *Service) LinkForMail(ctx context.Context, linkID string) (*accountsapi.LinkMail, error) {
	link, err := one[Link](ctx, s.pool, problem.ErrNotFound, "LinkByID", pgx.NamedArgs{"id": linkID})
	if err != nil {
		return nil, err
	}
	mail := &accountsapi.LinkMail{Email: string(link.Email), Locale: link.Locale, Purpose: link.Purpose, Expires: link.ExpiresAt}
	switch {
	case link.proves():
		if state := link.State(s.clock.Wall()); state != linkOpen && state != linkLocked {
			return nil, problem.ErrNotFound
		}
		mail.Path, mail.Code = accountsapi.LinkPath+s.keys.Token(link.ID), s.keys.Code(link.ID)
		if link.InvitationID != nil {
			return mail, s.invitationMail(ctx, link, mail)
		}
	case link.OrganisationID != nil:
		mail.Path = "/organisations"
		o, err := one[Organisation](ctx, s.pool, problem.ErrNotFound, "OrganisationByID", pgx.NamedArgs{"id": *link.OrganisationID})
		mail.Organisation = o.Name
		return mail, err
	case link.Purpose == accountsapi.PurposeMandateInvited:
		mail.Path = "/mandates"
	default:
		mail.Path = "/settings"
	}
	if link.PersonID != nil && link.Purpose == accountsapi.PurposeMandateInvited {
		from, err := personByID(ctx, s.pool, *link.PersonID)
		if err != nil {
			return nil, err
		}
		mail.From = from.Name
	}
	return mail, nil
}

// invitationMail is what the mail of an invitation says. problem.ErrNotFound once it was answered or taken back.
func (s *Service) invitationMail(ctx context.Context, link Link, mail *accountsapi.LinkMail) error {
	inv, err := s.invitation(ctx, s.pool, link)
	if err != nil {
		return err
	}
	if inv.current(s.clock.Now()) != accountsapi.InvitationOpen {
		return problem.ErrNotFound
	}
	mail.From, mail.Organisation, mail.Path = inv.From, inv.Organisation, accountsapi.InvitationPath+s.keys.Token(link.ID)
	return nil
}
