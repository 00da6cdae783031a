package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/migrations"
)

// State is where one schema stands. Version 0 is "never migrated"; Latest is
// the newest version this binary carries.
type State struct {
	Schema  string
	Version int
	Latest  int
	Dirty   bool
}

// Current reports whether the schema is exactly what this binary expects.
func (s State) Current() bool { return s.Version == s.Latest && !s.Dirty }

// Status reports the named schemas, or all there are, in the order asked.
func Status(ctx context.Context, dsn string, schemas ...string) ([]State, error) {
	return New(migrations.FS(), nil).Status(ctx, dsn, schemas...)
}

// Status is the method form of the function Status.
func (m *Migrator) Status(ctx context.Context, dsn string, schemas ...string) ([]State, error) {
	if len(schemas) == 0 {
		schemas = migrations.SchemasOf(m.src)
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("connect for the migration status: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	states := make([]State, 0, len(schemas))
	for _, schema := range schemas {
		state := State{Schema: schema, Latest: Latest(m.src, schema)}
		table := pgx.Identifier{schema, historyTable}.Sanitize()
		var migrated bool
		if err := conn.QueryRow(ctx, "select to_regclass($1) is not null", table).Scan(&migrated); err != nil {
			return nil, fmt.Errorf("look for the history of %s: %w", schema, err)
		}
		if migrated {
			err := conn.QueryRow(ctx, "select version, dirty from "+table).Scan(&state.Version, &state.Dirty)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return nil, fmt.Errorf("read the history of %s: %w", schema, err)
			}
		}
		states = append(states, state)
	}
	return states, nil
}

// Latest is the newest version that src carries for a schema, 0 if none.
func Latest(src fs.FS, schema string) int {
	files, err := fs.Glob(src, schema+"/*.up.sql")
	if err != nil {
		return 0
	}
	latest := 0
	for _, file := range files {
		number, _, _ := strings.Cut(strings.TrimPrefix(file, schema+"/"), "_")
		if n, err := strconv.Atoi(number); err == nil {
			latest = max(latest, n)
		}
	}
	return latest
}
