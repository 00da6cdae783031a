package billing

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/workfluence/workfluence/internal/pgtest"
)

// Every statement is one that the migrated schema understands, and every one is used.
func TestQueries(t *testing.T) {
	t.Parallel()
	for _, err := range queries.Unprepared(t.Context(), pgtest.DB(t, "billing")) {
		t.Error(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(text))
	}
	for _, name := range queries.Unused(sources...) {
		t.Errorf("statement %s is not used", name)
	}
}
