package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/demo"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/doctor"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/tour"
	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts"
)

type tourCmd struct {
	Base string `help:"The address of a running serve --dev." default:"http://127.0.0.1:8080"`
	File string `name:"course" help:"A zip of Markdown lessons to sell instead of the one in the binary." type:"existingfile"`
}

// Run walks the tour and fails if a cent is unexplained.
func (c *tourCmd) Run(ctx context.Context) error {
	return tour.Run(ctx, os.Stdout, tour.Options{Base: c.Base, File: c.File})
}

type demoCmd struct {
	Load  demoLoadCmd  `cmd:"" help:"Make the demo world in a running serve --dev."`
	Reset demoResetCmd `cmd:"" help:"Forget everything of this checkout's serve --dev."`
}

type demoLoadCmd struct {
	Base string `help:"The address of a running serve --dev." default:"http://127.0.0.1:8080"`
}

// Run makes what is missing of the demo world.
func (c *demoLoadCmd) Run(ctx context.Context) error {
	dir, err := statedir.Default(".")
	if err != nil {
		return err
	}
	return demo.Load(ctx, c.Base, dir+"/demo.json", func(ctx context.Context, email string) error {
		return database{Dev: true}.with(ctx, "accounts", func(pool *pgxpool.Pool) error {
			_, err := accounts.GrantOperator(ctx, pool, clock.System(), email)
			return err
		})
	})
}

type demoResetCmd struct{}

// Run empties the state folder; a serve --dev that uses it must be stopped first.
func (*demoResetCmd) Run() error { return devstack.Reset("") }

type ledgerCmd struct {
	Verify ledgerVerifyCmd `cmd:"" help:"Sum the books up again and compare."`
}

type ledgerVerifyCmd struct{ database }

// Run names every journal and account that does not add up, and fails if there is one.
func (c *ledgerVerifyCmd) Run(ctx context.Context) error {
	return c.with(ctx, "billing", func(pool *pgxpool.Pool) error {
		report, err := ledger.Verify(ctx, pool)
		if err != nil {
			return err
		}
		for _, f := range report.Findings {
			fmt.Println(f)
		}
		fmt.Printf("%d journals, %d entries, %d findings\n", report.Journals, report.Entries, len(report.Findings))
		if !report.OK() {
			return errors.New("the books do not add up")
		}
		return nil
	})
}

type operatorCmd struct {
	Grant operatorGrantCmd `cmd:"" help:"Make the person with an address an operator."`
}

type operatorGrantCmd struct {
	database
	Email string `arg:"" help:"The proven address of an account."`
}

// Run grants the role; the account must exist.
func (c *operatorGrantCmd) Run(ctx context.Context) error {
	return c.with(ctx, "accounts", func(pool *pgxpool.Pool) error {
		person, err := accounts.GrantOperator(ctx, pool, clock.System(), c.Email)
		if err == nil {
			fmt.Println(person, "runs the platform now")
		}
		return err
	})
}

type doctorCmd struct{}

// Run checks what can be checked from here and fails if something is missing.
func (*doctorCmd) Run(ctx context.Context) error { return doctor.Run(ctx, os.Stdout) }

// database is where a command finds the books: the configured one, or under
// --dev the state folder's.
type database struct {
	Dev bool `help:"Use the database of this checkout's serve --dev."`
}

func (d database) with(ctx context.Context, schema string, fn func(*pgxpool.Pool) error) error {
	var cfg app.Config
	if err := app.Parse(&cfg); err != nil {
		return err
	}
	dsn := cfg.DSN(schema)
	if d.Dev {
		stack, err := devstack.Start(ctx, devstack.Options{})
		if err != nil {
			return err
		}
		defer func() { _ = stack.Close() }()
		dsn = stack.DSN()
	}
	if dsn == "" {
		return errors.New("missing configuration: DATABASE_URL, or --dev")
	}
	pool, err := pg.Open(ctx, dsn, 2, "wf_"+schema)
	if err != nil {
		return err
	}
	defer pool.Close()
	return fn(pool)
}
