package accounts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestEveryQueryPreparesAndIsUsed(t *testing.T) {
	t.Parallel()
	for _, fault := range queries.Unprepared(t.Context(), pgtest.DB(t, schema)) {
		t.Error(fault)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(text))
	}
	for _, name := range queries.Unused(sources...) {
		t.Errorf("%s is used nowhere", name)
	}
}

func TestTakeLimit(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, h *house) {
		take := func(key string, n int) accountsapi.Taken {
			got, err := h.as("gateway").TakeLimit(h.ctx(), accountsapi.Take{Key: key, N: n, Limit: 5, Window: 60})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := take("a", 3); !got.Allowed || got.Remaining != 2 {
			t.Fatalf("%+v", got)
		}
		h.clock.Advance(20 * time.Second)
		if got := take("a", 3); got.Allowed || got.RetryAfter != 40 {
			t.Fatalf("%+v", got)
		}
		if got := take("a", 2); !got.Allowed || got.Remaining != 0 {
			t.Fatalf("a refused take counted: %+v", got)
		}
		if got := take("b", 6); got.Allowed {
			t.Fatalf("the first take of a key passed its limit: %+v", got)
		}
		if got := take("b", 5); !got.Allowed {
			t.Fatalf("%+v", got)
		}
		h.clock.Advance(40 * time.Second)
		if got := take("a", 5); !got.Allowed {
			t.Fatalf("a new window: %+v", got)
		}
	})
}

func TestALimitHoldsUnderARace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	errs := race(20, func(int) error {
		got, err := h.svc.TakeLimit(h.ctx(), accountsapi.Take{Key: "k", N: 1, Limit: 7, Window: 60})
		if err == nil && !got.Allowed {
			return problem.ErrRateLimited
		}
		return err
	})
	if won(errs) != 7 {
		t.Fatalf("%d of 7 were let in", won(errs))
	}
}

// "Sign in as" exists for demonstrations alone.
func TestSignInAsIsADevRoute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in, err := h.as("web").SignInAs(h.ctx(), "ana@example.com")
	if err != nil || !in.New {
		t.Fatalf("%+v %v", in, err)
	}
	production := rest.NewRouter(accountsapi.Name, identity.NewVerifier(accountsapi.Name, h.keys, h.clock))
	h.svc.Routes(production)
	for _, route := range production.Routes() {
		if route.Path == "/api/v1/sessions/as" {
			t.Fatal("production has it")
		}
	}
}

func TestEveryPublicRouteIsRoutedHere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, route := range h.router().Routes() {
		routed := false
		for _, prefix := range accountsapi.Prefixes {
			routed = routed || route.Path == prefix || strings.HasPrefix(route.Path, prefix+"/")
		}
		if routed == route.Internal {
			t.Errorf("%s %s: internal %v, routed by the gateway %v", route.Method, route.Path, route.Internal, routed)
		}
	}
}

// Housekeeping removes what has ended, and nothing that lives.
func TestSweep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	web := h.as("web")
	kept, ended := h.join("ana@example.com"), h.join("ana@example.com")
	if err := web.SignOut(h.by(ended.Token)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.svc.TakeLimit(h.ctx(), accountsapi.Take{Key: "k", N: 1, Limit: 1, Window: 60}); err != nil {
		t.Fatal(err)
	}
	sweep := func() (sessions, links, windows int) {
		if err := h.svc.Sweep(h.ctx()); err != nil {
			t.Fatal(err)
		}
		return h.count(`select count(*) from accounts.session`), h.count(`select count(*) from accounts.link`), h.count(`select count(*) from accounts.limit_window`)
	}
	if s, l, w := sweep(); s != 2 || l != 2 || w != 1 {
		t.Fatalf("at once: %d sessions, %d links, %d windows", s, l, w)
	}
	h.clock.Advance(sweepAfter + time.Hour)
	if s, l, w := sweep(); s != 1 || l != 0 || w != 0 {
		t.Fatalf("a week later: %d sessions, %d links, %d windows", s, l, w)
	}
	if _, err := h.as("gateway").Resolve(h.ctx(), kept.Token); err != nil {
		t.Fatalf("a live session was swept: %v", err)
	}
}
