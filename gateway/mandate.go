package gateway

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// overPath is the page that says whose mandate ended, takes the cookie away and goes on.
const overPath = "/acting/ended"

// ownPaths are where a person says whom they act for, or that they leave: nobody else's hat is needed there.
var ownPaths = []string{"/acting", overPath, "/sign-out"}

// represented is the person acted for, and whether the request asks for them by name. A cookie is a wish of
// earlier: it may outlive the mandate.
func represented(r *http.Request) (person string, byName bool) {
	if h := r.Header.Get(ForHeader); h != "" {
		return h, true
	}
	if c, err := r.Cookie(ForCookie); err == nil {
		return c.Value, false
	}
	return "", false
}

// who finds the caller of a request with a session token. Without a mandate any more, a request by name is told so.
// A browser goes back to its own hat, but never unawares: a page leads to where that is said first, and what would
// change something is not done under a name that the person didn't have in mind.
func (e *edge) who(c *gin.Context, token, chosen string) (identity.Caller, error) {
	r := c.Request
	person, byName := represented(r)
	found, err := e.sessions.who(r.Context(), token, person, chosen)
	if byName || !errors.Is(err, accountsapi.ErrMandateMissing) {
		return found, err
	}
	own, ownErr := e.sessions.who(r.Context(), token, "", chosen)
	if ownErr != nil || slices.Contains(ownPaths, r.URL.Path) {
		return own, ownErr
	}
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	part, _ := route(prefixes(false), r.URL.Path)
	switch {
	case part == Web && !reading:
		e.lead(c, overPath+"?undone=1")
	case part == Web && (wantsPage(r) || r.Header.Get("HX-Request") != ""):
		e.lead(c, overPath)
	case !reading:
		http.SetCookie(c.Writer, &http.Cookie{Name: ForCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: e.secure})
		return own, err
	}
	return own, nil
}

// lead ends the request with the way to another page.
func (e *edge) lead(c *gin.Context, path string) {
	c.Header("Location", path)
	c.Header("Cache-Control", "no-store")
	c.AbortWithStatus(http.StatusSeeOther)
}
