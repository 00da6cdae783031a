package laws

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
)

var update = flag.Bool("update", false, "write the index of error codes again")

// kinds names the constants as they stand in source.
var kinds = map[string]problem.Kind{
	"Malformed": problem.Malformed, "Unauthenticated": problem.Unauthenticated, "Forbidden": problem.Forbidden,
	"NotFound": problem.NotFound, "Conflict": problem.Conflict, "Gone": problem.Gone, "Stale": problem.Stale,
	"TooLarge": problem.TooLarge, "Unsupported": problem.Unsupported, "Invalid": problem.Invalid,
	"RateLimited": problem.RateLimited, "Internal": problem.Internal, "Upstream": problem.Upstream,
	"Unavailable": problem.Unavailable,
}

// declaration is one problem.Declare in source. Reading source instead of
// problem.Codes means that a new *api package can't be forgotten here.
type declaration struct {
	code, detail string
	status       int
	at           token.Position
}

// TestErrorPages: a person who meets a code finds out what happened and what to
// do; and no page explains a code that is gone.
func TestErrorPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root(t), "docs", "errors")
	declared := map[string]bool{"index": true}
	for _, f := range files(t, ".go") {
		if f.test() {
			continue
		}
		for _, d := range declarations(t, f) {
			declared[d.code] = true
			page, err := os.ReadFile(filepath.Join(dir, d.code+".md"))
			if err != nil {
				t.Errorf("%s declares %q without docs/errors/%s.md: write what happened, why, and the next step", d.at, d.code, d.code)
				continue
			}
			if fault := pageFault(d, string(page)); fault != "" {
				t.Errorf("docs/errors/%s.md (declared at %s): %s", d.code, d.at, fault)
			}
		}
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if code := strings.TrimSuffix(filepath.Base(page), ".md"); !declared[code] {
			t.Errorf("docs/errors/%s.md explains a code that nothing declares", code)
		}
	}
}

// TestErrorIndex holds docs/errors/index.md against the pages; with -update it writes it.
func TestErrorIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root(t), "docs", "errors")
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	var want strings.Builder
	want.WriteString("# Error codes\n\nEach code has a page that says what happened, and what to do. Written by `go test ./internal/laws -update`.\n\n" +
		"| code | status | |\n|---|---|---|\n")
	for _, page := range pages {
		code := strings.TrimSuffix(filepath.Base(page), ".md")
		if code == "index" {
			continue
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, line, _ := strings.Cut(string(text), "\nStatus ")
		line, _, _ = strings.Cut(line, "\n")
		status, meaning, _ := strings.Cut(line, ". ")
		fmt.Fprintf(&want, "| [%s](%s.md) | %s | %s |\n", code, code, status, meaning)
	}
	index := filepath.Join(dir, "index.md")
	if *update {
		if err := os.WriteFile(index, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(index); err != nil || string(got) != want.String() {
		t.Errorf("docs/errors/index.md is not what the pages say; run `go test ./internal/laws -update` (%v)", err)
	}
}

func pageFault(d declaration, page string) string {
	_, action, found := strings.Cut(page, "What to do:")
	switch {
	case !strings.HasPrefix(page, "# "+d.code+"\n"):
		return "the first line must be the code as a heading"
	case !strings.Contains(page, fmt.Sprintf("Status %d.", d.status)):
		return fmt.Sprintf("it must say its status: Status %d.", d.status)
	case !found || len(strings.Fields(action)) < 3:
		return `it must end with a paragraph "What to do:" that helps`
	}
	return ""
}

// declarations finds problem.Declare(problem.Kind, "code", "detail"), inside
// package problem also without its name.
func declarations(t *testing.T, f file) []declaration {
	t.Helper()
	fset, tree := f.parse(t)
	name := importName(tree, module+"/internal/problem")
	if name == "" && !under(f.name, "internal/problem") {
		return nil
	}
	var found []declaration
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 || member(call.Fun, name) != "Declare" {
			return true
		}
		kind, known := kinds[member(call.Args[0], name)]
		code, isCode := literal(call.Args[1])
		detail, isDetail := literal(call.Args[2])
		if !known || !isCode || !isDetail {
			t.Errorf("%s: declare codes with constants that can be read here", fset.Position(call.Pos()))
			return true
		}
		status := (&problem.Error{Kind: kind}).Status()
		found = append(found, declaration{code, detail, status, fset.Position(call.Pos())})
		return true
	})
	return found
}

// member is X of name.X, or of plain X when name is "".
func member(e ast.Expr, name string) string {
	switch e := e.(type) {
	case *ast.Ident:
		if name == "" {
			return e.Name
		}
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name == name {
			return e.Sel.Name
		}
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func TestTheLawOfErrorPagesCanFail(t *testing.T) {
	t.Parallel()
	f := file{"x.go", []byte(`package x
import "` + module + `/internal/problem"
var ErrGone = problem.Declare(problem.Gone, "gone_away", "It is gone.")
`)}
	found := declarations(t, f)
	if len(found) != 1 || found[0].code != "gone_away" || found[0].status != 410 {
		t.Fatalf("found %+v", found)
	}
	good := "# gone_away\n\nStatus 410. It went.\n\nWhat to do: look for it somewhere else.\n"
	if fault := pageFault(found[0], good); fault != "" {
		t.Errorf("a good page: %s", fault)
	}
	for _, bad := range []string{"", "# other\n", strings.Replace(good, "410", "404", 1), strings.Replace(good, "What to do", "Note", 1)} {
		if pageFault(found[0], bad) == "" {
			t.Errorf("passed: %q", bad)
		}
	}
}
