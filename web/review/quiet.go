package review

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Asked is what the pages of quiet periods and of an author's own receipts ask of review.
type Asked interface {
	QuietList(ctx context.Context, organisation string) (reviewapi.QuietList, error)
	SetQuiet(ctx context.Context, organisation, key string, in reviewapi.SetQuiet) (reviewapi.Quiet, error)
	EndQuiet(ctx context.Context, organisation, id string, version int64) (reviewapi.Quiet, error)
	ProveRequest(ctx context.Context, submission string) (reviewapi.AuthorReceipt, error)
	ReportAnswer(ctx context.Context, submission, key string, in reviewapi.ReportAnswer) (reviewapi.AuthorReceipt, error)
}

// askedPages registers them.
func (h *pages) askedPages(s *shell.Shell) {
	member := func(summary string) shell.Route { return shell.Route{Summary: summary, Access: rest.Any(rest.Person)} }
	mine := func(summary string) shell.Route {
		return shell.Route{Summary: summary, Access: rest.Any(rest.Person), Role: shell.Creator, Section: "submissions"}
	}
	s.Page("GET /desk/:organisation/quiet", member("Days in which nothing opens."), h.quiet)
	s.Page("POST /desk/:organisation/quiet", member("Set or end them."), h.postQuiet)
	s.Page("POST /submissions/:submission/request-receipt", mine("Make the receipt that I asked."), h.postProve)
	s.Page("GET /submissions/:submission/outside", mine("Keep what was answered elsewhere."), h.outside)
	s.Page("POST /submissions/:submission/outside", mine("It opens nothing."), h.postOutside)
}

// quietForm is a quiet period as it is typed.
type quietForm struct {
	in     reviewapi.SetQuiet
	faults ui.Faults
}

func (h *pages) quiet(v *shell.Visit) error {
	me, err := h.organisations.Me(v.Context())
	if err != nil {
		return err
	}
	form := quietForm{in: reviewapi.SetQuiet{Zone: me.Zone}}
	if form.in.Zone == "" {
		form.in.Zone = "UTC"
	}
	return h.showQuiet(v, http.StatusOK, form)
}

func (h *pages) showQuiet(v *shell.Visit, status int, form quietForm) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	all, err := h.desk.QuietList(v.Context(), o.ID)
	if err != nil {
		return err
	}
	v.Page.NoIndex, v.Page.Title = true, v.L.T("quiet.title")
	return v.ShowStatus(status, quietPage(v.L, o, all.Items, form))
}

func quietPath(o accountsapi.Organisation) string { return "/desk/" + o.ID + "/quiet" }

func (h *pages) postQuiet(v *shell.Visit) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	said, form := "quiet.set", quietForm{in: reviewapi.SetQuiet{From: typed(v, "from"), Until: typed(v, "until"), Zone: typed(v, "zone"), Why: typed(v, "why")}}
	if v.Form("do") == "end" {
		said = "quiet.ended_now"
		_, err = h.desk.EndQuiet(v.Context(), o.ID, v.Form("quiet"), version(v))
	} else {
		_, err = h.desk.SetQuiet(v.Context(), o.ID, "", form.in)
	}
	if err == nil {
		v.Flash(said)
	}
	return h.answered(v, err, quietPath(o), func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showQuiet(v, status, form)
	})
}

func (h *pages) postProve(v *shell.Visit) error {
	id := v.Param("submission")
	_, err := h.desk.ProveRequest(v.Context(), id)
	if p := problem.From(err); p != nil && p.Kind == problem.Conflict {
		v.Flash("problem." + p.Code + ".text")
		return v.See(pathOf(id))
	}
	if err != nil {
		return err
	}
	v.Flash("quiet.own.made")
	return v.See(pathOf(id))
}

// outsideForm is an answer given elsewhere, as it is typed.
type outsideForm struct {
	in     reviewapi.ReportAnswer
	said   string // a day
	faults ui.Faults
}

func (h *pages) outside(v *shell.Visit) error {
	return h.showOutside(v, http.StatusOK, outsideForm{in: reviewapi.ReportAnswer{Answer: "yes", How: "mail"}})
}

func (h *pages) showOutside(v *shell.Visit, status int, form outsideForm) error {
	sub, err := h.desk.Submission(v.Context(), v.Param("submission"))
	if err != nil {
		return err
	}
	if sub.State == reviewapi.StateDraft || sub.TakenBack != nil {
		return v.See(pathOf(sub.ID))
	}
	v.Page.Title = v.L.T("quiet.outside.title")
	return v.ShowStatus(status, outsidePage(v.L, sub, form))
}

func (h *pages) postOutside(v *shell.Visit) error {
	id := v.Param("submission")
	form := outsideForm{said: typed(v, "said"), in: reviewapi.ReportAnswer{
		Name: typed(v, "name"), Role: typed(v, "role"), Answer: typed(v, "answer"), How: typed(v, "how"), Note: typed(v, "note"), File: typed(v, "file"),
	}}
	var err error
	if form.in.Said, err = time.Parse(time.DateOnly, form.said); err != nil {
		form.faults.Add("said", v.L.T("quiet.outside.day"))
		return h.showOutside(v, problem.ErrInvalid.Status(), form)
	}
	_, err = h.desk.ReportAnswer(v.Context(), id, "", form.in)
	if err == nil {
		v.Flash("quiet.outside.kept")
	}
	return h.answered(v, err, pathOf(id), func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showOutside(v, status, form)
	})
}

// provable says that somebody was asked, and nobody has answered.
func provable(s reviewapi.Submission) bool {
	return s.TakenBack == nil && (s.State == reviewapi.StateInStage || s.State == reviewapi.StateNoDecision)
}

// ownWords name a receipt that speaks for the author alone.
func ownWords(l locale.L, r reviewapi.AuthorReceipt) string {
	switch {
	case r.Kind == reviewapi.ReceiptSelfReported && r.Said != nil:
		return l.T("quiet.own.reported_"+r.Answer, "Name", r.Name, "Role", r.Role, "Day", l.Date(*r.Said))
	case r.Unanswered:
		return l.T("quiet.own.unanswered", "Day", l.Date(r.At))
	}
	return l.T("quiet.own.asked", "Day", l.Date(r.At))
}

// words are options whose labels are messages below one prefix.
func words(l locale.L, prefix string, values ...string) []ui.Option {
	var out []ui.Option
	for _, value := range values {
		out = append(out, ui.Option{Value: value, Label: l.T(prefix + value)})
	}
	return out
}
