package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/rest"
)

// Options say how a process runs.
type Options struct {
	All     []Module // every part of the house
	Targets []string // which of them run here
	Config  Config
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *prometheus.Registry
	Keys    *identity.Keys
	Redis   redis.UniversalClient
	Dev     bool
	// DevMailURL is where the mail catcher's pages read.
	DevMailURL string
	// Remote is the base URL of a part that does not run here.
	Remote func(name string) string
	// Inner is the address at which a part of this process is served to others,
	// "" for not at all.
	Inner func(name string) string
	// Started is called once everything listens.
	Started func(*App)
}

// App is a running process.
type App struct {
	opts    Options
	modules []Module
	parts   map[string]*Part
	pools   map[string]*pgxpool.Pool
	buses   map[string]*outbox.Bus
	dir     *call.Directory
	servers []*http.Server
	doors   []net.Listener

	// Addresses are the front doors as bound: "public", "files", "admin".
	Addresses map[string]string
}

// headerTimeout bounds how long a peer may take to send its head.
const headerTimeout = 10 * time.Second

// Run starts the targets, serves until ctx ends, drains and stops. The error
// is nil after an orderly stop.
func Run(ctx context.Context, opts Options) (err error) {
	modules, err := Select(opts.All, opts.Targets)
	if err != nil {
		return err
	}
	a := &App{
		opts: opts, modules: modules, parts: map[string]*Part{}, pools: map[string]*pgxpool.Pool{}, buses: map[string]*outbox.Bus{},
		dir: call.NewDirectory(), Addresses: map[string]string{},
	}
	defer func() { err = errors.Join(err, a.stop()) }()
	if err := a.start(ctx); err != nil {
		return err
	}
	work, stopWork := context.WithCancel(ctx)
	defer stopWork()
	g, work := errgroup.WithContext(work)
	a.background(work, g)
	for i, s := range a.servers {
		g.Go(func() error {
			if err := s.Serve(a.doors[i]); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	g.Go(func() error {
		<-work.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), opts.Config.Drain)
		defer cancel()
		for _, s := range a.servers {
			if err := s.Shutdown(drain); err != nil {
				_ = s.Close()
			}
		}
		return nil
	})
	g.Go(func() error { return settle(work) })
	if opts.Started != nil {
		opts.Started(a)
	}
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// settled is how long after its start a process has done what it does once.
const settled = time.Second

// settle gives back, once, what the start needed: reading messages, compiling rules and building documents take twice the memory that
// stays. The collector would see to it by and by, but a process that then has little to do keeps its peak for minutes, and a machine is
// sized by it. It costs one collection, some 20 ms beside the first requests.
func settle(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-time.After(settled):
		debug.FreeOSMemory()
	}
	return nil
}

func (a *App) start(ctx context.Context) error {
	local := map[string]bool{}
	for _, m := range a.modules {
		local[m.Name] = true
	}
	for _, m := range a.opts.All {
		if !local[m.Name] {
			if err := a.dir.Remote(m.Name, a.opts.Remote(m.Name)); err != nil {
				return err
			}
		}
	}
	for _, m := range a.modules {
		if err := a.init(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	return a.listen(ctx)
}

func (a *App) init(ctx context.Context, m Module) error {
	o := a.opts
	if m.Config != nil {
		if err := Parse(m.Config); err != nil {
			return err
		}
	}
	minter, err := identity.NewMinter(m.Name, o.Keys, o.Clock)
	if err != nil {
		return err
	}
	transport := call.NewTransport(a.dir, minter, nil)
	k := &Kit{
		Name: m.Name, Log: o.Log.With("target", m.Name), Clock: o.Clock, Redis: o.Redis,
		HTTP: transport.Client(), Transport: transport, Minter: minter, Verifier: identity.NewVerifier(m.Name, o.Keys, o.Clock),
		Metrics: o.Metrics, Dev: o.Dev, PublicURL: o.Config.PublicURL, FilesURL: o.Config.FilesURL,
		BlobURL: o.Config.BlobURL, SMTPURL: o.Config.SMTPURL, DevMailURL: o.DevMailURL, secret: derive(o.Config.Secret),
	}
	if m.Schema != "" {
		if k.Pool, err = pg.Open(ctx, o.Config.DSN(m.Schema), poolSize(), o.Config.role(m.Schema)); err != nil {
			return err
		}
		a.pools[m.Name] = k.Pool
	}
	service := m.Schema
	if service == "" {
		service = m.Name
	}
	k.Bus = outbox.New(outbox.Config{Service: service, Pool: k.Pool, Redis: o.Redis, Clock: o.Clock, Log: k.Log, Metrics: o.Metrics})
	a.buses[m.Name] = k.Bus
	part, err := m.Init(ctx, k)
	if err != nil {
		return err
	}
	a.parts[m.Name] = part
	handler := part.Handler
	if handler == nil {
		handler = http.NotFoundHandler()
	}
	handler = a.events(m.Name, a.inspect(m.Name, handler, k.Verifier), k.Verifier)
	a.dir.Local(m.Name, handler)
	if addr := o.Inner(m.Name); addr != "" {
		return a.bind(ctx, "", addr, handler)
	}
	return nil
}

func (a *App) listen(ctx context.Context) error {
	if gateway := a.parts[identity.Gateway]; gateway != nil {
		if err := a.bind(ctx, "public", a.opts.Config.Listen, gateway.Handler); err != nil {
			return err
		}
		if files := gateway.Listeners["files"]; files != nil {
			if err := a.bind(ctx, "files", a.opts.Config.FilesListen, files); err != nil {
				return err
			}
		}
	}
	if a.opts.Config.AdminListen != "" {
		return a.bind(ctx, "admin", a.opts.Config.AdminListen, a.admin())
	}
	return nil
}

func (a *App) bind(ctx context.Context, name, addr string, h http.Handler) error {
	door, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	if name != "" {
		a.Addresses[name] = door.Addr().String()
	}
	a.doors = append(a.doors, door)
	a.servers = append(a.servers, &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.opts.Log.Handler(), slog.LevelDebug),
	})
	return nil
}

// apart is the time between the beginnings of two pieces of background work. Each opens connections to the database and makes its first
// plans there; all at once they keep every processor busy for half a second, and the first visitors wait behind them.
const apart = 10 * time.Millisecond

// background runs what the parts do on their own, each piece beginning a little after the one before. One that ends with an error
// ends the process: it was to run until told otherwise.
func (a *App) background(ctx context.Context, g *errgroup.Group) {
	type work struct {
		name string
		run  func(context.Context) error
	}
	var all []work
	for _, m := range a.modules {
		all = append(all, work{m.Name + " events", a.buses[m.Name].Run})
		for _, fn := range a.parts[m.Name].Background {
			all = append(all, work{m.Name, fn})
		}
	}
	g.Go(func() error {
		for _, w := range all {
			if clock.Sleep(ctx, apart) != nil {
				return nil //nolint:nilerr // it ends before all has begun
			}
			g.Go(func() error {
				if err := w.run(ctx); err != nil && ctx.Err() == nil {
					return fmt.Errorf("%s stopped: %w", w.name, err)
				}
				return nil
			})
		}
		return nil
	})
}

// stop closes the parts in reverse, then their pools. It runs also after a
// start that failed half way.
func (a *App) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), a.opts.Config.Drain)
	defer cancel()
	var errs []error
	for i := len(a.modules) - 1; i >= 0; i-- {
		name := a.modules[i].Name
		if p := a.parts[name]; p != nil && p.Close != nil {
			errs = append(errs, p.Close(ctx))
		}
		if pool := a.pools[name]; pool != nil {
			pool.Close()
		}
	}
	for _, d := range a.doors {
		_ = d.Close() // most are closed by their server already
	}
	return errors.Join(errs...)
}

// Part is a module that runs here, nil otherwise.
func (a *App) Part(name string) *Part { return a.parts[name] }

// Routes are the route tables of all parts that run here, in their order.
func (a *App) Routes() []rest.RouteInfo {
	var all []rest.RouteInfo
	for _, m := range a.modules {
		all = append(all, a.parts[m.Name].Routes...)
	}
	return all
}

// poolSize is the number of a part's database connections: two for each processor, at least four. More than can work at a time only wait
// for each other inside PostgreSQL, where waiting costs more than in our queue (a sale: 7 % of PostgreSQL's CPU between four and eight).
func poolSize() int32 { return max(4, 2*int32(runtime.GOMAXPROCS(0))) }
