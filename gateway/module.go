package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Module is the gateway as a part of the house. It starts last: once it
// listens, the others answer.
func Module() app.Module {
	cfg := &Config{}
	return app.Module{
		Name: identity.Gateway, Needs: []string{"accounts", "storefront", "content", "review", "billing", "notify", Web}, Config: cfg,
		Init: func(_ context.Context, k *app.Kit) (*app.Part, error) { return start(*cfg, k) },
	}
}

func start(cfg Config, k *app.Kit) (*app.Part, error) {
	proxies, err := cfg.proxies()
	if err != nil {
		return nil, err
	}
	accounts := accountsapi.NewClient(k.HTTP)
	e := &edge{
		cfg: cfg, log: k.Log, clock: k.Clock, transport: k.Transport, proxies: proxies,
		sessions: newSessions(accounts, k.Minter, k.Clock), limits: newLimits(k.Redis, accounts, k.Clock, k.Log),
		metrics: newMetrics(k.Metrics), origins: http.NewCrossOriginProtection(), secure: strings.HasPrefix(k.PublicURL, "https://"),
	}
	if k.PublicURL != "" {
		if err := e.origins.AddTrustedOrigin(k.PublicURL); err != nil {
			return nil, fmt.Errorf("WORKFLUENCE_PUBLIC_URL: %w", err)
		}
	}
	table := prefixes(k.Dev)
	main := e.engine(func(c *gin.Context) {
		part, ok := route(table, c.Request.URL.Path)
		if !ok {
			e.fail(c, problem.ErrNotFound)
			return
		}
		e.serve(c, part)
	})
	files := e.engine(func(c *gin.Context) {
		if !strings.HasPrefix(c.Request.URL.Path, "/files/") || (c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead) {
			e.fail(c, problem.ErrNotFound)
			return
		}
		if strings.HasPrefix(c.Request.URL.Path, contentapi.FilesPath) {
			e.serve(c, contentapi.Name)
			return
		}
		e.serve(c, storefrontapi.Name)
	})
	return &app.Part{
		Handler: main, Listeners: map[string]http.Handler{"files": withoutIdentity(files)},
		Background: []func(context.Context) error{e.limits.run, e.forgetRevoked(k.Bus)},
	}, nil
}

// withoutIdentity keeps cookies away from the origin of files: a file that
// turns out to be active finds nothing to act with.
func withoutIdentity(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Cookie")
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	})
}

// forgetRevoked drops sessions as soon as accounts tells that they ended.
func (e *edge) forgetRevoked(bus *outbox.Bus) func(context.Context) error {
	names := []string{accountsapi.EventSessionRevoked, accountsapi.EventPersonChanged, accountsapi.EventMandateChanged, accountsapi.EventPersonErased}
	return func(ctx context.Context) error {
		return bus.Listen(ctx, names, func(ev outbox.Received) {
			switch ev.Name {
			case accountsapi.EventMandateChanged:
				if m, err := outbox.Decode[accountsapi.MandateChanged](ev); err == nil {
					e.sessions.forget(m.Assistant, nil)
				}
			default:
				if p, err := outbox.Decode[accountsapi.SessionRevoked](ev); err == nil {
					e.sessions.forget(p.PersonID, p.SessionIDs)
				}
			}
		})
	}
}
