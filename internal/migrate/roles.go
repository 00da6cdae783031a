package migrate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// progress passes golang-migrate's chatter to slog.
type progress struct {
	log    *slog.Logger
	schema string
}

func (p progress) Printf(format string, v ...any) {
	p.log.Info(strings.TrimSpace(fmt.Sprintf(format, v...)), "schema", p.schema)
}

func (p progress) Verbose() bool { return false }

// prepare makes the role, the schema and the rights on what the files will
// create. Default privileges come before the files: a file that revokes UPDATE
// on an append-only table has the last word.
func prepare(ctx context.Context, conn *pgx.Conn, schema string) error {
	if err := ensureRole(ctx, conn, Role(schema)); err != nil {
		return err
	}
	s, role := pgx.Identifier{schema}.Sanitize(), pgx.Identifier{Role(schema)}.Sanitize()
	for _, sql := range []string{
		"create schema if not exists " + s,
		"grant usage on schema " + s + " to " + role,
		"alter default privileges in schema " + s + " grant select, insert, update, delete on tables to " + role,
		"alter default privileges in schema " + s + " grant usage, select on sequences to " + role,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// ensureRole makes a role that nobody can log in as and lets the current user
// become it. Roles belong to the whole cluster while the advisory lock is per
// database: another database's run may win the race, which is fine.
func ensureRole(ctx context.Context, conn *pgx.Conn, role string) error {
	var exists, superuser bool
	err := conn.QueryRow(ctx, `select exists (select from pg_roles where rolname = $1),
		(select rolsuper from pg_roles where rolname = current_user)`, role).Scan(&exists, &superuser)
	if err != nil {
		return fmt.Errorf("look for role %s: %w", role, err)
	}
	name := pgx.Identifier{role}.Sanitize()
	if !exists {
		if _, err := conn.Exec(ctx, "create role "+name+" nologin"); err != nil && !duplicate(err) {
			return fmt.Errorf("create role %s: %w", role, err)
		}
	}
	if superuser {
		return nil // may become anyone
	}
	if _, err := conn.Exec(ctx, "grant "+name+" to current_user"); err != nil {
		return fmt.Errorf("become role %s: %w", role, err)
	}
	return nil
}

func duplicate(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "42710" || pg.Code == "23505")
}

// protectHistories lets the service read which version it runs on, not change it.
func protectHistories(ctx context.Context, conn *pgx.Conn, schema string) error {
	for _, table := range []string{historyTable, "river_migration"} {
		sql := "revoke insert, update, delete on " + pgx.Identifier{schema, table}.Sanitize() +
			" from " + pgx.Identifier{Role(schema)}.Sanitize()
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("protect %s: %w", table, err)
		}
	}
	return nil
}

func schemaExists(ctx context.Context, conn *pgx.Conn, schema string) (bool, error) {
	var exists bool
	err := conn.QueryRow(ctx, "select exists (select from pg_namespace where nspname = $1)", schema).Scan(&exists)
	if err != nil {
		return false, fmt.Errorf("look for the schema: %w", err)
	}
	return exists, nil
}

// remove drops the empty schema. No CASCADE: what a down file forgot must fail
// here instead of vanishing. The role stays, other databases may use it.
func remove(ctx context.Context, conn *pgx.Conn, schema string) error {
	s := pgx.Identifier{schema}.Sanitize()
	for _, sql := range []string{
		"drop table " + pgx.Identifier{schema, historyTable}.Sanitize(),
		"alter default privileges in schema " + s + " revoke all on tables from " + pgx.Identifier{Role(schema)}.Sanitize(),
		"alter default privileges in schema " + s + " revoke all on sequences from " + pgx.Identifier{Role(schema)}.Sanitize(),
		"drop schema " + s,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}
