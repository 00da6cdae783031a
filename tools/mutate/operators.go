package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
)

// swaps are the changes of an operator: a bound that is off by one, a comparison the wrong way round, another sum.
var swaps = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
	token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
	token.ADD_ASSIGN: {token.SUB_ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN},
	token.MUL_ASSIGN: {token.QUO_ASSIGN}, token.QUO_ASSIGN: {token.MUL_ASSIGN},
	token.INC: {token.DEC}, token.DEC: {token.INC},
}

// constants are the values that are changed.
var constants = map[string]string{"0": "1", "1": "0", "true": "false", "false": "true"}

// mutantsOf lists the changes of a file in the order of its lines. What a log line says is no behaviour.
func (s *source) mutantsOf(file *ast.File) []mutant {
	c := &changes{source: s, file: s.fset.Position(file.Package).Filename}
	c.name = c.file
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, c.file); err == nil && !strings.HasPrefix(rel, "..") {
			c.name = rel
		}
	}
	root := inspector.New([]*ast.File{file}).Root()
	root.Inspect(nil, func(at inspector.Cursor) bool {
		switch n := at.Node().(type) {
		case *ast.FuncDecl:
			c.within = n
		case *ast.GenDecl:
			if at.Parent().Node() == file {
				c.within = nil
			}
		case *ast.CallExpr:
			if c.logs(n) {
				return false
			}
		case *ast.BinaryExpr:
			c.swap(n.OpPos, n.Op, n.X)
		case *ast.AssignStmt:
			c.swap(n.TokPos, n.Tok, n.Lhs[0])
		case *ast.IncDecStmt:
			c.swap(n.TokPos, n.Tok, n.X)
		case *ast.UnaryExpr:
			if n.Op == token.SUB {
				c.add(n, "", n.X)
			}
		case *ast.BasicLit:
			if to := constants[n.Value]; to != "" {
				c.add(n, to, nil)
			}
		case *ast.Ident:
			if to := constants[n.Name]; to != "" && s.info.Uses[n] == types.Universe.Lookup(n.Name) {
				c.add(n, to, nil)
			}
		case *ast.IfStmt:
			c.negate(n.Cond)
		case *ast.CaseClause:
			if sw, ok := at.Parent().Parent().Node().(*ast.SwitchStmt); ok && sw.Tag == nil {
				for _, cond := range n.List {
					c.negate(cond)
				}
			}
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok && !c.logs(call) {
				c.replace(n.Pos(), n.End(), "", "call of "+types.ExprString(call.Fun)+" left out")
			}
		case *ast.ReturnStmt:
			c.forget(n)
		}
		return true
	})
	return c.found
}

// changes collects the mutants of a file.
type changes struct {
	*source
	file, name string
	within     *ast.FuncDecl
	found      []mutant
}

// replace records that the text from start to end becomes another.
func (c *changes) replace(start, end token.Pos, text, what string) {
	f := c.within
	if f == nil || f.Body == nil || start <= f.Body.Lbrace || end > f.Body.Rbrace || !weavable(f) {
		return // a table, a constant, a signature: no test runs through it
	}
	c.found = append(c.found, mutant{
		file: c.file, name: c.name, at: c.fset.Position(start), within: f.Name.Name, function: f, what: what,
		start: c.offset(start), end: c.offset(end), text: text,
		first: c.fset.Position(f.Pos()).Line, last: c.fset.Position(f.End()).Line,
	})
}

// add records that n becomes a text, or a part of itself.
func (c *changes) add(n ast.Node, text string, part ast.Node) {
	if part != nil {
		text = c.textOf(part)
	}
	c.replace(n.Pos(), n.End(), text, short(c.textOf(n))+" -> "+short(text))
}

func (c *changes) textOf(n ast.Node) string {
	return string(c.source.text[c.file][c.offset(n.Pos()):c.offset(n.End())])
}

// swap records other operators at a place. Texts add up too, but can't be subtracted.
func (c *changes) swap(at token.Pos, op token.Token, operand ast.Expr) {
	if op == token.ADD || op == token.ADD_ASSIGN {
		if basic, ok := c.info.TypeOf(operand).Underlying().(*types.Basic); ok && basic.Info()&types.IsString != 0 {
			return
		}
	}
	for _, to := range swaps[op] {
		c.replace(at, at+token.Pos(len(op.String())), to.String(), op.String()+" -> "+to.String())
	}
}

// negate records that a condition is turned round, unless its operator is a comparison, whose swap does the same.
func (c *changes) negate(cond ast.Expr) {
	switch n := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		if n.Op != token.LAND && n.Op != token.LOR {
			return
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			c.add(cond, "", n.X)
			return
		}
	}
	text := c.textOf(cond)
	c.replace(cond.Pos(), cond.End(), "!("+text+")", short(text)+" -> not so")
}

// forget records that an error isn't returned.
func (c *changes) forget(n *ast.ReturnStmt) {
	if len(n.Results) == 0 {
		return
	}
	last := n.Results[len(n.Results)-1]
	t := c.info.TypeOf(last)
	if _, several := t.(*types.Tuple); several || t == types.Typ[types.UntypedNil] || !types.AssignableTo(t, types.Universe.Lookup("error").Type()) {
		return
	}
	c.replace(last.Pos(), last.End(), "nil", "return "+short(c.textOf(last))+" -> return nil")
}

// logs reports whether a call writes to the log.
func (c *changes) logs(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f := c.info.Uses[selector.Sel]
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == "log/slog"
}

// short is a text in one line of the report.
func short(text string) string {
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
