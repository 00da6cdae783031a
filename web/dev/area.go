package dev

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Demo is what these pages ask of the demo's own part.
type Demo interface {
	Clock(ctx context.Context) (devapi.Clock, error)
	Advance(ctx context.Context, m devapi.Move) (devapi.Clock, error)
	Mails(ctx context.Context, to string) (devapi.Mails, error)
	Mail(ctx context.Context, id string) (devapi.Mail, error)
	Demo(ctx context.Context) (devapi.Demo, error)
}

// People opens a session without any proof.
type People interface {
	SignInAs(ctx context.Context, email string) (accountsapi.SignedIn, error)
}

// What the gateway reads: who somebody is, and whom they act for.
const (
	sessionCookie = "wf_session"
	forCookie     = "wf_for"
)

// The places of the demo.
const (
	indexPath  = "/dev"
	signInPath = "/dev/sign-in-as"
)

type pages struct {
	demo   Demo
	people People
}

// Area registers the pages.
func Area(demo Demo, people People) shell.Area {
	h := &pages{demo: demo, people: people}
	return shell.Area{Name: "dev", Register: func(s *shell.Shell) {
		dev := rest.Any(rest.Dev)
		s.Page("GET "+indexPath, shell.Route{Summary: "What the demo has besides the marketplace.", Access: dev}, h.index)
		s.Page("GET /dev/mail", shell.Route{Summary: "The mails that were caught.", Access: dev}, h.mails)
		s.Page("GET /dev/mail/:id", shell.Route{Summary: "One mail that was caught.", Access: dev}, h.mail)
		s.Page("GET /dev/mail/:id/html", shell.Route{Summary: "One mail as its HTML shows it.", Access: dev}, h.mailHTML)
		s.Page("GET /dev/clock", shell.Route{Summary: "The demo's time.", Access: dev}, h.clock)
		s.Page("POST /dev/clock", shell.Route{Summary: "Move the demo's time.", Access: dev}, h.move)
		s.Page("GET "+signInPath, shell.Route{Summary: "Sign in as anybody.", Access: dev}, h.askWho)
		s.Page("POST "+signInPath, shell.Route{Summary: "Open a session without any proof.", Access: dev}, h.signInAs)
	}}
}

func (h *pages) mails(v *shell.Visit) error {
	to := strings.TrimSpace(v.Query("to"))
	list, err := h.demo.Mails(v.Context(), to)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("dev.mail.title")
	return v.Show(mails(v.L, list.Data, to))
}

func (h *pages) mail(v *shell.Visit) error {
	m, err := h.demo.Mail(v.Context(), v.Param("id"))
	if err != nil {
		return err
	}
	v.Page.Title, v.Page.Width = m.Subject, "read"
	return v.Show(mail(v.L, m))
}

// mailPolicy lets a mail show its own style and nothing else: no script, no form, no picture from elsewhere.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"

func (h *pages) mailHTML(v *shell.Visit) error {
	m, err := h.demo.Mail(v.Context(), v.Param("id"))
	if err != nil {
		return err
	}
	if m.HTML == "" {
		return problem.ErrNotFound
	}
	head := v.Writer().Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", mailPolicy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	v.Writer().WriteHeader(http.StatusOK)
	_, err = v.Writer().Write([]byte(m.HTML))
	return err
}

// piece is a part of a mail's text: words, or an address that leads somewhere.
type piece struct{ text, href string }

var addresses = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,)]`)

func pieces(text string) []piece {
	var out []piece
	at := 0
	for _, m := range addresses.FindAllStringIndex(text, -1) {
		out = append(out, piece{text: text[at:m[0]]}, piece{text: text[m[0]:m[1]], href: text[m[0]:m[1]]})
		at = m[1]
	}
	return append(out, piece{text: text[at:]})
}

func (h *pages) clock(v *shell.Visit) error {
	now, err := h.demo.Clock(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("dev.clock.title", "Time", v.L.DateTime(now.Now))
	return v.Show(clock(v.L, now))
}

// moves are the buttons; "next" walks to the next deadline.
var moves = map[string]devapi.Move{
	"next": {}, "day": {Hours: 24}, "week": {Hours: 7 * 24}, "month": {Hours: 30 * 24},
}

func (h *pages) move(v *shell.Visit) error {
	m, known := moves[v.Form("by")]
	if !known {
		return problem.ErrInvalid
	}
	now, err := h.demo.Advance(v.Context(), m)
	switch {
	case errors.Is(err, devapi.ErrNotQuiet):
		v.Flash("dev.clock.not_quiet")
	case err != nil:
		return err
	default:
		v.Flash("dev.clock.moved", "Time", v.L.DateTime(now.Now))
	}
	return v.See("/dev/clock")
}

func (h *pages) index(v *shell.Visit) error {
	demo, err := h.demo.Demo(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("dev.index.title")
	return v.Show(index(v.L, demo))
}

func (h *pages) askWho(v *shell.Visit) error {
	return h.showWho(v, http.StatusOK, whoView{email: v.Query("email")})
}

// whoView is "who are you today?": the people of the demo world, or any address.
type whoView struct {
	people []devapi.DemoPerson
	email  string // as typed
	faults ui.Faults
}

func (h *pages) showWho(v *shell.Visit, status int, view whoView) error {
	demo, err := h.demo.Demo(v.Context())
	if err != nil {
		return err
	}
	view.people = demo.People
	v.Page.Title, v.Page.Width = v.L.T("dev.as.title"), "read"
	return v.ShowStatus(status, askWho(v.L, view))
}

func (h *pages) signInAs(v *shell.Visit) error {
	email := strings.TrimSpace(v.Form("email"))
	in, err := h.people.SignInAs(v.Context(), email)
	if err != nil {
		p := problem.From(err)
		if p.Kind != problem.NotFound && p.Kind != problem.Invalid {
			return err
		}
		return h.showWho(v, http.StatusUnprocessableEntity, whoView{email: email, faults: ui.Faults{{Field: "email", Text: v.L.T("dev.as.unknown")}}})
	}
	v.SetCookie(&http.Cookie{Name: sessionCookie, Value: in.Token, Path: "/", Expires: in.Expires, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	// Whom the last one acted for is nothing to the next.
	v.SetCookie(&http.Cookie{Name: forCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	switch {
	case in.Person.Operator:
		return v.See("/operator/events")
	case in.Person.Selling:
		return v.See("/today")
	}
	return v.See("/library")
}

func mailPath(id string) string { return "/dev/mail/" + url.PathEscape(id) }

// differs says that the demo's time has been moved away from the clock on the wall.
func differs(c devapi.Clock) bool { return c.Now.Sub(c.Wall).Abs() > time.Minute }
