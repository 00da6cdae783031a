package storefront

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/workfluence/workfluence/internal/pgtest"
)

func TestEveryQueryFitsTheSchemaAndIsUsed(t *testing.T) {
	t.Parallel()
	pool := pgtest.DB(t, schema)
	for _, err := range queries.Unprepared(t.Context(), pool) {
		t.Error(err)
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(b))
	}
	if unused := queries.Unused(sources...); len(unused) > 0 {
		t.Errorf("no code runs %v", unused)
	}
}
