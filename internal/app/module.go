package app

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/rest"
)

// Module is one part of the house.
type Module struct {
	Name  string   // its target name and its host, "billing" for billing.svc
	Needs []string // modules that start before it, when they run here
	// Schema is its PostgreSQL schema, "" for a part without a database.
	Schema string
	// Config is a pointer to a struct with env tags, filled before Init and
	// printed by --print-config; nil for none. A field tagged secret:"true" is masked.
	Config any
	// Init makes the part. It may connect and read; it serves nothing yet.
	Init func(ctx context.Context, k *Kit) (*Part, error)
}

// Kit is what the house gives to a module.
type Kit struct {
	Name       string
	Log        *slog.Logger
	Clock      clock.Clock
	Pool       *pgxpool.Pool         // nil without a Schema
	Redis      redis.UniversalClient // shared; may be down at any time
	HTTP       *http.Client          // calls http://<part>.svc as this module
	Transport  *call.Transport       // what HTTP uses; the gateway forwards through it
	Minter     *identity.Minter      // signs as this module
	Verifier   *identity.Verifier
	Bus        *outbox.Bus // relays and consumes with a Schema, only listens without
	Metrics    prometheus.Registerer
	Dev        bool
	PublicURL  string // where people reach the pages, without a trailing slash
	FilesURL   string // the origin of buyers' files
	BlobURL    string // where files are kept, in gocloud.dev form
	SMTPURL    string // where mails go, smtp://user:pass@host:port
	DevMailURL string // the mail catcher's own address under --dev

	secret func(purpose string) []byte
}

// Secret derives 32 bytes for one purpose from the house's secret. The same
// purpose gives the same bytes in every process, so links outlive a restart.
func (k *Kit) Secret(purpose string) []byte { return k.secret(k.Name + "/" + purpose) }

// Part is a started module.
type Part struct {
	Handler http.Handler
	// Listeners are more front doors of the part, by name: the gateway's "files".
	Listeners  map[string]http.Handler
	Routes     []rest.RouteInfo
	Background []func(ctx context.Context) error // each runs until ctx ends
	Close      func(ctx context.Context) error
	Ready      func(ctx context.Context) error
	// Quiet says that nothing is left to do right now: the demo clock waits for it.
	Quiet func(ctx context.Context) (bool, error)
	// NextDue is the next deadline of the part's state machines, zero for none:
	// the demo clock walks from one to the next.
	NextDue func(ctx context.Context) (Due, error)
}
