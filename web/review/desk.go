package review

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Organisations is what the desk asks of accounts.
type Organisations interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	Organisations(ctx context.Context) (accountsapi.Organisations, error)
}

// place is where a submission is decided: by a link, or at the desk of an organisation.
type place struct {
	decide, revoke string      // addresses
	roles          []ui.Option // what a member may sign as; a link's reviewer types it
	list           string      // "" by a link
	organisation   string      // of the desk
}

var byLink = place{decide: "/review", revoke: "/review/revoke"}

// reviewing are the roles that decide about posts.
var reviewing = []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal}

func mayReview(o accountsapi.Organisation) bool {
	return slices.ContainsFunc(o.Mine, func(r string) bool { return slices.Contains(reviewing, r) })
}

// desks are the organisations that somebody reviews for, the chosen one first.
func (h *pages) desks(v *shell.Visit, chosen string) ([]accountsapi.Organisation, error) {
	all, err := h.organisations.Organisations(v.Context())
	if err != nil {
		return nil, err
	}
	var out []accountsapi.Organisation
	for _, o := range all.Data {
		switch {
		case o.ID == chosen: // a deputy has no role of their own: review says whether they may read
			out = slices.Insert(out, 0, o)
		case !mayReview(o):
		default:
			out = append(out, o)
		}
	}
	return out, nil
}

// deskView answers "what waits for us?".
type deskView struct {
	mine []accountsapi.Organisation // the first one is shown
	list string
	page reviewapi.DeskPage
}

func (d deskView) at(list, cursor string) string {
	q := url.Values{"organisation": {d.mine[0].ID}, "list": {list}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return "/desk?" + q.Encode()
}

func (h *pages) deskList(v *shell.Visit) error {
	chosen := v.Query("organisation")
	mine, err := h.desks(v, chosen)
	if err != nil {
		return err
	}
	if chosen != "" && (len(mine) == 0 || mine[0].ID != chosen) {
		return problem.ErrNotFound
	}
	v.Page.Title = v.L.T("desk.title")
	view := deskView{mine: mine, list: reviewapi.DeskWaiting}
	if list := v.Query("list"); list == reviewapi.DeskPast || list == reviewapi.DeskSample {
		view.list = list
	}
	if len(mine) > 0 {
		if view.page, err = h.desk.DeskList(v.Context(), mine[0].ID, view.list, v.Query("cursor")); err != nil {
			return err
		}
	}
	return v.Show(deskPage(v.L, view))
}

// at is where a member decides about one submission.
func (h *pages) at(v *shell.Visit) (place, error) {
	organisation, submission := v.Param("organisation"), v.Param("submission")
	desks, err := h.desks(v, organisation)
	if err != nil {
		return place{}, err
	}
	if len(desks) == 0 || desks[0].ID != organisation {
		return place{}, problem.ErrNotFound
	}
	here := "/desk/" + url.PathEscape(organisation) + "/" + url.PathEscape(submission)
	return place{decide: here, revoke: here + "/revoke", organisation: organisation, list: "/desk?organisation=" + url.QueryEscape(organisation)}, nil
}

// deciding are somebody's roles that answer posts everywhere, with stages and without.
func deciding(o accountsapi.Organisation) []string {
	var out []string
	for _, r := range []string{accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer} {
		if slices.Contains(o.Mine, r) {
			out = append(out, r)
		}
	}
	return out
}

func roleOptions(l locale.L, roles []string) []ui.Option {
	return options(l, "organisation.role.", roles...)
}

func (h *pages) deskRead(v *shell.Visit) error {
	at, r, err := h.opened(v)
	if err != nil {
		return err
	}
	me, err := h.organisations.Me(v.Context())
	if err != nil {
		return err
	}
	form := decideForm{zone: r.Zone}
	form.in.Name = me.Name
	return h.showAtDesk(v, http.StatusOK, at, r, form)
}

func (h *pages) opened(v *shell.Visit) (place, reviewapi.Review, error) {
	at, err := h.at(v)
	if err != nil {
		return at, reviewapi.Review{}, err
	}
	r, err := h.desk.AtDesk(v.Context(), v.Param("organisation"), v.Param("submission"))
	if at.roles = roleOptions(v.L, mine(r)); r.State != reviewapi.StateInStage {
		at.roles = roleOptions(v.L, r.May)
	}
	return at, r, err
}

func (h *pages) showAtDesk(v *shell.Visit, status int, at place, r reviewapi.Review, form decideForm) error {
	v.Page.NoIndex = true
	if r.State != reviewapi.StateInStage {
		v.Page.Title = v.L.T("desk.title")
		return v.ShowStatus(status, thanksPage(v.L, r, at))
	}
	v.Page.Title = v.L.T("review.read.title", "Author", authorOf(v.L, r.Author))
	return v.ShowStatus(status, readPage(v.L, r, form, at))
}

func (h *pages) deskDecide(v *shell.Visit) error {
	at, r, err := h.opened(v)
	if err != nil {
		return err
	}
	form := typedDecision(v, r)
	if len(form.faults) > 0 {
		return h.showAtDesk(v, http.StatusUnprocessableEntity, at, r, form)
	}
	_, err = h.desk.DecideAtDesk(v.Context(), v.Param("organisation"), v.Param("submission"), "", version(v), form.in)
	return h.answered(v, err, at.decide, func(status int, faults ui.Faults) error {
		form.faults = faults
		return h.showAtDesk(v, status, at, r, form)
	})
}

// answered goes back to where somebody decided, or shows the form again with what is wrong.
func (h *pages) answered(v *shell.Visit, err error, to string, again func(status int, faults ui.Faults) error) error {
	p := problem.From(err)
	switch {
	case p == nil:
		return v.See(to)
	case p.Kind == problem.Invalid:
		return again(p.Status(), ui.FaultsOf(v.L, err))
	case p.Kind == problem.Conflict || p.Kind == problem.Stale:
		v.Flash("problem." + p.Code + ".text")
		return v.See(to)
	}
	return err
}

func (h *pages) deskRevoke(v *shell.Visit) error {
	return h.showDeskRevoke(v, http.StatusOK, reviewapi.RevokeDecision{}, nil)
}

func (h *pages) showDeskRevoke(v *shell.Visit, status int, in reviewapi.RevokeDecision, faults ui.Faults) error {
	at, r, err := h.opened(v)
	if err != nil {
		return err
	}
	if !revocable(r) {
		return v.See(at.decide)
	}
	v.Page.NoIndex, v.Page.Title = true, v.L.T("review.revoke.title")
	return v.ShowStatus(status, revokePage(v.L, r, in, faults, at))
}

func (h *pages) postDeskRevoke(v *shell.Visit) error {
	at, err := h.at(v)
	if err != nil {
		return err
	}
	in := typedRevocation(v)
	_, err = h.desk.RevokeAtDesk(v.Context(), v.Param("organisation"), v.Param("submission"), version(v), in)
	return h.answered(v, err, at.decide, func(status int, faults ui.Faults) error { return h.showDeskRevoke(v, status, in, faults) })
}

// thanksWords say what became of a submission. A desk keeps states that a link never shows.
func thanksWords(l locale.L, r reviewapi.Review) string {
	if id := "review.thanks." + r.State; l.Has(id) {
		return l.T(id, "Author", authorOf(l, r.Author))
	}
	return l.T("review.state." + r.State)
}
