package shell_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

type world struct {
	t      *testing.T
	clock  *clock.Fake
	shell  *shell.Shell
	caller identity.Caller
	made   int // how often the public page was made
	fail   error

	meanwhile func() // happens while the public page is made
}

// text is the main part of a test page.
func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "<h1>"+s+"</h1>"); return err })
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))}
	area := shell.Area{Name: "test", Sections: []shell.Section{{Role: shell.Creator, ID: "today", Path: "/mine", Order: 1}}, Register: func(s *shell.Shell) {
		s.Page("GET /mine", shell.Route{Summary: "Mine.", Access: rest.Any(rest.Person), Role: shell.Creator, Section: "today"}, func(v *shell.Visit) error {
			v.Page.Title = "Mine"
			if v.Part("row") {
				return v.ShowPart(text("row"))
			}
			return v.Show(text("mine"))
		})
		s.Page("POST /mine", shell.Route{Summary: "Change mine.", Access: rest.Any(rest.Public)}, func(v *shell.Visit) error {
			v.Flash("problem.signed_in_as", "Name", "<b>Ines</b>")
			return v.See("/mine")
		})
		s.Page("GET /shop", shell.Route{Summary: "Public.", Access: rest.Any(rest.Public)}, func(v *shell.Visit) error {
			return v.ShowPublic(func(v *shell.Visit) (templ.Component, error) {
				w.made++
				v.About("creator_1")
				if w.meanwhile != nil {
					w.meanwhile()
				}
				v.Page.Title = "Shop"
				return text(strings.Repeat("shop ", 400)), w.fail
			})
		})
		s.Page("GET /broken", shell.Route{Summary: "Broken.", Access: rest.Any(rest.Public)}, func(v *shell.Visit) error {
			return v.Show(templ.ComponentFunc(func(context.Context, io.Writer) error { return errors.New("secret=1") }))
		})
	}}
	w.shell = shell.New(shell.Config{
		Name: "web", Messages: i18n.Messages(), Clock: w.clock, PublicURL: "https://workfluence.example", FilesURL: "https://files.example",
		Forms: []string{"https://checkout.example"},
		People: func(_ context.Context, c identity.Caller) (shell.Person, error) {
			return shell.Person{ID: c.Person, Name: "Ines", Roles: []shell.Role{shell.Creator, shell.Buyer}}, nil
		},
	}, area)
	return w
}

func (w *world) do(r *http.Request, headers ...string) *httptest.ResponseRecorder {
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.shell.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), w.caller)))
	return rec
}

func (w *world) get(path string, headers ...string) *httptest.ResponseRecorder {
	return w.do(httptest.NewRequest("GET", path, nil), headers...)
}

func (w *world) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r, headers...)
}

func (w *world) has(body string, wants ...string) {
	w.t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			w.t.Errorf("lacks %q in:\n%.1500s", want, body)
		}
	}
}

func TestSameHandlerAnswersPageFragmentAndPart(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.caller.Person = "person_1"
	whole := w.get("/mine")
	w.has(whole.Body.String(), "<!doctype html>", "<title>Mine · Workfluence</title>", "<h1>mine</h1>", "Ines")
	part := w.get("/mine", "HX-Request", "true")
	if body := part.Body.String(); strings.Contains(body, "<html") || !strings.Contains(body, "<title>Mine") {
		t.Errorf("the fragment is %q", body)
	}
	if body := w.get("/mine", "HX-Request", "true", "HX-Target", "row").Body.String(); body != "<h1>row</h1>" {
		t.Errorf("the part is %q", body)
	}
}

func TestAnAssistantIsLedToWhatTheirMandateOpens(t *testing.T) {
	t.Parallel()
	page := func(v *shell.Visit) error { v.Page.Title = v.Acting(); return v.Show(text("page")) }
	area := shell.Area{Name: "test", Sections: []shell.Section{
		{Role: shell.Creator, ID: "today", Path: "/today", Order: 1}, {Role: shell.Creator, ID: "payouts", Path: "/payouts", Order: 2},
		{Role: shell.Creator, ID: "documents", Path: "/documents", Order: 3}, {Role: shell.Buyer, ID: "library", Path: "/library", Order: 1},
	}, Register: func(s *shell.Shell) {
		for path, scopes := range map[string][]string{"/today": {"see", "arrange"}, "/payouts": {"see"}, "/documents": {"see", "arrange", "comment"}, "/library": {"see"}} {
			access := rest.Any(rest.Person)
			for _, scope := range scopes {
				access = append(access, rest.Mandate(scope))
			}
			role := shell.Creator
			if path == "/library" {
				role = shell.Buyer
			}
			s.Page("GET "+path, shell.Route{Summary: "A page.", Access: access, Role: role}, page)
		}
		s.Page("GET /anywhere", shell.Route{Summary: "A page.", Access: rest.Any(rest.Public)}, page)
	}}
	s := shell.New(shell.Config{Name: "web", Messages: i18n.Messages(), People: func(_ context.Context, c identity.Caller) (shell.Person, error) {
		return shell.Person{Name: "Alex", ActingFor: "Ines", Roles: []shell.Role{shell.Creator, shell.Buyer}}, nil
	}}, area)
	for scope, want := range map[string][]string{
		"see": {"/today", "/payouts", "/documents", "/library"}, "arrange": {"/today", "/documents"}, "comment": {"/documents"}, "pay": nil,
	} {
		r := httptest.NewRequest("GET", "/anywhere", nil)
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), identity.Caller{Person: "person_1", For: "person_2", Scopes: []string{scope}})))
		body := rec.Body.String()
		if !strings.Contains(body, "<title>Ines · Workfluence</title>") {
			t.Errorf("%s: the page doesn't know for whom the visitor acts", scope)
		}
		for _, path := range []string{"/today", "/payouts", "/documents"} { // the strip
			if led := strings.Contains(body, `href="`+path+`"`); led != slices.Contains(want, path) {
				t.Errorf("%s: led to %s: %t", scope, path, led)
			}
		}
		if led := strings.Contains(body, `href="/library"`); led != slices.Contains(want, "/library") { // the other hat
			t.Errorf("%s: led to the library: %t", scope, led)
		}
	}
}

func TestFlashIsShownOnceAndEscaped(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.caller.Person = "person_1"
	answer := w.post("/mine", nil)
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/mine" {
		t.Fatalf("%d %s", answer.Code, answer.Header().Get("Location"))
	}
	cookie := answer.Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the flash cookie is loose: %v", cookie)
	}
	shown := w.get("/mine", "Cookie", cookie.Name+"="+cookie.Value, "Accept-Language", "nl")
	w.has(shown.Body.String(), "Je bent ingelogd als &lt;b&gt;Ines&lt;/b&gt;.")
	w.has(strings.Join(shown.Header().Values("Set-Cookie"), "\n"), "wf_flash=;", "Max-Age=0")
	for _, forged := range []string{"x", "eyJpIjoiemFwIn0", "bnVsbA"} {
		if w.get("/mine", "Cookie", "wf_flash="+forged).Code != http.StatusOK {
			t.Errorf("a forged flash %q breaks the page", forged)
		}
	}
}

func TestHtmxIsLedByHeader(t *testing.T) {
	t.Parallel()
	answer := setup(t).post("/mine", nil, "HX-Request", "true")
	if answer.Code != http.StatusNoContent || answer.Header().Get("HX-Redirect") != "/mine" {
		t.Errorf("%d %v", answer.Code, answer.Header())
	}
}

func TestStrangerIsLedToTheSignInAndBack(t *testing.T) {
	t.Parallel()
	answer := setup(t).get("/mine?tab=2")
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/sign-in?next=%2Fmine%3Ftab%3D2" {
		t.Errorf("%d %s", answer.Code, answer.Header().Get("Location"))
	}
}

func TestProblemsAreNeverADeadEnd(t *testing.T) {
	t.Parallel()
	w := setup(t)
	missing := w.get("/nowhere", "Accept-Language", "fr")
	if missing.Code != http.StatusNotFound {
		t.Errorf("status %d", missing.Code)
	}
	w.has(missing.Body.String(), "Il n’y a pas de page ici", `class="btn pen"`, "<!doctype html>")
	broken := w.get("/broken")
	if broken.Code != http.StatusInternalServerError || strings.Contains(broken.Body.String(), "secret") {
		t.Errorf("%d %s", broken.Code, broken.Body)
	}
	w.fail = problem.ErrRateLimited.WithRetryAfter(90)
	limited := w.get("/shop")
	if limited.Code != http.StatusTooManyRequests || limited.Header().Get("Retry-After") != "90" {
		t.Errorf("%d %v", limited.Code, limited.Header())
	}
	w.has(limited.Body.String(), "It works again in 2 minutes.", `href="/shop"`)
	fragment := w.get("/shop", "HX-Request", "true")
	if fragment.Code != http.StatusTooManyRequests || strings.Contains(fragment.Body.String(), "<html") {
		t.Errorf("the fragment is %d %s", fragment.Code, fragment.Body)
	}
}

func TestTheGatewaysProblemsAreToldAsPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	told := w.get("/problem/rate_limited", "Accept-Language", "zh", "Workfluence-Problem", string(problem.Render(problem.ErrRateLimited.WithRetryAfter(60))))
	if told.Code != http.StatusTooManyRequests || strings.Contains(told.Body.String(), `href="/problem/`) {
		t.Errorf("%d %s", told.Code, told.Body)
	}
	w.has(told.Body.String(), "操作有点太频繁")
	if w.get("/problem/rate_limited").Code != http.StatusNotFound {
		t.Error("a problem can be asked for from outside")
	}
}

func TestEveryPageCarriesThePolicy(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, path := range []string{"/shop", "/nowhere", "/broken"} {
		h := w.get(path).Header()
		w.has(h.Get("Content-Security-Policy"), "default-src 'none'", "script-src 'self'", "form-action 'self' https://checkout.example", "media-src 'self' blob: https://files.example")
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestPublicPageIsMadeOnceASecond(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first := w.get("/shop")
	for range 5 {
		w.get("/shop", "Accept-Encoding", "gzip")
	}
	if w.made != 1 {
		t.Errorf("made %d times, want once", w.made)
	}
	if w.get("/shop", "If-None-Match", first.Header().Get("ETag")).Code != http.StatusNotModified {
		t.Error("an unchanged page was sent again")
	}
	w.get("/shop?lang=ar")
	if w.made != 2 {
		t.Errorf("another language shares the page: made %d", w.made)
	}
	w.clock.Advance(time.Second)
	w.get("/shop")
	w.shell.Changed("creator_2")
	w.get("/shop")
	if w.made != 3 {
		t.Errorf("made %d times, want 3: after a second, and not after a change of something else", w.made)
	}
	w.shell.Changed("creator_1")
	w.get("/shop")
	if w.made != 4 {
		t.Errorf("made %d times, want 4: after a change", w.made)
	}
	w.caller.Person = "person_1"
	if body := w.get("/shop").Body.String(); !strings.Contains(body, "Ines") || w.made != 5 {
		t.Error("someone who is signed in got the page of a stranger")
	}
}

func TestAPageBegunBeforeAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.meanwhile = func() { w.shell.Changed("creator_1") }
	w.get("/shop")
	w.meanwhile = nil
	w.get("/shop")
	if w.made != 2 {
		t.Errorf("made %d times, want 2: the first may show what was before", w.made)
	}
}

func TestEveryoneFindsWhatIsOnSale(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, person := range []string{"", "person_1"} {
		w.caller.Person = person
		w.has(w.get("/shop", "Accept-Language", "nl").Body.String(), `href="/discover"`, ">Ontdekken</a>")
	}
}

func TestChoicesAreKept(t *testing.T) {
	t.Parallel()
	w := setup(t)
	arabic := w.get("/shop?lang=ar")
	w.has(arabic.Body.String(), `lang="ar"`, `dir="rtl"`)
	w.has(arabic.Header().Get("Set-Cookie"), "wf_lang=ar")
	w.has(w.get("/shop", "Cookie", "wf_lang=zh; wf_theme=dark").Body.String(), `lang="zh-Hans"`, `data-theme="dark"`)
	answer := w.post("/theme", url.Values{"theme": {"dark"}, "next": {"//evil.example"}})
	if answer.Header().Get("Location") != "/" {
		t.Errorf("led to %s", answer.Header().Get("Location"))
	}
	w.has(answer.Header().Get("Set-Cookie"), "wf_theme=dark")
}

func TestLocal(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/orders?x=1#y": "/orders?x=1#y", "": "/", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/",
		"javascript:alert(1)": "/", "orders": "/", "/a\r\nSet-Cookie: b": "/",
	} {
		if got := shell.Local(next); got != want {
			t.Errorf("Local(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	if got := w.do(httptest.NewRequest("HEAD", "/shop", nil)); got.Code != http.StatusOK || got.Body.Len() != 0 {
		t.Errorf("%d, %d bytes", got.Code, got.Body.Len())
	}
}
