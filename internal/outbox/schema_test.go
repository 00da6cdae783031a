package outbox_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/outbox"
)

var update = flag.Bool("update", false, "write the migrations that carry the outbox tables")

// withEvents are the schemas whose services emit or consume events.
var withEvents = []string{"accounts", "billing", "content", "notify", "review", "storefront"}

// TestMigrationsCarryTheTables is the law that the outbox tables are equal in
// every schema.
func TestMigrationsCarryTheTables(t *testing.T) {
	schemas := slices.Clone(withEvents)
	found, err := filepath.Glob("../../migrations/*/000002_events.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if s := filepath.Base(filepath.Dir(file)); !slices.Contains(schemas, s) {
			schemas = append(schemas, s)
		}
	}
	for _, schema := range schemas {
		up, down := outbox.Schema(schema)
		for name, want := range map[string]string{"000002_events.up.sql": up, "000002_events.down.sql": down} {
			path := filepath.Join("../../migrations", schema, name)
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
				continue
			}
			if d := cmp.Diff(want, string(got)); d != "" {
				t.Errorf("%s is no copy of internal/outbox/schema.sql; run this test with -update:\n%s", path, d)
			}
		}
	}
}
