package devstack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/internal/devstack/mailcatcher"
	"github.com/workfluence/workfluence/internal/devstack/pgserver"
	"github.com/workfluence/workfluence/internal/devstack/redisserver"
	"github.com/workfluence/workfluence/internal/devstack/statedir"
)

// database is the one that DSN names.
const database = "workfluence"

// servers are what the owner runs.
type servers struct {
	info info
	lock *os.File
	pg   *pgserver.Server
	rds  *redisserver.Server
	smtp *mailcatcher.Server
}

// startServers brings everything up, at the addresses of before where they are
// still free. On an error nothing is left running.
func startServers(ctx context.Context, dir string, before info, mail *mailcatcher.Store, log *slog.Logger) (*servers, error) {
	s := &servers{}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		s.pg, err = startPostgres(groupCtx, filepath.Join(dir, "pg"), log)
		return err
	})
	group.Go(func() (err error) {
		o := redisserver.Options{Dir: filepath.Join(dir, "redis"), Keep: true, Log: log}
		if before.RedisNetwork == "tcp" {
			o.Addr = before.RedisAddr
		}
		s.rds, err = redisserver.Start(groupCtx, o)
		return err
	})
	group.Go(func() (err error) {
		// The server outlives this start, so its listener must not die with groupCtx.
		s.smtp, err = listenMail(context.WithoutCancel(ctx), before.SMTPAddr, mail, log)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	network, addr := s.rds.Network()
	s.info = info{DSN: s.pg.DSN(database), RedisNetwork: network, RedisAddr: addr, SMTPAddr: s.smtp.Addr()}
	return s, nil
}

func startPostgres(ctx context.Context, dir string, log *slog.Logger) (*pgserver.Server, error) {
	tools, err := statedir.Tools()
	if err != nil {
		return nil, err
	}
	bin, err := pgserver.Find(ctx, tools, log)
	if err != nil {
		return nil, err
	}
	pg, err := pgserver.Start(ctx, pgserver.Options{Dir: dir, Bin: bin, Log: log, Settings: map[string]string{
		"max_connections": "200", // every target in a process of its own has pools of its own
	}})
	if err != nil {
		return nil, err
	}
	if err := ensureDatabase(ctx, pg); err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	return pg, nil
}

func ensureDatabase(ctx context.Context, pg *pgserver.Server) error {
	conn, err := pgx.Connect(ctx, pg.DSN("postgres"))
	if err != nil {
		return fmt.Errorf("reach PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "create database "+database); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

func listenMail(ctx context.Context, addr string, mail *mailcatcher.Store, log *slog.Logger) (*mailcatcher.Server, error) {
	const anyPort = "127.0.0.1:0"
	if addr == "" {
		addr = anyPort
	}
	server, err := mailcatcher.Listen(ctx, addr, mail, log)
	if errors.Is(err, syscall.EADDRINUSE) {
		server, err = mailcatcher.Listen(ctx, anyPort, mail, log)
	}
	return server, err
}

// stop ends what runs, then lets go of the lock, so that a successor finds
// the data at rest.
func (s *servers) stop() error {
	var errs []error
	if s.smtp != nil {
		errs = append(errs, s.smtp.Close())
	}
	if s.rds != nil {
		errs = append(errs, s.rds.Stop())
	}
	if s.pg != nil {
		errs = append(errs, s.pg.Stop())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
