package pgtest_test

import (
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/migrations"
)

func TestDatabasesAreSeparate(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Open(t, pgtest.Empty(t), ""), pgtest.Open(t, pgtest.Empty(t), "")
	if _, err := a.Exec(t.Context(), "create table only_in_a ()"); err != nil {
		t.Fatal(err)
	}
	var seen bool
	if err := b.QueryRow(t.Context(), "select to_regclass('only_in_a') is not null").Scan(&seen); err != nil {
		t.Fatal(err)
	}
	if seen {
		t.Error("one test's table appears in the other's database")
	}
}

func TestDatabaseIsDroppedAfterTheTest(t *testing.T) {
	t.Parallel()
	var dsn string
	t.Run("inner", func(t *testing.T) {
		dsn = pgtest.Empty(t)
		// A session that the test forgot must not keep the database alive.
		if _, err := pgx.Connect(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := pgx.Connect(t.Context(), dsn); err == nil {
		t.Error("the database is still there")
	}
}

func TestPoolActsAsTheRole(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Empty(t)
	src := fstest.MapFS{"probe/000001_init.up.sql": {Data: []byte("create table probe.t ();")},
		"probe/000001_init.down.sql": {Data: []byte("drop table probe.t;")}}
	if err := migrate.New(src, nil).Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	var role string
	if err := pgtest.Open(t, dsn, migrate.Role("probe")).QueryRow(t.Context(), "select current_user").Scan(&role); err != nil {
		t.Fatal(err)
	}
	if role != "wf_probe" {
		t.Errorf("sessions act as %s", role)
	}
}

func TestEachSchemaGivesAMigratedClone(t *testing.T) {
	for _, schema := range migrations.Schemas() {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.DB(t, schema)
			var version int
			if err := pool.QueryRow(t.Context(), "select version from "+schema+".schema_migrations").Scan(&version); err != nil {
				t.Fatal(err)
			}
			if want := migrate.Latest(migrations.FS(), schema); version != want {
				t.Errorf("the clone is at version %d, want %d", version, want)
			}
		})
	}
}
