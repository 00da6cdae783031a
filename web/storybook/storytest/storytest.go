// Package storytest holds stories to what every page must keep: a golden file of its HTML in English, and the
// laws of the pages in all languages.
//
//	func TestStories(t *testing.T) {
//		b := storybook.New()
//		Stories(b)
//		storytest.Run(t, b)
//	}
//
// The golden files lie in testdata/stories beside the test; `go test ./web/library -update` writes them.
package storytest

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/storybook"
)

var update = flag.Bool("update", false, "write the golden files")

// Run checks every story of the book.
func Run(t *testing.T, b *storybook.Book) {
	t.Helper()
	for _, s := range b.Stories() {
		t.Run(s.Area+"/"+s.Name+"/"+s.State, func(t *testing.T) {
			t.Parallel()
			for _, tag := range locale.All {
				page := render(t, b, s, tag)
				for _, broken := range Laws(page) {
					t.Errorf("%s: %s", tag, broken)
				}
				if tag == locale.English {
					golden(t, s, page)
				}
			}
		})
	}
}

func render(t *testing.T, b *storybook.Book, s storybook.Story, tag locale.Tag) string {
	t.Helper()
	var out bytes.Buffer
	if err := b.Render(context.Background(), &out, s, tag, ""); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares the main part: the frame around it is the shell's, and has stories of its own.
func golden(t *testing.T, s storybook.Story, page string) {
	t.Helper()
	main := hashes.ReplaceAllString(page, "-HASH.")
	if s.Area != "shell" {
		_, rest, _ := strings.Cut(page, "<main")
		main, _, _ = strings.Cut("<main"+rest, "</main>")
	}
	main = breakLines(main)
	path := filepath.Join("testdata", "stories", s.Name+"."+s.State+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(main), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), main); diff != "" {
		t.Errorf("differs from %s; look at it, then -update (-golden +now):\n%s", path, diff)
	}
}

// breakLines puts each element on a line of its own, so that a change shows as a few lines.
func breakLines(html string) string {
	return strings.ReplaceAll(strings.TrimSpace(html), "><", ">\n<") + "\n"
}
