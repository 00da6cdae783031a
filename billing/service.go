package billing

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/pg"
)

// People is what billing asks about people. It is called outside any transaction.
type People interface {
	// Seller is the person who calls, in ctx.
	Seller(ctx context.Context) (Seller, error)
}

// Seller is what Stripe must know of a person before it makes their account. Country is ISO 3166-1 alpha-2.
type Seller struct {
	Country string
	Payouts bool // whether payouts are possible in the country
	Email   string
}

// Service is billing's use cases. Its methods are spread over files by noun; one method is one transaction, or, where the rail is
// asked, two with the call between them.
type Service struct {
	pool      *pgxpool.Pool
	clock     clock.Clock
	rail      *rail.Rail
	people    People
	policies  Policies
	publicURL string
	log       *slog.Logger
	lease     time.Duration // how long a claim holds; whoever died with one is succeeded after it

	refreshing singleflight.Group // one look at Stripe an order at a time, whoever asks
	events     *pg.Group[stored]  // webhooks that come at the same time are stored together
	stir       chan struct{}      // wakes the worker of webhooks
}

// Deps is what a Service needs.
type Deps struct {
	Pool      *pgxpool.Pool
	Clock     clock.Clock
	Rail      *rail.Rail
	People    People
	Policies  Policies
	PublicURL string // our own origin, for the ways back from Stripe's pages
	Log       *slog.Logger
	Lease     time.Duration // 0 is 15 s (money.md §8, row 6)
}

const defaultLease = 15 * time.Second

// New makes the service. Nothing runs until its background functions do.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Lease == 0 {
		d.Lease = defaultLease
	}
	s := &Service{
		lease: d.Lease,
		pool:  d.Pool, clock: d.Clock, rail: d.Rail, people: d.People, policies: d.Policies, publicURL: d.PublicURL, log: d.Log,
		stir: make(chan struct{}, 1),
	}
	s.events = pg.NewGroup(eventsAtOnce, s.storeEvents)
	return s
}

func (s *Service) now() time.Time  { return s.clock.Now() }
func (s *Service) wall() time.Time { return s.clock.Wall() }

// record writes the audit row of what somebody asked for. Detail holds ids and words of ours.
func (s *Service) record(ctx context.Context, tx pgx.Tx, action, object string, detail audit.Detail) error {
	return audits.Write(ctx, tx, audit.Row{At: s.now(), Actor: audit.Actor(ctx, billingapi.Name), Action: action, Object: object, Detail: detail})
}

// DefaultPolicies are the house's own, see policies.json.
func DefaultPolicies() Policies {
	p, err := ParsePolicies(defaultPolicies)
	if err != nil {
		panic(err) // embedded and tested
	}
	return p
}
