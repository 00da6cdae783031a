package shell

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
)

// The cookies that the pages themselves set. None of them says who a visitor is.
const (
	languageCookie = "wf_lang"
	themeCookie    = "wf_theme"
	roleCookie     = "wf_role"
	flashCookie    = "wf_flash"
)

const yearSeconds = 365 * 24 * 3600

// language chooses the visitor's: the address, then their cookie, then what the gateway found, then the browser.
func language(r *http.Request, caller identity.Caller) locale.Tag {
	return locale.Match(r.Header.Get("Accept-Language"), asked(r), cookie(r, languageCookie), caller.Locale)
}

// asked is the language that the address names, "" for none.
func asked(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return r.URL.Query().Get("lang")
}

// theme is the chosen one, or "" for the device's.
func theme(r *http.Request) string {
	if t := cookie(r, themeCookie); t == "light" || t == "dark" {
		return t
	}
	return ""
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie keeps a preference for seconds, or drops it for a negative number.
func (s *Shell) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure,
	})
}

// Local returns an address of this site for a redirect, or "/" for anything that leads elsewhere.
func Local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
