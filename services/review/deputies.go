package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Deputies are who stands in for whom at an organisation, and whom else one could name.
func (s *Service) Deputies(ctx context.Context, organisation string) (*reviewapi.Deputies, error) {
	if _, err := s.member(ctx, organisation); err != nil {
		return nil, err
	}
	all, err := s.People.Staff(ctx, organisation, "")
	if err != nil {
		return nil, err
	}
	out := &reviewapi.Deputies{Data: []reviewapi.Deputy{}, Colleagues: []reviewapi.Colleague{}}
	names := map[string]string{}
	for _, m := range all.Members {
		names[m.Person] = m.Name
		out.Colleagues = append(out.Colleagues, reviewapi.Colleague{Person: m.Person, Member: m.Member, Name: m.Name, Roles: append([]string{}, m.Roles...)})
	}
	rows, err := many[Deputy](ctx, s.Pool, "DeputiesOf", pgx.NamedArgs{"organisation": organisation, "now": s.Clock.Now()})
	for _, d := range rows {
		out.Data = append(out.Data, d.wire(names))
	}
	return out, err
}

// mostDeputies bounds how many spans one person has at a time.
const mostDeputies = 20

// NameDeputy names who stands in for the caller, for a span. The delegate acts for the organisation too, and has the caller's reviewing roles meanwhile, about
// everything that is not the caller's own. ErrDeputyUnfit, accountsapi.ErrRoleMissing for who reviews nothing.
func (s *Service) NameDeputy(ctx context.Context, organisation string, in reviewapi.NewDeputy) (*reviewapi.Deputy, error) {
	a, err := s.member(ctx, organisation)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	d := Deputy{ID: id.New(deputyPrefix), OrganisationID: organisation, PersonID: a.Person, DelegateID: in.Delegate, FromAt: in.From.UTC(), UntilAt: in.Until.UTC()}
	for _, r := range staged {
		if slices.Contains(a.Roles, r) {
			d.Roles = append(d.Roles, r)
		}
	}
	if len(d.Roles) == 0 {
		return nil, accountsapi.ErrRoleMissing
	}
	all, err := s.People.Staff(ctx, organisation, a.Person)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range all.Members {
		names[m.Person] = m.Name
	}
	fault := reviewapi.ErrDeputyUnfit
	if _, ok := names[d.DelegateID]; !ok || d.DelegateID == d.PersonID {
		fault = fault.WithField("/delegate", "member", "must be another member of the organisation")
	}
	if d.FromAt.Before(now) {
		d.FromAt = now
	}
	switch {
	case !d.UntilAt.After(d.FromAt):
		fault = fault.WithField("/until", "order", "must come after the beginning, and in the future")
	case d.UntilAt.Sub(d.FromAt) > longestSpan:
		fault = fault.WithField("/until", "too_late", "can be a year after the beginning at most")
	}
	if len(fault.Fields) > 0 {
		return nil, fault
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := many[Deputy](ctx, tx, "DeputiesOf", pgx.NamedArgs{"organisation": organisation, "now": now})
		if err != nil {
			return err
		}
		mine := 0
		for _, other := range rows {
			if other.PersonID == d.PersonID {
				mine++
			}
		}
		if mine >= mostDeputies {
			return reviewapi.ErrReviewTooMany
		}
		if _, err := exec(ctx, tx, "InsertDeputy", pgx.NamedArgs{
			"id": d.ID, "organisation": organisation, "person": d.PersonID, "delegate": d.DelegateID, "roles": d.Roles, "from_at": d.FromAt, "until_at": d.UntilAt, "now": now,
		}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "", "deputy.named", d.ID, audit.Detail{"organisation": organisation, "delegate": d.DelegateID, "from": d.FromAt, "until": d.UntilAt}); err != nil {
			return err
		}
		return s.lookAgain(ctx, tx, organisation)
	})
	out := d.wire(names)
	return &out, err
}

// EndDeputy ends it now: who is away, the deputy themself, an owner or an admin. accountsapi.ErrRoleMissing for other members.
func (s *Service) EndDeputy(ctx context.Context, organisation, deputyID string) error {
	a, err := s.member(ctx, organisation)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := one[Deputy](ctx, tx, "LockDeputy", pgx.NamedArgs{"id": deputyID, "organisation": organisation})
		if err != nil {
			return err
		}
		if a.Person != d.PersonID && a.Person != d.DelegateID && !runs(a) {
			return accountsapi.ErrRoleMissing
		}
		if d.EndedAt != nil {
			return nil
		}
		if _, err := exec(ctx, tx, "EndDeputy", pgx.NamedArgs{"id": d.ID, "now": s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "", "deputy.ended", d.ID, audit.Detail{"organisation": organisation}); err != nil {
			return err
		}
		return s.lookAgain(ctx, tx, organisation)
	})
}

// lookAgain has the timer look who may speak in what an organisation has open.
func (s *Service) lookAgain(ctx context.Context, tx pgx.Tx, organisation string) error {
	_, err := exec(ctx, tx, "LookAgain", pgx.NamedArgs{"organisation": organisation, "now": s.Clock.Now()})
	return err
}

// DeclareStake recuses the caller from a submission that is still asked, for good. ErrSubmissionState, ErrStageSpoken for who has spoken already.
func (s *Service) DeclareStake(ctx context.Context, organisation, submissionID string, in reviewapi.DeclareStake) error {
	h, err := s.atDesk(ctx, organisation, submissionID)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": h.ID})
		if err != nil {
			return err
		}
		if sub.State != reviewapi.StateInStage {
			return sub.stateError()
		}
		_, votes, err := s.stages(ctx, tx, sub.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(votes[sub.ID], func(v Vote) bool { return v.live() && v.PersonID == h.member.Person }) {
			return reviewapi.ErrStageSpoken
		}
		if _, err := exec(ctx, tx, "InsertRecusal", pgx.NamedArgs{
			"submission": sub.ID, "person": h.member.Person, "member": h.member.Member, "kind": in.Kind, "now": s.Clock.Now(),
		}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "", "reviewer.recused", sub.ID, audit.Detail{"member": h.member.Member, "kind": in.Kind}); err != nil {
			return err
		}
		return s.lookAgain(ctx, tx, organisation)
	})
}

// roleChanged hears that somebody's roles changed. Deputies keep what was open by then, and who may speak is looked at once more. present is what accounts
// says now: an event that comes late says nothing else.
func (s *Service) roleChanged(ctx context.Context, tx pgx.Tx, p accountsapi.RoleChanged, present accountsapi.Staff, at time.Time) error {
	roles := []string{}
	for _, m := range present.Members {
		if m.Person == p.PersonID {
			roles = append(roles, m.Roles...)
		}
	}
	if _, err := exec(ctx, tx, "DeputyLeft", pgx.NamedArgs{"organisation": p.OrganisationID, "person": p.PersonID, "roles": roles, "at": at}); err != nil {
		return err
	}
	return s.lookAgain(ctx, tx, p.OrganisationID)
}

// onRoleChanged asks accounts before the transaction.
func (s *Service) onRoleChanged(ctx context.Context, ev outbox.Received) (any, error) {
	p, err := outbox.Decode[accountsapi.RoleChanged](ev)
	if err != nil {
		return nil, err
	}
	return s.People.Staff(ctx, p.OrganisationID, "")
}

// DeskNoteForMail is what the mail of a note says. problem.ErrNotFound once it needs no mail any more: the stage is over, or the person acts for the
// organisation no longer.
func (s *Service) DeskNoteForMail(ctx context.Context, noteID string) (*reviewapi.DeskMail, error) {
	n, err := one[struct {
		ID, SubmissionID, OrganisationID, PersonID, Kind, Stage, State, AuthorID string
		Position                                                                 int
		OpenedAt, PassedAt, DueAt, Whole                                         *time.Time
	}](ctx, s.Pool, "DeskNote", pgx.NamedArgs{"id": noteID})
	if err != nil {
		return nil, err
	}
	if n.State != reviewapi.StateInStage || n.OpenedAt == nil || n.PassedAt != nil {
		return nil, problem.ErrNotFound
	}
	a, err := s.People.Acting(ctx, n.OrganisationID, n.PersonID, n.AuthorID)
	if err != nil {
		return nil, err
	}
	who, err := s.People.Contact(ctx, n.PersonID)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.DeskMail{
		Mailbox: a.Mailbox, Locale: who.Locale, Zone: who.Zone, Kind: n.Kind, Organisation: a.Name, Stage: n.Stage, Due: n.DueAt,
		Path: "/desk/" + n.OrganisationID + "/" + n.SubmissionID,
	}
	if out.Mailbox == "" {
		out.Mailbox = who.Email
	}
	if n.Kind == reviewapi.NoteNoReviewer || s.mayHelp(ctx, n.OrganisationID, a) != nil {
		out.Path = "/organisations/" + n.OrganisationID + "/stages"
	}
	out.Author, err = s.called(ctx, n.AuthorID)
	return out, err
}
