package account

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// mailForm is an address as typed, and where its link continues.
type mailForm struct {
	email, next string
	faults      ui.Faults
}

func (h *pages) signUp(v *shell.Visit) error {
	if v.Caller.For != "" {
		return v.See("/mandates") // there they become themselves again
	}
	if !v.Caller.Anonymous() {
		return v.See(firstSteps)
	}
	v.Page.Title, v.Page.Description = v.L.T("account.sign_up.title"), v.L.T("account.sign_up.lede")
	return v.Show(signUp(v.L, mailForm{email: v.Query("email"), next: next(v.Query("next"))}))
}

func (h *pages) postSignUp(v *shell.Visit) error {
	form := mailForm{email: strings.TrimSpace(v.Form("email")), next: next(v.Form("next"))}
	continueAt := form.next
	if continueAt == "" {
		continueAt = firstSteps
	}
	_, err := h.accounts.SignUp(v.Context(), accountsapi.SignUp{Email: form.email, Locale: string(v.L.Tag), Next: continueAt})
	if err == nil {
		keepMail(v, form.email)
		return v.See("/check-mail")
	}
	if form.faults = inField(ui.FaultsOf(v.L, err), "email"); !shown(err) {
		return err
	}
	v.Page.Title = v.L.T("account.sign_up.title")
	return v.ShowStatus(problem.From(err).Status(), signUp(v.L, form))
}

func (h *pages) signIn(v *shell.Visit) error {
	form := mailForm{email: v.Query("email"), next: next(v.Query("next"))}
	if !v.Caller.Anonymous() {
		return v.See(shell.Local(form.next))
	}
	v.Page.Title = v.L.T("account.sign_in.title")
	return v.Show(signIn(v.L, form))
}

// postSignIn checks the password if there is one, else sends a link.
func (h *pages) postSignIn(v *shell.Visit) error {
	form := mailForm{email: strings.TrimSpace(v.Form("email")), next: next(v.Form("next"))}
	var err error
	if password := v.Form("password"); password != "" {
		var in accountsapi.SignedIn
		in, err = h.accounts.SignIn(v.Context(), accountsapi.SignIn{Email: form.email, Password: password, Device: device(v.Request().UserAgent())})
		if err == nil {
			in.Next = form.next
			return h.enter(v, in)
		}
	} else {
		_, err = h.accounts.RequestLink(v.Context(), accountsapi.SignUp{Email: form.email, Locale: string(v.L.Tag), Next: form.next})
		if err == nil {
			keepMail(v, form.email)
			return v.See("/check-mail")
		}
	}
	if !shown(err) {
		return err
	}
	form.faults = inField(ui.FaultsOf(v.L, err), "email")
	v.Page.Title = v.L.T("account.sign_in.title")
	return v.ShowStatus(problem.From(err).Status(), signIn(v.L, form))
}

// codeForm is a code typed from the mail.
type codeForm struct {
	email, code string
	faults      ui.Faults
}

func (h *pages) checkMail(v *shell.Visit) error {
	v.Page.Title, v.Page.Plain = v.L.T("account.check_mail.title"), true
	return v.Show(checkMail(v.L, codeForm{email: mailOf(v)}))
}

func (h *pages) postCode(v *shell.Visit) error {
	form := codeForm{email: strings.TrimSpace(v.Form("email")), code: strings.TrimSpace(v.Form("code"))}
	in, err := h.accounts.SignIn(v.Context(), accountsapi.SignIn{Email: form.email, Code: form.code, Device: device(v.Request().UserAgent())})
	if err == nil {
		return h.enter(v, in)
	}
	if !shown(err) {
		return err
	}
	form.faults = inField(ui.FaultsOf(v.L, err), "code")
	v.Page.Title, v.Page.Plain = v.L.T("account.check_mail.title"), true
	return v.ShowStatus(problem.From(err).Status(), checkMail(v.L, form))
}

// enter keeps the session and leads to where the person was going.
func (h *pages) enter(v *shell.Visit, in accountsapi.SignedIn) error {
	keepSession(v, in.Token, in.Expires)
	v.SetCookie(&http.Cookie{Name: mailCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	v.SetCookie(&http.Cookie{Name: pressCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	if in.Person.Locale != "" && !in.New {
		v.KeepLanguage(in.Person.Locale)
	}
	to := next(in.Next)
	if to == "" || to == firstSteps && in.Person.Handle != "" {
		to = home(in.Person)
	}
	return v.See(to)
}

// home is where a person's day begins.
func home(p accountsapi.Person) string {
	switch {
	case p.Selling:
		return creatorHome
	case p.Operator && p.Handle == "":
		return operatorHome
	default:
		return buyerHome
	}
}

func (h *pages) signOut(v *shell.Visit) error {
	if !v.Caller.Anonymous() {
		if err := h.accounts.SignOut(v.Context()); err != nil && !errors.Is(err, problem.ErrNotFound) {
			return err
		}
	}
	dropSession(v)
	v.Flash("account.signed_out")
	return v.See("/")
}

// next keeps a path to continue at, "" for none and for anything that leads elsewhere.
func next(path string) string {
	if path == "" || shell.Local(path) != path {
		return ""
	}
	if u, err := url.Parse(path); err != nil || u.Path == "/sign-in" || u.Path == "/sign-up" {
		return ""
	}
	return path
}

// shown says whether an error belongs into the form: the person can put it right there.
func shown(err error) bool {
	switch problem.From(err).Kind {
	case problem.Invalid, problem.Unauthenticated, problem.Conflict, problem.RateLimited, problem.Forbidden, problem.Gone:
		return true
	default:
		return false
	}
}

// inField puts faults of the form as a whole into one field, where the form has only that one.
func inField(faults ui.Faults, field string) ui.Faults {
	for i := range faults {
		if faults[i].Field == "" {
			faults[i].Field = field
		}
	}
	return faults
}
