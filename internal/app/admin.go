package app

import (
	"context"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/rest"
)

// readyWithin bounds a readiness probe.
const readyWithin = 2 * time.Second

// admin serves the probes, the metrics and the profiles of net/http/pprof, at an address of its own that only operators reach.
func (a *App) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		for name, err := range a.unready(ctx) {
			if err != nil {
				a.opts.Log.WarnContext(ctx, "not ready", "target", name, "error", err)
				http.Error(w, name+" is not ready", http.StatusServiceUnavailable)
				return
			}
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.opts.Metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// unready asks each part and its database. Redis is not asked: the house
// works without it.
func (a *App) unready(ctx context.Context) map[string]error {
	faults := map[string]error{}
	for _, m := range a.modules {
		if pool := a.pools[m.Name]; pool != nil {
			faults[m.Name] = pool.Ping(ctx)
		}
		if p := a.parts[m.Name]; faults[m.Name] == nil && p.Ready != nil {
			faults[m.Name] = p.Ready(ctx)
		}
	}
	return faults
}

// Quiet is what a part answers when asked whether it has anything left to do.
type Quiet struct {
	Quiet bool `json:"quiet"`
}

// Inspector is the part of the demo that may ask the others.
const Inspector = "dev"

// inspect puts two questions before a part under --dev: is it quiet, and what
// is its next deadline. The demo clock asks them, in the process or over HTTP.
func (a *App) inspect(name string, next http.Handler, v *identity.Verifier) http.Handler {
	if !a.opts.Dev {
		return next
	}
	r := rest.NewRouter(name, v, rest.WithLog(a.opts.Log), rest.WithDev(true))
	access := rest.Any(rest.Service(Inspector))
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/app/quiet", Summary: "Nothing left to do?", Access: access, Internal: true},
		func(ctx context.Context, _ *rest.Empty) (*Quiet, error) {
			quiet, err := a.buses[name].Quiet(ctx)
			if p := a.parts[name]; err == nil && quiet && p.Quiet != nil {
				quiet, err = p.Quiet(ctx)
			}
			return &Quiet{quiet}, err
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/app/due", Summary: "The next deadline", Access: access, Internal: true},
		func(ctx context.Context, _ *rest.Empty) (*Due, error) {
			var due Due
			var err error
			if p := a.parts[name]; p.NextDue != nil {
				due, err = p.NextDue(ctx)
			}
			return &due, err
		})
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/internal/app/") {
			r.ServeHTTP(w, req)
			return
		}
		next.ServeHTTP(w, req)
	})
}
