package review

import (
	"net/url"
	"strconv"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// askForm is whom to ask, as typed.
type askForm struct {
	action   string
	document string
	version  int64
	in       reviewapi.Ask
	faults   ui.Faults
}

func (h *pages) list(v *shell.Visit) error {
	page, err := h.desk.Submissions(v.Context(), v.Query("document"), v.Query("cursor"))
	if err != nil {
		return err
	}
	more := ""
	if page.Next != "" {
		more = "/submissions?cursor=" + url.QueryEscape(page.Next)
	}
	v.Page.Title = v.L.T("review.list.title")
	return v.Show(submissionList(v.L, page.Items, more))
}

func (h *pages) begin(v *shell.Visit) error {
	if v.Query("document") == "" {
		page, err := h.documents.Documents(v.Context(), "", v.Query("cursor"))
		if err != nil {
			return err
		}
		more := ""
		if page.Next != "" {
			more = "/submissions/new?cursor=" + url.QueryEscape(page.Next)
		}
		v.Page.Title = v.L.T("review.choose.title")
		return v.Show(choosePage(v.L, page.Items, more))
	}
	v.Page.Title = v.L.T("review.ask.title")
	return v.Show(askPage(v.L, askForm{action: "/submissions/new", document: v.Query("document"), in: reviewapi.Ask{Locale: string(v.L.Tag)}}))
}

func readAsk(v *shell.Visit) reviewapi.Ask {
	return reviewapi.Ask{Employer: typed(v, "employer"), Mailbox: typed(v, "mailbox"), Policy: typed(v, "policy"), Locale: typed(v, "locale")}
}

func (h *pages) postBegin(v *shell.Visit) error {
	form := askForm{action: "/submissions/new", document: typed(v, "document"), in: readAsk(v)}
	sub, err := h.desk.Begin(v.Context(), "", reviewapi.NewSubmission{DocumentID: form.document, Ask: form.in})
	return h.kept(v, form, sub, err)
}

// kept goes on to the preview, or shows the form with what is wrong.
func (h *pages) kept(v *shell.Visit, form askForm, sub reviewapi.Submission, err error) error {
	if err == nil {
		return v.See(pathOf(sub.ID) + "/preview")
	}
	if p := problem.From(err); p.Kind != problem.Invalid {
		return err
	}
	form.faults = ui.FaultsOf(v.L, err)
	v.Page.Title = v.L.T("review.ask.title")
	return v.ShowStatus(problem.From(err).Status(), askPage(v.L, form))
}

func pathOf(submissionID string) string { return "/submissions/" + url.PathEscape(submissionID) }

func (h *pages) show(v *shell.Visit) error {
	sub, err := h.desk.Submission(v.Context(), v.Param("submission"))
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("review.show.title", "Employer", sub.Employer)
	return v.Show(submissionPage(v.L, sub))
}

func (h *pages) edit(v *shell.Visit) error {
	sub, err := h.desk.Submission(v.Context(), v.Param("submission"))
	if err != nil {
		return err
	}
	if sub.State != reviewapi.StateDraft {
		return v.See(pathOf(sub.ID))
	}
	v.Page.Title = v.L.T("review.ask.title")
	return v.Show(askPage(v.L, askForm{
		action: pathOf(sub.ID) + "/edit", document: sub.DocumentID, version: sub.Version,
		in: reviewapi.Ask{Employer: sub.Employer, Mailbox: sub.Mailbox, Policy: sub.Policy.Text, Locale: sub.Locale},
	}))
}

func version(v *shell.Visit) int64 {
	n, err := strconv.ParseInt(v.Form("version"), 10, 64)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

func (h *pages) postEdit(v *shell.Visit) error {
	id := v.Param("submission")
	form := askForm{action: pathOf(id) + "/edit", document: typed(v, "document"), version: version(v), in: readAsk(v)}
	sub, err := h.desk.Change(v.Context(), id, form.version, form.in)
	return h.kept(v, form, sub, err)
}

func (h *pages) preview(v *shell.Visit) error {
	sub, err := h.desk.Submission(v.Context(), v.Param("submission"))
	if err != nil {
		return err
	}
	s, err := h.desk.Preview(v.Context(), sub.ID)
	if err != nil {
		return err
	}
	var hints *reviewapi.Hints
	var standing reviewapi.Offers
	if sub.State == reviewapi.StateDraft {
		found, err := h.desk.Hints(v.Context(), sub.ID, string(v.L.Tag))
		if err != nil {
			return err
		}
		hints = &found
		if standing, err = h.desk.Offers(v.Context(), sub.ID); err != nil {
			return err
		}
	}
	v.Page.Title = v.L.T("review.preview.title", "Employer", sub.Employer)
	return v.Show(previewPage(v.L, sub, s, hints, standing.Items))
}

func (h *pages) send(v *shell.Visit) error {
	id := v.Param("submission")
	sub, err := h.desk.Send(v.Context(), id, version(v), reviewapi.SendSubmission{
		Repeated: v.Form("repeated") == "yes" || v.Form("repeated-standing") == "yes", Standing: chosen(v),
	})
	if p := problem.From(err); p != nil && p.Code == reviewapi.ErrSubmissionWhistleblowing.Code {
		v.Flash("review.guard.repeat")
		return v.See(pathOf(id) + "/preview")
	}
	if p := problem.From(err); p != nil && (p.Kind == problem.Conflict || p.Kind == problem.Stale || p.Kind == problem.RateLimited) {
		v.Flash("problem." + p.Code + ".text")
		if p.Code == reviewapi.ErrDocumentChanged.Code {
			return v.See(pathOf(id) + "/edit")
		}
		return v.See(pathOf(id))
	}
	if err != nil {
		return err
	}
	if sub.State == reviewapi.StateApproved {
		v.Flash("standing.opened")
		return v.See(pathOf(id))
	}
	v.Flash("review.sent", "Mailbox", sub.Mailbox)
	return v.See(pathOf(id))
}

func (h *pages) withdraw(v *shell.Visit) error {
	id := v.Param("submission")
	_, err := h.desk.Withdraw(v.Context(), id, version(v))
	if p := problem.From(err); p != nil && (p.Kind == problem.Conflict || p.Kind == problem.Stale) {
		v.Flash("problem." + p.Code + ".text")
		return v.See(pathOf(id))
	}
	if err != nil {
		return err
	}
	v.Flash("review.withdrawn")
	return v.See(pathOf(id))
}
