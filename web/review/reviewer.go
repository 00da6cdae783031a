package review

import (
	"net/http"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// linkView is the page of a link.
type linkView struct {
	info         reviewapi.LinkInfo
	token, proof string
	mailbox      string
	faults       ui.Faults
}

// link shows what a mailed link is for. It consumes nothing: mail scanners come here too.
func (h *pages) link(v *shell.Visit) error { return h.showLink(v, http.StatusOK, "", nil) }

func (h *pages) showLink(v *shell.Visit, status int, mailbox string, faults ui.Faults) error {
	token := v.Param("token")
	info, err := h.desk.PeekLink(v.Context(), token)
	if err != nil {
		return err
	}
	v.Page.Plain, v.Page.NoIndex = true, true
	if info.State == reviewapi.LinkEnded {
		v.Page.Title = v.L.T("review.ended.title")
		return v.ShowStatus(reviewapi.ErrReviewLinkEnded.Status(), endedPage(v.L))
	}
	v.Page.Title = v.L.T("review.link.title")
	return v.ShowStatus(status, linkPage(v.L, linkView{info: info, token: token, proof: openPress(v), mailbox: mailbox, faults: faults}))
}

// press opens a session, once, for a browser that has opened the link's page; anyone else gets that page.
func (h *pages) press(v *shell.Visit) error {
	if !pressed(v) {
		return h.link(v)
	}
	token := v.Param("token")
	if v.Form("do") == "ask" {
		return h.askLink(v, token)
	}
	in, err := h.desk.Enter(v.Context(), reviewapi.Enter{Token: token})
	if p := problem.From(err); p != nil && p.Kind == problem.Gone {
		return h.showLink(v, p.Status(), "", nil)
	}
	if err != nil {
		return err
	}
	setCookie(v, sessionCookie, in.Secret, "/review", in.Expires)
	return v.See("/review")
}

func (h *pages) askLink(v *shell.Visit, token string) error {
	mailbox := typed(v, "mailbox")
	err := h.desk.AskLink(v.Context(), reviewapi.AskLink{Token: token, Mailbox: mailbox})
	p := problem.From(err)
	switch {
	case p == nil:
		v.Flash("review.link.mailed", "Mailbox", mailbox)
		return v.See(reviewapi.LinkPath + token)
	case p.Kind == problem.Invalid || p.Kind == problem.RateLimited:
		return h.showLink(v, p.Status(), mailbox, onField(ui.FaultsOf(v.L, err), "mailbox"))
	}
	return err
}

// onField puts what is wrong with the whole onto a field.
func onField(faults ui.Faults, field string) ui.Faults {
	for i := range faults {
		if faults[i].Field == "" {
			faults[i].Field = field
		}
	}
	return faults
}

func (h *pages) code(v *shell.Visit) error {
	v.Page.Plain, v.Page.NoIndex, v.Page.Title = true, true, v.L.T("review.code.title")
	return v.Show(codePage(v.L, "", nil))
}

func (h *pages) postCode(v *shell.Visit) error {
	mailbox := typed(v, "mailbox")
	in, err := h.desk.Enter(v.Context(), reviewapi.Enter{Mailbox: mailbox, Code: typed(v, "code")})
	if p := problem.From(err); p != nil {
		if p.Kind != problem.Invalid && p.Kind != problem.Gone {
			return err
		}
		v.Page.Plain, v.Page.NoIndex, v.Page.Title = true, true, v.L.T("review.code.title")
		return v.ShowStatus(p.Status(), codePage(v.L, mailbox, onField(ui.FaultsOf(v.L, err), "code")))
	}
	setCookie(v, sessionCookie, in.Secret, "/review", in.Expires)
	return v.See("/review")
}

// decideForm is an answer as typed.
type decideForm struct {
	in          reviewapi.Decide
	from, until moment
	zone        string
	faults      ui.Faults
}

func (h *pages) read(v *shell.Visit) error {
	r, err := h.desk.Review(v.Context(), secret(v))
	if err != nil {
		return h.noSession(v, err)
	}
	return h.showReview(v, http.StatusOK, r, decideForm{zone: r.Zone})
}

// noSession says where to look when there is nothing to read.
func (h *pages) noSession(v *shell.Visit, err error) error {
	if problem.From(err).Kind != problem.NotFound {
		return err
	}
	v.Page.Plain, v.Page.NoIndex, v.Page.Title = true, true, v.L.T("review.gone.title")
	return v.ShowStatus(http.StatusNotFound, gonePage(v.L))
}

func (h *pages) showReview(v *shell.Visit, status int, r reviewapi.Review, form decideForm) error {
	v.Page.Plain, v.Page.NoIndex = true, true
	if r.State != reviewapi.StateInStage {
		v.Page.Title = v.L.T("review.thanks.title")
		return v.ShowStatus(status, thanksPage(v.L, r, byLink))
	}
	v.Page.Title = v.L.T("review.read.title", "Author", authorOf(v.L, r.Author))
	return v.ShowStatus(status, readPage(v.L, r, form, byLink))
}

func (h *pages) decide(v *shell.Visit) error {
	r, err := h.desk.Review(v.Context(), secret(v))
	if err != nil {
		return h.noSession(v, err)
	}
	form := typedDecision(v, r)
	if len(form.faults) > 0 {
		return h.showReview(v, http.StatusUnprocessableEntity, r, form)
	}
	_, err = h.desk.Decide(v.Context(), secret(v), "", version(v), form.in)
	return h.answered(v, err, "/review", func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showReview(v, status, r, form)
	})
}

// typedDecision is an answer as typed, with what is wrong with its moments.
func typedDecision(v *shell.Visit, r reviewapi.Review) decideForm {
	form := decideForm{
		in: reviewapi.Decide{
			Kind: v.Form("kind"), Reason: typed(v, "reason"),
			Signature: reviewapi.Signature{Name: typed(v, "name"), Role: typed(v, "role"), MayDecide: v.Form("may_decide") == "yes"},
		},
		zone: typed(v, "zone"),
	}
	form.in.PolicyDigest = v.Form("policy")
	if form.in.Kind == reviewapi.Suggest {
		form.in.Part, form.in.Replacement = "text", v.Form("replacement")
	}
	if form.in.Kind == reviewapi.Reject && r.Protected {
		form.in.Basis, form.in.Legal = typed(v, "basis"), v.Form("legal") == "yes"
	}
	if form.in.Kind == reviewapi.Approve {
		form.from, form.until = readMoment(v, "from", form.zone), readMoment(v, "until", form.zone)
		for name, m := range map[string]moment{"from": form.from, "until": form.until} {
			if word := m.fault(); word != "" {
				form.faults.Add(name, v.L.T("review.moment."+word))
			}
		}
		form.in.From, form.in.Until = form.from.instant(), form.until.instant()
	}
	return form
}

func (h *pages) revoke(v *shell.Visit) error {
	return h.showRevoke(v, http.StatusOK, reviewapi.RevokeDecision{}, nil)
}

func (h *pages) showRevoke(v *shell.Visit, status int, in reviewapi.RevokeDecision, faults ui.Faults) error {
	r, err := h.desk.Review(v.Context(), secret(v))
	if err != nil {
		return h.noSession(v, err)
	}
	if !revocable(r) {
		return v.See("/review")
	}
	v.Page.Plain, v.Page.NoIndex, v.Page.Title = true, true, v.L.T("review.revoke.title")
	return v.ShowStatus(status, revokePage(v.L, r, in, faults, byLink))
}

// revocable says that something was agreed to, and still is.
func revocable(r reviewapi.Review) bool {
	return r.State == reviewapi.StateApproved || r.State == reviewapi.StateNoObjection || r.State == reviewapi.StateChangesRequested && r.ValidUntil != nil
}

func typedRevocation(v *shell.Visit) reviewapi.RevokeDecision {
	return reviewapi.RevokeDecision{Reason: typed(v, "reason"), Signature: reviewapi.Signature{Name: typed(v, "name"), Role: typed(v, "role"), MayDecide: v.Form("may_decide") == "yes"}}
}

func (h *pages) postRevoke(v *shell.Visit) error {
	in := typedRevocation(v)
	_, err := h.desk.Revoke(v.Context(), secret(v), version(v), in)
	p := problem.From(err)
	switch {
	case p == nil:
		return v.See("/review")
	case p.Kind == problem.Invalid:
		return h.showRevoke(v, p.Status(), in, ui.FaultsOf(v.L, err))
	case p.Kind == problem.Conflict || p.Kind == problem.Stale:
		v.Flash("problem." + p.Code + ".text")
		return v.See("/review")
	case p.Kind == problem.NotFound:
		return h.noSession(v, err)
	}
	return err
}
