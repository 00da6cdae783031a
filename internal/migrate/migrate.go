package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	gomigrate "github.com/golang-migrate/migrate/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/workfluence/workfluence/migrations"
)

// advisoryLock is an arbitrary constant that only this package locks.
const advisoryLock = 0x776f726b66 // "workf"

// ErrDirty says that a migration file failed halfway in an earlier run.
var ErrDirty = errors.New("a migration failed halfway: repair the schema, then set its schema_migrations row")

// Role is the role that the service of a schema acts as.
func Role(schema string) string { return "wf_" + schema }

// Migrator runs the migrations of a source; the zero value is not usable.
type Migrator struct {
	src fs.FS
	log *slog.Logger
}

// New returns a migrator over src, laid out like package migrations.
func New(src fs.FS, log *slog.Logger) *Migrator {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Migrator{src: src, log: log}
}

// Up migrates the named schemas, or all there are, to the newest version.
// It is safe to call at any time, from any number of processes.
func Up(ctx context.Context, dsn string, schemas ...string) error {
	return New(migrations.FS(), nil).Up(ctx, dsn, schemas...)
}

// Down removes the named schemas, or all there are, with everything in them.
func Down(ctx context.Context, dsn string, schemas ...string) error {
	return New(migrations.FS(), nil).Down(ctx, dsn, schemas...)
}

// Up is the method form of the function Up.
func (m *Migrator) Up(ctx context.Context, dsn string, schemas ...string) error {
	return m.locked(ctx, dsn, schemas, func(conn *pgx.Conn, schema string) error {
		if err := prepare(ctx, conn, schema); err != nil {
			return err
		}
		if err := m.river(ctx, dsn, schema, rivermigrate.DirectionUp, nil); err != nil {
			return err
		}
		if err := m.files(dsn, schema, (*gomigrate.Migrate).Up); err != nil {
			return err
		}
		return protectHistories(ctx, conn, schema)
	})
}

// Down is the method form of the function Down. Schemas go in reverse order.
func (m *Migrator) Down(ctx context.Context, dsn string, schemas ...string) error {
	if len(schemas) == 0 {
		schemas = migrations.SchemasOf(m.src)
	}
	schemas = slices.Clone(schemas)
	slices.Reverse(schemas)
	return m.locked(ctx, dsn, schemas, func(conn *pgx.Conn, schema string) error {
		exists, err := schemaExists(ctx, conn, schema)
		if err != nil || !exists {
			return err
		}
		if err := m.files(dsn, schema, (*gomigrate.Migrate).Down); err != nil {
			return err
		}
		if err := m.river(ctx, dsn, schema, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1}); err != nil {
			return err
		}
		return remove(ctx, conn, schema)
	})
}

// locked runs fn for each schema on one connection that holds the lock.
func (m *Migrator) locked(ctx context.Context, dsn string, schemas []string, fn func(*pgx.Conn, string) error) error {
	known := migrations.SchemasOf(m.src)
	if len(schemas) == 0 {
		schemas = known
	}
	for _, schema := range schemas {
		if !slices.Contains(known, schema) {
			return fmt.Errorf("schema %q has no migrations (there are: %v)", schema, known)
		}
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // releases the lock too
	if err := lock(ctx, conn); err != nil {
		return fmt.Errorf("wait for other migrations: %w", err)
	}
	for _, schema := range schemas {
		if err := fn(conn, schema); err != nil {
			return fmt.Errorf("migrate schema %s: %w", schema, err)
		}
	}
	return nil
}

// lock polls: a session that waits inside pg_advisory_lock holds a snapshot,
// and a CREATE INDEX CONCURRENTLY in the run it waits for would wait for it.
func lock(ctx context.Context, conn *pgx.Conn) error {
	for {
		var got bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", advisoryLock).Scan(&got); err != nil || got {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// river migrates the job queue's own tables inside the schema.
func (m *Migrator) river(ctx context.Context, dsn, schema string, to rivermigrate.Direction, opts *rivermigrate.MigrateOpts) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return fmt.Errorf("open pool for the job tables: %w", err)
	}
	defer pool.Close()
	quiet := slog.New(slog.DiscardHandler)
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: quiet})
	if err != nil {
		return fmt.Errorf("load the job tables' migrations: %w", err)
	}
	result, err := migrator.Migrate(ctx, to, opts)
	if err != nil {
		return fmt.Errorf("migrate the job tables: %w", err)
	}
	for _, v := range result.Versions {
		m.log.Info("migrated job tables", "schema", schema, "direction", string(to), "version", v.Version)
	}
	return nil
}
