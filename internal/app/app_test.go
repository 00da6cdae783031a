package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/rest"
)

func names(ms []app.Module) []string {
	out := []string{}
	for _, m := range ms {
		out = append(out, m.Name)
	}
	return out
}

func TestModulesStartInTheOrderOfTheirNeeds(t *testing.T) {
	t.Parallel()
	all := []app.Module{{Name: "web", Needs: []string{"accounts", "storefront"}}, {Name: "storefront", Needs: []string{"accounts"}}, {Name: "accounts"}}
	got, err := app.Select(all, []string{"all"})
	if err != nil || !cmp.Equal(names(got), []string{"accounts", "storefront", "web"}) {
		t.Fatalf("%v %v", names(got), err)
	}
	if got, err := app.Select(all, []string{"web"}); err != nil || !cmp.Equal(names(got), []string{"web"}) {
		t.Fatalf("a need elsewhere must not start here: %v %v", names(got), err)
	}
	if _, err := app.Select(all, []string{"nosuch"}); err == nil || !strings.Contains(err.Error(), "accounts, storefront, web") {
		t.Fatalf("an unknown target must name the known ones: %v", err)
	}
	circle := []app.Module{{Name: "a", Needs: []string{"b"}}, {Name: "b", Needs: []string{"a"}}}
	if _, err := app.Select(circle, []string{"all"}); err == nil {
		t.Fatal("a circle of needs was accepted")
	}
}

func TestConfigurationIsNamedWhenMissingAndMaskedWhenPrinted(t *testing.T) {
	t.Parallel()
	err := app.Config{Secret: "short"}.Missing([]app.Module{{Name: "billing", Schema: "billing"}})
	for _, want := range []string{"WORKFLUENCE_PUBLIC_URL", "REDIS_URL", "WORKFLUENCE_SECRET", "DATABASE_URL_BILLING"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named: %v", want, err)
		}
	}
	var out bytes.Buffer
	if err := app.Print(&out, &app.Config{Secret: "hunter2hunter2", PublicURL: "https://example.com"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "WORKFLUENCE_PUBLIC_URL=https://example.com") {
		t.Fatal(out.String())
	}
}

type hello struct {
	Caller string `json:"caller"`
}

// greeter answers who calls; asker asks it through the kit and is the gateway.
func house() []app.Module {
	return []app.Module{
		{Name: "greeter", Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			r := rest.NewRouter(k.Name, k.Verifier)
			rest.Handle(r, rest.Route{Method: "GET", Path: "/hello", Summary: "Hello", Access: rest.Any(rest.Service("gateway"))},
				func(ctx context.Context, _ *rest.Empty) (*hello, error) {
					return &hello{identity.From(ctx).Target}, nil
				})
			return &app.Part{Handler: r}, nil
		}},
		{Name: "gateway", Needs: []string{"greeter"}, Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
			return &app.Part{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h, err := call.Do[hello](r.Context(), k.HTTP, "GET", "http://greeter.svc/hello", nil)
				if err != nil {
					w.WriteHeader(500)
				}
				_, _ = w.Write([]byte(h.Caller))
			})}, nil
		}},
	}
}

// The same house in one process and in two gives the same answer.
func TestOneProcessOrTwo(t *testing.T) {
	t.Parallel()
	keys, err := identity.Ephemeral("greeter", "gateway")
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, inner string, targets ...string) *app.App {
		started := make(chan *app.App, 1)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- app.Run(ctx, app.Options{
				All: house(), Targets: targets, Clock: clock.System(), Log: slog.New(slog.DiscardHandler), Metrics: obs.Registry(), Keys: keys,
				Config: app.Config{Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Drain: 5 * time.Second, Secret: strings.Repeat("s", 32)},
				Remote: func(string) string { return "http://" + inner },
				Inner: func(name string) string {
					if name == "greeter" && inner != "" {
						return inner
					}
					return ""
				},
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
			return a
		case err := <-ended:
			ended <- nil
			t.Fatal(err)
			return nil
		}
	}
	get := func(t *testing.T, url string) string {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var b bytes.Buffer
		_, _ = b.ReadFrom(resp.Body)
		return b.String()
	}
	t.Run("one", func(t *testing.T) {
		a := run(t, "", "all")
		if got := get(t, "http://"+a.Addresses["public"]); got != "gateway" {
			t.Fatal(got)
		}
		if got := get(t, "http://"+a.Addresses["admin"]+"/readyz"); got != "ok\n" {
			t.Fatal(got)
		}
	})
	t.Run("two", func(t *testing.T) {
		inner := "127.0.0.1:18391"
		run(t, inner, "greeter")
		a := run(t, inner, "gateway")
		if got := get(t, "http://"+a.Addresses["public"]); got != "gateway" {
			t.Fatal(got)
		}
	})
}
