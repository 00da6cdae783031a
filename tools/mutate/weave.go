package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// The file that says which mutant is to be run, by its number in the environment of the tests; "" is none.
const (
	switchEnv  = "WORKFLUENCE_MUTANT"
	switchFile = "mutant_under_test.go"
	switchText = `package %s

import "os"

var mutantUnderTest = os.Getenv("` + switchEnv + `")
`
)

// strand is where a mutant stands in a woven file.
type strand struct{ start, end, mutant int }

// weave puts mutants into their files, all at once, so that they are compiled once: at the beginning of a function
// stands, for each of its mutants, its whole body with the change in it, to be run instead when that mutant is under
// test. The mutant is named by its place in the list.
func (s *source) weave(mutants []mutant) (files map[string][]byte, strands map[string][]strand) {
	of := map[string]map[*ast.FuncDecl][]int{}
	for i, m := range mutants {
		if of[m.file] == nil {
			of[m.file] = map[*ast.FuncDecl][]int{}
		}
		of[m.file][m.function] = append(of[m.file][m.function], i)
	}
	files, strands = map[string][]byte{}, map[string][]strand{}
	for file, functions := range of {
		var out bytes.Buffer
		text, written := s.text[file], 0
		for _, decl := range s.tree(file).Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || len(functions[f]) == 0 {
				continue
			}
			from, to := s.offset(f.Body.Lbrace)+1, s.offset(f.Body.Rbrace)
			out.Write(text[written:from])
			written = from
			before, results, after := "", "", "; return"
			if r := f.Type.Results; r != nil {
				before, results, after = "return ", string(text[s.offset(r.Pos()):s.offset(r.End())]), ""
			}
			for _, i := range functions[f] {
				m := mutants[i]
				start := out.Len()
				fmt.Fprintf(&out, " if mutantUnderTest == \"%d\" { %sfunc() %s {%s%s%s\n}()%s }\n",
					i, before, results, text[from:m.start], m.text, text[m.end:to], after)
				strands[file] = append(strands[file], strand{start, out.Len(), i})
			}
		}
		out.Write(text[written:])
		files[file] = out.Bytes()
	}
	files[filepath.Join(s.dir, switchFile)] = fmt.Appendf(nil, switchText, s.files[0].Name.Name)
	return files, strands
}

// weavable reports whether a function does the same from within another: one that recovers must be called by defer itself.
func weavable(f *ast.FuncDecl) bool {
	recovers := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "recover" {
				recovers = true
			}
		}
		return true
	})
	return !recovers
}

// viable leaves those mutants that compile.
func (s *source) viable(mutants []mutant) ([]mutant, error) {
	for {
		bad, err := s.faulty(mutants)
		if err != nil || len(bad) == 0 {
			return mutants, err
		}
		var good []mutant
		for i, m := range mutants {
			if !bad[i] {
				good = append(good, m)
			}
		}
		mutants = good
	}
}

// faulty finds mutants that don't compile, by where the errors of the woven package are. One error may hide others.
func (s *source) faulty(mutants []mutant) (map[int]bool, error) {
	files, strands := s.weave(mutants)
	files[filepath.Join(s.dir, switchFile)] = fmt.Appendf(nil, "package %s\n\nvar mutantUnderTest string\n", s.files[0].Name.Name) // imports nothing new
	fset, bad := token.NewFileSet(), map[int]bool{}
	var stray error
	note := func(at token.Position, err error) {
		for _, t := range strands[at.Filename] {
			if at.Offset >= t.start && at.Offset < t.end {
				bad[t.mutant] = true
				return
			}
		}
		stray = err
	}
	var trees []*ast.File
	for _, name := range append(s.names(), filepath.Join(s.dir, switchFile)) {
		var src any
		if text, woven := files[name]; woven {
			src = text
		}
		tree, err := parser.ParseFile(fset, name, src, parser.AllErrors|parser.SkipObjectResolution)
		if list, ok := err.(scanner.ErrorList); ok {
			for _, e := range list {
				note(e.Pos, e)
			}
			continue
		} else if err != nil {
			return nil, err
		}
		trees = append(trees, tree)
	}
	if len(bad) == 0 && stray == nil {
		check := types.Config{Importer: imports(s.known), Error: func(err error) {
			if e, ok := err.(types.Error); ok && !strings.HasPrefix(e.Msg, "\t") { // an indented one explains the one before
				note(fset.Position(e.Pos), err)
			}
		}}
		_, _ = check.Check(s.path, fset, trees, nil)
	}
	if len(bad) == 0 {
		return nil, stray
	}
	return bad, nil
}

// names lists the package's files.
func (s *source) names() []string {
	var names []string
	for _, f := range s.files {
		names = append(names, s.fset.Position(f.Package).Filename)
	}
	return names
}

func (s *source) tree(file string) *ast.File {
	return s.files[slices.Index(s.names(), file)]
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }
