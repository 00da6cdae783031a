package account

import (
	"net/http"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// scopes are what a mandate may allow, from little to much.
var scopes = []string{accountsapi.ScopeSee, accountsapi.ScopeArrange, accountsapi.ScopeComment, accountsapi.ScopePay, accountsapi.ScopeApprove}

// offered are those that the form offers. Paying is not among them while no route takes a payment under a mandate: a
// right that opens nothing would be a promise we don't keep.
var offered = []string{accountsapi.ScopeSee, accountsapi.ScopeArrange, accountsapi.ScopeComment, accountsapi.ScopeApprove}

func (h *pages) mandates(v *shell.Visit) error {
	list, err := h.accounts.Mandates(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("mandate.title")
	return v.Show(mandates(v.L, list, v.Caller.For))
}

// mandateForm is an invitation as typed.
type mandateForm struct {
	email, approveName string
	scopes             []string
	solo               bool // works for nobody: no word is about an employer
	faults             ui.Faults
}

// allowText says what a scope means.
func allowText(l locale.L, scope string, solo bool) string {
	if solo && scope == accountsapi.ScopeSee {
		return l.T("mandate.allow_text_solo")
	}
	return l.T("mandate.allow_text." + scope)
}

// neverText says what no scope ever means.
func neverText(l locale.L, solo bool) string {
	if solo {
		return l.T("mandate.never_solo")
	}
	return l.T("mandate.never")
}

func (h *pages) newMandate(v *shell.Visit) error {
	v.Page.Title = v.L.T("mandate.new_title")
	return v.Show(newMandate(v.L, mandateForm{scopes: []string{accountsapi.ScopeSee}, solo: v.Page.Solo()}))
}

func (h *pages) postMandate(v *shell.Visit) error {
	form := mandateForm{
		email: strings.TrimSpace(v.Form("email")), scopes: v.Forms("scopes"), approveName: strings.TrimSpace(v.Form("approve_name")),
		solo: v.Page.Solo(),
	}
	in := accountsapi.InviteMandate{Email: form.email, Scopes: form.scopes}
	if len(form.scopes) == 0 {
		form.faults.Add("scopes", v.L.T("mandate.choose_scope"))
	}
	if slices.Contains(form.scopes, accountsapi.ScopePay) { // a form that was open before
		form.faults.Add("scopes", v.L.T("mandate.pay_not_yet"))
	}
	if slices.Contains(form.scopes, accountsapi.ScopeApprove) {
		in.ApproveName = form.approveName
	}
	status := problem.ErrInvalid.Status()
	if form.faults == nil {
		_, err := h.accounts.InviteMandate(v.Context(), in)
		if err == nil {
			v.Flash("mandate.invited", "Email", form.email)
			return v.See("/mandates")
		}
		if !shown(err) {
			return err
		}
		form.faults, status = inField(ui.FaultsOf(v.L, err), mandateField(problem.From(err).Code)), problem.From(err).Status()
	}
	v.Page.Title = v.L.T("mandate.new_title")
	return v.ShowStatus(status, newMandate(v.L, form))
}

// mandateField is the field that a refused invitation is about.
func mandateField(code string) string {
	switch code {
	case accountsapi.ErrMandateApproveName.Code:
		return "approve_name"
	default:
		return "email"
	}
}

func (h *pages) answerMandate(v *shell.Visit) error {
	id := v.Param("id")
	var err error
	var said string
	switch v.Form("do") {
	case "accept":
		_, err = h.accounts.AcceptMandate(v.Context(), id)
		said = "mandate.accepted"
	case "decline":
		_, err = h.accounts.DeclineMandate(v.Context(), id)
		said = "mandate.declined"
	case "end":
		_, err = h.accounts.EndMandate(v.Context(), id)
		said = "mandate.ended"
	default:
		return problem.ErrMalformed
	}
	if err != nil {
		return err
	}
	v.Flash(said)
	return v.See("/mandates")
}

// act changes whom the visitor acts for, and leads to where that person's day begins: the represented person's, or
// for who stops acting the page that they came from, else their own. The gateway checks the mandate on each request;
// this keeps the wish.
func (h *pages) act(v *shell.Visit) error {
	if v.Caller.Anonymous() {
		return v.See("/mandates")
	}
	represented := v.Form("for")
	cookie := &http.Cookie{Name: forCookie, Value: represented, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if represented == "" {
		cookie.MaxAge = -1
		me, err := h.accounts.Me(v.Context())
		if err != nil {
			return err
		}
		v.SetCookie(cookie)
		if next := v.Form("next"); next != "" {
			return v.See(shell.Local(next))
		}
		return v.See(home(me))
	}
	list, err := h.accounts.Mandates(v.Context())
	if err != nil {
		return err
	}
	v.SetCookie(cookie)
	return v.See(landing(list, represented))
}

// landing is where an assistant's work for a person begins, by what they may do there.
func landing(list accountsapi.Mandates, represented string) string {
	for _, m := range list.Held {
		if m.Represented != represented || m.State != accountsapi.MandateActive {
			continue
		}
		see, arrange := slices.Contains(m.Scopes, accountsapi.ScopeSee), slices.Contains(m.Scopes, accountsapi.ScopeArrange)
		switch {
		case m.RepresentedSelling && (see || arrange):
			return creatorHome
		case see:
			return buyerHome
		case arrange || slices.Contains(m.Scopes, accountsapi.ScopeComment) || slices.Contains(m.Scopes, accountsapi.ScopeApprove):
			return writerHome
		}
	}
	return "/mandates" // nothing to do there, or nothing given: the gateway says which
}

// overPath is where the gateway leads a browser that still wishes to act under a mandate that ended.
const overPath = "/acting/ended"

// over takes the wish away, says whose mandate it was and goes on where the person's own day begins. "undone" says
// that the gateway did not pass a press on.
func (h *pages) over(v *shell.Visit) error {
	wish, err := v.Request().Cookie(forCookie)
	if err != nil || v.Caller.Anonymous() || v.Caller.For != "" { // nothing ended: the address was typed
		return v.See("/")
	}
	v.SetCookie(&http.Cookie{Name: forCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	said := "mandate.over"
	if v.Query("undone") != "" {
		said = "mandate.over_undone"
	}
	list, err := h.accounts.Mandates(v.Context())
	if err != nil {
		return err
	}
	if name := representedBy(list, wish.Value); name != "" {
		v.Flash(said, "Name", name)
	} else {
		v.Flash(said + "_nameless")
	}
	me, err := h.accounts.Me(v.Context())
	if err != nil {
		return err
	}
	return v.See(home(me))
}

// representedBy names the person whom mandates were held for, "" if none says it.
func representedBy(list accountsapi.Mandates, person string) string {
	for _, m := range list.Held {
		if m.Represented == person && m.RepresentedName != "" {
			return m.RepresentedName
		}
	}
	return ""
}

// scopeWords lists what a mandate allows, as a sentence part.
func scopeWords(l locale.L, m accountsapi.Mandate) string {
	var out []string
	for _, s := range scopes {
		switch {
		case !slices.Contains(m.Scopes, s):
		case s == accountsapi.ScopePay: // said apart, see paysNothing
		default:
			out = append(out, l.T("mandate.scope."+s))
		}
	}
	return l.List(out...)
}

// paysNothing says of a mandate made with the right to pay that there is nothing yet which it could be used for.
func paysNothing(l locale.L, m accountsapi.Mandate) string {
	switch {
	case !slices.Contains(m.Scopes, accountsapi.ScopePay):
		return ""
	case m.PayLimit == nil:
		return l.T("mandate.pay_nothing")
	}
	return l.T("mandate.pay_nothing_up_to", "Amount", l.Money(*m.PayLimit))
}

// live says whether a mandate may still be ended or answered.
func live(m accountsapi.Mandate) bool {
	return m.State == accountsapi.MandateInvited || m.State == accountsapi.MandateActive
}

var mandateTones = map[string]string{
	accountsapi.MandateInvited: "wait", accountsapi.MandateActive: "ok", accountsapi.MandateDeclined: "stop",
	accountsapi.MandateWithdrawn: "", accountsapi.MandateEnded: "", accountsapi.MandateExpired: "",
}

// called is how the other side of a mandate is named: by name, else by address.
func called(name, email string) string {
	if name != "" {
		return name
	}
	return email
}
