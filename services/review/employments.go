package review

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Employments are for whom the caller says that they work, and worked, newest first.
func (s *Service) Employments(ctx context.Context) (*reviewapi.Employments, error) {
	rows, err := many[Employment](ctx, s.Pool, "EmploymentsOf", pgx.NamedArgs{"person": author(ctx)})
	out := &reviewapi.Employments{Items: []reviewapi.Employment{}}
	for _, e := range rows {
		out.Items = append(out.Items, e.wire(s.Clock.Now()))
	}
	return out, err
}

// employed writes down that the author of what is being sent works there. Who said that they left has to say that they are back.
// ErrEmploymentEnded.
func (s *Service) employed(ctx context.Context, tx pgx.Tx, sub Submission) error {
	args := pgx.NamedArgs{
		"id": id.New(employmentPrefix), "person": sub.AuthorID, "employer": sub.EmployerID, "name": sub.EmployerName, "now": s.Clock.Now(),
	}
	rows, err := many[Employment](ctx, tx, "LockEmploymentsAt", args)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if e.current(s.Clock.Now()) {
			e.Name = sub.EmployerName
			return saveEmployment(ctx, tx, e)
		}
	}
	if len(rows) > 0 {
		return reviewapi.ErrEmploymentEnded
	}
	_, err = exec(ctx, tx, "InsertEmployment", args)
	return err
}

func saveEmployment(ctx context.Context, tx pgx.Tx, e Employment) error {
	_, err := exec(ctx, tx, "SaveEmployment", pgx.NamedArgs{
		"id": e.ID, "name": e.Name, "until_at": e.UntilAt, "version": e.Version, "mailbox": e.Mailbox, "proved_at": e.ProvedAt, "due_at": e.DueAt,
	})
	return err
}

// working locks an employment of the caller's, changes and saves it. problem.ErrNotFound.
func (s *Service) working(ctx context.Context, employmentID string, change func(ctx context.Context, tx pgx.Tx, e *Employment) error) (*reviewapi.Employment, error) {
	var out reviewapi.Employment
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		e, err := one[Employment](ctx, tx, "LockEmployment", pgx.NamedArgs{"id": employmentID, "person": author(ctx)})
		if err != nil {
			return err
		}
		if err := change(ctx, tx, &e); err != nil {
			return err
		}
		out = e.wire(s.Clock.Now())
		return saveEmployment(ctx, tx, e)
	})
	return &out, err
}

// Leave says when the caller leaves: now, or at a time to come. From that minute the employer reads nothing that is still open, and it is
// withdrawn; what was decided stays. ErrEmploymentEnded, problem.ErrStale.
func (s *Service) Leave(ctx context.Context, employmentID string, version int64, in reviewapi.Leave) (*reviewapi.Employment, error) {
	var at time.Time
	if in.At != "" {
		var err error
		if at, err = readMoment(in.At, in.Zone); err != nil {
			return nil, err
		}
	}
	return s.working(ctx, employmentID, func(ctx context.Context, tx pgx.Tx, e *Employment) error {
		now := s.Clock.Now()
		if in.At == "" {
			at = now
		}
		before := e.Version
		if err := e.leave(at, now); err != nil {
			return err
		}
		if at.Before(now) {
			return problem.ErrInvalid.WithField("/at", "past", "lies in the past; choose now, or a time to come")
		}
		if version != 0 && version != before {
			return problem.ErrStale
		}
		if err := s.record(ctx, tx, "", "employment.ends", e.ID, audit.Detail{"until": at}); err != nil {
			return err
		}
		if at.After(now) {
			return nil
		}
		return s.carryOutOne(ctx, tx, e)
	})
}

// Stay takes an end back that has not come. ErrEmploymentEnded.
func (s *Service) Stay(ctx context.Context, employmentID string) (*reviewapi.Employment, error) {
	return s.working(ctx, employmentID, func(ctx context.Context, tx pgx.Tx, e *Employment) error {
		if err := e.stay(s.Clock.Now()); err != nil {
			return err
		}
		return s.record(ctx, tx, "", "employment.goes_on", e.ID, nil)
	})
}

// Return says that the caller works there again: another employment begins, and what was withdrawn stays so. ErrEmploymentCurrent.
func (s *Service) Return(ctx context.Context, employmentID string) (*reviewapi.Employment, error) {
	var out reviewapi.Employment
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		e, err := one[Employment](ctx, tx, "LockEmployment", pgx.NamedArgs{"id": employmentID, "person": author(ctx)})
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		rows, err := many[Employment](ctx, tx, "LockEmploymentsAt", pgx.NamedArgs{"person": e.PersonID, "employer": e.EmployerID})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.current(now) {
				return reviewapi.ErrEmploymentCurrent
			}
			if r.DueAt == nil {
				continue
			}
			if err := s.carryOutOne(ctx, tx, &r); err != nil {
				return err
			}
			if err := saveEmployment(ctx, tx, r); err != nil {
				return err
			}
		}
		again := Employment{ID: id.New(employmentPrefix), PersonID: e.PersonID, EmployerID: e.EmployerID, Name: e.Name, SinceAt: now, Version: 1, Domain: e.Domain}
		out = again.wire(now)
		_, err = exec(ctx, tx, "InsertEmployment", pgx.NamedArgs{
			"id": again.ID, "person": again.PersonID, "employer": again.EmployerID, "name": again.Name, "now": now,
		})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, "", "employment.begun", again.ID, nil)
	})
	return &out, err
}

// carryOutOne withdraws what an employer is still asked by somebody who left, in the transaction that clears the deadline.
func (s *Service) carryOutOne(ctx context.Context, tx pgx.Tx, e *Employment) error {
	e.DueAt = nil
	open, err := many[Submission](ctx, tx, "LockOpenAt", pgx.NamedArgs{"person": e.PersonID, "employer": e.EmployerID})
	if err != nil {
		return err
	}
	for _, sub := range open {
		if sub.Withdraw(byLeaving, s.Clock.Now()) != nil {
			continue // words were agreed to: that was decided while they worked there
		}
		if err := s.save(ctx, tx, &sub, reviewapi.Name, "submission.withdrawn", audit.Detail{"reason": sub.Reason, "employment": e.ID}); err != nil {
			return err
		}
	}
	return nil
}

// carryOut carries out the ends that have come before a reviewer reads: of a submission's author, or of those who wrote to an organisation. It
// waits for whoever does the same, so that nobody reads in between. It says whether there was any.
func (s *Service) carryOut(ctx context.Context, submissionID, organisation string) (bool, error) {
	args := pgx.NamedArgs{"submission": submissionID, "organisation": organisation, "now": s.Clock.Now()}
	if left, err := scalar[bool](ctx, s.Pool, "SomebodyLeft", args); err != nil || !left {
		return false, err
	}
	_, err := s.leave(ctx, "LockLeft", args)
	return true, err
}

func (s *Service) leave(ctx context.Context, query string, args pgx.NamedArgs) (n int, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := many[Employment](ctx, tx, query, args)
		if err != nil {
			return err
		}
		n = len(rows)
		for _, e := range rows {
			if err := s.carryOutOne(ctx, tx, &e); err != nil {
				return err
			}
			if err := saveEmployment(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// LeaveDue carries out one end that has come, for everybody who reads nothing meanwhile, and says how many.
func (s *Service) LeaveDue(ctx context.Context) (int, error) {
	return s.leave(ctx, "LockLeftOne", pgx.NamedArgs{"now": s.Clock.Now()})
}

// ProveEmployment mails a code to the caller's own mailbox at the employer, and nothing else. ErrMailboxElsewhere, ErrMailboxOwn,
// ErrReviewTooMany, ErrEmploymentEnded.
func (s *Service) ProveEmployment(ctx context.Context, employmentID string, in reviewapi.ProveEmployment) error {
	m, err := newMailbox(in.Mailbox)
	if err != nil {
		return err
	}
	me, err := s.People.Me(ctx)
	if err != nil {
		return err
	}
	if own, err := newMailbox(me.Email); err == nil && own.Reached() == m.Reached() {
		return onMailbox(reviewapi.ErrMailboxOwn.WithDetail("This is the address of your account. The one at work has to be another."))
	}
	_, err = s.working(ctx, employmentID, func(ctx context.Context, tx pgx.Tx, e *Employment) error {
		switch {
		case !e.current(s.Clock.Now()):
			return reviewapi.ErrEmploymentEnded
		case m.Domain() != e.Domain:
			return onMailbox(reviewapi.ErrMailboxElsewhere)
		}
		wall := s.Clock.Wall()
		sent, err := one[struct{ ToMailbox, OfPerson int }](ctx, tx, "WorkCodesSince", pgx.NamedArgs{"mailbox": string(m), "person": e.PersonID, "since": wall.Add(-day)})
		if err != nil {
			return err
		}
		if sent.ToMailbox >= workCodesPerDay || sent.OfPerson >= workCodesPerDay {
			return reviewapi.ErrReviewTooMany.WithRetryAfter(int(time.Hour / time.Second))
		}
		code := WorkCode{ID: id.New(workCodePrefix), EmploymentID: e.ID, Mailbox: string(m), CreatedAt: wall}
		if _, err := exec(ctx, tx, "InsertWorkCode", pgx.NamedArgs{"id": code.ID, "employment": e.ID, "mailbox": code.Mailbox, "wall": wall}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "", "employment.code", e.ID, audit.Detail{"code": code.ID}); err != nil {
			return err
		}
		return outbox.Append(ctx, tx, outbox.Event{
			Name: reviewapi.EventCodeRequested, Key: e.ID, At: s.Clock.Now(), Payload: reviewapi.CodeRequested{ProofID: code.ID, EmploymentID: e.ID},
		})
	})
	return err
}

// ConfirmEmployment takes the code that was mailed. A wrong one is counted, and the count is kept. ErrReviewCodeWrong, ErrEmploymentEnded.
func (s *Service) ConfirmEmployment(ctx context.Context, employmentID string, in reviewapi.WorkCode) (*reviewapi.Employment, error) {
	var refusal error
	out, err := s.working(ctx, employmentID, func(ctx context.Context, tx pgx.Tx, e *Employment) error {
		refusal = nil
		if !e.current(s.Clock.Now()) {
			return reviewapi.ErrEmploymentEnded
		}
		c, err := one[WorkCode](ctx, tx, "LockWorkCode", pgx.NamedArgs{"employment": e.ID})
		if missing(err) {
			return reviewapi.ErrReviewCodeWrong
		}
		if err != nil {
			return err
		}
		wall := s.Clock.Wall()
		refusal = c.try(s.Keys.WorkCodeIs(c.ID, in.Code), wall)
		if _, err := exec(ctx, tx, "SaveWorkCode", pgx.NamedArgs{"id": c.ID, "tries": c.Tries, "used_at": c.UsedAt}); err != nil || refusal != nil {
			return err
		}
		reached := string(Mailbox(c.Mailbox).Reached())
		e.Mailbox, e.ProvedAt, e.Version = &reached, &wall, e.Version+1
		return s.record(ctx, tx, "", "employment.proved", e.ID, audit.Detail{"code": c.ID})
	})
	if err == nil {
		err = refusal
	}
	return out, err
}

// CodeForMail is what the mail of a code says. problem.ErrNotFound once it would be of no use.
func (s *Service) CodeForMail(ctx context.Context, codeID string) (*reviewapi.CodeMail, error) {
	c, err := one[struct {
		WorkCode
		Name, PersonID string
	}](ctx, s.Pool, "WorkCode", pgx.NamedArgs{"id": codeID})
	if err != nil {
		return nil, err
	}
	if c.UsedAt != nil || !s.Clock.Wall().Before(c.CreatedAt.Add(workCodeLife)) {
		return nil, problem.ErrNotFound
	}
	who, err := s.People.Contact(ctx, c.PersonID)
	return &reviewapi.CodeMail{Mailbox: c.Mailbox, Locale: who.Locale, Employer: c.Name, Code: s.Keys.WorkCode(c.ID)}, err
}

// WorkDomains are the mail domains of everybody a person said they work or worked for: no address there opens their account.
func (s *Service) WorkDomains(ctx context.Context, personID string) (*reviewapi.WorkDomains, error) {
	domains, err := pg.Column[string](ctx, s.Pool, queries.SQL("WorkDomainsOf"), pgx.NamedArgs{"person": personID})
	return &reviewapi.WorkDomains{Domains: append([]string{}, domains...)}, err
}
