// Command workfluence is the whole marketplace in one binary: every service,
// the gateway and the pages, each a target of `serve`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // images without zoneinfo know every zone all the same

	"github.com/alecthomas/kong"
)

type commands struct {
	Serve    serveCmd    `cmd:"" help:"Serve all targets, or some."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database schemas up to date."`
	Demo     demoCmd     `cmd:"" help:"Load or reset the demo world."`
	Tour     tourCmd     `cmd:"" help:"Walk the main jobs through a running instance and check every cent."`
	Ledger   ledgerCmd   `cmd:"" help:"Check the books."`
	Receipt  receiptCmd  `cmd:"" help:"Check a receipt, without a server."`
	Log      logCmd      `cmd:"" help:"Check the transparency log of decisions, without a server."`
	Operator operatorCmd `cmd:"" help:"Say who runs the platform."`
	Keys     keysCmd     `cmd:"" help:"Make the keys by which the targets know each other."`
	Doctor   doctorCmd   `cmd:"" help:"Say what this machine and configuration lack."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli commands
	parser := kong.Parse(&cli, kong.Name("workfluence"), kong.UsageOnError(),
		kong.Description("The marketplace for people who make content about their work, and keep their job."))
	parser.BindTo(ctx, (*context.Context)(nil))
	if err := parser.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "workfluence:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}
