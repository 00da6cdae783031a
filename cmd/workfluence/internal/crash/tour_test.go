package crash_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/tour"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/identity"
)

// walkTour runs the tour against a running house; every cent must be explained.
func walkTour(t *testing.T, h *house.House) {
	t.Helper()
	var out bytes.Buffer
	if err := tour.Run(t.Context(), &out, tour.Options{Base: h.Base}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
}

func TestTourInOneProcess(t *testing.T) {
	h := house.New(t)
	h.Start("")
	walkTour(t, h)
	h.Stop()
	if out, err := h.Run("ledger", "verify", "--dev"); err != nil {
		t.Fatalf("ledger verify: %v\n%s", err, out)
	}
}

// Every target in a process of its own, one devstack, one simulator, one clock.
func TestTourWithEveryTargetInItsOwn(t *testing.T) {
	first := house.New(t)
	first.Targets = []string{"accounts"}
	first.Launch()
	await(t, "the first process", func() bool { _, err := os.Stat(filepath.Join(first.State, "ports.json")); return err == nil })
	var last *house.House
	for _, name := range app.Names(compose.Modules()) {
		if name == "accounts" {
			continue
		}
		h := first.Beside(name)
		if name == identity.Gateway {
			last = h
			continue
		}
		h.Launch()
	}
	last.Start("")
	for _, path := range []string{"/", "/api/v1/countries", "/api/v1/catalogue", "/api/v1/fees?amount=100&currency=EUR", "/api/v1/dev/clock"} {
		await(t, path, func() bool {
			resp, err := http.Get(last.Base + path)
			if err != nil {
				return false
			}
			return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
		})
	}
	walkTour(t, last)
}

func await(t testing.TB, what string, ready func() bool) {
	t.Helper()
	for range 600 {
		if ready() {
			return
		}
		time.Sleep(100 * time.Millisecond) // another process is starting
	}
	t.Fatalf("%s is not there after a minute", what)
}
