package review

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Staging is what the pages of stages ask of review.
type Staging interface {
	Stages(ctx context.Context, organisation string) (reviewapi.StagePlan, error)
	SetStages(ctx context.Context, organisation string, version int64, in reviewapi.SetStages) (reviewapi.StagePlan, error)
	Deputies(ctx context.Context, organisation string) (reviewapi.Deputies, error)
	NameDeputy(ctx context.Context, organisation string, in reviewapi.NewDeputy) (reviewapi.Deputy, error)
	EndDeputy(ctx context.Context, organisation, deputy string) error
	DeclareStake(ctx context.Context, organisation, submission string, in reviewapi.DeclareStake) error
	TakeBackAll(ctx context.Context, organisation string, in reviewapi.TakeBackAll) (reviewapi.TakenBackAll, error)
}

// mostStages is how many a plan has.
const mostStages = 6

// stageRoles are the roles that a stage can ask.
var stageRoles = []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal}

// whens are when a stage is asked, as the form offers it; "kept" is what was set otherwise.
var whens = map[string]*reviewapi.StageWhen{
	"always": nil, "protected": {Kinds: []string{"PROTECTED"}}, "finance": {Routes: []string{"finance"}}, "legal": {Routes: []string{"legal"}}, "high": {Severity: "high"},
}

func whenWord(w *reviewapi.StageWhen) string {
	for _, word := range []string{"protected", "finance", "legal", "high"} {
		if p := whens[word]; w != nil && slices.Equal(p.Kinds, w.Kinds) && slices.Equal(p.Routes, w.Routes) && p.Severity == w.Severity {
			return word
		}
	}
	if w == nil {
		return "always"
	}
	return "kept"
}

func whenOptions(l locale.L, w *reviewapi.StageWhen) []ui.Option {
	words := []string{"always", "protected", "finance", "legal", "high"}
	if whenWord(w) == "kept" {
		words = append(words, "kept")
	}
	return options(l, "stages.when.", words...)
}

func options(l locale.L, prefix string, values ...string) []ui.Option {
	var out []ui.Option
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: l.T(prefix + v)})
	}
	return out
}

func roleWords(l locale.L, roles []string) string {
	var out []string
	for _, r := range roles {
		out = append(out, l.T("organisation.role."+r))
	}
	return l.List(out...)
}

// needWords say how many have to agree in a stage.
func needWords(l locale.L, need string, count int, roles []string) string {
	return l.T("stages.needs.need_"+need, "Roles", roleWords(l, roles), "Count", strconv.Itoa(count))
}

func stageTone(s reviewapi.Stage) string {
	switch {
	case s.NoReviewer:
		return "stop"
	case s.State == reviewapi.StagePassed:
		return "ok"
	case s.State == reviewapi.StageOpen:
		return "wait"
	}
	return ""
}

func stageWord(l locale.L, s reviewapi.Stage) string {
	if s.NoReviewer {
		return l.T("stages.state.no_reviewer")
	}
	return l.T("stages.state." + s.State)
}

// openStages names the stages of a row that are open.
func openStages(l locale.L, all []reviewapi.Stage) string {
	var names []string
	for _, s := range all {
		if s.State == reviewapi.StageOpen {
			names = append(names, s.Name)
		}
	}
	return l.List(names...)
}

// voice is who spoke in a stage, and for whom.
func voice(l locale.L, v reviewapi.StageVoice) string {
	id := "stages.voice"
	if v.For != "" {
		id = "stages.voice_for"
	}
	return l.T(id, "Name", v.Name, "Role", l.T("organisation.role."+v.Role), "Said", l.T("review.said."+v.Kind), "For", v.For, "When", l.DateTime(v.At))
}

// mine are the roles in which a member may speak now: of their turn, or to refuse what another refused.
func mine(r reviewapi.Review) []string {
	if len(r.Stages) == 0 {
		return r.May
	}
	var out []string
	for _, s := range r.Stages {
		for _, role := range s.Yours {
			if !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	if r.Objection == reviewapi.ObjectionOther && len(out) == 0 && slices.Contains(r.May, accountsapi.RoleLegalReviewer) {
		return []string{accountsapi.RoleLegalReviewer}
	}
	return out
}

// stagesForm is what was typed on the page of stages.
type stagesForm struct {
	in          reviewapi.SetStages
	closed      string // a day in a line
	delegate    string
	from, until string // 2006-01-02
	member      string
	reason      string
	name        string
	faults      ui.Faults
}

// stagesView is how posts pass at an organisation, who stands in for whom, and where it waits.
type stagesView struct {
	organisation accountsapi.Organisation
	me           string
	plan         reviewapi.StagePlan
	deputies     reviewapi.Deputies
	form         stagesForm
}

func (s stagesView) is(roles ...string) bool {
	return slices.ContainsFunc(s.organisation.Mine, func(r string) bool { return slices.Contains(roles, r) })
}

// slots are the stages of the form, and an empty one.
func (s stagesView) slots() []reviewapi.PlanStage {
	out := slices.Clone(s.form.in.Stages)
	if len(out) < mostStages {
		out = append(out, reviewapi.PlanStage{Need: reviewapi.NeedOne, Days: 2})
	}
	return out
}

func (s stagesView) others() []ui.Option {
	var out []ui.Option
	for _, c := range s.deputies.Colleagues {
		if c.Person != s.me {
			out = append(out, ui.Option{Value: c.Person, Label: c.Name})
		}
	}
	return out
}

func (s stagesView) members() []ui.Option {
	var out []ui.Option
	for _, c := range s.deputies.Colleagues {
		if len(c.Roles) > 0 && c.Person != s.me {
			out = append(out, ui.Option{Value: c.Member, Label: c.Name})
		}
	}
	return out
}

func stagesPath(organisation string) string {
	return "/organisations/" + url.PathEscape(organisation) + "/stages"
}

func (h *pages) stages(v *shell.Visit) error { return h.showStages(v, http.StatusOK, nil) }

// showStages shows the page; form is nil for what is set.
func (h *pages) showStages(v *shell.Visit, status int, form *stagesForm) error {
	id := v.Param("organisation")
	all, err := h.organisations.Organisations(v.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all.Data, func(o accountsapi.Organisation) bool { return o.ID == id })
	if i < 0 || all.Data[i].Kind != "" && all.Data[i].Kind != accountsapi.KindEmployer {
		return problem.ErrNotFound
	}
	view := stagesView{organisation: all.Data[i], me: v.Caller.Person}
	if view.plan, err = h.staging.Stages(v.Context(), id); err != nil {
		return err
	}
	if view.deputies, err = h.staging.Deputies(v.Context(), id); err != nil {
		return err
	}
	if form == nil {
		form = &stagesForm{in: view.plan.SetStages, closed: strings.Join(view.plan.Closed, "\n")}
		if form.in.Zone == "" {
			form.in.Zone = v.L.Zone().String()
		}
	}
	view.form = *form
	v.Page.Title = v.L.T("stages.title")
	return v.ShowStatus(status, stagesPage(v.L, view))
}

// typedStages is a plan as typed. A stage without a name is left out.
func typedStages(v *shell.Visit, before reviewapi.StagePlan) stagesForm {
	form := stagesForm{closed: v.Form("closed"), in: reviewapi.SetStages{Zone: typed(v, "zone"), Closed: strings.Fields(v.Form("closed")), Stages: []reviewapi.PlanStage{}}}
	for i := range mostStages {
		at := "stages-" + strconv.Itoa(i) + "-"
		st := reviewapi.PlanStage{Name: typed(v, at+"name"), Roles: v.Forms(at + "roles"), Need: v.Form(at + "need"), Beside: v.Form(at+"beside") == "yes"}
		if st.Name == "" {
			continue
		}
		st.Days, _ = strconv.Atoi(typed(v, at+"days"))
		if st.Need == reviewapi.NeedSome {
			st.Count, _ = strconv.Atoi(typed(v, at+"count"))
		}
		if word := v.Form(at + "when"); word != "kept" {
			st.When = whens[word]
		} else if i < len(before.Stages) {
			st.When = before.Stages[i].When
		}
		form.in.Stages = append(form.in.Stages, st)
	}
	return form
}

func (h *pages) postStages(v *shell.Visit) error {
	id := v.Param("organisation")
	plan, err := h.staging.Stages(v.Context(), id)
	if err != nil {
		return err
	}
	form := stagesForm{in: plan.SetStages, closed: strings.Join(plan.Closed, "\n")}
	said := "stages.set"
	switch v.Form("do") {
	case "set":
		form = typedStages(v, plan)
		_, err = h.staging.SetStages(v.Context(), id, version(v), form.in)
	case "name":
		said = "stages.deputy_named"
		form.delegate, form.from, form.until = v.Form("delegate"), typed(v, "from"), typed(v, "until")
		from, fault := time.ParseInLocation(time.DateOnly, form.from, v.L.Zone())
		until, fault2 := time.ParseInLocation(time.DateOnly, form.until, v.L.Zone())
		if fault != nil || fault2 != nil {
			form.faults.Add("from", v.L.T("field.date"))
			return h.showStages(v, http.StatusUnprocessableEntity, &form)
		}
		// The last day counts whole.
		_, err = h.staging.NameDeputy(v.Context(), id, reviewapi.NewDeputy{Delegate: form.delegate, From: from, Until: until.AddDate(0, 0, 1)})
	case "end":
		said = "stages.deputy_ended"
		err = h.staging.EndDeputy(v.Context(), id, v.Form("deputy"))
	case "take_back":
		said = "stages.taken_back"
		form.member, form.reason, form.name = v.Form("member"), typed(v, "reason"), typed(v, "name")
		_, err = h.staging.TakeBackAll(v.Context(), id, reviewapi.TakeBackAll{Member: form.member, Reason: form.reason, Name: form.name})
	default:
		return problem.ErrMalformed
	}
	if err == nil {
		v.Flash(said)
		return v.See(stagesPath(id))
	}
	return h.answered(v, err, stagesPath(id), func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showStages(v, status, &form)
	})
}

func (h *pages) stake(v *shell.Visit) error {
	organisation, submission := v.Param("organisation"), v.Param("submission")
	err := h.staging.DeclareStake(v.Context(), organisation, submission, reviewapi.DeclareStake{Kind: v.Form("kind")})
	if err == nil {
		v.Flash("stages.recused")
		return v.See("/desk?organisation=" + url.QueryEscape(organisation))
	}
	return h.answered(v, err, "/desk/"+url.PathEscape(organisation)+"/"+url.PathEscape(submission), func(int, ui.Faults) error { return err })
}

// slotID names a field of the n-th stage, as its problems do.
func slotID(n int, field string) string { return "stages-" + strconv.Itoa(n) + "-" + field }

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
