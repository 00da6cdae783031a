// Package serve starts the house: in production from its configuration, under
// --dev with everything that it needs beside it.
package serve

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/obs"
)

// Options are the flags of `serve`.
type Options struct {
	Targets []string
	Dev     bool
	// Listen overrides the public address under --dev; loopback only.
	Listen string
	// Empty starts --dev without the demo world.
	Empty bool
	// Tied ends --dev with the program that started it, even if that is killed.
	Tied bool
}

// Run serves until ctx ends.
func Run(ctx context.Context, o Options) error {
	stop, err := obs.StartTracing(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = stop(context.WithoutCancel(ctx)) }()
	if o.Dev {
		return runDev(ctx, o)
	}
	return runProduction(ctx, o)
}

func runProduction(ctx context.Context, o Options) error {
	var cfg app.Config
	if err := app.Parse(&cfg); err != nil {
		return err
	}
	all := compose.Modules()
	here, err := app.Select(all, o.Targets)
	if err != nil {
		return err
	}
	for _, m := range here {
		if m.Config == nil {
			continue
		}
		if err := app.Parse(m.Config); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	if err := cfg.Missing(here); err != nil {
		return err
	}
	log := obs.Logger(os.Stderr, false, level(cfg.LogLevel))
	keys, err := productionKeys(cfg, all, here)
	if err != nil {
		return err
	}
	redisOptions, err := redis.ParseURL(cfg.RedisURL)
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	client := app.OpenRedis(redisOptions)
	defer func() { _ = client.Close() }()
	return app.Run(ctx, app.Options{
		All: all, Targets: o.Targets, Config: cfg, Clock: clock.System(), Log: log, Metrics: obs.Registry(), Keys: keys, Redis: client,
		Remote: remote,
		Inner:  func(name string) string { return inner(cfg, all, here, name) },
		Started: func(a *app.App) {
			log.InfoContext(ctx, "serving", "targets", app.Names(here), "addresses", fmt.Sprint(a.Addresses))
		},
	})
}

// remote is where a part is found that runs elsewhere: its Kubernetes
// Service, unless WORKFLUENCE_URL_<PART> says otherwise.
func remote(name string) string {
	if url := os.Getenv("WORKFLUENCE_URL_" + upper(name)); url != "" {
		return url
	}
	return "http://" + name + ":8080"
}

// inner is the address of a part that others reach: in a process of its own
// the common one; the gateway's front door is its own already.
func inner(cfg app.Config, all, here []app.Module, name string) string {
	if len(here) == len(all) || name == identity.Gateway {
		return ""
	}
	if addr := os.Getenv("WORKFLUENCE_LISTEN_" + upper(name)); addr != "" {
		return addr
	}
	return cfg.Listen
}

// productionKeys are the folder's keys; one process that runs everything
// needs no folder.
func productionKeys(cfg app.Config, all, here []app.Module) (*identity.Keys, error) {
	if cfg.KeysDir != "" {
		return identity.LoadDir(cfg.KeysDir, app.Names(here)...)
	}
	if len(here) == len(all) {
		return identity.Ephemeral(app.Names(all)...)
	}
	return nil, fmt.Errorf("missing configuration: WORKFLUENCE_KEYS_DIR (several processes must know each other's keys; see `workfluence keys`)")
}

func level(name string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return slog.LevelInfo
	}
	return l
}

func upper(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// Describe prints the configuration of the targets, secrets masked.
func Describe(targets []string) ([]any, error) {
	here, err := app.Select(compose.Modules(), targets)
	if err != nil {
		return nil, err
	}
	cfg := &app.Config{}
	if err := app.Parse(cfg); err != nil {
		return nil, err
	}
	configs := []any{cfg}
	for _, m := range here {
		if m.Config == nil {
			continue
		}
		if err := app.Parse(m.Config); err != nil {
			return nil, err
		}
		configs = append(configs, m.Config)
	}
	return slices.Clip(configs), nil
}
