package review

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// storyStages are a stage that passed, one that is open, and one to come.
func storyStages() []reviewapi.DeskStage {
	due := storyDay.AddDate(0, 0, 2)
	return []reviewapi.DeskStage{
		{
			Stage: reviewapi.Stage{Name: "People", State: reviewapi.StagePassed}, Roles: []string{accountsapi.RoleHRReviewer}, Need: reviewapi.NeedSome, Count: 2,
			Said: []reviewapi.StageVoice{
				{Name: "Hanna Roth", Role: accountsapi.RoleHRReviewer, Kind: reviewapi.Approve, At: storyDay},
				{Name: "Hugo Blum", Role: accountsapi.RoleHRReviewer, Kind: reviewapi.NoObjection, For: "Dora Lind", At: storyDay},
				{Name: longName, Role: accountsapi.RoleHRReviewer, Kind: reviewapi.Approve, At: storyDay, Void: true},
			},
		},
		{
			Stage: reviewapi.Stage{Name: "Legal and finance", State: reviewapi.StageOpen, Due: &due},
			Roles: []string{accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal}, Need: reviewapi.NeedAll, Count: 2, Yours: []string{accountsapi.RoleLegalReviewer},
		},
		{Stage: reviewapi.Stage{Name: "Board", State: reviewapi.StageWaiting}, Roles: []string{accountsapi.RolePrincipal}, Need: reviewapi.NeedOne, Count: 1},
	}
}

func storyPlan() stagesView {
	view := stagesView{
		organisation: accountsapi.Organisation{ID: "org_1", Name: "Acme Chairs", Mine: []string{accountsapi.RoleOwner, accountsapi.RoleHRReviewer}}, me: "person_1",
		plan: reviewapi.StagePlan{Version: 3, MayEdit: true, SetStages: reviewapi.SetStages{Zone: "Europe/Paris", Closed: []string{"2026-12-25"}, Stages: []reviewapi.PlanStage{
			{Name: "People", Roles: []string{accountsapi.RoleHRReviewer}, Need: reviewapi.NeedSome, Count: 2, Days: 2},
			{Name: "Legal", Roles: []string{accountsapi.RoleLegalReviewer}, Need: reviewapi.NeedOne, Days: 3, When: whens["protected"]},
			{Name: "Finance", Roles: []string{accountsapi.RolePrincipal}, Need: reviewapi.NeedOne, Days: 1, Beside: true, When: &reviewapi.StageWhen{Kinds: []string{"MNPI"}}},
		}}},
		deputies: reviewapi.Deputies{
			Data:       []reviewapi.Deputy{{ID: "deputy_1", Person: "person_2", Name: "Dora Lind", Delegate: "person_3", DelegateName: "Hugo Blum", From: storyDay, Until: storyDay.AddDate(0, 0, 14)}},
			Colleagues: []reviewapi.Colleague{{Person: "person_1", Member: "member_1", Name: "Ines Okafor", Roles: []string{"owner"}}, {Person: "person_2", Member: "member_2", Name: "Dora Lind", Roles: []string{"hr_reviewer"}}},
		},
	}
	view.form = stagesForm{in: view.plan.SetStages, closed: "2026-12-25"}
	return view
}

func stageStories(b *storybook.Book) {
	b.Add("review", "stages", "set", story("stages.title", asMember, func(p *shell.Page) templ.Component { return stagesPage(p.L, storyPlan()) }))
	b.Add("review", "stages", "none", story("stages.title", asMember, func(p *shell.Page) templ.Component {
		view := storyPlan()
		view.organisation.Mine, view.plan, view.deputies, view.form = []string{accountsapi.RoleLegalReviewer}, reviewapi.StagePlan{}, reviewapi.Deputies{}, stagesForm{}
		return stagesPage(p.L, view)
	}))
	b.Add("review", "stages", "unmanned", story("stages.title", asMember, func(p *shell.Page) templ.Component {
		view := storyPlan()
		view.plan.Unmanned = []reviewapi.UnmannedStage{{Submission: "submission_1", Stage: "Legal", Roles: []string{accountsapi.RoleLegalReviewer}, Since: storyDay}}
		return stagesPage(p.L, view)
	}))
	b.Add("review", "stages", "error", story("stages.title", asMember, func(p *shell.Page) templ.Component {
		view := storyPlan()
		view.form.faults = ui.Faults{{Field: "stages-0-count", Text: p.L.T("field.count")}, {Field: "stages-1-name", Text: p.L.T("field.twice")}, {Field: "stages-1-roles", Text: p.L.T("field.required")}, {Field: "zone", Text: p.L.T("field.zone")}}
		return stagesPage(p.L, view)
	}))
	b.Add("review", "desk", "stages", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		due := storyDay.AddDate(0, 0, 2)
		open := []reviewapi.Stage{{Name: "People", State: reviewapi.StagePassed}, {Name: "Legal and finance", State: reviewapi.StageOpen, Due: &due}}
		return deskPage(p.L, deskView{mine: []accountsapi.Organisation{{ID: "org_1", Name: "Acme Chairs"}}, list: reviewapi.DeskWaiting, page: reviewapi.DeskPage{Items: []reviewapi.DeskRow{
			{ID: "submission_3", Author: "Ines Okafor", State: reviewapi.StateInStage, Asked: storyDay, Due: &due, Stages: open, Turn: true},
			{ID: "submission_2", Author: storybook.LongName, State: reviewapi.StateInStage, Asked: storyDay, Due: &due, Stages: open, NoReviewer: true},
		}}})
	}))
	b.Add("review", "desk", "read-turn", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateInStage)
		r.Stages, r.May = storyStages(), []string{accountsapi.RoleLegalReviewer}
		form := decideForm{zone: "Europe/Paris"}
		form.in.Name = "Leo Brandt"
		at := atDesk(p.L)
		at.roles = roleOptions(p.L, mine(r))
		return readPage(p.L, r, form, at)
	}))
	b.Add("review", "desk", "read-not-yours", story("desk.title", asMember, func(p *shell.Page) templ.Component {
		r := storyReview(reviewapi.StateInStage)
		r.Stages, r.May = storyStages(), []string{accountsapi.RoleHRReviewer}
		r.Stages[1].Yours = nil
		return readPage(p.L, r, decideForm{zone: "Europe/Paris"}, atDesk(p.L))
	}))
	b.Add("review", "submission", "stages", story("review.show.title", storybook.AsCreator, func(p *shell.Page) templ.Component {
		s := storySubmission(reviewapi.StateInStage)
		due := storyDay.AddDate(0, 0, 2)
		s.Readers, s.Stages = nil, []reviewapi.Stage{{Name: "People", State: reviewapi.StagePassed}, {Name: "Legal", State: reviewapi.StageOpen, Due: &due, NoReviewer: true}, {Name: "Board", State: reviewapi.StageWaiting}}
		return submissionPage(p.L, s)
	}))
}
