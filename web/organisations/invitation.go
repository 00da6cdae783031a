package organisations

import (
	"net/http"
	"net/url"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// invitationView is the page of an invitation.
type invitationView struct {
	info         accountsapi.InvitationInfo
	token, proof string
	signedIn     bool
	next         string // this page, for who signs in first
}

// invitation shows what an invitation is for. It consumes nothing: mail scanners come here too.
func (h *pages) invitation(v *shell.Visit) error { return h.showInvitation(v, http.StatusOK) }

func (h *pages) showInvitation(v *shell.Visit, status int) error {
	token := v.Param("token")
	info, err := h.accounts.PeekInvitation(v.Context(), token)
	if err != nil {
		return err
	}
	v.Page.Plain, v.Page.NoIndex = true, true
	if info.State != accountsapi.InvitationOpen {
		v.Page.Title = v.L.T("organisation.closed_title")
		return v.ShowStatus(accountsapi.ErrInvitationClosed.Status(), closedPage(v.L))
	}
	v.Page.Title = v.L.T("organisation.accept_title", "Organisation", info.Organisation)
	return v.ShowStatus(status, invitationPage(v.L, invitationView{
		info: info, token: token, proof: openPress(v), signedIn: !v.Caller.Anonymous() && v.Caller.For == "", next: "?next=" + url.QueryEscape(accountsapi.InvitationPath+token),
	}))
}

// accept makes who is signed in a member, for a browser that has opened the page; anyone else gets that page.
func (h *pages) accept(v *shell.Visit) error {
	if !pressed(v) || v.Caller.Anonymous() || v.Caller.For != "" {
		return h.invitation(v)
	}
	o, err := h.accounts.AcceptInvitation(v.Context(), accountsapi.AcceptInvitation{Token: v.Param("token")})
	if p := problem.From(err); p != nil && (p.Kind == problem.Gone || p.Kind == problem.Conflict) {
		v.Page.Plain, v.Page.NoIndex, v.Page.Title = true, true, v.L.T("organisation.closed_title")
		return v.ShowStatus(p.Status(), closedPage(v.L))
	}
	if err != nil {
		return err
	}
	return joined(v, o)
}
