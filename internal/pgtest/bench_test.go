package pgtest_test

import (
	"testing"

	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/migrations"
)

// BenchmarkDB is what a test pays for a database of its own.
func BenchmarkDB(b *testing.B) {
	schemas := migrations.Schemas()
	pgtest.DSN(b, schemas...) // the template is paid once
	for b.Loop() {
		pgtest.DSN(b, schemas...)
	}
}
