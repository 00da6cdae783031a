package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sort"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
)

// KillPoints are the places at which a test kills the process.
var KillPoints = killpoint.Declare(
	killpoint.Point{Name: "events.sent", Why: "in the stream and not marked as published: sent again, dropped by the inbox"},
	killpoint.Point{Name: "events.applied", Why: "committed and not acknowledged: delivered again, dropped by the inbox"},
)

// Config is what a Bus needs. Durations and counts that are zero take the
// values of the house.
type Config struct {
	Service  string                // the consumer group, and the schema of its tables
	Pool     *pgxpool.Pool         // nil: the bus can only listen
	Redis    redis.UniversalClient // nil: events move only by Drain
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer // may be nil
	Instance string                // names this process in the group; default the host's name
	Prefix   string                // of every Redis key; default "wf:{events}:"

	Poll     time.Duration                 // between looks at an idle outbox; default 100 ms
	Claim    time.Duration                 // how long an event may lie with a consumer that died; default 30 s
	MaxTries int                           // before an event is parked for good; default 25 (about 80 minutes)
	Backoff  func(tries int) time.Duration // after the nth failure; default 200 ms doubling to 5 minutes
}

// Bus carries the events of one service: it relays what the service appended
// and delivers what the service consumes.
type Bus struct {
	cfg     Config
	log     *slog.Logger
	q       pg.Queries
	metrics *metrics

	failed chan struct{} // tells the retry loop of a new failure

	mu        sync.Mutex
	handlers  map[string]Handler
	prepares  map[string]PrepareFunc
	listeners []listener
	singly    bool
	running   bool
}

// New makes the bus of a service. Nothing runs until Run.
func New(cfg Config) *Bus {
	if cfg.Prefix == "" {
		// The braces keep all streams in one slot of a Redis cluster.
		cfg.Prefix = "wf:{events}:"
	}
	if cfg.Instance == "" {
		cfg.Instance, _ = os.Hostname()
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Poll = orDefault(cfg.Poll, 100*time.Millisecond)
	cfg.Claim = orDefault(cfg.Claim, 30*time.Second)
	cfg.MaxTries = orDefault(cfg.MaxTries, 25)
	if cfg.Backoff == nil {
		cfg.Backoff = Backoff
	}
	return &Bus{
		cfg: cfg, log: cfg.Log.With("part", "events"), q: queriesOf(cfg.Service),
		metrics: newMetrics(cfg.Service, cfg.Metrics), failed: make(chan struct{}, 1),
		handlers: map[string]Handler{}, prepares: map[string]PrepareFunc{},
	}
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// Backoff is the pause after the nth failed try: 200 ms, doubling, at most
// five minutes.
func Backoff(tries int) time.Duration {
	d := 200 * time.Millisecond << min(max(tries-1, 0), 16)
	return min(d, 5*time.Minute)
}

// Option of Consume.
type Option func(*Bus)

// Prepare adds a step to an event's handling that runs outside any
// transaction, before the handler: the place for calls to other services. It
// may run again, and its result may be thrown away.
func Prepare(name string, fn PrepareFunc) Option {
	return func(b *Bus) { b.prepares[name] = fn }
}

// Singly gives every event a transaction of its own, for handlers that take
// locks which a request waits for.
func Singly() Option { return func(b *Bus) { b.singly = true } }

// Consume registers the handlers of a service. The name must be the service's
// own; an event can have one handler. To be called before Run.
func (b *Bus) Consume(service string, handlers map[string]Handler, opts ...Option) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if service != b.cfg.Service || b.running {
		panic(fmt.Sprintf("outbox: %s consumes through the bus of %s, or too late", service, b.cfg.Service))
	}
	for name, h := range handlers {
		if Emitter(name) == "" || b.handlers[name] != nil {
			panic(fmt.Sprintf("outbox: %q is no event name, or has a handler already", name))
		}
		b.handlers[name] = h
	}
	for _, o := range opts {
		o(b)
	}
}

// Consumes lists the names this bus has handlers for, sorted.
func (b *Bus) Consumes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := make([]string, 0, len(b.handlers))
	for name := range b.handlers {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// streams lists the Redis streams of the emitters of these names.
func (b *Bus) streams(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, name := range names {
		if key := b.stream(Emitter(name)); !seen[key] {
			seen[key] = true
			out = append(out, key)
		}
	}
	sort.Strings(out)
	return out
}

func (b *Bus) stream(emitter string) string { return b.cfg.Prefix + emitter }
func (b *Bus) epochKey() string             { return b.cfg.Prefix + b.cfg.Service + ":epoch" }

// Run relays and delivers until the context ends. Failures of PostgreSQL and
// Redis are logged and outlived, never returned.
func (b *Bus) Run(ctx context.Context) error {
	b.mu.Lock()
	b.running = true
	b.mu.Unlock()
	var wg sync.WaitGroup
	if b.cfg.Pool != nil && b.cfg.Redis != nil {
		wg.Go(func() { b.relay(ctx) })
		if len(b.handlers) > 0 {
			wg.Go(func() { b.consume(ctx) })
			wg.Go(func() { b.retry(ctx) })
		}
	}
	<-ctx.Done()
	wg.Wait()
	return nil
}

// Quiet reports whether this service has nothing left to tell and nothing
// left to hear: outbox published, streams read and acknowledged, no failed
// event waiting for its next try. What is parked for good doesn't count.
func (b *Bus) Quiet(ctx context.Context) (bool, error) {
	if b.cfg.Pool == nil {
		return true, nil
	}
	busy, err := pg.Scalar[bool](ctx, b.cfg.Pool, b.q.SQL("AnyUnpublished"))
	if err != nil || busy {
		return false, err
	}
	if len(b.handlers) == 0 {
		return true, nil
	}
	busy, err = pg.Scalar[bool](ctx, b.cfg.Pool, b.q.SQL("AnyRetrying"), b.cfg.Service)
	if err != nil || busy {
		return false, err
	}
	if b.cfg.Redis == nil {
		return true, nil
	}
	return b.heardAll(ctx)
}

// heardAll compares the end of each stream with what the group has been given
// and acknowledged.
func (b *Bus) heardAll(ctx context.Context) (bool, error) {
	for _, stream := range b.streams(b.Consumes()) {
		last, err := b.cfg.Redis.XRevRangeN(ctx, stream, "+", "-", 1).Result()
		if err != nil {
			return false, err
		}
		if len(last) == 0 {
			continue
		}
		groups, err := b.cfg.Redis.XInfoGroups(ctx, stream).Result()
		if err != nil {
			return false, err
		}
		heard := false
		for _, g := range groups {
			if g.Name == b.cfg.Service {
				heard = g.Pending == 0 && !idLess(g.LastDeliveredID, last[0].ID)
			}
		}
		if !heard {
			return false, nil
		}
	}
	return true, nil
}

// Settle waits until all checks (Bus.Quiet, jobs' Quiet) report quiet twice in
// a row, in one look after the other: a job may append an event and an event
// may insert a job.
func Settle(ctx context.Context, checks ...func(context.Context) (bool, error)) error {
	var last error
	for calm := 0; calm < 2; {
		quiet := true
		for _, check := range checks {
			ok, err := check(ctx)
			if err != nil {
				last = err
			}
			if !ok || err != nil {
				quiet = false
				break
			}
		}
		if quiet {
			calm++
			continue
		}
		calm = 0
		if err := clock.Sleep(ctx, 10*time.Millisecond); err != nil {
			return errors.Join(fmt.Errorf("events and jobs did not settle: %w", err), last)
		}
	}
	return nil
}
