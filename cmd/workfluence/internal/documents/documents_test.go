package documents_test

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/gateway"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/redistest"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/internal/rest/openapi"
	"github.com/workfluence/workfluence/services/accounts"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

var update = flag.Bool("update", false, "write the documents again")

const docs = "../../../../docs/"

// house starts every part in this process, without --dev.
func house(t *testing.T) (*app.App, *identity.Keys) {
	t.Helper()
	for name, value := range map[string]string{
		"BILLING_STRIPE_KEY": "sk_test_nothing", "BILLING_STRIPE_URL": "http://127.0.0.1:1", "BILLING_STRIPE_WEBHOOK_SECRET": "whsec_a", "BILLING_STRIPE_CONNECT_SECRET": "whsec_b",
	} {
		t.Setenv(name, value)
	}
	modules := compose.Modules()
	names := app.Names(modules)
	// "stranger" is a target that no route knows.
	keys, err := identity.Ephemeral(append(names, "stranger")...)
	if err != nil {
		t.Fatal(err)
	}
	// What may fail the test does so here: in a goroutine it would end that alone, and everybody would wait for it.
	cache, dsn := redistest.Client(t), pgtest.DSN(t, compose.Schemas(modules)...)
	started, ended := make(chan *app.App, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		ended <- app.Run(ctx, app.Options{
			All: modules, Targets: []string{"all"}, Clock: clock.System(), Log: slog.New(slog.DiscardHandler), Metrics: obs.Registry(), Keys: keys,
			Redis: cache,
			Config: app.Config{
				Listen: "127.0.0.1:0", FilesListen: "127.0.0.1:0", PublicURL: "https://workfluence.example", FilesURL: "https://files.workfluence.example",
				BlobURL: "mem://", SMTPURL: "smtp://127.0.0.1:1", DatabaseURL: dsn,
				Secret: strings.Repeat("s", 32), Drain: 5 * time.Second,
			},
			Inner: func(string) string { return "" }, Remote: func(string) string { return "" },
			Started: func(a *app.App) { started <- a },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	select {
	case a := <-started:
		return a, keys
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return nil, nil
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(docs+file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(docs + file)
	if err != nil || string(want) != string(got) {
		t.Errorf("docs/%s is not what the route tables say; run `go test ./cmd/workfluence/internal/documents -update` and look at the difference (%v)", file, err)
	}
}

func TestTheHouseIsAsDocumented(t *testing.T) {
	a, keys := house(t)
	routes := a.Routes()
	doc, err := openapi.Document(routes)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi.json", doc)
	golden(t, "access.md", append(openapi.Access(routes), mandates(t, routes)...))
	for _, rt := range routes {
		if slices.ContainsFunc(rt.Access, func(r rest.Rule) bool { return r.Kind == rest.Dev.Kind }) || strings.Contains(rt.Path+"/", "/dev/") {
			t.Errorf("production has %s %s", rt.Method, rt.Path)
		}
		if strings.HasPrefix(rt.Path, "/api/v1/") && rt.Service != "web" {
			if part := gateway.PartOf(rt.Path); part != rt.Service {
				t.Errorf("the gateway leads %s to %q, it is served by %s", rt.Path, part, rt.Service)
			}
		}
	}
	t.Run("handles", func(t *testing.T) { noHandleIsAPath(t, routes) })
	t.Run("access", func(t *testing.T) { walk(t, a, keys, routes) })
}

// noHandleIsAPath holds the words that no person may take as a handle against the first segments of all paths, of pages and of everything
// else: @orders would pass for a part of the site, and a link that lost its @ would lead to it. A page that is added reserves its word
// in the same commit, before somebody has it.
func noHandleIsAPath(t *testing.T, routes []rest.RouteInfo) {
	paths := slices.Clone(besideRoutes)
	pages := 0
	for _, rt := range routes {
		paths = append(paths, rt.Path)
		if rt.Service == "web" {
			pages++
		}
	}
	if pages == 0 {
		t.Fatal("no page is among the routes")
	}
	said := map[string]bool{}
	for _, path := range paths {
		word, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if word == "" || word[0] == '@' || said[word] {
			continue
		}
		said[word] = true
		if _, err := accounts.ParseHandle(word); err == nil {
			t.Errorf("somebody could take @%s, and %s is ours: add it to services/accounts/data/reserved_handles.txt", word, path)
		}
	}
}

// besideRoutes are paths that no route table names: files, probes, and what only --dev has.
var besideRoutes = []string{storefrontapi.FilesPrefix, "/static", "/livez", "/readyz", "/metrics", "/dev", "/storybook", "/api", "/internal", "/webhooks"}

// callers are all kinds of caller, as each part would see them.
var callers = map[string]struct {
	target string
	person *identity.Caller
}{
	"nobody":   {"gateway", nil},
	"person":   {"gateway", &identity.Caller{Person: "person_x", Session: "session_x", Verified: true}},
	"mandate":  {"gateway", &identity.Caller{Person: "person_x", For: "person_y", Scopes: []string{"see"}, Session: "session_x"}},
	"token":    {"gateway", &identity.Caller{Person: "person_x", Scopes: []string{"orders:read"}, Session: "session_x"}},
	"operator": {"gateway", &identity.Caller{Person: "person_o", Operator: true, Session: "session_o"}},
	"service":  {"stranger", nil},
}

// walk calls every route of every part as every kind of caller. Who is not
// admitted gets 401, 403 or 404 and nothing else; who is admitted never gets
// the refusal of the access rule.
func walk(t *testing.T, a *app.App, keys *identity.Keys, routes []rest.RouteInfo) {
	for name, c := range callers {
		minter, err := identity.NewMinter(c.target, keys, clock.System())
		if err != nil {
			t.Fatal(err)
		}
		gate, err := identity.NewMinter(identity.Gateway, keys, clock.System())
		if err != nil {
			t.Fatal(err)
		}
		for _, rt := range routes {
			token, err := minter.Call(rt.Service)
			if err != nil {
				t.Fatal(err)
			}
			who := identity.Caller{Target: c.target}
			req := httptest.NewRequestWithContext(t.Context(), rt.Method, filled(rt.Path), http.NoBody)
			req.Header.Set("Authorization", "Bearer "+token)
			if c.person != nil {
				who = *c.person
				who.Target = c.target
				p, _, err := gate.Person(who)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set(identity.PersonHeader, p)
			}
			w := httptest.NewRecorder()
			a.Part(rt.Service).Handler.ServeHTTP(w, req)
			refusal := rt.Access.Check(who)
			// A page leads a stranger to the sign-in instead of refusing.
			refused := w.Code == 401 || w.Code == 403 || w.Code == 404 || strings.HasPrefix(w.Header().Get("Location"), "/sign-in")
			if refusal != nil && !refused {
				t.Errorf("%s %s as %s is %d, and the table says %s", rt.Method, rt.Path, name, w.Code, rt.Access)
			}
			if refusal == nil && w.Code >= 500 && rt.Service != "billing" {
				t.Errorf("%s %s as %s is %d: %s", rt.Method, rt.Path, name, w.Code, w.Body)
			}
		}
	}
}

// filled puts something where the path wants an id.
func filled(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p != "" && (p[0] == ':' || p[0] == '*') {
			parts[i] = "nothing"
		}
	}
	return strings.Join(parts, "/")
}
