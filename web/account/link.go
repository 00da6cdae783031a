package account

import (
	"errors"
	"net/url"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// link shows what a mailed link would do. It consumes nothing: mail scanners come here too.
func (h *pages) link(v *shell.Visit) error {
	token := v.Param("token")
	info, err := h.accounts.PeekLink(v.Context(), token)
	if err != nil {
		return err
	}
	v.Page.Plain, v.Page.NoIndex = true, true
	if dead := deadLink(info.State); dead != nil {
		return h.showDeadLink(v, dead, info)
	}
	v.Page.Title = v.L.T("account.link.title")
	return v.Show(link(v.L, info, token, openPress(v)))
}

// deadLink is the problem that a link which no longer opens amounts to, nil for one that does.
func deadLink(state string) *problem.Error {
	switch state {
	case "used":
		return accountsapi.ErrLinkUsed
	case "replaced":
		return accountsapi.ErrLinkReplaced
	case "expired":
		return accountsapi.ErrLinkExpired
	default:
		return nil
	}
}

func (h *pages) showDeadLink(v *shell.Visit, dead *problem.Error, info accountsapi.LinkInfo) error {
	v.Page.Title = v.L.T("problem." + dead.Code + ".title")
	again := "/sign-in?email=" + url.QueryEscape(info.Email)
	if n := next(info.Next); n != "" {
		again += "&next=" + url.QueryEscape(n)
	}
	return v.ShowStatus(dead.Status(), deadLinkPage(v.L, dead.Code, again))
}

// pressLink acts, once, for a browser that has opened the link's page. Anyone else gets that page.
func (h *pages) pressLink(v *shell.Visit) error {
	token := v.Param("token")
	if !pressed(v) {
		return h.link(v)
	}
	info, err := h.accounts.PeekLink(v.Context(), token)
	if err != nil {
		return err
	}
	if info.Purpose == accountsapi.PurposeChangeEmail {
		return h.confirmEmail(v, token)
	}
	in, err := h.accounts.RedeemLink(v.Context(), token, device(v.Request().UserAgent()))
	if err != nil {
		if p := problem.From(err); p.Kind == problem.Gone {
			v.Page.Plain = true
			return h.showDeadLink(v, p, info)
		}
		return err
	}
	return h.enter(v, in)
}

// confirmEmail makes the address that the link went to the person's own.
func (h *pages) confirmEmail(v *shell.Visit, token string) error {
	if v.Caller.Anonymous() {
		return v.See("/sign-in?next=" + url.QueryEscape(accountsapi.LinkPath+token))
	}
	p, err := h.accounts.ConfirmEmail(v.Context(), accountsapi.ConfirmEmail{LinkToken: token})
	if errors.Is(err, accountsapi.ErrEmailTaken) {
		v.Flash("problem.email_taken.text")
		return v.See("/settings/sign-in")
	}
	if err != nil {
		return err
	}
	v.Flash("account.email_changed", "Email", p.Email)
	return v.See("/settings/sign-in")
}
