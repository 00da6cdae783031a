package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/web/i18n"
)

// said finds the ids that pages name literally, in templates and in code.
var said = regexp.MustCompile(`\.(?:T|N|Flash)\("([a-z0-9_.]+)"`)

// TestEveryWordExists fails for an id that a page says and no message file has. The stories find those that
// are put together at run time.
func TestEveryWordExists(t *testing.T) {
	t.Parallel()
	l := i18n.Messages().For("en")
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || d.Name() == "doc.go" {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".templ" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			if !strings.HasSuffix(m[1], ".") && !strings.HasSuffix(m[1], "_") && !l.Has(m[1]) {
				t.Errorf("%s says %s, which has no words", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
