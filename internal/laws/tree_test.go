package laws

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/workfluence/workfluence"

// goPackage is what the laws need of `go list -json`.
type goPackage struct {
	ImportPath string
	Name       string
	Doc        string
	Imports    []string // of non-test files
	GoFiles    []string
}

// path is the package's place in the module: "services/accounts", "" = root.
func (p goPackage) path() string { return inModule(p.ImportPath) }

func inModule(importPath string) string {
	if importPath == module {
		return ""
	}
	return strings.TrimPrefix(importPath, module+"/")
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Name,Doc,Imports,GoFiles"}, args...)...)
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, stderr.Bytes())
	}
	var packages []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// packages lists the module once for all laws.
var packages = func() func(*testing.T) []goPackage {
	var once sync.Once
	var list []goPackage
	return func(t *testing.T) []goPackage {
		t.Helper()
		once.Do(func() { list = goList(t, "./...") })
		if len(list) == 0 {
			t.Fatal("go list names no package")
		}
		return list
	}
}()

// file is one file of the checkout; name is relative to the root, with slashes.
type file struct {
	name string
	text []byte
}

// skipped folders hold nothing that somebody wrote here.
var skipped = map[string]bool{".git": true, "node_modules": true, "bin": true, "vendor": true, "dist": true, "testdata": true, "test-results": true}

// files returns the checkout's files with one of the suffixes.
func files(t *testing.T, suffixes ...string) []file {
	t.Helper()
	var found []file
	top := root(t)
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped[entry.Name()] {
				return filepath.SkipDir
			}
			return nil
		}
		for _, suffix := range suffixes {
			if strings.HasSuffix(path, suffix) {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				name, err := filepath.Rel(top, path)
				if err != nil {
					return err
				}
				found = append(found, file{filepath.ToSlash(name), text})
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// generated reports whether a tool wrote the file.
func (f file) generated() bool {
	head := f.text[:min(len(f.text), 512)]
	return strings.HasSuffix(f.name, "_templ.go") || bytes.Contains(head, []byte("Code generated ")) ||
		bytes.Contains(head, []byte("@generated"))
}

func (f file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// parse returns the syntax tree; positions are "name:line".
func (f file) parse(t *testing.T) (*token.FileSet, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.name, f.text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("parse %s: %v", f.name, err)
	}
	return fset, tree
}

// importName is the name under which a file uses an import, "" if it doesn't.
func importName(tree *ast.File, path string) string {
	for _, spec := range tree.Imports {
		if strings.Trim(spec.Path.Value, `"`) != path {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}
