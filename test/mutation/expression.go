package mutation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/parser"
)

// expression makes all changes of a CEL expression. With condition its value is
// true or false.
func expression(text string, condition bool) ([]change, error) {
	e := &expr{text: text}
	root, err := e.parse()
	if err != nil {
		return nil, fmt.Errorf("parse %q: %w", text, err)
	}
	e.visit(root.Expr(), condition, "", 0)
	return e.changes, e.err
}

// expr collects the changes of an expression.
type expr struct {
	text    string
	changes []change
	err     error
	factory ast.ExprFactory
}

// parse makes the tree anew, so that it can be changed in place. Macros stay
// calls, which prints them as they were written.
func (e *expr) parse() (*ast.AST, error) {
	e.factory = ast.NewExprFactory()
	p, err := parser.NewParser()
	if err != nil {
		return nil, err
	}
	tree, faults := p.Parse(common.NewTextSource(e.text))
	if len(faults.GetErrors()) > 0 {
		return nil, fmt.Errorf("%s", faults.ToDisplayString())
	}
	return tree, nil
}

// replace adds the change that puts another node in the place of one.
func (e *expr) replace(at ast.Expr, what string, by func(ast.Expr) ast.Expr) {
	tree, err := e.parse()
	if err != nil {
		e.err = err
		return
	}
	line := tree.SourceInfo().GetStartLocation(at.ID()).Line() - 1
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(n ast.Expr) {
		if n.ID() == at.ID() {
			n.SetKindCase(by(e.factory.CopyExpr(n)))
		}
	}))
	e.changes = append(e.changes, change{max(line, 0), what, e.print(tree.Expr())})
}

func (e *expr) print(n ast.Expr) string {
	text, err := parser.Unparse(n, ast.NewSourceInfo(nil))
	if err != nil {
		e.err = err
	}
	return strings.Join(strings.Fields(text), " ")
}

// visit changes a node and all below it. condition tells that its value is true
// or false; in is the function whose argument of a number it is.
func (e *expr) visit(n ast.Expr, condition bool, in string, argument int) {
	switch n.Kind() {
	case ast.CallKind:
		e.call(n, condition)
	case ast.ListKind:
		for i, member := range n.AsList().Elements() {
			e.replace(n, "member "+e.print(member)+" left out", func(n ast.Expr) ast.Expr {
				return e.factory.NewList(0, slices.Delete(slices.Clone(n.AsList().Elements()), i, i+1), nil)
			})
			e.visitUnlessText(member, in, argument)
		}
	case ast.LiteralKind:
		e.literal(n, in, argument)
	case ast.IdentKind:
		if constant.MatchString(n.AsIdent()) {
			e.replace(n, n.AsIdent()+" + 1", func(n ast.Expr) ast.Expr {
				return e.factory.NewCall(0, operators.Add, n, e.factory.NewLiteral(0, types.Int(1)))
			})
		}
	case ast.SelectKind:
		e.visit(n.AsSelect().Operand(), false, "", 0)
	}
}

// visitUnlessText changes a member of a list, but for texts, which are changed
// by being left out: only what begins or ends them may be too much.
func (e *expr) visitUnlessText(member ast.Expr, in string, argument int) {
	if member.Kind() != ast.LiteralKind || shortens(in) {
		e.visit(member, false, in, argument)
	}
}

// constant is how the names of the kernel's numbers are written.
var constant = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)

// opposite operators, and those that differ only for equal values.
var (
	opposite = map[string]string{
		operators.Equals: operators.NotEquals, operators.NotEquals: operators.Equals,
		operators.Less: operators.GreaterEquals, operators.GreaterEquals: operators.Less,
		operators.Greater: operators.LessEquals, operators.LessEquals: operators.Greater,
		operators.LogicalAnd: operators.LogicalOr, operators.LogicalOr: operators.LogicalAnd,
		operators.Add: operators.Subtract, operators.Subtract: operators.Add,
	}
	neighbour = map[string]string{
		operators.Less: operators.LessEquals, operators.LessEquals: operators.Less,
		operators.Greater: operators.GreaterEquals, operators.GreaterEquals: operators.Greater,
	}
)

func (e *expr) call(n ast.Expr, condition bool) {
	c := n.AsCall()
	name := c.FunctionName()
	logical := name == operators.LogicalAnd || name == operators.LogicalOr
	switch {
	case logical:
		e.logical(n)
	case name == operators.LogicalNot:
		e.replace(n, "! of "+e.print(c.Args()[0])+" left out", func(n ast.Expr) ast.Expr { return n.AsCall().Args()[0] })
	case condition && opposite[name] == "":
		e.replace(n, e.print(n)+" negated", func(n ast.Expr) ast.Expr { return e.factory.NewCall(0, operators.LogicalNot, n) })
	}
	for _, other := range []string{opposite[name], neighbour[name]} {
		if other == "" || name == operators.Add && !condition && e.joinsTexts(c) {
			continue
		}
		e.replace(n, fmt.Sprintf("%s becomes %s in %s", symbol(name), symbol(other), e.print(n)), func(n ast.Expr) ast.Expr {
			return e.factory.NewCall(0, other, n.AsCall().Args()...)
		})
	}
	if c.IsMemberFunction() {
		e.visit(c.Target(), false, "", 0)
	}
	for i, a := range c.Args() {
		lambda := i == 1 && slices.Contains([]string{"exists", "all", "exists_one", "filter"}, name)
		e.visit(a, logical || lambda || name == operators.Conditional && i == 0, name, i)
	}
}

// joinsTexts reports whether + joins texts, which have no -.
func (e *expr) joinsTexts(c ast.CallExpr) bool {
	return slices.ContainsFunc(c.Args(), func(a ast.Expr) bool {
		return a.Kind() == ast.CallKind || a.Kind() == ast.LiteralKind && a.AsLiteral().Type() == types.StringType
	})
}

// logical drops each clause of && and ||.
func (e *expr) logical(n ast.Expr) {
	for i, clause := range n.AsCall().Args() {
		if inner := clause.Kind() == ast.CallKind && clause.AsCall().FunctionName() == n.AsCall().FunctionName(); inner {
			continue // its own clauses are dropped
		}
		e.replace(n, "clause "+e.print(clause)+" left out", func(n ast.Expr) ast.Expr { return n.AsCall().Args()[1-i] })
	}
}

func symbol(name string) string {
	if s, ok := operators.FindReverse(name); ok && s != "" {
		return s
	}
	return name
}

// shortens reports whether a function holds a text against the beginning, the
// end or a part of another, so that a shorter one holds more often.
func shortens(function string) bool {
	return slices.Contains([]string{"startsWith", "endsWith", "contains", "startsWithAny", "endsWithAny", "containsAny"}, function)
}

func (e *expr) literal(n ast.Expr, in string, argument int) {
	put := func(what string, v any) {
		e.replace(n, what, func(ast.Expr) ast.Expr {
			return e.factory.NewLiteral(0, types.DefaultTypeAdapter.NativeToValue(v))
		})
	}
	switch v := n.AsLiteral().Value().(type) {
	case int64:
		put(fmt.Sprintf("%d becomes %d", v, v+1), v+1)
		put(fmt.Sprintf("%d becomes %d", v, v-1), v-1)
	case string:
		switch {
		case in == "matches" && argument == 0:
			for _, c := range patterns(v) {
				put(c.what, c.text)
			}
			return
		case shortens(in):
			for _, shorter := range shorter(v, in) {
				put(fmt.Sprintf("text %q becomes %q", v, shorter), shorter)
			}
		}
		put(fmt.Sprintf("text %q becomes %q", v, v+"~"), v+"~")
	}
}

// shorter are a text without its last or first character, whichever the function
// would not miss.
func shorter(text, function string) []string {
	if len(text) < 2 {
		return nil
	}
	var all []string
	if !strings.HasPrefix(function, "endsWith") {
		all = append(all, text[:len(text)-1])
	}
	if !strings.HasPrefix(function, "startsWith") {
		all = append(all, text[1:])
	}
	return all
}
