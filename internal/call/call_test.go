package call_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
)

// bothWays gives a client for "echo.svc" in this process and over loopback.
func bothWays(t *testing.T, h http.Handler) map[string]*http.Client {
	t.Helper()
	keys, err := identity.Ephemeral("tester", "gateway")
	if err != nil {
		t.Fatal(err)
	}
	minter, err := identity.NewMinter("tester", keys, clock.System())
	if err != nil {
		t.Fatal(err)
	}
	local := call.NewDirectory()
	local.Local("echo", h)
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	remote := call.NewDirectory()
	if err := remote.Remote("echo", srv.URL); err != nil {
		t.Fatal(err)
	}
	return map[string]*http.Client{
		"in process": call.NewTransport(local, minter, nil).Client(),
		"loopback":   call.NewTransport(remote, minter, nil).Client(),
	}
}

type leak struct{}

func TestCallsAreEqualBothWays(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("boom")
		case "/problem":
			w.WriteHeader(409)
			_, _ = w.Write(problem.Render(problem.ErrConflict.WithState("closed")))
		case "/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusSeeOther)
		default:
			if r.Context().Value(leak{}) != nil {
				t.Error("a context value crossed the border")
			}
			if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ey") {
				t.Error("the caller is not named")
			}
			if r.Body == nil || r.RequestURI == "" || r.RemoteAddr == "" {
				t.Error("the request lacks what a server gives")
			}
			text, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"got":` + string(text) + `}`))
			w.Header().Set("Late", "ignored")
		}
	})
	for way, hc := range bothWays(t, h) {
		t.Run(way, func(t *testing.T) {
			ctx := context.WithValue(t.Context(), leak{}, true)
			got, err := call.Do[struct{ Got int }](ctx, hc, "POST", "http://echo.svc/x", 42)
			if err != nil || got.Got != 42 {
				t.Fatalf("got %v %v", got, err)
			}
			_, err = call.Do[call.Empty](ctx, hc, "GET", "http://echo.svc/problem", nil)
			var p *problem.Error
			if !errors.As(err, &p) || !errors.Is(err, problem.ErrConflict) || p.State != "closed" {
				t.Fatalf("problem lost: %v", err)
			}
			if _, err := call.Do[call.Empty](ctx, hc, "GET", "http://echo.svc/panic", nil); err == nil {
				t.Fatal("a panic looked like success")
			}
			resp, err := hc.Get("http://echo.svc/redirect")
			if err != nil || resp.StatusCode != 303 {
				t.Fatalf("redirect: %v %v", resp, err)
			}
			_ = resp.Body.Close()
			if _, err := hc.Do(mustRequest(call.WithinTransaction(ctx))); !errors.Is(err, call.ErrWithinTransaction) {
				t.Fatalf("a call left a transaction: %v", err)
			}
		})
	}
}

func mustRequest(ctx context.Context) *http.Request {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://echo.svc/x", nil)
	if err != nil {
		panic(err)
	}
	return req
}

// One gigabyte goes both ways through a call in the process with less than 64 MB of growth.
func TestBodiesStream(t *testing.T) {
	const size = 1 << 30
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	hc := bothWays(t, h)["in process"]
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	req, err := http.NewRequestWithContext(t.Context(), "POST", "http://echo.svc/", io.LimitReader(zeros{}, size))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := hc.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || n != size {
		t.Fatalf("%d bytes came back: %v", n, err)
	}
	_ = resp.Body.Close()
	runtime.ReadMemStats(&peak)
	if grown := int64(peak.HeapSys) - int64(before.HeapSys); grown > 64<<20 {
		t.Fatalf("the heap grew by %d MB", grown>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestCancellationReachesTheHandler(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{}, 2)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		ended <- struct{}{}
	})
	for way, hc := range bothWays(t, h) {
		t.Run(way, func(t *testing.T) {
			resp, err := hc.Get("http://echo.svc/")
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close() // stop reading: the handler must stop working
			select {
			case <-ended:
			case <-time.After(5 * time.Second):
				t.Fatal("the handler goes on")
			}
		})
	}
}

func TestUnknownPart(t *testing.T) {
	t.Parallel()
	hc := call.NewTransport(call.NewDirectory(), nil, nil).Client()
	for _, u := range []string{"http://nobody.svc/", "http://example.com/"} {
		if _, err := hc.Get(u); err == nil {
			t.Errorf("%s was reached", u)
		}
	}
}
