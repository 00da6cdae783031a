package web

import (
	"flag"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/rest/openapi"
)

var update = flag.Bool("update", false, "write the rows of docs/access.md that are ours")

const accessFile = "../docs/access.md"

// TestAccessTableNamesEveryPage compares the rows of the pages in docs/access.md with what is registered, without
// starting the house as the test of the whole document does. With -update it writes these rows alone.
func TestAccessTableNamesEveryPage(t *testing.T) {
	t.Parallel()
	s := newShell(&app.Kit{PublicURL: "https://workfluence.example", Log: slog.New(slog.DiscardHandler)}, &Config{}, clientsOf(nil, nil))
	want := ours(string(openapi.Access(s.Routes())))
	raw, err := os.ReadFile(accessFile)
	if err != nil {
		t.Fatal(err)
	}
	got := ours(string(raw))
	if *update {
		lines := strings.Split(string(raw), "\n")
		at := slices.Index(lines, got[0])
		lines = slices.Replace(lines, at, at+len(got), want...)
		if err := os.WriteFile(accessFile, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("docs/access.md is not what the pages register; go test ./web -update (-document +pages):\n%s", diff)
	}
}

// ours are the rows of the pages, which stand together.
func ours(table string) []string {
	var rows []string
	for _, line := range strings.Split(table, "\n") {
		if strings.HasPrefix(line, "| "+Name+" |") {
			rows = append(rows, line)
		}
	}
	return rows
}
