package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// Stakes is where other parts of the house say who has something to gain or to lose: who wrote a document for its author, or is paid by whom it
// is about. None says that nobody is known.
type Stakes interface {
	// Stakes are the kinds by person, of those among people who have one in a document of an author's.
	Stakes(ctx context.Context, documentID, authorID string, people []string) (map[string]string, error)
}

// stagePlan is how what is sent to an organisation passes, as kept.
type stagePlan struct {
	OrganisationID string
	Version        int64
	Zone           string
	Closed         []string
	Stages         []reviewapi.PlanStage
	MemberID       string
	CreatedAt      time.Time
}

// route are the stages that a submission passes: those that hold always, and those that something in it asks for.
func (p stagePlan) route(submissionID string, hits *reviewapi.Hints) []Stage {
	var out []Stage
	step := 0
	for i, ps := range p.Stages {
		if i == 0 || !ps.Beside {
			step++
		}
		if !holds(ps.When, hits) {
			continue
		}
		out = append(out, Stage{
			SubmissionID: submissionID, Position: len(out) + 1, Step: step, Name: ps.Name, Roles: ps.Roles, Need: ps.Need, Count: ps.Count, Days: ps.Days,
			OrganisationID: p.OrganisationID, PlanVersion: p.Version, Zone: p.Zone, Closed: p.Closed,
		})
	}
	return out
}

// route writes down the stages of what is being sent, by the plan of this moment: a later one changes nothing about it. Who decides counts the days,
// in their zone.
func (s *Service) route(ctx context.Context, tx pgx.Tx, sub *Submission, hits *reviewapi.Hints) error {
	p, err := one[stagePlan](ctx, tx, "StagePlanOfEmployer", pgx.NamedArgs{"employer": sub.EmployerID})
	if missing(err) || err == nil && len(p.Stages) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	sub.Zone = p.Zone
	for _, st := range p.route(sub.ID, hits) {
		if _, err := exec(ctx, tx, "InsertStage", pgx.NamedArgs{
			"submission": st.SubmissionID, "position": st.Position, "step": st.Step, "name": st.Name, "roles": st.Roles, "need": st.Need, "count": st.Count,
			"days": st.Days, "organisation": st.OrganisationID, "plan_version": st.PlanVersion, "zone": st.Zone, "closed": st.Closed,
		}); err != nil {
			return err
		}
	}
	return nil
}

// stages are the stages of submissions and what was said in them, by submission.
func (s *Service) stages(ctx context.Context, db pg.Querier, submissions ...string) (map[string][]Stage, map[string][]Vote, error) {
	stages, votes := map[string][]Stage{}, map[string][]Vote{}
	args := pgx.NamedArgs{"submissions": submissions}
	rows, err := many[Stage](ctx, db, "StagesOf", args)
	if err != nil || len(rows) == 0 {
		return stages, votes, err
	}
	for _, st := range rows {
		stages[st.SubmissionID] = append(stages[st.SubmissionID], st)
	}
	said, err := many[Vote](ctx, db, "VotesOf", args)
	for _, v := range said {
		votes[v.SubmissionID] = append(votes[v.SubmissionID], v)
	}
	return stages, votes, err
}

// staffOf asks accounts who acts for an organisation, about the author of a submission, and other parts who has a stake in it. It stands before the
// transaction.
func (s *Service) staffOf(ctx context.Context, organisation string, sub Submission) (staff, error) {
	out := staff{members: map[string]staffMember{}}
	all, err := s.People.Staff(ctx, organisation, sub.AuthorID)
	if err != nil {
		return out, err
	}
	people := make([]string, len(all.Members))
	for i, m := range all.Members {
		out.members[m.Person] = staffMember{member: m.Member, name: m.Name, roles: m.Roles, close: m.Close}
		people[i] = m.Person
	}
	if s.Stakes == nil {
		return out, nil
	}
	stakes, err := s.Stakes.Stakes(ctx, sub.DocumentID, sub.AuthorID, people)
	for person, kind := range stakes {
		if kind != "" {
			out.recused = append(out.recused, person)
		}
	}
	return out, err
}

// beside adds what review knows of an organisation and a submission: deputies, and who declared a stake.
func (s *Service) beside(ctx context.Context, db pg.Querier, st staff, organisation, submissionID string) (staff, error) {
	var err error
	if st.deputies, err = many[Deputy](ctx, db, "DeputiesOf", pgx.NamedArgs{"organisation": organisation, "now": s.Clock.Now()}); err != nil {
		return st, err
	}
	declared, err := pg.Column[string](ctx, db, queries.SQL("RecusedFrom"), pgx.NamedArgs{"submission": submissionID})
	st.recused = append(slices.Clone(st.recused), declared...)
	return st, err
}

// stagesOf are the stages of a submission that is about to be asked, and who acts for the organisation. None without stages.
func (s *Service) stagesOf(ctx context.Context, sub Submission) ([]Stage, staff, error) {
	stages, _, err := s.stages(ctx, s.Pool, sub.ID)
	if err != nil || len(stages[sub.ID]) == 0 {
		return nil, staff{}, err
	}
	who, err := s.staffOf(ctx, stages[sub.ID][0].OrganisationID, sub)
	return stages[sub.ID], who, err
}

// beginStages opens the first step of a submission that is being asked, in the calendar of who decides.
func (s *Service) beginStages(ctx context.Context, tx pgx.Tx, sub *Submission, stages []Stage, who staff) error {
	first := stages[0]
	due := workingDays(*sub.AskedAt, patience, location(first.Zone), first.Closed)
	sub.DueAt = &due
	who, err := s.beside(ctx, tx, who, first.OrganisationID, sub.ID)
	if err != nil {
		return err
	}
	return s.advance(ctx, tx, *sub, stages, nil, &who)
}

// advance brings the stages of a locked submission to where its votes put them: what has them passes, the step that comes next opens, and what lost
// one is open again. Who may speak in what opens is told. Without who, that is looked at by the timer.
func (s *Service) advance(ctx context.Context, tx pgx.Tx, sub Submission, stages []Stage, votes []Vote, who *staff) error {
	now := s.Clock.Now()
	step, more := current(stages, votes)
	for _, st := range stages {
		switch {
		case st.met(votes):
			if st.PassedAt != nil {
				continue
			}
			if st.OpenedAt == nil {
				st.OpenedAt = &now
			}
			st.PassedAt = &now
			st.rest()
		case more && st.Step == step:
			if !st.open() {
				st.begin(now, sub.DueAt)
				if err := s.summon(ctx, tx, sub, &st, votes, who, now); err != nil {
					return err
				}
			} else if who != nil {
				if err := s.man(ctx, tx, sub, &st, votes, *who, now); err != nil {
					return err
				}
			}
			if who == nil {
				st.ManAt = &now
			}
		default:
			if st.OpenedAt == nil && st.PassedAt == nil {
				continue
			}
			st.OpenedAt, st.PassedAt = nil, nil
			st.rest()
		}
		if err := saveStage(ctx, tx, st); err != nil {
			return err
		}
	}
	return nil
}

// summon tells who may speak in a stage that it is open.
func (s *Service) summon(ctx context.Context, tx pgx.Tx, sub Submission, st *Stage, votes []Vote, who *staff, now time.Time) error {
	if err := s.record(ctx, tx, reviewapi.Name, "stage.opened", sub.ID, audit.Detail{"position": st.Position, "due": st.DueAt}); err != nil || who == nil {
		return err
	}
	if err := s.man(ctx, tx, sub, st, votes, *who, now); err != nil {
		return err
	}
	return s.note(ctx, tx, *st, reviewapi.NoteAsked, seated(who.seats(*st, sub.AuthorID, votes, now)))
}

// man looks who may speak in an open stage. Too few is visible and told to the owners; nothing passes by it.
func (s *Service) man(ctx context.Context, tx pgx.Tx, sub Submission, st *Stage, votes []Vote, who staff, now time.Time) error {
	st.ManAt = nil
	for _, d := range who.deputies { // a span begins or ends
		for _, at := range []time.Time{d.FromAt, d.UntilAt} {
			if at.After(now) && (st.ManAt == nil || at.Before(*st.ManAt)) {
				st.ManAt = &at
			}
		}
	}
	short := st.short(votes, who.seats(*st, sub.AuthorID, votes, now))
	if short == (st.UnmannedAt != nil) {
		return nil
	}
	action := "stage.manned"
	if st.UnmannedAt = nil; short {
		st.UnmannedAt, action = &now, "stage.unmanned"
	}
	if err := s.record(ctx, tx, reviewapi.Name, action, sub.ID, audit.Detail{"position": st.Position}); err != nil || !short {
		return err
	}
	return s.note(ctx, tx, *st, reviewapi.NoteNoReviewer, who.owners(accountsapi.RoleOwner))
}

// owners are the people with one of some roles.
func (s staff) owners(roles ...string) []string {
	var out []string
	for person, m := range s.members {
		if slices.ContainsFunc(m.roles, func(r string) bool { return slices.Contains(roles, r) }) {
			out = append(out, person)
		}
	}
	slices.Sort(out)
	return out
}

// seated are the people of seats, each once.
func seated(seats []seat) []string {
	var out []string
	for _, s := range seats {
		if !slices.Contains(out, s.person) {
			out = append(out, s.person)
		}
	}
	return out
}

// note tells people something about a stage, by mail.
func (s *Service) note(ctx context.Context, tx pgx.Tx, st Stage, kind string, people []string) error {
	for _, person := range people {
		n := id.New("dnote")
		if _, err := exec(ctx, tx, "InsertDeskNote", pgx.NamedArgs{
			"id": n, "submission": st.SubmissionID, "position": st.Position, "organisation": st.OrganisationID, "person": person, "kind": kind, "now": s.Clock.Now(),
		}); err != nil {
			return err
		}
		if err := outbox.Append(ctx, tx, outbox.Event{Name: reviewapi.EventDeskNoted, Key: st.SubmissionID, At: s.Clock.Now(), Payload: reviewapi.DeskNoted{
			NoteID: n, SubmissionID: st.SubmissionID, OrganisationID: st.OrganisationID, PersonID: person, Kind: kind,
		}}); err != nil {
			return err
		}
	}
	return nil
}

func saveStage(ctx context.Context, tx pgx.Tx, st Stage) error {
	_, err := exec(ctx, tx, "SaveStage", pgx.NamedArgs{
		"submission": st.SubmissionID, "position": st.Position, "opened_at": st.OpenedAt, "passed_at": st.PassedAt, "due_at": st.DueAt, "unmanned_at": st.UnmannedAt,
		"remind_at": st.RemindAt, "escalate_at": st.EscalateAt, "man_at": st.ManAt,
	})
	return err
}

// Tick carries out what is due about one stage: a reminder, an escalation, or a look at who may speak; and says how many it took. Whoever decides at the
// same moment and this timer meet at the lock of the submission.
func (s *Service) Tick(ctx context.Context, now time.Time) (int, error) {
	due, err := one[struct {
		SubmissionID   string
		Position       int
		OrganisationID string
		AuthorID       string
	}](ctx, s.Pool, "StageWakes", pgx.NamedArgs{"now": now})
	if missing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": due.SubmissionID})
	if err != nil {
		return 0, err
	}
	who, err := s.staffOf(ctx, due.OrganisationID, sub)
	if err != nil {
		return 0, err
	}
	return 1, s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": due.SubmissionID})
		if err != nil {
			return err
		}
		stages, votes, err := s.stages(ctx, tx, sub.ID)
		if err != nil {
			return err
		}
		who, err := s.beside(ctx, tx, who, due.OrganisationID, sub.ID)
		if err != nil {
			return err
		}
		for _, st := range stages[sub.ID] {
			if st.Position == due.Position {
				return s.wake(ctx, tx, sub, st, votes[sub.ID], who, now)
			}
		}
		return nil
	})
}

// wake carries out the timers of a stage that have come.
func (s *Service) wake(ctx context.Context, tx pgx.Tx, sub Submission, st Stage, votes []Vote, who staff, now time.Time) error {
	if sub.State != reviewapi.StateInStage || !st.open() {
		st.rest()
		return saveStage(ctx, tx, st)
	}
	come := func(at *time.Time) bool { return at != nil && !at.After(now) }
	if !come(st.RemindAt) && !come(st.EscalateAt) && !come(st.ManAt) {
		return nil // somebody else carried it out
	}
	if err := s.man(ctx, tx, sub, &st, votes, who, now); err != nil {
		return err
	}
	people := seated(who.seats(st, sub.AuthorID, votes, now))
	escalates := come(st.EscalateAt)
	if come(st.RemindAt) {
		st.RemindAt = nil
		if !escalates {
			if err := s.chase(ctx, tx, st, "reminder", reviewapi.NoteReminder, people, now); err != nil {
				return err
			}
		}
	}
	if escalates {
		st.EscalateAt = nil
		for _, p := range who.owners(accountsapi.RoleOwner, accountsapi.RoleAdmin) {
			if !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
		if err := s.chase(ctx, tx, st, "escalation", reviewapi.NoteEscalation, people, now); err != nil {
			return err
		}
	}
	return saveStage(ctx, tx, st)
}

// chase writes a reminder or an escalation down, once, and tells people.
func (s *Service) chase(ctx context.Context, tx pgx.Tx, st Stage, kind, note string, people []string, now time.Time) error {
	n, err := exec(ctx, tx, "InsertStageEvent", pgx.NamedArgs{"submission": st.SubmissionID, "position": st.Position, "kind": kind, "due_at": st.DueAt, "now": now})
	if err != nil || n == 0 {
		return err
	}
	if err := s.record(ctx, tx, reviewapi.Name, "stage."+kind, st.SubmissionID, audit.Detail{"position": st.Position, "due": st.DueAt}); err != nil {
		return err
	}
	return s.note(ctx, tx, st, note, people)
}
