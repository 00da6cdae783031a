package review

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// staging is review as far as the page of stages needs it, and accounts.
type staging struct {
	Staging
	plan   reviewapi.StagePlan
	set    reviewapi.SetStages
	named  reviewapi.NewDeputy
	refuse error
}

func (s *staging) organisation() accountsapi.Organisation {
	return accountsapi.Organisation{ID: "org_1", Kind: accountsapi.KindEmployer, Name: "Acme", Mine: []string{accountsapi.RoleOwner, accountsapi.RoleHRReviewer}}
}

func (s *staging) Stages(context.Context, string) (reviewapi.StagePlan, error) { return s.plan, nil }

func (s *staging) Deputies(context.Context, string) (reviewapi.Deputies, error) {
	return reviewapi.Deputies{Colleagues: []reviewapi.Colleague{{Person: "person_2", Member: "member_2", Name: "Dora", Roles: []string{accountsapi.RoleFinance}}}}, nil
}

func (s *staging) SetStages(_ context.Context, _ string, _ int64, in reviewapi.SetStages) (reviewapi.StagePlan, error) {
	s.set = in
	return s.plan, s.refuse
}

func (s *staging) NameDeputy(_ context.Context, _ string, in reviewapi.NewDeputy) (reviewapi.Deputy, error) {
	s.named = in
	return reviewapi.Deputy{}, s.refuse
}

// member is accounts for one member.
type member struct{ o accountsapi.Organisation }

func (m member) Me(context.Context) (accountsapi.Person, error) { return accountsapi.Person{}, nil }

func (m member) Organisations(context.Context) (accountsapi.Organisations, error) {
	return accountsapi.Organisations{Data: []accountsapi.Organisation{m.o}}, nil
}

// The form of stages says what was typed: a stage without a name is none, a condition that a program set stays, and a refusal comes back at its field.
func TestTheFormOfStages(t *testing.T) {
	t.Parallel()
	kept := &reviewapi.StageWhen{Kinds: []string{"MNPI"}}
	f := &staging{plan: reviewapi.StagePlan{Version: 2, MayEdit: true, SetStages: reviewapi.SetStages{Zone: "UTC", Stages: []reviewapi.PlanStage{
		{Name: "HR", Roles: []string{"hr_reviewer"}, Need: "one", Days: 2, When: kept},
	}}}}
	h := shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(nil, f, nil, member{o: f.organisation()}, "https://workfluence.example"))
	post := func(form url.Values) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodPost, "/organisations/org_1/stages", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req = req.WithContext(identity.With(req.Context(), identity.Caller{Person: "person_1", Verified: true, Locale: "en"}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w
	}
	typed := url.Values{
		"do": {"set"}, "version": {"2"}, "zone": {"Europe/Paris"}, "closed": {"2026-12-25\n2027-01-01\n"},
		"stages-0-name": {"People"}, "stages-0-roles": {"hr_reviewer", "legal_reviewer"}, "stages-0-need": {"some"}, "stages-0-count": {"2"}, "stages-0-days": {"3"}, "stages-0-when": {"kept"},
		"stages-1-name": {""}, "stages-1-need": {"one"}, "stages-1-days": {"2"},
		"stages-2-name": {"Law"}, "stages-2-roles": {"legal_reviewer"}, "stages-2-need": {"one"}, "stages-2-count": {"7"}, "stages-2-days": {"1"}, "stages-2-when": {"protected"}, "stages-2-beside": {"yes"},
	}
	if w := post(typed); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	st := f.set.Stages
	if len(st) != 2 || st[0].Count != 2 || st[0].When == nil || st[0].When.Kinds[0] != "MNPI" || !st[1].Beside || st[1].Count != 0 || st[1].When.Kinds[0] != "PROTECTED" ||
		!slices.Equal(f.set.Closed, []string{"2026-12-25", "2027-01-01"}) || f.set.Zone != "Europe/Paris" {
		t.Fatalf("%+v", f.set)
	}
	if w := post(url.Values{"do": {"name"}, "delegate": {"person_2"}, "from": {"2026-12-01"}, "until": {"2026-12-02"}}); w.Code != http.StatusSeeOther || f.named.Until.Sub(f.named.From).Hours() != 48 {
		t.Fatalf("%d %+v: the last day counts whole", w.Code, f.named)
	}
	if w := post(url.Values{"do": {"name"}, "delegate": {"person_2"}, "from": {"soon"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose a day") {
		t.Fatalf("%d", w.Code)
	}
	f.refuse = reviewapi.ErrDeputyUnfit.WithField("/delegate", "member", "must be another member")
	if w := post(url.Values{"do": {"name"}, "delegate": {"person_2"}, "from": {"2026-12-01"}, "until": {"2026-12-02"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose another member") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}
