package migrate_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/migrations"
)

func source(files map[string]string) fstest.MapFS {
	src := fstest.MapFS{}
	for name, text := range files {
		src[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return src
}

var probe = map[string]string{
	"probe/000001_init.up.sql": `
		create table probe.entry (id bigint generated always as identity primary key, note text not null);
		create table probe.journal (id text primary key);
		revoke update, delete on probe.journal from wf_probe;`,
	"probe/000001_init.down.sql": "drop table probe.journal; drop table probe.entry;",
	"other/000001_init.up.sql":   "create table other.secret (id text primary key);",
	"other/000001_init.down.sql": "drop table other.secret;",
}

func TestServiceRoleRights(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	if err := migrate.New(source(probe), nil).Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	pool := pgtest.Open(t, dsn, migrate.Role("probe"))
	for _, c := range []struct {
		sql     string
		allowed bool
	}{
		{"insert into probe.entry (note) values ('a')", true},
		{"update probe.entry set note = 'b'", true},
		{"delete from probe.entry", true},
		{"insert into probe.journal values ('1')", true},
		{"update probe.journal set id = '2'", false},
		{"delete from probe.journal", false},
		{"select version from probe.schema_migrations", true},
		{"update probe.schema_migrations set version = 9", false},
		{"insert into probe.river_job (kind, args, max_attempts) values ('k', '{}', 1)", true},
		{"delete from probe.river_migration", false},
		{"select * from other.secret", false},
		{"create table probe.mine ()", false},
	} {
		_, err := pool.Exec(t.Context(), c.sql)
		if allowed := err == nil; allowed != c.allowed {
			t.Errorf("%s: %v, allowed should be %v", c.sql, err, c.allowed)
		}
		var pg *pgconn.PgError
		if err != nil && (!errors.As(err, &pg) || pg.Code != "42501") {
			t.Errorf("%s: %v, want insufficient privilege", c.sql, err)
		}
	}
}

func TestConcurrentUpsAgree(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	group, ctx := errgroup.WithContext(t.Context())
	for range 4 {
		group.Go(func() error { return migrate.New(source(probe), nil).Up(ctx, dsn) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	states, err := migrate.New(source(probe), nil).Status(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	want := []migrate.State{{Schema: "other", Version: 1, Latest: 1}, {Schema: "probe", Version: 1, Latest: 1}}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
}

func TestFailedFileLeavesTheSchemaDirty(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	broken := migrate.New(source(map[string]string{
		"probe/000001_init.up.sql":   "create table probe.a (); select no_such_column from probe.a;",
		"probe/000001_init.down.sql": "drop table probe.a;",
	}), nil)
	if err := broken.Up(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "no_such_column") {
		t.Fatalf("got %v", err)
	}
	if err := broken.Up(t.Context(), dsn); !errors.Is(err, migrate.ErrDirty) {
		t.Errorf("second run: %v, want ErrDirty", err)
	}
	states, err := broken.Status(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if states[0].Current() || !states[0].Dirty {
		t.Errorf("status says %+v", states[0])
	}
}

func TestDownRefusesWhatAFileForgot(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	forgetful := migrate.New(source(map[string]string{
		"probe/000001_init.up.sql":   "create table probe.a (); create table probe.b ();",
		"probe/000001_init.down.sql": "drop table probe.a;",
	}), nil)
	if err := forgetful.Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	if err := forgetful.Down(t.Context(), dsn); err == nil {
		t.Error("the forgotten table vanished silently")
	}
}

func TestUnknownSchemaIsRefused(t *testing.T) {
	t.Parallel()
	if err := migrate.New(source(probe), nil).Up(t.Context(), pgtest.Empty(t), "nobody"); err == nil {
		t.Error("migrated a schema that has no files")
	}
}

// TestUpDownUp runs the product's own migrations: what the second Up makes
// equals what the first made, and Down leaves nothing.
func TestUpDownUp(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	if err := migrate.Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	first := catalog(t, dsn)
	if err := migrate.Down(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	for _, line := range catalog(t, dsn) {
		t.Errorf("left behind: %s", line)
	}
	if err := migrate.Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, catalog(t, dsn)); diff != "" {
		t.Error(diff)
	}
	if len(migrations.Schemas()) > 0 && len(first) == 0 {
		t.Error("the catalogue query sees nothing: this test could not fail")
	}
}

// catalog describes everything outside PostgreSQL's own schemas, a line each.
func catalog(t *testing.T, dsn string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), `
		with own as (select oid, nspname from pg_namespace
		             where nspname not like 'pg\_%' and nspname not in ('information_schema', 'public'))
		select line from (
			select format('schema %s %s', nspname, (select nspacl from pg_namespace n where n.oid = own.oid)) from own
			union all
			select format('column %s.%s.%s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull,
			              pg_get_expr(adbin, adrelid))
			from own join pg_class c on relnamespace = own.oid and relkind in ('r', 'p', 'v', 'm')
			join pg_attribute a on attrelid = c.oid and attnum > 0 and not attisdropped
			left join pg_attrdef on adrelid = c.oid and adnum = attnum
			union all
			select format('relation %s.%s %s %s', nspname, relname, relkind, relacl)
			from own join pg_class on relnamespace = own.oid
			union all
			select format('constraint %s.%s %s', nspname, conname, pg_get_constraintdef(c.oid))
			from own join pg_constraint c on connamespace = own.oid
			union all
			select format('index %s', indexdef) from own join pg_indexes on schemaname = nspname
			union all
			select format('trigger %s', pg_get_triggerdef(t.oid))
			from own join pg_class c on relnamespace = own.oid join pg_trigger t on tgrelid = c.oid and not tgisinternal
			union all
			select format('function %s', pg_get_functiondef(p.oid))
			from own join pg_proc p on pronamespace = own.oid and prokind in ('f', 'p')
			union all
			select format('type %s.%s %s', nspname, typname, (select array_agg(enumlabel order by enumsortorder)
			              from pg_enum where enumtypid = t.oid))
			from own join pg_type t on typnamespace = own.oid and typtype in ('e', 'd')
		) as everything (line) order by line`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
