package turns_test

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/turns"
)

// Whoever waits twice as long does half as much.
func TestRace(t *testing.T) {
	t.Parallel()
	wait := func(d time.Duration) func(int) error {
		return func(int) error {
			time.Sleep(d) // the work is to take time
			return nil
		}
	}
	var out turns.Outcome
	result := testing.Benchmark(func(b *testing.B) {
		out = turns.Race{Clients: 4, Turn: 200 * time.Millisecond, Turns: 3, Ours: wait(20 * time.Millisecond), Limit: wait(10 * time.Millisecond)}.Run(b)
	})
	if math.Abs(out.Ratio-0.5) > 0.2 {
		t.Errorf("the ratio is %.2f, want about 0.5", out.Ratio)
	}
	if out.Ours.P99 < 20*time.Millisecond || out.Ours.PerSecond > 200 {
		t.Errorf("ours: %+v", out.Ours)
	}
	if result.Extra["ratio"] != out.Ratio || result.Extra["limit/s"] != out.Limit.PerSecond {
		t.Errorf("reported %v", result.Extra)
	}
}

// An answer is read to its end, however its length is told, and a refusal is no work done.
func TestHTTP(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		switch r.URL.Path {
		case "/short":
			_, _ = io.WriteString(w, "short")
		case "/long": // told in chunks
			for range 3 {
				_, _ = io.WriteString(w, strings.Repeat("x", 50_000))
			}
		default:
			http.Error(w, "not for you", http.StatusForbidden)
		}
	}))
	defer server.Close()
	paths := []string{"/short", "/long", "/short", "/short"}
	i := 0
	work := turns.HTTP(t, server.URL, func(int) []byte {
		i++
		return turns.Get(t, paths[i-1], nil)
	})
	for range paths {
		if err := work(0); err != nil {
			t.Fatal(err)
		}
	}
	if seen.Load() != int64(len(paths)) {
		t.Errorf("the server saw %d requests", seen.Load())
	}
	refused := turns.HTTP(t, server.URL, turns.Always(turns.Get(t, "/else", http.Header{"X-Some": {"thing"}})))
	if err := refused(1); err == nil || !strings.Contains(err.Error(), "not for you") {
		t.Errorf("a refusal is %v", err)
	}
}
