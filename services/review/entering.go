package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// codeLife is how far back codes are looked for: longer than ten business days. Wall time.
const codeLife = 30 * 24 * time.Hour

// codesTried bounds how many mails to one mailbox a typed code is compared with.
const codesTried = 10

// PeekLink says what a link is for, and moves nothing: mail scanners come here too.
func (s *Service) PeekLink(ctx context.Context, token string) (*reviewapi.LinkInfo, error) {
	l, sub, err := s.linked(ctx, token)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.LinkInfo{Employer: sub.EmployerName, Locale: sub.Locale, State: reviewapi.LinkOpen}
	switch {
	case !sub.Visible(s.Clock.Now()):
		return &reviewapi.LinkInfo{Locale: sub.Locale, State: reviewapi.LinkEnded}, nil
	case l.UsedAt != nil:
		out.State = reviewapi.LinkUsed
	}
	out.Author, err = s.called(ctx, sub.AuthorID)
	return out, err
}

// linked is the link of a token, and what it leads to.
func (s *Service) linked(ctx context.Context, token string) (Link, Submission, error) {
	linkID, err := s.Keys.Open(token)
	if err != nil {
		return Link{}, Submission{}, err
	}
	l, err := one[Link](ctx, s.Pool, "Link", pgx.NamedArgs{"id": linkID})
	if err != nil {
		return l, Submission{}, err
	}
	if _, err := s.carryOut(ctx, l.SubmissionID, ""); err != nil {
		return l, Submission{}, err
	}
	sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": l.SubmissionID})
	return l, sub, err
}

// Enter opens a reviewer's session by a link, or by a mailbox and its code.
func (s *Service) Enter(ctx context.Context, in reviewapi.Enter) (*reviewapi.Entered, error) {
	switch {
	case in.Token != "" && in.Mailbox == "" && in.Code == "":
		return s.byToken(ctx, in.Token)
	case in.Token == "" && in.Mailbox != "" && in.Code != "":
		return s.byCode(ctx, in.Mailbox, in.Code)
	}
	return nil, problem.ErrInvalid.WithDetail("Send a token, or a mailbox with the code that was mailed to it.")
}

func (s *Service) byToken(ctx context.Context, token string) (out *reviewapi.Entered, err error) {
	linkID, err := s.Keys.Open(token)
	if err != nil {
		return nil, err
	}
	if _, _, err := s.linked(ctx, token); err != nil { // whoever left meanwhile has left
		return nil, err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		l, err := one[Link](ctx, tx, "LockLink", pgx.NamedArgs{"id": linkID})
		if err != nil {
			return err
		}
		out, err = s.enter(ctx, tx, l, func(l *Link) error { return l.Press(s.Clock.Wall(), s.Clock.Now()) })
		return err
	})
	return out, err
}

// byCode looks for the mail that had this code. A wrong one is counted against each mail that it could have been meant for.
func (s *Service) byCode(ctx context.Context, typed, code string) (out *reviewapi.Entered, err error) {
	mailbox, err := newMailbox(typed)
	if err != nil {
		return nil, err
	}
	var refusal error
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out, refusal = nil, reviewapi.ErrReviewCodeWrong
		links, err := many[Link](ctx, tx, "LockLinksOfMailbox", pgx.NamedArgs{"mailbox": string(mailbox), "since": s.Clock.Wall().Add(-codeLife), "limit": codesTried})
		if err != nil {
			return err
		}
		for _, l := range links {
			if l.CodeTries >= codeTries || !s.Keys.CodeIs(l.ID, code) {
				continue
			}
			refusal = nil
			out, err = s.enter(ctx, tx, l, func(l *Link) error { return l.TryCode(true, s.Clock.Wall(), s.Clock.Now()) })
			return err
		}
		for _, l := range links {
			if l.UsedAt != nil {
				continue
			}
			_ = l.TryCode(false, s.Clock.Wall(), s.Clock.Now())
			if err := saveLink(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = refusal
	}
	return out, err
}

// enter uses a locked link and opens its session. ErrReviewLinkEnded, ErrSelfReview, and what use says.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, l Link, use func(*Link) error) (*reviewapi.Entered, error) {
	sub, err := one[Submission](ctx, tx, "SubmissionOfLink", pgx.NamedArgs{"submission": l.SubmissionID})
	switch {
	case err != nil:
		return nil, err
	case !sub.Visible(s.Clock.Now()):
		return nil, reviewapi.ErrReviewLinkEnded
	}
	if err := s.stillThere(ctx, tx, sub); err != nil {
		return nil, err
	}
	if err := firstOf(notSelf(ctx, sub), s.notTheirs(ctx, tx, sub, Mailbox(l.Mailbox))); err != nil {
		return nil, err
	}
	if err := use(&l); err != nil {
		return nil, err
	}
	if err := saveLink(ctx, tx, l); err != nil {
		return nil, err
	}
	r, secret := newSession(l, s.Clock.Wall())
	if err := insertSession(ctx, tx, r); err != nil {
		return nil, err
	}
	if _, err := exec(ctx, tx, "KnowEmployer", pgx.NamedArgs{"id": sub.EmployerID, "now": s.Clock.Now()}); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, l.ID, "link.opened", l.SubmissionID, audit.Detail{"link": l.ID}); err != nil {
		return nil, err
	}
	return &reviewapi.Entered{Secret: secret, Expires: r.ExpiresAt}, nil
}

// notSelf is nil unless the browser that asks is signed in as who wrote it, or acts for them, or they for it. Whoever else uses that
// browser can sign out first; a person who means to decide about their own words can't be kept from another browser, and is named on the
// record by mailbox, name and role.
func notSelf(ctx context.Context, sub Submission) error {
	if c := identity.From(ctx); c.Person == sub.AuthorID || c.For == sub.AuthorID {
		return reviewapi.ErrSelfReview
	}
	return nil
}

// AskLink mails a link of one's own to a mailbox of the same employer, from a link that was passed on or used. The answer is the same
// for each mailbox there; for one elsewhere there is nothing here. ErrReviewLinkEnded, ErrReviewTooMany.
func (s *Service) AskLink(ctx context.Context, in reviewapi.AskLink) error {
	from, sub, err := s.linked(ctx, in.Token)
	if err != nil {
		return err
	}
	if !sub.Visible(s.Clock.Now()) {
		return reviewapi.ErrReviewLinkEnded
	}
	mailbox, err := newMailbox(in.Mailbox)
	if err != nil {
		return err
	}
	if mailbox.Domain() != Mailbox(deref(sub.Mailbox)).Domain() {
		return problem.ErrNotFound
	}
	if err := notSelf(ctx, sub); err != nil {
		return err
	}
	// Not told apart from an outsider: a reviewer has no business with the author's private address.
	own, err := s.People.Contact(ctx, sub.AuthorID)
	if err != nil {
		return err
	}
	if address, err := newMailbox(own.Email); err == nil && address.Reached() == mailbox.Reached() {
		return problem.ErrNotFound
	}
	if s.notTheirs(ctx, s.Pool, sub, mailbox) != nil {
		return problem.ErrNotFound
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": sub.ID}) // two at once are counted one after the other
		if err != nil {
			return err
		}
		if !sub.Visible(s.Clock.Now()) {
			return reviewapi.ErrReviewLinkEnded
		}
		if err := s.mayMail(ctx, tx, string(mailbox), sub.ID); err != nil {
			return err
		}
		l := Link{ID: id.New(linkPrefix), SubmissionID: sub.ID, Mailbox: string(mailbox), AskedFrom: &from.ID, CreatedAt: s.Clock.Wall()}
		if err := s.mail(ctx, tx, l); err != nil {
			return err
		}
		return s.record(ctx, tx, from.ID, "link.asked", sub.ID, audit.Detail{"link": l.ID})
	})
}

// LinkForMail is what the mail of a link says. problem.ErrNotFound once it needs no mail any more.
func (s *Service) LinkForMail(ctx context.Context, linkID string) (*reviewapi.LinkMail, error) {
	l, err := one[Link](ctx, s.Pool, "Link", pgx.NamedArgs{"id": linkID})
	if err != nil {
		return nil, err
	}
	if _, err := s.carryOut(ctx, l.SubmissionID, ""); err != nil {
		return nil, err
	}
	sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": l.SubmissionID})
	if err != nil {
		return nil, err
	}
	if l.Mailbox == "" || l.UsedAt != nil || !sub.Visible(s.Clock.Now()) {
		return nil, problem.ErrNotFound
	}
	out := &reviewapi.LinkMail{
		Mailbox: l.Mailbox, Locale: sub.Locale, Employer: sub.EmployerName, Path: reviewapi.LinkPath + s.Keys.Token(l.ID), Code: s.Keys.Code(l.ID),
		Own: l.AskedFrom != nil, Zone: sub.Zone,
	}
	if sub.State == reviewapi.StateInStage {
		out.Due = sub.DueAt
	}
	out.Author, err = s.called(ctx, sub.AuthorID)
	return out, err
}
