package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// runs says that somebody looks after an organisation.
func runs(a accountsapi.Acting) bool {
	return slices.Contains(a.Roles, accountsapi.RoleOwner) || slices.Contains(a.Roles, accountsapi.RoleAdmin)
}

// member is what the caller may do for an organisation that employs: who looks after it, or reviews for it in any way. problem.ErrNotFound for everybody else.
func (s *Service) member(ctx context.Context, organisation string) (accountsapi.Acting, error) {
	a, err := s.People.Acting(ctx, organisation, identity.From(ctx).Person, "")
	if err != nil || runs(a) {
		return a, err
	}
	return a, s.mayHelp(ctx, organisation, a)
}

// Stages is how what is sent to an organisation passes, and where it waits for somebody who isn't there.
func (s *Service) Stages(ctx context.Context, organisation string) (*reviewapi.StagePlan, error) {
	a, err := s.member(ctx, organisation)
	if err != nil {
		return nil, err
	}
	p, err := one[stagePlan](ctx, s.Pool, "StagePlan", pgx.NamedArgs{"organisation": organisation})
	if err != nil && !missing(err) {
		return nil, err
	}
	out := p.wire(runs(a))
	waits, err := many[struct {
		SubmissionID, Name string
		Roles              []string
		UnmannedAt         time.Time
	}](ctx, s.Pool, "Unmanned", pgx.NamedArgs{"organisation": organisation})
	for _, w := range waits {
		out.Unmanned = append(out.Unmanned, reviewapi.UnmannedStage{Submission: w.SubmissionID, Stage: w.Name, Roles: w.Roles, Since: w.UnmannedAt})
	}
	return out, err
}

func (p stagePlan) wire(mayEdit bool) *reviewapi.StagePlan {
	out := &reviewapi.StagePlan{
		Version: p.Version, MayEdit: mayEdit, Unmanned: []reviewapi.UnmannedStage{},
		SetStages: reviewapi.SetStages{Zone: p.Zone, Closed: append([]string{}, p.Closed...), Stages: append([]reviewapi.PlanStage{}, p.Stages...)},
	}
	if p.Version > 0 {
		out.Since = &p.CreatedAt
	}
	return out
}

// SetStages sets how what is sent from now on passes; what was sent keeps its plan. Of two who set it at once the second hears problem.ErrStale.
// accountsapi.ErrRoleMissing for who is no owner or admin, problem.ErrInvalid with a field for each fault.
func (s *Service) SetStages(ctx context.Context, organisation string, version int64, in reviewapi.SetStages) (*reviewapi.StagePlan, error) {
	a, err := s.member(ctx, organisation)
	if err != nil {
		return nil, err
	}
	if !runs(a) || a.Kind != "" && a.Kind != accountsapi.KindEmployer {
		return nil, accountsapi.ErrRoleMissing
	}
	in, err = readPlan(in)
	if err != nil {
		return nil, err
	}
	stages, err := json.Marshal(in.Stages)
	if err != nil {
		return nil, fmt.Errorf("stages: %w", err)
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := one[stagePlan](ctx, tx, "StagePlan", pgx.NamedArgs{"organisation": organisation})
		if err != nil && !missing(err) {
			return err
		}
		if version != 0 && version != p.Version {
			return problem.ErrStale
		}
		n, err := exec(ctx, tx, "InsertStagePlan", pgx.NamedArgs{
			"organisation": organisation, "version": p.Version + 1, "zone": in.Zone, "closed": in.Closed, "stages": string(stages), "member": a.Member, "now": s.Clock.Now(),
		})
		if err == nil && n == 0 {
			err = problem.ErrStale // somebody else set it at the same moment
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, "", "stages.set", organisation, audit.Detail{"version": p.Version + 1, "stages": len(in.Stages)})
	})
	if err != nil {
		return nil, err
	}
	return s.Stages(ctx, organisation)
}

// readPlan checks what somebody set. problem.ErrInvalid with a field for each fault.
func readPlan(in reviewapi.SetStages) (reviewapi.SetStages, error) {
	fault := problem.ErrInvalid
	if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
		fault = fault.WithField("/zone", "zone", "must be a time zone such as Europe/Paris")
	}
	in.Closed = slices.Compact(slices.Sorted(slices.Values(in.Closed)))
	for i, d := range in.Closed {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			fault = fault.WithField(fmt.Sprintf("/closed/%d", i), "date", "must be a day such as 2027-12-25")
		}
	}
	in.Closed = append([]string{}, in.Closed...)
	always := len(in.Stages) == 0
	var names []string
	for i, st := range in.Stages {
		at := fmt.Sprintf("/stages/%d", i)
		st.Name = oneLine(st.Name)
		fault = noZero(fault, at+"/name", st.Name)
		switch {
		case st.Name == "":
			fault = fault.WithField(at+"/name", "required", "is required")
		case slices.Contains(names, strings.ToLower(st.Name)):
			fault = fault.WithField(at+"/name", "twice", "is the name of another stage")
		}
		names = append(names, strings.ToLower(st.Name))
		if (st.Need == reviewapi.NeedSome) != (st.Count >= 2) || st.Need != reviewapi.NeedSome && st.Count != 0 {
			fault = fault.WithField(at+"/count", "count", "is 2 or more where some have to agree, and left out otherwise")
		}
		st.Beside = st.Beside && i > 0
		if w := st.When; w != nil && len(w.Kinds) == 0 && len(w.Routes) == 0 && w.Severity == "" {
			st.When = nil
		}
		if st.When == nil {
			always = true
		} else {
			for j, k := range st.When.Kinds {
				if !slices.Contains(screen.Kinds(), screen.Kind(k)) {
					fault = fault.WithField(fmt.Sprintf("%s/when/kinds/%d", at, j), "kind", "is no kind of rule")
				}
			}
		}
		in.Stages[i] = st
	}
	if !always {
		fault = fault.WithField("/stages", "always", "must have one stage that every submission passes")
	}
	if len(fault.Fields) > 0 {
		return in, fault
	}
	return in, nil
}

// TakeBackAll takes back what one member decided for an organisation, all at once: what it cleared is revoked, for the reason given, and what it agreed to in
// open stages is asked anew. A hundred at a time, in one transaction. Owners only: accountsapi.ErrRoleMissing.
func (s *Service) TakeBackAll(ctx context.Context, organisation string, in reviewapi.TakeBackAll) (*reviewapi.TakenBackAll, error) {
	a, err := s.member(ctx, organisation)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(a.Roles, accountsapi.RoleOwner) {
		return nil, accountsapi.ErrRoleMissing
	}
	const most = 100
	args := pgx.NamedArgs{"organisation": organisation, "member": in.Member, "limit": most + 1}
	type found struct{ ID string }
	all, err := many[found](ctx, s.Pool, "DecidedByMember", args)
	if err != nil {
		return nil, err
	}
	out := &reviewapi.TakenBackAll{Left: len(all) > most}
	all = all[:min(len(all), most)]
	authors := map[string]string{} // what the receipts call them
	for _, f := range all {
		sub, err := one[Submission](ctx, s.Pool, "SubmissionOfLink", pgx.NamedArgs{"submission": f.ID})
		if err != nil {
			return nil, err
		}
		if _, ok := authors[sub.AuthorID]; !ok {
			if authors[sub.AuthorID], err = s.called(ctx, sub.AuthorID); err != nil {
				return nil, err
			}
		}
	}
	signs := reviewapi.RevokeDecision{Signature: reviewapi.Signature{Name: in.Name, Role: accountsapi.RoleOwner, MayDecide: true}, Reason: in.Reason}
	if _, err := newRevocation(hand{member: a, may: []string{accountsapi.RoleOwner}}, signs, s.Clock.Now()); err != nil {
		return nil, err
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out.Revoked, out.Reopened = 0, 0
		for _, f := range all {
			sub, err := one[Submission](ctx, tx, "LockAnySubmission", pgx.NamedArgs{"id": f.ID})
			if err != nil {
				return err
			}
			if sub.State == reviewapi.StateInStage {
				n, err := s.unsay(ctx, tx, sub, in.Member)
				if err != nil {
					return err
				}
				out.Reopened += n
				continue
			}
			d, err := newRevocation(hand{Submission: sub, member: a, may: []string{accountsapi.RoleOwner}}, signs, s.Clock.Now())
			if err != nil {
				return err
			}
			if sub.Revoke(s.Clock.Now()) != nil {
				continue // it ended meanwhile
			}
			if err := s.revoke(ctx, tx, sub, d, authors[sub.AuthorID]); err != nil {
				return err
			}
			out.Revoked++
		}
		return s.record(ctx, tx, "", "member.taken_back", organisation, audit.Detail{"member": in.Member, "revoked": out.Revoked, "reopened": out.Reopened})
	})
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		s.settle(ctx, f.ID)
	}
	return out, nil
}

// unsay voids what a member agreed to in the stages of a locked submission that is still open. Who may speak now, the timer looks at.
func (s *Service) unsay(ctx context.Context, tx pgx.Tx, sub Submission, member string) (int, error) {
	n, err := exec(ctx, tx, "VoidVotes", pgx.NamedArgs{"submission": sub.ID, "member": member, "now": s.Clock.Now()})
	if err != nil || n == 0 {
		return 0, err
	}
	stages, votes, err := s.stages(ctx, tx, sub.ID)
	if err != nil {
		return 0, err
	}
	if err := s.record(ctx, tx, "", "stage.unsaid", sub.ID, audit.Detail{"member": member, "votes": n}); err != nil {
		return 0, err
	}
	return 1, s.advance(ctx, tx, sub, stages[sub.ID], votes[sub.ID], nil)
}
