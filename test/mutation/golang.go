package mutation

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// ChosenVariable names the variable of the environment that holds the number of
// the change that is in force.
const ChosenVariable = "TRACEHOUND_MUTANT"

// Chooser is a file for the package whose changes are in force by choice.
const Chooser = `package golang

import "os"
import "strconv"

var mutantChosen, _ = strconv.Atoi(os.Getenv("` + ChosenVariable + `"))

func mutantOn(n int) bool                    { return mutantChosen == n }
func mutantFlip(n int, v bool) bool          { return v != mutantOn(n) }
func mutantPick[T any](n int, v, other T) T  { if mutantOn(n) { return other }; return v }
func mutantTail(n int, s string) string      { if mutantOn(n) { return s + "~" }; return s }
func mutantDrop[T any](first int, all []T) []T {
	if i := mutantChosen - first; i >= 0 && i < len(all) {
		return append(append([]T{}, all[:i]...), all[i+1:]...)
	}
	return all
}
`

// Go makes all changes of a file in Go: the text that holds them all, and what
// they are, numbered from first.
func Go(file string, data []byte, first int) (text []byte, all []Mutant, err error) {
	g := &golang{file: file, text: string(data), files: token.NewFileSet(), next: first, constants: map[string]token.Token{}}
	tree, err := parser.ParseFile(g.files, file, data, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range tree.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.CONST {
			g.constant(d)
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				ast.Inspect(d, g.visit)
			}
		case *ast.FuncDecl:
			g.function(d)
		}
	}
	return []byte(g.render()), g.mutants, nil
}

// golang collects the changes of one file.
type golang struct {
	file    string
	text    string
	files   *token.FileSet
	next    int
	mutants []Mutant
	inserts []insert
	// constants of the file, by name: of texts or of numbers.
	constants map[string]token.Token
}

// insert is text to put in. At the same place ends come before what begins, and
// what encloses more comes first of what begins and last of what ends.
type insert struct {
	at     int
	begins bool
	order  [2]int
	text   string
}

func (g *golang) constant(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		values, ok := spec.(*ast.ValueSpec)
		if !ok || len(values.Names) != 1 || len(values.Values) != 1 {
			continue
		}
		if lit, ok := values.Values[0].(*ast.BasicLit); ok {
			g.constants[values.Names[0].Name] = lit.Kind
		}
	}
}

// said are the functions that judge no event: they describe the signature, name
// its arguments for the decoder, or forget.
var said = []string{"Metadata", "All", "Reset", "Reads"}

func (g *golang) function(d *ast.FuncDecl) {
	switch {
	case d.Body == nil || slices.Contains(said, d.Name.Name):
	case d.Name.Name == "Selectors":
		ast.Inspect(d.Body, g.selectors)
	default:
		ast.Inspect(d.Body, g.visit)
	}
}

func (g *golang) offset(p token.Pos) int { return g.files.Position(p).Offset }

func (g *golang) source(n ast.Node) string { return g.text[g.offset(n.Pos()):g.offset(n.End())] }

// add numbers a change of a node.
func (g *golang) add(n ast.Node, format string, args ...any) int {
	number := g.next
	g.next++
	g.mutants = append(g.mutants, Mutant{File: g.file, Line: g.files.Position(n.Pos()).Line, What: fmt.Sprintf(format, args...), Number: number})
	return number
}

// wrap puts text around a node. Of several at one node the first is outermost.
func (g *golang) wrap(n ast.Node, before, after string) {
	from, to, turn := g.offset(n.Pos()), g.offset(n.End()), len(g.inserts)
	g.inserts = append(g.inserts,
		insert{at: from, begins: true, order: [2]int{-to, turn}, text: before},
		insert{at: to, order: [2]int{-from, -turn}, text: after})
}

func (g *golang) render() string {
	slices.SortFunc(g.inserts, func(a, b insert) int {
		switch {
		case a.at != b.at:
			return a.at - b.at
		case a.begins != b.begins && a.begins:
			return 1
		case a.begins != b.begins:
			return -1
		}
		return slices.Compare(a.order[:], b.order[:])
	})
	var b strings.Builder
	last := 0
	for _, in := range g.inserts {
		b.WriteString(g.text[last:in.at])
		b.WriteString(in.text)
		last = in.at
	}
	return b.String() + g.text[last:]
}

// selectors leaves each out, and widens it.
func (g *golang) selectors(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if _, list := n.Type.(*ast.ArrayType); list && len(n.Elts) > 1 {
			g.members(n)
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Origin" {
			k := g.add(n, "%s left out", g.source(n))
			g.wrap(n.Value, fmt.Sprintf("mutantPick(%d, ", k), `, "")`)
		}
	}
	return true
}

func (g *golang) members(n *ast.CompositeLit) {
	first := g.next
	for _, m := range n.Elts {
		g.add(m, "member %s left out", g.source(m))
	}
	g.wrap(n, fmt.Sprintf("mutantDrop(%d, ", first), ")")
}

// visit changes a node of a function's body.
func (g *golang) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		g.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			g.flip(n, "! of "+g.source(n.X)+" left out")
		}
	case *ast.IfStmt:
		g.atom(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			g.atom(n.Cond)
		}
	case *ast.Ident:
		switch {
		case n.Name == "true" || n.Name == "false":
			g.flip(n, n.Name+" flipped")
		case g.constants[n.Name] == token.STRING:
			g.tail(n)
		}
	case *ast.CompositeLit:
		if _, list := n.Type.(*ast.ArrayType); list && len(n.Elts) > 0 {
			g.members(n)
		}
	case *ast.BasicLit:
		if n.Kind == token.STRING {
			g.tail(n)
		}
	case *ast.ExprStmt:
		g.leaveOut(n)
	case *ast.IncDecStmt:
		g.leaveOut(n)
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE && !slices.ContainsFunc(n.Lhs, isName) {
			g.leaveOut(n)
		}
	}
	return true
}

func (g *golang) tail(n ast.Node) {
	g.wrap(n, fmt.Sprintf("mutantTail(%d, ", g.add(n, "text %s changed", g.source(n))), ")")
}

func isName(e ast.Expr) bool {
	_, ok := e.(*ast.Ident)
	return ok
}

func (g *golang) flip(n ast.Node, what string) {
	g.wrap(n, fmt.Sprintf("mutantFlip(%d, ", g.add(n, "%s", what)), ")")
}

// atom flips a condition that is no operator, which has changes of its own.
func (g *golang) atom(n ast.Expr) {
	switch n := n.(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr, *ast.ParenExpr:
	default:
		g.flip(n, g.source(n)+" negated")
	}
}

func (g *golang) leaveOut(n ast.Stmt) {
	k := g.add(n, "%s left out", g.source(n))
	g.wrap(n, fmt.Sprintf("if !mutantOn(%d) { ", k), " }")
}

var comparisons = []token.Token{token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ}

func (g *golang) binary(n *ast.BinaryExpr) {
	x, y := g.source(n.X), g.source(n.Y)
	switch {
	case n.Op == token.LAND || n.Op == token.LOR:
		g.logical(n, x, y)
	case slices.Contains(comparisons, n.Op):
		g.flip(n, g.source(n)+" negated")
		if n.Op != token.EQL && n.Op != token.NEQ {
			k := g.add(n, "%s differs for equal values", g.source(n))
			g.wrap(n, "", fmt.Sprintf(" != (mutantOn(%d) && %s == %s)", k, x, y))
		}
		g.number(n, x, y)
	default:
		g.number(n, x, y)
	}
}

// number makes a constant number on the right of an operator one more.
func (g *golang) number(n *ast.BinaryExpr, x, y string) {
	lit, literal := n.Y.(*ast.BasicLit)
	name, named := n.Y.(*ast.Ident)
	if literal && lit.Kind == token.INT || named && g.constants[name.Name] == token.INT {
		k := g.add(n, "%s + 1 in %s", y, g.source(n))
		g.wrap(n, fmt.Sprintf("mutantPick(%d, ", k), fmt.Sprintf(", %s %s (%s + 1))", x, n.Op, y))
	}
}

// logical leaves each clause of && and || out, and makes one of the other.
func (g *golang) logical(n *ast.BinaryExpr, x, y string) {
	for _, clause := range []ast.Expr{n.X, n.Y} {
		if inner, ok := clause.(*ast.BinaryExpr); ok && inner.Op == n.Op {
			continue // its own clauses are left out
		}
		g.atom(clause)
		k := g.add(clause, "clause %s left out", g.source(clause))
		if n.Op == token.LAND {
			g.wrap(clause, "(", fmt.Sprintf(" || mutantOn(%d))", k))
		} else {
			g.wrap(clause, "(", fmt.Sprintf(" && !mutantOn(%d))", k))
		}
	}
	if n.Op == token.LAND {
		k := g.add(n, "&& becomes || in %s", g.source(n))
		g.wrap(n, "(", fmt.Sprintf(" || mutantOn(%d) && (%s || %s))", k, x, y))
	} else {
		k := g.add(n, "|| becomes && in %s", g.source(n))
		g.wrap(n, "((", fmt.Sprintf(") && (!mutantOn(%d) || (%s && %s)))", k, x, y))
	}
}
