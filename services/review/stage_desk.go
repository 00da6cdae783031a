package review

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// helps are the roles in which a member may have something to do at the desk: their own, and those of whom they stand in for.
func (s *Service) helps(ctx context.Context, organisation string, a accountsapi.Acting) ([]string, error) {
	roles := []string{}
	for _, r := range staged {
		if slices.Contains(a.Roles, r) {
			roles = append(roles, r)
		}
	}
	deputies, err := many[Deputy](ctx, s.Pool, "DeputiesOf", pgx.NamedArgs{"organisation": organisation, "now": s.Clock.Now()})
	for _, d := range deputies {
		if d.DelegateID == a.Person && d.runs(s.Clock.Now()) {
			roles = append(roles, d.Roles...)
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles), err
}

// mayHelp is nil for a member without a reviewing role who signs in stages, or stands in for somebody. problem.ErrNotFound.
func (s *Service) mayHelp(ctx context.Context, organisation string, a accountsapi.Acting) error {
	roles, err := s.helps(ctx, organisation, a)
	if err == nil && len(roles) == 0 {
		err = problem.ErrNotFound
	}
	return err
}

// everything says that somebody with these roles reads all that was sent to the organisation. Who has others reads what has a stage of theirs.
func everything(roles []string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(decides, r) })
}

// seat finds out in which roles a member may sign about a submission: their own, and those of whom they stand in for. problem.ErrNotFound when there is
// none, ErrStakeHeld for who has a stake in it.
func (s *Service) seat(ctx context.Context, h *hand) error {
	all, votes, err := s.stages(ctx, s.Pool, h.ID)
	if err != nil {
		return err
	}
	stages := all[h.ID]
	for _, r := range staged {
		inPlan := slices.ContainsFunc(stages, func(st Stage) bool { return slices.Contains(st.Roles, r) })
		if slices.Contains(h.member.Roles, r) && (slices.Contains(decides, r) || inPlan) {
			h.may = append(h.may, r)
		}
	}
	if h.staff, err = s.beside(ctx, s.Pool, h.staff, h.organisation, h.ID); err != nil {
		return err
	}
	stands := slices.ContainsFunc(h.staff.deputies, func(d Deputy) bool { return d.DelegateID == h.member.Person && d.runs(s.Clock.Now()) })
	if len(stages) > 0 || stands || s.Stakes != nil {
		who, err := s.staffOf(ctx, h.organisation, h.Submission)
		if err != nil {
			return err
		}
		h.staff.members, h.staff.recused = who.members, append(h.staff.recused, who.recused...)
	}
	if slices.Contains(h.staff.recused, h.member.Person) {
		return reviewapi.ErrStakeHeld
	}
	if err := s.standIns(ctx, h, votes[h.ID]); err != nil {
		return err
	}
	if len(h.may) == 0 {
		return problem.ErrNotFound
	}
	return nil
}

// standIns adds the roles of whom a member stands in for, and what those people are called.
func (s *Service) standIns(ctx context.Context, h *hand, votes []Vote) error {
	h.standIn = map[string]string{}
	var away []string
	for _, d := range h.staff.deputies {
		if d.DelegateID != h.member.Person || d.PersonID == h.AuthorID || slices.Contains(h.staff.recused, d.PersonID) || h.staff.members[d.PersonID].close {
			continue
		}
		away = append(away, d.PersonID)
		for _, r := range d.standsIn(h.staff.members[d.PersonID].roles, h.AskedAt, s.Clock.Now()) {
			if !slices.Contains(h.may, r) {
				h.may, h.standIn[r] = append(h.may, r), d.PersonID
			}
		}
	}
	for _, v := range votes {
		if v.ForPerson != "" {
			away = append(away, v.ForPerson)
		}
	}
	var err error
	h.names, err = s.publicNames(ctx, away)
	return err
}

// publicNames are what people are called in public.
func (s *Service) publicNames(ctx context.Context, people []string) (map[string]string, error) {
	names := map[string]string{}
	if len(people) == 0 {
		return names, nil
	}
	slices.Sort(people)
	all, err := s.People.Public(ctx, slices.Compact(people)...)
	for _, p := range all {
		names[p.ID] = p.Name
	}
	return names, err
}

// wireStages are the stages of a submission as the desk reads them: who spoke, and in which roles the reader may.
func (h hand) wireStages(f file, now time.Time) []reviewapi.DeskStage {
	out := []reviewapi.DeskStage{}
	said := map[string]Decision{}
	for _, d := range f.decisions[h.ID] {
		said[d.ID] = d
	}
	for _, st := range f.stages[h.ID] {
		row := reviewapi.DeskStage{Stage: st.wire(h.State), Roles: st.Roles, Need: st.Need, Count: st.needs(), Said: []reviewapi.StageVoice{}, Yours: []string{}}
		for _, v := range f.votes[h.ID] {
			if v.Position != st.Position {
				continue
			}
			voice := reviewapi.StageVoice{Name: deref(said[v.DecisionID].Name), Role: v.Role, Kind: v.Kind, At: v.At, Void: !v.live()}
			if v.ForPerson != "" {
				voice.For = orID(h.names[v.ForPerson], v.ForPerson)
			}
			row.Said = append(row.Said, voice)
		}
		if h.State == reviewapi.StateInStage && st.open() {
			for _, seat := range h.staff.seats(st, h.AuthorID, f.votes[h.ID], now) {
				if seat.person == h.member.Person && !slices.Contains(row.Yours, seat.role) {
					row.Yours = append(row.Yours, seat.role)
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// deskStages are what rows of a desk say of stages, by submission: which are open, whether it is the reader's turn, and by when. It asks nobody: whether
// somebody is close to an author is found out when they open it.
func (s *Service) deskStages(ctx context.Context, a accountsapi.Acting, roles []string, rows []deskRow) (map[string]reviewapi.DeskRow, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	stages, votes, err := s.stages(ctx, s.Pool, ids...)
	out := map[string]reviewapi.DeskRow{}
	for _, r := range rows {
		if len(stages[r.ID]) == 0 {
			continue
		}
		row := reviewapi.DeskRow{Stages: []reviewapi.Stage{}, Version: r.Version}
		if r.State == reviewapi.StateInStage {
			row.Due = r.DueAt
		}
		for _, st := range stages[r.ID] {
			w := st.wire(r.State)
			row.Stages = append(row.Stages, w)
			if w.State != reviewapi.StageOpen {
				continue
			}
			spoke := slices.ContainsFunc(st.of(votes[r.ID]), func(v Vote) bool { return v.PersonID == a.Person })
			wanted := slices.ContainsFunc(st.wants(votes[r.ID]), func(role string) bool { return slices.Contains(roles, role) })
			row.Turn, row.NoReviewer = row.Turn || wanted && !spoke, row.NoReviewer || w.NoReviewer
			if st.DueAt != nil && (row.Due == nil || st.DueAt.Before(*row.Due)) {
				row.Due = st.DueAt
			}
		}
		out[r.ID] = row
	}
	return out, err
}
