package laws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// longest is the most lines that a file written by hand may have.
const longest = 500

// TestFileSize keeps every file readable in one sitting.
func TestFileSize(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".go", ".templ", ".sql", ".css", ".js", ".ts", ".sh") {
		if f.generated() || strings.Contains(f.name, "/vendor/") || strings.HasSuffix(f.name, ".min.js") {
			continue
		}
		if lines := bytes.Count(f.text, []byte("\n")); lines > longest {
			t.Errorf("%s has %d lines, more than %d: split it by noun", f.name, lines, longest)
		}
	}
}

// TestTime allows one place to read the machine's clock.
func TestTime(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".go") {
		if f.test() || strings.HasPrefix(f.name, "internal/clock/") {
			continue
		}
		fset, tree := f.parse(t)
		for _, at := range uses(tree, "time", "Now", "Since", "Until") {
			t.Errorf("%s reads the machine's clock: take a clock.Clock, so that the demo and the tests can move time", fset.Position(at))
		}
	}
}

// uses lists where a file names a member of an import.
func uses(tree *ast.File, importPath string, members ...string) []token.Pos {
	name := importName(tree, importPath)
	if name == "" {
		return nil
	}
	var at []token.Pos
	ast.Inspect(tree, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == name {
			for _, member := range members {
				if selector.Sel.Name == member {
					at = append(at, selector.Pos())
				}
			}
		}
		return true
	})
	return at
}

// TestNoFloatNearMoney forbids floating point in billing, in the money package
// and in every file that handles amounts.
func TestNoFloatNearMoney(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".go") {
		if f.test() || f.generated() {
			continue
		}
		fset, tree := f.parse(t)
		near := under(f.name, "billing") || under(f.name, "internal/money") || importName(tree, module+"/internal/money") != ""
		if !near {
			continue
		}
		for _, at := range floats(tree) {
			t.Errorf("%s: a float near money loses cents: amounts are int64 minor units", fset.Position(at))
		}
	}
}

// floats lists the float types and float literals of a file.
func floats(tree *ast.File) []token.Pos {
	var at []token.Pos
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == "float64" || n.Name == "float32" {
				at = append(at, n.Pos())
			}
		case *ast.SelectorExpr:
			if n.Sel.Name == "ParseFloat" {
				at = append(at, n.Pos())
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT {
				at = append(at, n.Pos())
			}
		}
		return true
	})
	return at
}

// The words are split so that this file does not break its own law.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|HA` + `CK)\b`)

// TestNothingUnfinished refuses notes to self.
func TestNothingUnfinished(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".go", ".templ", ".sql", ".css", ".js", ".ts", ".sh", ".md", ".yaml", ".yml", "Makefile") {
		if f.generated() || strings.Contains(f.name, "/vendor/") {
			continue
		}
		for i, line := range bytes.Split(f.text, []byte("\n")) {
			if unfinished.Match(line) {
				t.Errorf("%s:%d is unfinished: %s", f.name, i+1, bytes.TrimSpace(line))
			}
		}
	}
}

// TestNoReplace keeps the module buildable by everyone who requires it.
func TestNoReplace(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Replace []struct{ Old struct{ Path string } }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Replace {
		t.Errorf("go.mod replaces %s", r.Old.Path)
	}
}

func TestTheLawsOfSourceCanFail(t *testing.T) {
	t.Parallel()
	f := file{"x.go", []byte(`package x

import clk "time"

var now = clk.Now()
var share float64 = 0.1
`)}
	_, tree := f.parse(t)
	if got := uses(tree, "time", "Now"); len(got) != 1 {
		t.Errorf("found %d reads of the clock, want 1", len(got))
	}
	if got := floats(tree); len(got) != 2 {
		t.Errorf("found %d floats, want 2", len(got))
	}
	if !unfinished.MatchString(fmt.Sprintf("// %s%s: later", "TO", "DO")) || unfinished.MatchString("todos") {
		t.Error("the pattern of unfinished work is wrong")
	}
}
