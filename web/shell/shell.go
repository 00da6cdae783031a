package shell

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/web/static"
)

// Config is what the frame needs from the house.
type Config struct {
	Name     string // of the module, for the route table
	Log      *slog.Logger
	Clock    clock.Clock        // nil is the system's
	Verifier *identity.Verifier // nil leaves the caller to the context: tests and the storybook
	Dev      bool
	// PublicURL is the address of the site without a trailing slash. Its scheme decides whether cookies are Secure.
	PublicURL string
	// FilesURL is the origin that pictures, audio and video come from.
	FilesURL string
	// Forms are origins besides our own that a form may lead to: the hosted checkout and onboarding.
	Forms []string
	// Messages are the words of all areas.
	Messages *locale.Bundle
	// People looks up who is signed in, for the masthead. It may answer with an error: the page is shown
	// without a name then.
	People func(ctx context.Context, caller identity.Caller) (Person, error)
	// Acted is told after a person has changed something, so that what the masthead shows may be asked anew.
	Acted func(caller identity.Caller)
	// DevLinks are shown in the footer under Dev.
	DevLinks []DevLink
}

// Area is a part of the pages: one package below web.
type Area struct {
	Name     string
	Sections []Section
	Register func(*Shell)
}

// Shell is the handler of all pages.
type Shell struct {
	cfg      Config
	router   *rest.Router
	sections []Section
	opens    map[string]rest.Access // who may open the page at a path, for the strip of an assistant
	secure   bool
	headers  []header
	cache    *cache
}

// New builds the frame and registers the areas' pages.
func New(cfg Config, areas ...Area) *Shell {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System()
	}
	s := &Shell{cfg: cfg, secure: strings.HasPrefix(cfg.PublicURL, "https:"), headers: headers(cfg), cache: newCache(cfg.Clock)}
	s.router = rest.NewRouter(cfg.Name, cfg.Verifier, rest.WithLog(cfg.Log), rest.WithDev(cfg.Dev), rest.WithProblems(s.problem))
	for _, a := range areas {
		s.sections = append(s.sections, a.Sections...)
	}
	rest.Stream(s.router, rest.Route{
		Method: http.MethodGet, Path: static.Prefix + "*file", Summary: "A style sheet, script or picture.", Access: rest.Any(rest.Public),
	}, func(c *gin.Context) error { static.ServeHTTP(c.Writer, c.Request); return nil })
	s.Page("POST /theme", Route{Summary: "Choose light, dark or the device's theme.", Access: rest.Any(rest.Public)}, chooseTheme)
	s.Page("GET "+handedPath+":code", Route{Summary: "A problem of the gateway, in the visitor's words.", Access: rest.Any(rest.Public)}, handed)
	for _, a := range areas {
		a.Register(s)
	}
	s.opens = map[string]rest.Access{}
	for _, rt := range s.router.Routes() {
		if rt.Method == http.MethodGet {
			s.opens[rt.Path] = rt.Access
		}
	}
	return s
}

// sectionsOf lists the sections that the caller may open. An assistant is not led to pages that their mandate keeps shut.
func (s *Shell) sectionsOf(c identity.Caller) []Section {
	if c.For == "" {
		return s.sections
	}
	var out []Section
	for _, own := range s.sections {
		if s.opens[own.Path].Check(c) == nil {
			out = append(out, own)
		}
	}
	return out
}

// ServeHTTP serves every page.
func (s *Shell) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// Routes lists the pages, for docs/access.md.
func (s *Shell) Routes() []rest.RouteInfo { return s.router.Routes() }

// Sections lists the sections of all areas.
func (s *Shell) Sections() []Section { return s.sections }

// Config is what the shell was made with, for areas that need an address.
func (s *Shell) Config() Config { return s.cfg }

// Route is what the frame must know about a page before it is made.
type Route struct {
	Summary string      // what the page is for, one sentence
	Access  rest.Access // who may open it
	Role    Role        // whose strip it shows; "" keeps the one of the page before
	Section string      // id of the section that it belongs to
	MaxBody int64       // bytes of a form; 0 is 1 MiB
}

// maxForm bounds a form without files, in bytes.
const maxForm = 1 << 20

// Page registers a page or a form by "METHOD /path", the path in gin's form ("/orders/:order").
func (s *Shell) Page(pattern string, rt Route, h func(v *Visit) error) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		panic("shell: a page is registered as METHOD /path, not " + pattern)
	}
	if rt.MaxBody == 0 {
		rt.MaxBody = maxForm
	}
	rest.Stream(s.router, rest.Route{Method: method, Path: path, Summary: rt.Summary, Access: rt.Access, MaxBody: rt.MaxBody},
		func(c *gin.Context) error { return h(s.visit(c, rt)) })
}

// header is a header of every page, its name in the canonical form. All answers share the value: Header.Set and Add leave it as it is.
type header struct {
	name  string
	value []string
}

func headers(cfg Config) []header {
	return []header{
		{"Content-Type", []string{"text/html; charset=utf-8"}},
		{"Content-Security-Policy", []string{policy(cfg)}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
		{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=()"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	}
}

// policy is the Content-Security-Policy of every page: nothing inline, nothing from elsewhere, except what
// Config names.
func policy(cfg Config) string {
	files := cfg.FilesURL
	return strings.Join([]string{
		"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
		"script-src 'self'", "style-src 'self'", "connect-src 'self'", "manifest-src 'self'",
		strings.TrimSpace("img-src 'self' data: blob: " + files),
		strings.TrimSpace("media-src 'self' blob: " + files),
		strings.TrimSpace("form-action 'self' " + strings.Join(cfg.Forms, " ")),
	}, "; ")
}

func chooseTheme(v *Visit) error {
	choice := v.Form("theme")
	seconds := yearSeconds
	if choice != "light" && choice != "dark" {
		choice, seconds = "", -1
	}
	v.shell.setCookie(v.Writer(), themeCookie, choice, seconds)
	return v.See(Local(v.Form("next")))
}
