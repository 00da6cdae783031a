package shell

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/ui"
)

// problem answers with a problem as a page, or as a notice for htmx: what happened, why, and a next step.
// Someone who isn't signed in and wants to see a page is led to the sign-in and back.
func (s *Shell) problem(c *gin.Context, p *problem.Error) {
	v := s.visit(c, Route{})
	handed := strings.HasPrefix(c.Request.URL.Path, handedPath)
	if handed {
		v.Page.path = &url.URL{Path: "/"} // our own path is not the visitor's
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", fmt.Sprint(p.RetryAfter))
	}
	reading := !handed && (c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead)
	if !handed && p.Kind == problem.Unauthenticated && c.FullPath() != "" && v.Caller.Anonymous() {
		next := "/sign-in"
		if reading {
			next += "?next=" + query(v.Page.Here())
		}
		_ = v.See(next) // writes a header only
		return
	}
	t := Tell(v.Page, p, reading)
	v.Page.Title, v.Page.NoIndex = t.Title, true
	body := Trouble(t)
	if v.htmx() {
		body = troubleNotice(t)
		if err := v.write(p.Status(), body); err == nil {
			return
		}
	} else if err := v.write(p.Status(), Layout(v.Page, body)); err == nil {
		return
	}
	http.Error(c.Writer, p.Detail, p.Status()) // the page of a problem failed: at least its sentence arrives
}

// handedPath is where the gateway hands over a problem of its own, a refused sign-in limit for instance, to be
// told in the visitor's words. The address in the browser stays the one that was asked for.
const handedPath = "/problem/"

// handedProblem is the problem document that the gateway sends along. Nobody outside can send it: the gateway
// drops the header from what comes in.
const handedProblem = "Workfluence-Problem"

func handed(v *Visit) error {
	body := v.Request().Header.Get(handedProblem)
	if body == "" {
		return problem.ErrNotFound
	}
	return problem.Parse(http.StatusInternalServerError, []byte(body))
}

// Told is a problem in a person's words.
type Told struct {
	Title, Text, Reference string
	Actions                []ui.Action
}

// Tell words a problem: by its code where there are words for it (problem.<code>.title and .text), else by its
// kind. again says whether asking for the same address again is a next step.
func Tell(p Page, e *problem.Error, again bool) Told {
	l, kind := p.L, kinds[e.Kind]
	if kind.word == "" {
		kind = kinds[problem.Internal]
	}
	word := func(part string, data ...any) string {
		if id := "problem." + e.Code + "." + part; l.Has(id) {
			return l.T(id, data...)
		}
		return l.T("problem."+kind.word+"."+part, data...)
	}
	t := Told{Title: word("title"), Text: word("text")}
	switch {
	case e.Kind == problem.RateLimited && e.RetryAfter > 0:
		t.Text += " " + l.N("problem.wait_minutes", (e.RetryAfter+59)/60)
	case e.Kind == problem.Forbidden && p.Person != nil:
		t.Text += " " + l.T("problem.signed_in_as", "Name", p.Person.Name)
	case e.Status() >= 500 && len(e.Trace) >= 8:
		t.Reference = l.T("problem.reference", "Code", e.Trace[:8])
	}
	if e.Kind == problem.Forbidden && p.Person != nil && p.Person.ActingFor != "" {
		t.Actions = append(t.Actions, ui.Action{Label: l.T("shell.acting_stop"), Href: "/mandates"})
	}
	if kind.again && again {
		t.Actions = append(t.Actions, ui.Action{Label: l.T("problem.again"), Href: p.Here()})
	}
	home := ui.Action{Label: l.T("problem.home"), Href: "/"}
	if p.Person != nil && p.roleHome(p.Role) != "/" {
		home = ui.Action{Label: l.T("problem.my_page"), Href: p.roleHome(p.Role)}
	}
	t.Actions = append(t.Actions, home)
	if e.Status() >= 500 || e.Kind == problem.NotFound || e.Kind == problem.Gone {
		t.Actions = append(t.Actions, ui.Action{Label: l.T("problem.report"), Href: "/report"})
	}
	return t
}

// kinds says how a kind is worded and whether trying again helps.
var kinds = map[problem.Kind]struct {
	word  string
	again bool
}{
	problem.Malformed:       {"malformed", false},
	problem.Unauthenticated: {"unauthenticated", false},
	problem.Forbidden:       {"forbidden", false},
	problem.NotFound:        {"not_found", false},
	problem.Conflict:        {"conflict", true},
	problem.Gone:            {"gone", false},
	problem.Stale:           {"stale_version", true},
	problem.TooLarge:        {"too_large", false},
	problem.Unsupported:     {"unsupported_media_type", false},
	problem.Invalid:         {"invalid", false},
	problem.RateLimited:     {"rate_limited", true},
	problem.Internal:        {"internal", true},
	problem.Upstream:        {"upstream", true},
	problem.Unavailable:     {"unavailable", true},
}
