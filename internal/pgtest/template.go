package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/migrations"
)

// templateFormat is raised when package migrate makes something else out of the
// same files, so that templates of an older checkout are not reused.
const templateFormat = "1"

// template returns the name of a database that holds the schemas, migrated. The
// name is a hash of what went in; whoever needs it first makes it, others wait.
func (s *server) template(ctx context.Context, schemas []string) (string, error) {
	if len(schemas) == 0 {
		return "template1", nil
	}
	name, err := templateName(migrations.FS(), schemas)
	if err != nil {
		return "", err
	}
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return "", fmt.Errorf("reach the cluster: %w", err)
	}
	defer conn.Release()
	if exists, err := databaseExists(ctx, conn.Conn(), name); err != nil || exists {
		return name, err
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", fmt.Errorf("lock template %s: %w", name, err)
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(hashtext($1))", name) }()
	if exists, err := databaseExists(ctx, conn.Conn(), name); err != nil || exists {
		return name, err
	}
	return name, s.makeTemplate(ctx, name, schemas)
}

// makeTemplate migrates under another name first: a process that dies halfway
// leaves no template that looks finished.
func (s *server) makeTemplate(ctx context.Context, name string, schemas []string) error {
	draft := name + "_draft"
	if err := s.drop(ctx, draft); err != nil {
		return fmt.Errorf("clear %s: %w", draft, err)
	}
	if err := s.clone(ctx, draft, "template1"); err != nil {
		return err
	}
	if err := migrate.Up(ctx, s.dsn(draft), schemas...); err != nil {
		return errors.Join(err, s.drop(context.WithoutCancel(ctx), draft))
	}
	for _, sql := range []string{
		"alter database " + pgx.Identifier{draft}.Sanitize() + " rename to " + pgx.Identifier{name}.Sanitize(),
		"alter database " + pgx.Identifier{name}.Sanitize() + " allow_connections false",
	} {
		if _, err := s.admin.Exec(ctx, sql); err != nil {
			return fmt.Errorf("finish template %s: %w", name, err)
		}
	}
	return nil
}

func databaseExists(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists); err != nil {
		return false, fmt.Errorf("look for database %s: %w", name, err)
	}
	return exists, nil
}

// templateName hashes the schemas' names and files, in order of name.
func templateName(src fs.FS, schemas []string) (string, error) {
	sum := sha256.New()
	_, _ = sum.Write([]byte(templateFormat))
	for _, schema := range slices.Sorted(slices.Values(schemas)) {
		files, err := fs.Glob(src, schema+"/*.sql")
		if err != nil {
			return "", fmt.Errorf("list migrations of %s: %w", schema, err)
		}
		if len(files) == 0 {
			return "", fmt.Errorf("schema %q has no migrations", schema)
		}
		for _, file := range files {
			text, err := fs.ReadFile(src, file)
			if err != nil {
				return "", fmt.Errorf("read %s: %w", file, err)
			}
			_, _ = fmt.Fprintf(sum, "%s %d\n%s", file, len(text), text)
		}
	}
	return "tpl_" + hex.EncodeToString(sum.Sum(nil)[:10]), nil
}

// sweep drops the databases of test processes that died before their cleanup.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `select datname from pg_database where datname like 't\_%'`)
	if err != nil {
		return fmt.Errorf("list old test databases: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list old test databases: %w", err)
	}
	for _, name := range names {
		if alive(name) {
			continue
		}
		if err := s.drop(ctx, name); err != nil {
			return fmt.Errorf("drop old test database: %w", err)
		}
	}
	return nil
}

// alive reports whether the process that made t_<pid>_<n> still runs.
func alive(name string) bool {
	pid, err := strconv.Atoi(strings.Split(name, "_")[1])
	return err != nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
