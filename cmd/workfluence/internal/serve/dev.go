package serve

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/demo"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/dev"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack"
	"github.com/workfluence/workfluence/internal/devstack/child"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts"
)

// The simulator's credentials. They open nothing but the simulator.
const (
	simKey           = "sk_test_simulator"
	simSecret        = "whsec_simulator_platform"
	simConnectSecret = "whsec_simulator_connect"
)

func runDev(ctx context.Context, o Options) error {
	if err := refuseProduction(o); err != nil {
		return err
	}
	if o.Tied {
		// Before anything is started that could be left behind.
		if err := child.DieWithParent(syscall.SIGTERM); err != nil {
			return err
		}
	}
	killpoint.Allow()
	log := obs.Logger(os.Stderr, true, level(os.Getenv("WORKFLUENCE_LOG_LEVEL")))
	stack, err := devstack.Start(ctx, devstack.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { _ = stack.Close() }()
	modules := compose.Modules()
	names := append(app.Names(modules), devapi.Name)
	port, err := choosePorts(stack.Path("ports.json"), o.Listen, stack.Owner(), names)
	if err != nil {
		return err
	}
	if !stack.Owner() {
		here, err := app.Select(modules, o.Targets)
		if err != nil {
			return err
		}
		if err := port.joinable(stack.Path(), o.Listen, app.Names(here)); err != nil {
			return err
		}
	}
	if err := migrateStale(ctx, stack.DSN(), compose.Schemas(modules)); err != nil {
		return err
	}
	demoClock, err := clock.OpenDemo(stack.ClockFile())
	if err != nil {
		return err
	}
	if err := identity.InitDir(stack.Path("keys"), names...); err != nil {
		return err
	}
	cfg, err := devConfig(stack, port)
	if err != nil {
		return err
	}
	sim, closeSim, err := startSimulator(stack, port, demoClock, log)
	if err != nil {
		return err
	}
	defer closeSim()
	all := append(slices.Clone(modules), dev.Module(dev.Options{
		Clock: demoClock, Mail: stack.Mail(), Parts: app.Names(modules), Sim: sim,
		SimURL: "http://" + loopback(port.Stripe), People: func() []devapi.DemoPerson { return demo.People(stack.Path("demo.json")) },
	}))
	targets := devTargets(o.Targets, all, stack.Owner())
	here, err := app.Select(all, targets)
	if err != nil {
		return err
	}
	keys, err := identity.LoadDir(stack.Path("keys"), app.Names(here)...)
	if err != nil {
		return err
	}
	client := app.OpenRedis(stack.Redis())
	defer func() { _ = client.Close() }()
	return app.Run(ctx, app.Options{
		All: all, Targets: targets, Config: cfg, Clock: demoClock, Log: log, Metrics: obs.Registry(), Keys: keys, Redis: client, Dev: true,
		Remote: func(name string) string { return "http://" + loopback(port.Parts[name]) },
		Inner: func(name string) string {
			if len(here) == len(all) {
				return ""
			}
			return loopback(port.Parts[name])
		},
		Started: func(a *app.App) {
			if a.Addresses["public"] != "" {
				demo.Greet(os.Stdout, cfg.PublicURL, stack.Path())
			}
			if stack.Owner() && !o.Empty {
				go loadDemo(ctx, cfg.PublicURL, stack, log)
			}
		},
	})
}

// refuseProduction keeps the demo away from anything that is not a demo.
func refuseProduction(o Options) error {
	if os.Getenv("DATABASE_URL") != "" {
		return errors.New("serve --dev brings its own PostgreSQL and refuses a DATABASE_URL; unset it, or serve without --dev")
	}
	if o.Listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("serve --dev lets anybody sign in as anybody and listens on the loopback only, not on %q", host)
	}
	return nil
}

// devTargets adds the demo's own part to the process that owns the stack.
func devTargets(wanted []string, all []app.Module, owner bool) []string {
	var out []string
	for _, t := range wanted {
		if t == "all" {
			out = append(out, app.Names(all)...)
		} else {
			out = append(out, t)
		}
	}
	out = slices.DeleteFunc(out, func(t string) bool { return t == devapi.Name })
	if owner {
		out = append(out, devapi.Name)
	}
	return out
}

func migrateStale(ctx context.Context, dsn string, schemas []string) error {
	states, err := migrate.Status(ctx, dsn, schemas...)
	if err == nil && !slices.ContainsFunc(states, func(s migrate.State) bool { return !s.Current() }) {
		return nil
	}
	return migrate.Up(ctx, dsn, schemas...)
}

// devConfig is what production reads from its environment.
func devConfig(stack *devstack.Stack, p ports) (app.Config, error) {
	secret, err := keepSecret(stack.Path("secret"))
	if err != nil {
		return app.Config{}, err
	}
	if err := os.MkdirAll(stack.Path("blobs"), 0o700); err != nil {
		return app.Config{}, err
	}
	for name, value := range map[string]string{
		"BILLING_STRIPE_KEY": simKey, "BILLING_STRIPE_URL": "http://" + loopback(p.Stripe),
		"BILLING_STRIPE_WEBHOOK_SECRET": simSecret, "BILLING_STRIPE_CONNECT_SECRET": simConnectSecret,
		"STOREFRONT_SELLER_ADDRESS": "1 Demo Street", "STOREFRONT_SELLER_EMAIL": "help@demo.example",
		"WEB_OPERATOR_ADDRESS": "1 Demo Street", "WEB_OPERATOR_EMAIL": "help@demo.example",
		"GATEWAY_LIMIT_PER_MINUTE": "1000000", "GATEWAY_STRICT_LIMIT_PER_MINUTE": "100000",
	} {
		if os.Getenv(name) == "" {
			if err := os.Setenv(name, value); err != nil {
				return app.Config{}, err
			}
		}
	}
	return app.Config{
		Listen: p.public(), FilesListen: loopback(p.Files), PublicURL: "http://" + p.public(), FilesURL: "http://" + loopback(p.Files),
		BlobURL: "file://" + stack.Path("blobs") + "?no_tmp_dir=true", SMTPURL: "smtp://" + stack.SMTPAddr(),
		AdminListen: os.Getenv("WORKFLUENCE_ADMIN_LISTEN"), // none unless asked for: several demos run on one machine
		DatabaseURL: stack.DSN(), Secret: secret, Drain: 5 * time.Second,
	}, nil
}

// keepSecret makes the demo's secret once, so that mailed links survive a restart.
func keepSecret(path string) (string, error) {
	if text, err := os.ReadFile(path); err == nil && len(text) >= 32 {
		return string(text), nil
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(raw)
	return text, os.WriteFile(path, []byte(text), 0o600)
}

// startSimulator serves Stripe's till on a port of its own, in the process
// that owns the stack.
func startSimulator(stack *devstack.Stack, p ports, c clock.Clock, log *slog.Logger) (*stripesim.Sim, func(), error) {
	public := "http://" + p.public()
	cfg := stripesim.Config{
		Clock: c, Key: simKey, BaseURL: "http://" + loopback(p.Stripe), Log: log, Record: os.Getenv("WORKFLUENCE_RECORD"),
		Endpoints: []stripesim.Endpoint{
			{URL: public + "/webhooks/stripe", Secret: simSecret, Events: rail.PlatformEndpoint.Types()},
			{URL: public + "/webhooks/stripe-connect", Secret: simConnectSecret, Connect: true, Events: rail.ConnectEndpoint.Types()},
		},
	}
	if stack.Owner() {
		cfg.PersistDir = stack.Path("stripe")
	}
	sim, err := stripesim.New(cfg)
	if err != nil || !stack.Owner() {
		return sim, func() {}, err
	}
	door, err := net.Listen("tcp", loopback(p.Stripe))
	if err != nil {
		return nil, nil, err
	}
	srv := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := srv.Serve(door); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the Stripe simulator stopped", "error", err)
		}
	}()
	return sim, func() { _, _ = srv.Close(), sim.Close() }, nil
}

func loadDemo(ctx context.Context, base string, stack *devstack.Stack, log *slog.Logger) {
	grant := func(ctx context.Context, email string) error {
		pool, err := pg.Open(ctx, stack.DSN(), 1, "wf_accounts")
		if err != nil {
			return err
		}
		defer pool.Close()
		_, err = accounts.GrantOperator(ctx, pool, clock.System(), email)
		return err
	}
	if err := demo.Load(ctx, base, stack.Path("demo.json"), grant); err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "the demo world is not complete", "error", err)
	}
}
