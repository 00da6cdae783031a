package main

import (
	"context"
	"fmt"
	"os"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/serve"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/migrate"
)

type serveCmd struct {
	Target      []string `help:"Which parts to run, or all." default:"all" placeholder:"NAME"`
	Dev         bool     `help:"Bring PostgreSQL, Redis, Stripe and mail along, on the loopback."`
	Listen      string   `help:"The public address under --dev." placeholder:"HOST:PORT"`
	Empty       bool     `help:"Start --dev without the demo world."`
	Tied        bool     `help:"End --dev with the program that started it, even if that is killed; make run does."`
	ListTargets bool     `help:"Name the targets and stop."`
	PrintConfig bool     `help:"Print the configuration, secrets masked, and stop."`
}

// Run serves, or explains.
func (c *serveCmd) Run(ctx context.Context) error {
	switch {
	case c.ListTargets:
		for _, name := range app.Names(compose.Modules()) {
			fmt.Println(name)
		}
		return nil
	case c.PrintConfig:
		configs, err := serve.Describe(c.Target)
		if err != nil {
			return err
		}
		return app.Print(os.Stdout, configs...)
	}
	return serve.Run(ctx, serve.Options{Targets: c.Target, Dev: c.Dev, Listen: c.Listen, Empty: c.Empty, Tied: c.Tied})
}

type migrateCmd struct {
	Direction string `arg:"" enum:"up,down,status" default:"up" help:"up, down or status."`
}

// Run migrates all schemas, one after the other, from this one process.
func (c *migrateCmd) Run(ctx context.Context) error {
	var cfg app.Config
	if err := app.Parse(&cfg); err != nil {
		return err
	}
	if cfg.DatabaseURL == "" {
		return fmt.Errorf("missing configuration: DATABASE_URL")
	}
	schemas := compose.Schemas(compose.Modules())
	switch c.Direction {
	case "up":
		return migrate.Up(ctx, cfg.DatabaseURL, schemas...)
	case "down":
		return migrate.Down(ctx, cfg.DatabaseURL, schemas...)
	}
	states, err := migrate.Status(ctx, cfg.DatabaseURL, schemas...)
	if err != nil {
		return err
	}
	for _, s := range states {
		fmt.Printf("%s: version %d of %d, dirty %t\n", s.Schema, s.Version, s.Latest, s.Dirty)
	}
	return nil
}

type keysCmd struct {
	Dir string `arg:"" help:"The folder; existing keys are kept." type:"path"`
}

// Run makes a key pair for each target that has none.
func (c *keysCmd) Run() error { return identity.InitDir(c.Dir, app.Names(compose.Modules())...) }
