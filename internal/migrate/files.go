package migrate

import (
	"errors"
	"fmt"

	gomigrate "github.com/golang-migrate/migrate/v4"
	pgxdriver "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

const historyTable = "schema_migrations"

// files runs the schema's own SQL files in one direction. golang-migrate wants
// database/sql; it gets a connection whose search_path begins with the schema,
// so that a name without one can't land in another service's schema.
func (m *Migrator) files(dsn, schema string, run func(*gomigrate.Migrate) error) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("read the database address: %w", err)
	}
	config.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize() + ", public"
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()

	source, err := iofs.New(m.src, schema)
	if err != nil {
		return fmt.Errorf("read the files: %w", err)
	}
	driver, err := pgxdriver.WithInstance(db, &pgxdriver.Config{SchemaName: schema, MigrationsTable: historyTable})
	if err != nil {
		return fmt.Errorf("open the history: %w", err)
	}
	runner, err := gomigrate.NewWithInstance("iofs", source, schema, driver)
	if err != nil {
		return fmt.Errorf("load the files: %w", err)
	}
	runner.Log = progress{m.log, schema}
	err = run(runner)
	sourceErr, dbErr := runner.Close()
	var dirty gomigrate.ErrDirty
	switch {
	case errors.Is(err, gomigrate.ErrNoChange):
		err = nil
	case errors.As(err, &dirty):
		err = fmt.Errorf("%w (version %d)", ErrDirty, dirty.Version)
	}
	return errors.Join(err, sourceErr, dbErr)
}
