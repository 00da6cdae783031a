// Package doctor says what this machine and this configuration lack, in the
// order in which a person would mend it.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/devstack/pgserver"
	"github.com/workfluence/workfluence/internal/migrate"
)

// patience bounds each check.
const patience = 5 * time.Second

type check struct {
	name string
	// look returns what was found, or what to do about it.
	look func(ctx context.Context) (string, error)
}

// Run prints one line a check. Production is checked when DATABASE_URL is
// set, the demo's needs otherwise. The error says that something is missing.
func Run(ctx context.Context, out io.Writer) error {
	checks := demoChecks()
	if os.Getenv("DATABASE_URL") != "" {
		checks = productionChecks()
	}
	failed := 0
	for _, c := range checks {
		look, cancel := context.WithTimeout(ctx, patience)
		found, err := c.look(look)
		cancel()
		if err != nil {
			failed++
			_, _ = fmt.Fprintf(out, "missing  %-14s %v\n", c.name, err)
			continue
		}
		_, _ = fmt.Fprintf(out, "ok       %-14s %s\n", c.name, found)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(checks))
	}
	return nil
}

func demoChecks() []check {
	return []check{
		{"PostgreSQL", func(ctx context.Context) (string, error) {
			return pgserver.Find(ctx, "", slog.New(slog.DiscardHandler))
		}},
		{"Redis", func(context.Context) (string, error) {
			if path, err := exec.LookPath("redis-server"); err == nil {
				return path, nil
			}
			return "no redis-server; serve --dev imitates one, which is enough to look around", nil
		}},
		{"Chromium", func(context.Context) (string, error) {
			for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
				if path, err := exec.LookPath(name); err == nil {
					return path, nil
				}
			}
			return "none; only the browser tests need it", nil
		}},
	}
}

func productionChecks() []check {
	var cfg app.Config
	parsed := app.Parse(&cfg)
	modules := compose.Modules()
	return []check{
		{"configuration", func(context.Context) (string, error) {
			if parsed != nil {
				return "", parsed
			}
			for _, m := range modules {
				if m.Config != nil {
					if err := app.Parse(m.Config); err != nil {
						return "", fmt.Errorf("%s: %w", m.Name, err)
					}
				}
			}
			return "complete", cfg.Missing(modules)
		}},
		{"PostgreSQL", func(ctx context.Context) (string, error) {
			conn, err := pgx.Connect(ctx, cfg.DatabaseURL)
			if err != nil {
				return "", err
			}
			defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
			var version string
			return version, conn.QueryRow(ctx, "show server_version").Scan(&version)
		}},
		{"migrations", func(ctx context.Context) (string, error) {
			states, err := migrate.Status(ctx, cfg.DatabaseURL, compose.Schemas(modules)...)
			if err != nil {
				return "", err
			}
			var behind []string
			for _, s := range states {
				if !s.Current() {
					behind = append(behind, fmt.Sprintf("%s is at %d of %d", s.Schema, s.Version, s.Latest))
				}
			}
			if len(behind) > 0 {
				return "", errors.New("run `workfluence migrate`: " + strings.Join(behind, ", "))
			}
			return "current", nil
		}},
		{"Redis", func(ctx context.Context) (string, error) {
			opts, err := redis.ParseURL(cfg.RedisURL)
			if err != nil {
				return "", err
			}
			client := redis.NewClient(opts)
			defer func() { _ = client.Close() }()
			return "answers", client.Ping(ctx).Err()
		}},
	}
}
