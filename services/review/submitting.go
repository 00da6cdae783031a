package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// asked is whom a draft asks, as read and checked.
type asked struct {
	mailbox      Mailbox
	name         string
	locale, zone string
	policy       string
}

// read checks what somebody typed about whom to ask. It calls accounts, so it stands before the transaction. What it answers depends
// on what the caller knows anyway: never on whether somebody has an account.
func (s *Service) read(ctx context.Context, in reviewapi.Ask) (asked, error) {
	out := asked{name: oneLine(in.Employer), locale: in.Locale, policy: canon.Lines(strings.TrimSpace(in.Policy))}
	fault := noZero(noZero(problem.ErrInvalid, "/employer", out.name), "/policy", out.policy)
	if out.name == "" {
		fault = fault.WithField("/employer", "required", "is required")
	}
	var err error
	if out.mailbox, err = newMailbox(in.Mailbox); err != nil {
		fault = fault.WithField("/mailbox", "email", "must be an e-mail address")
	}
	if len(fault.Fields) > 0 {
		return out, fault
	}
	if out.mailbox.Public() {
		return out, onMailbox(reviewapi.ErrMailboxPublic)
	}
	me, err := s.People.Me(ctx)
	if err != nil {
		return out, err
	}
	mandates, err := s.People.Mandates(ctx)
	if err != nil {
		return out, err
	}
	if theirs(out.mailbox, me, mandates) {
		return out, onMailbox(reviewapi.ErrMailboxOwn)
	}
	if own, err := newMailbox(me.Email); err == nil && own.Domain() == out.mailbox.Domain() {
		return out, reviewapi.ErrSignInAtWork
	}
	if own, err := scalar[bool](ctx, s.Pool, "IsWorkMailbox", pgx.NamedArgs{"person": author(ctx), "mailbox": string(out.mailbox.Reached())}); own || err != nil {
		if err == nil {
			err = onMailbox(reviewapi.ErrMailboxOwn)
		}
		return out, err
	}
	if out.locale == "" {
		out.locale = me.Locale
	}
	out.zone = me.Zone
	if out.zone == "" {
		out.zone = "UTC"
	}
	return out, nil
}

// theirs says that a mailbox is an author's own, or of somebody who acts for them.
func theirs(m Mailbox, me accountsapi.Person, mandates accountsapi.Mandates) bool {
	own := []string{me.Email}
	for _, given := range mandates.Given {
		own = append(own, given.AssistantEmail)
	}
	for _, address := range own {
		if other, err := newMailbox(address); err == nil && other.Reached() == m.Reached() {
			return true
		}
	}
	return false
}

func onMailbox(e *problem.Error) error { return e.WithField("/mailbox", e.Code, e.Detail) }

// Begin makes a draft for the newest version of one of the caller's documents. Nobody learns of it. A repeat with the same key gives
// the first answer.
func (s *Service) Begin(ctx context.Context, key string, in reviewapi.NewSubmission) (*reviewapi.Submission, error) {
	d, err := s.newest(ctx, in.DocumentID)
	if err != nil {
		return nil, err
	}
	who, err := s.read(ctx, in.Ask)
	if err != nil {
		return nil, err
	}
	var out *reviewapi.Submission
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: author(ctx) + " submissions", Key: key, Body: in, At: s.Clock.Now()}
		out, err = idem.Do(ctx, tx, ask, func() (*reviewapi.Submission, error) {
			now := s.Clock.Now()
			sub := Submission{
				ID: id.New(submissionPrefix), AuthorID: author(ctx), DocumentID: d.ID, State: reviewapi.StateDraft, Version: 1, CreatedAt: now, UpdatedAt: now,
			}
			if err := s.fill(ctx, tx, &sub, d, who); err != nil {
				return nil, err
			}
			if err := insertSubmission(ctx, tx, sub); err != nil {
				return nil, err
			}
			if err := s.record(ctx, tx, "", "submission.begun", sub.ID, audit.Detail{"document": d.ID, "digest": sub.Digest}); err != nil {
				return nil, err
			}
			return s.shown(ctx, tx, sub)
		})
		return err
	})
	return out, err
}

// newest is a document of the caller's that somebody could read.
func (s *Service) newest(ctx context.Context, documentID string) (contentapi.Document, error) {
	d, err := s.Documents.Document(ctx, documentID)
	if err != nil {
		return d, err
	}
	v := d.Current
	switch {
	case d.State == contentapi.StateWithdrawn:
		return d, contentapi.ErrDocumentClosed.WithState(d.State)
	case strings.TrimSpace(v.Title+v.Text+v.Caption) == "" && len(v.Media) == 0:
		return d, reviewapi.ErrDocumentNothing
	}
	return d, nil
}

// fill points a draft at a version and at whom to ask. ErrMailboxLookalike.
func (s *Service) fill(ctx context.Context, tx pgx.Tx, sub *Submission, d contentapi.Document, who asked) error {
	employer, err := s.employer(ctx, tx, sub.AuthorID, who.mailbox)
	if err != nil {
		return err
	}
	mailbox := string(who.mailbox)
	sub.Seq, sub.Digest = d.Current.Seq, d.Current.Digest
	sub.EmployerID, sub.EmployerName, sub.Mailbox, sub.Locale, sub.Zone = employer, who.name, &mailbox, who.locale, who.zone
	sub.PolicySource, sub.PolicyText, sub.PolicyDigest = reviewapi.PolicyAuthor, who.policy, canon.Sum([]byte(canon.Text(who.policy)))
	if who.policy == "" {
		starter, err := screen.StarterScreener()
		if err != nil {
			return fmt.Errorf("the starter policy: %w", err)
		}
		sub.PolicySource, sub.PolicyDigest = reviewapi.PolicyStarter, starter.Digest()
	}
	return s.underEmployer(ctx, tx, sub)
}

// employer is the employer of a mailbox. It exists from the first time that somebody names it.
func (s *Service) employer(ctx context.Context, tx pgx.Tx, authorID string, m Mailbox) (string, error) {
	domain := m.Domain()
	args := pgx.NamedArgs{
		"id": id.New("employer"), "domain": domain, "label": label(domain), "skeleton": skeleton(label(domain)), "author": authorID, "now": s.Clock.Now(),
	}
	others, err := pg.Column[string](ctx, tx, queries.SQL("KnownLookalikes"), args)
	if err != nil {
		return "", err
	}
	for _, other := range others {
		if resembles(domain, other) {
			return "", onMailbox(reviewapi.ErrMailboxLookalike)
		}
	}
	if _, err := exec(ctx, tx, "InsertEmployer", args); err != nil {
		return "", err
	}
	return scalar[string](ctx, tx, "EmployerOf", args)
}

// Submission is one of the caller's submissions.
func (s *Service) Submission(ctx context.Context, submissionID string) (*reviewapi.Submission, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.Pool, sub)
}

func (s *Service) mine(ctx context.Context, submissionID string) (Submission, error) {
	return one[Submission](ctx, s.Pool, "Submission", pgx.NamedArgs{"id": submissionID, "author": author(ctx)})
}

// Submissions lists the caller's submissions, newest first; documentID "" is all of them.
func (s *Service) Submissions(ctx context.Context, documentID, cursor string) (*reviewapi.SubmissionPage, error) {
	rows, err := many[Submission](ctx, s.Pool, "Submissions", pgx.NamedArgs{"author": author(ctx), "document": documentID, "cursor": cursor, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	out := &reviewapi.SubmissionPage{Items: []reviewapi.Submission{}}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		out.Next = rows[pageSize-1].ID
	}
	f, err := s.files(ctx, s.Pool, rows...)
	for _, sub := range rows {
		out.Items = append(out.Items, f.wire(sub))
	}
	return out, err
}

// edit locks a submission of the caller's, checks its version, runs change and saves it.
func (s *Service) edit(ctx context.Context, submissionID string, version int64, action string, change func(ctx context.Context, tx pgx.Tx, sub *Submission) error) (*reviewapi.Submission, error) {
	var out *reviewapi.Submission
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockSubmission", pgx.NamedArgs{"id": submissionID, "author": author(ctx)})
		if err != nil {
			return err
		}
		before := sub.Version
		if err := change(ctx, tx, &sub); err != nil {
			return err
		}
		if version != 0 && version != before {
			return problem.ErrStale
		}
		if err := s.save(ctx, tx, &sub, "", action, nil); err != nil {
			return err
		}
		out, err = s.shown(ctx, tx, sub)
		return err
	})
	return out, err
}

// Change says anew whom a draft asks, and takes the newest version of its document. ErrSubmissionState.
func (s *Service) Change(ctx context.Context, submissionID string, version int64, in reviewapi.Ask) (*reviewapi.Submission, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	d, err := s.newest(ctx, sub.DocumentID)
	if err != nil {
		return nil, err
	}
	who, err := s.read(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.edit(ctx, submissionID, version, "submission.changed", func(ctx context.Context, tx pgx.Tx, sub *Submission) error {
		if sub.State != reviewapi.StateDraft {
			return sub.stateError()
		}
		return s.fill(ctx, tx, sub, d, who)
	})
}

// Preview is what the reviewer will read, made by the code that makes it for them.
func (s *Service) Preview(ctx context.Context, submissionID string) (*reviewapi.Sheet, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	v, err := s.Documents.Version(ctx, sub.DocumentID, sub.Seq)
	if err != nil {
		return nil, err
	}
	out := sheet(v)
	return &out, nil
}

// lease is how long one process has for what it tells others. Wall time.
const lease = 15 * time.Second

// day bounds what is counted against abuse. Wall time.
const day = 24 * time.Hour

// Send hands a draft on: the employer's gate is put before the document, and the reviewer gets a mail. Both happen after the commit,
// by whoever has the lease, so that a process that dies in between leaves nothing undone.
// A report of wrongdoing goes to nobody before its author has been told, and says so: ErrSubmissionWhistleblowing.
// ErrPolicyChanged when the employer's own policy is another one by now: the draft has it then, to be looked at once more.
// ErrDocumentChanged, ErrSubmissionOpen, ErrSubmissionState, ErrReviewTooMany.
func (s *Service) Send(ctx context.Context, submissionID string, version int64, in reviewapi.SendSubmission) (*reviewapi.Submission, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	if sub.State != reviewapi.StateDraft {
		return nil, sub.stateError()
	}
	d, err := s.newest(ctx, sub.DocumentID)
	if err != nil {
		return nil, err
	}
	hints, err := s.hintsOf(ctx, sub, sheet(d.Current), sub.Locale)
	if err != nil {
		return nil, err
	}
	if hints.Whistleblowing && !in.Repeated {
		return nil, reviewapi.ErrSubmissionWhistleblowing
	}
	out, err := s.edit(ctx, submissionID, version, "submission.sent", func(ctx context.Context, tx pgx.Tx, sub *Submission) error {
		if err := sub.Send(s.Clock.Now(), s.Clock.Wall().Add(lease)); err != nil {
			return err
		}
		if d.Current.Digest != sub.Digest {
			return reviewapi.ErrDocumentChanged
		}
		sub.Protected = hints.Protected
		if err := s.route(ctx, tx, sub, hints); err != nil {
			return err
		}
		if err := s.allow(ctx, tx, *sub); err != nil {
			return err
		}
		return firstOf(s.sentUnder(ctx, tx, *sub, hints), s.employed(ctx, tx, *sub), s.wish(ctx, tx, *sub, in.Standing))
	})
	if errors.Is(err, reviewapi.ErrPolicyChanged) {
		return nil, firstOf(s.moveDraft(ctx, submissionID), err)
	}
	if err != nil {
		return nil, err
	}
	if err := s.handOn(ctx, submissionID); err != nil {
		s.Log.WarnContext(ctx, "a submission is handed on later", "submission", submissionID, "error", err)
		return out, nil
	}
	return s.Submission(ctx, submissionID)
}

// allow bounds the mails that one person makes us send to strangers. ErrReviewTooMany.
func (s *Service) allow(ctx context.Context, tx pgx.Tx, sub Submission) error {
	sent, err := scalar[int](ctx, tx, "SentSince", pgx.NamedArgs{"author": sub.AuthorID, "since": s.Clock.Now().Add(-day)})
	if err != nil {
		return err
	}
	if sent >= askedPerDay {
		return reviewapi.ErrReviewTooMany.WithRetryAfter(int(time.Hour / time.Second))
	}
	return s.mayMail(ctx, tx, deref(sub.Mailbox), sub.ID)
}

func (s *Service) mayMail(ctx context.Context, tx pgx.Tx, mailbox, submissionID string) error {
	n, err := one[struct{ ToMailbox, OfSubmission int }](ctx, tx, "LinksSince", pgx.NamedArgs{
		"mailbox": mailbox, "submission": submissionID, "since": s.Clock.Wall().Add(-day),
	})
	if err == nil && (n.ToMailbox >= linksPerDay || n.OfSubmission >= linksPerDay) {
		err = reviewapi.ErrReviewTooMany.WithRetryAfter(int(time.Hour / time.Second))
	}
	return err
}

// handOn brings a sent submission into its stage: asks content for the gate, then commits that and the mail. Doing it twice is
// harmless: content has one gate for an employer, and the second commit finds the state changed.
func (s *Service) handOn(ctx context.Context, submissionID string) error {
	sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": submissionID})
	if err != nil || sub.State != reviewapi.StateSubmitted {
		return err
	}
	stages, who, err := s.stagesOf(ctx, sub)
	if err != nil {
		return err
	}
	_, refusal := s.Documents.AddGate(ctx, sub.DocumentID, contentapi.AddGate{Party: party(sub.EmployerID)})
	if p := problem.From(refusal); p != nil && p.Kind != problem.NotFound && p.Kind != problem.Conflict {
		return refusal
	}
	var at *trial // under a standing permission
	if refusal == nil {
		if at, err = s.try(ctx, sub); err != nil {
			return err
		}
	}
	through := false
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		through = false
		sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": submissionID})
		if err != nil || sub.State != reviewapi.StateSubmitted {
			return err
		}
		now := s.Clock.Now()
		if refusal != nil {
			if err := sub.Withdraw(byClosed, now); err != nil {
				return err
			}
			return s.save(ctx, tx, &sub, reviewapi.Name, "submission.withdrawn", audit.Detail{"reason": sub.Reason})
		}
		if err := sub.Ask(now); err != nil {
			return err
		}
		if through, err = s.letThrough(ctx, tx, &sub, at); through || err != nil {
			return err
		}
		if len(stages) > 0 { // the desk decides: nobody gets a link
			if err := s.beginStages(ctx, tx, &sub, stages, who); err != nil {
				return err
			}
			return s.save(ctx, tx, &sub, reviewapi.Name, "submission.asked", audit.Detail{"due": sub.DueAt, "plan": stages[0].PlanVersion})
		}
		if err := s.save(ctx, tx, &sub, reviewapi.Name, "submission.asked", audit.Detail{"due": sub.DueAt}); err != nil {
			return err
		}
		return s.mail(ctx, tx, Link{ID: id.New(linkPrefix), SubmissionID: sub.ID, Mailbox: deref(sub.Mailbox), CreatedAt: s.Clock.Wall()})
	})
	if err == nil && through {
		s.settle(ctx, submissionID)
	}
	return err
}

// Withdraw ends a submission that nobody has agreed to; a draft ends without a trace elsewhere. ErrSubmissionState.
func (s *Service) Withdraw(ctx context.Context, submissionID string, version int64) (*reviewapi.Submission, error) {
	return s.edit(ctx, submissionID, version, "submission.withdrawn", func(_ context.Context, _ pgx.Tx, sub *Submission) error {
		return sub.Withdraw(byAuthor, s.Clock.Now())
	})
}
