package account

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/workfluence/workfluence/web/shell"
)

// The cookies of these pages. The gateway reads the first two.
const (
	sessionCookie = "wf_session"
	forCookie     = "wf_for"   // the person represented
	mailCookie    = "wf_mail"  // the address that a link was sent to, for the page that says so
	pressCookie   = "wf_press" // proof that this browser has opened the page of a link
)

// mailSeconds is as long as a link lives.
const mailSeconds = 30 * 60

// keepSession signs the browser in until a time.
func keepSession(v *shell.Visit, token string, until time.Time) {
	v.SetCookie(&http.Cookie{Name: sessionCookie, Value: token, Path: "/", Expires: until, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// dropSession signs the browser out, and whoever it acted for with it.
func dropSession(v *shell.Visit) {
	for _, name := range []string{sessionCookie, forCookie} {
		v.SetCookie(&http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
}

// keepMail remembers where a link went. The address stays in this browser.
func keepMail(v *shell.Visit, email string) {
	value := base64.RawURLEncoding.EncodeToString([]byte(email))
	v.SetCookie(&http.Cookie{Name: mailCookie, Value: value, Path: "/", MaxAge: mailSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func mailOf(v *shell.Visit) string {
	c, err := v.Request().Cookie(mailCookie)
	if err != nil {
		return ""
	}
	email, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(email) > 320 {
		return ""
	}
	return string(email)
}

// openPress marks this browser as one that has opened the page of a link, and returns what its form must send.
func openPress(v *shell.Visit) string {
	proof := rand.Text()
	v.SetCookie(&http.Cookie{Name: pressCookie, Value: proof, Path: "/", MaxAge: mailSeconds, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return proof
}

// pressed says whether the form comes from a browser that has opened the page.
func pressed(v *shell.Visit) bool {
	c, err := v.Request().Cookie(pressCookie)
	return err == nil && c.Value != "" && c.Value == v.Form("proof")
}

// device names a browser coarsely, for the list of places where someone is signed in.
func device(userAgent string) string {
	return first(userAgent, "a browser", "Edg", "Edge", "OPR", "Opera", "Firefox", "Firefox", "Chrome", "Chrome", "Safari", "Safari") + " · " +
		first(userAgent, "?", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
}

// first returns the name of the first sign that stands in s; signs and names alternate.
func first(s, otherwise string, signs ...string) string {
	for i := 0; i+1 < len(signs); i += 2 {
		if strings.Contains(s, signs[i]) {
			return signs[i+1]
		}
	}
	return otherwise
}
