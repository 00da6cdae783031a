package pgtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pg"
)

const (
	// Env names a PostgreSQL to use instead of the private cluster.
	Env = "WORKFLUENCE_TEST_PG"

	setupTimeout = 2 * time.Minute
	poolSize     = 8
)

var serial atomic.Int64

// DB returns a pool on a fresh database that holds the migrated schemas. With
// exactly one schema its sessions act as that service's role, as in production;
// with several they act as the owner. Pool and database are gone after the test.
func DB(t testing.TB, schemas ...string) *pgxpool.Pool {
	t.Helper()
	role := ""
	if len(schemas) == 1 {
		role = migrate.Role(schemas[0])
	}
	return Open(t, DSN(t, schemas...), role)
}

// Open returns a pool on dsn whose sessions act as role ("" = the owner); it is
// closed before the test's database is dropped.
func Open(t testing.TB, dsn, role string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), dsn, poolSize, role)
	if err != nil {
		t.Fatalf("pgtest: open a pool: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// DSN returns the address of a fresh database that holds the migrated schemas,
// for the cluster's owner. It is dropped after the test, open sessions included.
func DSN(t testing.TB, schemas ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
	defer cancel()
	s, err := shared(ctx)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	template, err := s.template(ctx, schemas)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), serial.Add(1))
	if err := s.clone(ctx, name, template); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Errorf("pgtest: drop %s: %v", name, err)
		}
	})
	return s.dsn(name)
}

// Empty returns the address of a fresh database with nothing in it.
func Empty(t testing.TB) string {
	t.Helper()
	return DSN(t)
}

// server is the cluster that this process uses, as its owner.
type server struct {
	admin *pgxpool.Pool // on the maintenance database
	dsn   func(database string) string
}

// clone retries while a stray session (autovacuum of a foreign cluster) still
// sits on the template.
func (s *server) clone(ctx context.Context, name, template string) error {
	sql := "create database " + pgx.Identifier{name}.Sanitize() + " template " + pgx.Identifier{template}.Sanitize()
	for {
		_, err := s.admin.Exec(ctx, sql)
		if err == nil {
			return nil
		}
		if !strings.Contains(err.Error(), "55006") || ctx.Err() != nil {
			return fmt.Errorf("clone %s: %w", template, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)")
	return err
}
