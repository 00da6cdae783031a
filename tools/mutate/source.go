package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
)

// source is a package of which there are to be mutants: its files as they are, parsed and checked.
type source struct {
	path  string // import path
	dir   string
	fset  *token.FileSet
	files []*ast.File
	text  map[string][]byte // of each file that was written by hand, by its absolute name
	info  *types.Info
	known map[string]*types.Package // what it imports, by path
}

// mutant is one change of one file.
type mutant struct {
	file       string // absolute
	name       string // as in the report: relative to the working directory
	at         token.Position
	within     string // name of the function
	what       string // "< -> <="
	start, end int    // the bytes that are replaced
	text       string // what stands there instead
	function   *ast.FuncDecl
	first      int // lines of the function
	last       int
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d:%d %s: %s", m.name, m.at.Line, m.at.Column, m.within, m.what)
}

// load reads and checks packages. Imports come from the compiler's export data.
func load(ctx context.Context, patterns []string) ([]*source, error) {
	loaded, err := packages.Load(&packages.Config{Context: ctx, Mode: packages.LoadSyntax}, patterns...)
	if err != nil {
		return nil, err
	}
	var sources []*source
	for _, p := range loaded {
		for _, e := range p.Errors {
			return nil, e
		}
		s := &source{
			path: p.PkgPath, fset: p.Fset, files: p.Syntax, info: p.TypesInfo,
			text: map[string][]byte{}, known: map[string]*types.Package{"unsafe": types.Unsafe},
		}
		for _, i := range p.Types.Imports() {
			s.known[i.Path()] = i
		}
		for _, f := range p.Syntax {
			name := p.Fset.Position(f.Package).Filename
			s.dir = filepath.Dir(name)
			if ast.IsGenerated(f) {
				continue
			}
			if s.text[name], err = os.ReadFile(name); err != nil {
				return nil, err
			}
		}
		sources = append(sources, s)
	}
	if len(sources) == 0 {
		return nil, errors.New("no packages")
	}
	return sources, nil
}

// mutants lists every change, in an order that the seed and the change itself decide: a fault keeps its place when
// the lines around it move.
func (s *source) mutants(seed uint64) []mutant {
	var all []mutant
	for _, f := range s.files {
		if _, hand := s.text[s.fset.Position(f.Package).Filename]; hand {
			all = append(all, s.mutantsOf(f)...)
		}
	}
	type key [sha256.Size]byte
	seen := map[string]int{}
	place := make(map[string]key, len(all))
	for _, m := range all {
		same := fmt.Sprint(seed, m.name, m.within, m.what)
		seen[same]++
		place[m.String()] = sha256.Sum256(fmt.Append(nil, same, seen[same]))
	}
	slices.SortStableFunc(all, func(a, b mutant) int {
		x, y := place[a.String()], place[b.String()]
		return bytes.Compare(x[:], y[:])
	})
	return all
}

// imports gives packages that are loaded already.
type imports map[string]*types.Package

func (i imports) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not imported", path)
}
