package cel

import (
	"regexp"
	"slices"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// A prefilter says of most events that a condition does not hold, an order of
// magnitude faster than CEL, which makes an object of every value. It knows the
// commonest forms of expressions; of others it knows nothing, and CEL decides. It
// never decides that a condition holds.

// verdict is what is known of a condition.
type verdict int8

const (
	unknown verdict = iota
	absent          // it hangs on what the event does not carry
	no
	yes
)

// judge is what a test says of values that are known (yes), or not.
func judge(known verdict, holds bool) verdict {
	switch {
	case known != yes:
		return known
	case holds:
		return yes
	}
	return no
}

// The forms of expressions. element is the text at which the innermost exists
// is. A value is known (yes), absent or, when it is of another type than it should
// be, unknown.
type (
	condition func(e *event.Event, element string) verdict
	texts     func(e *event.Event, element string) (value string, known verdict)
	numbers   func(e *event.Event, element string) (value int64, known verdict)
)

// prefilter makes one of a checked expression; nil when it would know nothing.
func (v *environment) prefilter(checked *ast.AST) condition {
	b := &builder{def: v.def, refs: checked.ReferenceMap()}
	return b.condition(checked.Expr(), nil)
}

type builder struct {
	def  *schema.Event
	refs map[int64]*ast.ReferenceInfo
}

// scope binds names within a macro or an exists; nil is the outermost.
type scope struct {
	name    string
	bound   ast.Expr // what a macro's parameter stands for; nil for the element of an exists
	outside *scope   // where bound has its meaning
	next    *scope
}

func (s *scope) find(name string) *scope {
	for ; s != nil; s = s.next {
		if s.name == name {
			return s
		}
	}
	return nil
}

// element reports whether this is within an exists.
func (s *scope) element() bool {
	for ; s != nil; s = s.next {
		if s.bound == nil {
			return true
		}
	}
	return false
}

func (b *builder) condition(x ast.Expr, in *scope) condition {
	switch x.Kind() {
	case ast.CallKind:
		return b.call(x.AsCall(), in)
	case ast.ComprehensionKind:
		return b.comprehension(x.AsComprehension(), in)
	case ast.SelectKind:
		return b.member(x.AsSelect(), in)
	case ast.IdentKind:
		if s := in.find(x.AsIdent()); s != nil && s.bound != nil {
			return b.condition(s.bound, s.outside)
		}
	}
	return nil
}

func (b *builder) call(c ast.CallExpr, in *scope) condition {
	args := c.Args()
	switch c.FunctionName() {
	case operators.LogicalAnd:
		return all(b.condition(args[0], in), b.condition(args[1], in))
	case operators.LogicalOr:
		return either(b.condition(args[0], in), b.condition(args[1], in))
	case operators.LogicalNot:
		return not(b.condition(args[0], in))
	case operators.Equals:
		return b.equal(args[0], args[1], in)
	case operators.NotEquals:
		return not(b.equal(args[0], args[1], in))
	case operators.Greater, operators.GreaterEquals, operators.Less, operators.LessEquals:
		return b.ordered(c.FunctionName(), args[0], args[1], in)
	case operators.In:
		return b.among(args[0], args[1], in)
	}
	if c.IsMemberFunction() {
		args = append([]ast.Expr{c.Target()}, args...)
	}
	return b.function(c.FunctionName(), args, in)
}

func all(a, b condition) condition {
	switch {
	case a == nil:
		return b.unlessYes()
	case b == nil:
		return a.unlessYes()
	}
	return func(e *event.Event, element string) verdict {
		first := a(e, element)
		if first == no {
			return no
		}
		second := b(e, element)
		if second == no {
			return no
		}
		return min(first, second)
	}
}

// unlessYes is what is known of a conjunction of which one half is unknown.
func (c condition) unlessYes() condition {
	if c == nil {
		return nil
	}
	return func(e *event.Event, element string) verdict {
		if c(e, element) == no {
			return no
		}
		return unknown
	}
}

func either(a, b condition) condition { return not(all(not(a), not(b))) }

func not(c condition) condition {
	if c == nil {
		return nil
	}
	return func(e *event.Event, element string) verdict {
		switch v := c(e, element); v {
		case yes:
			return no
		case no:
			return yes
		default:
			return v
		}
	}
}

// equal compares texts, or numbers.
func (b *builder) equal(x, y ast.Expr, in *scope) condition {
	if p, q := b.text(x, in), b.text(y, in); p != nil && q != nil {
		return func(e *event.Event, element string) verdict {
			one, known := p(e, element)
			two, also := q(e, element)
			return judge(min(known, also), one == two)
		}
	}
	return b.ordered(operators.Equals, x, y, in)
}

var orders = map[string]func(x, y int64) bool{
	operators.Equals:        func(x, y int64) bool { return x == y },
	operators.Greater:       func(x, y int64) bool { return x > y },
	operators.GreaterEquals: func(x, y int64) bool { return x >= y },
	operators.Less:          func(x, y int64) bool { return x < y },
	operators.LessEquals:    func(x, y int64) bool { return x <= y },
}

func (b *builder) ordered(operator string, x, y ast.Expr, in *scope) condition {
	p, q, holds := b.number(x, in), b.number(y, in), orders[operator]
	if p == nil || q == nil {
		return nil
	}
	return func(e *event.Event, element string) verdict {
		one, known := p(e, element)
		two, also := q(e, element)
		return judge(min(known, also), holds(one, two))
	}
}

// among is membership of a constant list.
func (b *builder) among(x, list ast.Expr, in *scope) condition {
	if of, members := b.text(x, in), b.textList(list); of != nil && members != nil {
		set := make(map[string]struct{}, len(members))
		for _, m := range members {
			set[m] = struct{}{}
		}
		return func(e *event.Event, element string) verdict {
			s, known := of(e, element)
			_, is := set[s]
			return judge(known, is)
		}
	}
	if of, members := b.number(x, in), b.numberList(list); of != nil && members != nil {
		return func(e *event.Event, element string) verdict {
			n, known := of(e, element)
			return judge(known, slices.Contains(members, n))
		}
	}
	return nil
}

// memberTests are CEL's own functions on a text and a constant one.
var memberTests = map[string]func(s, with string) bool{"startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix, "contains": strings.Contains}

// flagTests are ours on a number.
var flagTests = map[string]func(int64) bool{"isRead": isRead, "isWrite": isWrite}

// function is a call of one of those above, of functions.go or of
// functions_paths.go.
func (b *builder) function(name string, args []ast.Expr, in *scope) condition {
	if len(args) == 1 {
		if test := flagTests[name]; test != nil {
			return onNumber(b.number(args[0], in), test)
		}
		if test := addressTests[name]; test != nil {
			return onEach(b.text(args[0], in), func(s string) bool { return ofAddress(s, test) })
		}
		return nil
	}
	if len(args) != 2 {
		return nil
	}
	if name == fnHasFlag {
		if flag, ok := b.constant(args[1]).(types.Int); ok {
			return onNumber(b.number(args[0], in), func(n int64) bool { return hasFlag(n, int64(flag)) })
		}
		return nil
	}
	if test := listTests[name]; test != nil {
		if list := b.textList(args[1]); list != nil {
			return onEach(b.text(args[0], in), func(s string) bool {
				return slices.ContainsFunc(list, func(element string) bool { return test(s, element) })
			})
		}
		return nil
	}
	with, ok := b.constant(args[1]).(types.String)
	if !ok {
		return nil
	}
	if name == "matches" {
		pattern, err := regexp.Compile(string(with))
		if err != nil {
			return nil // CEL says so
		}
		return onEach(b.text(args[0], in), pattern.MatchString)
	}
	test := memberTests[name]
	if test == nil {
		test = textTests[name]
	}
	if test == nil {
		return nil
	}
	return onEach(b.text(args[0], in), func(s string) bool { return test(s, string(with)) })
}

func onEach(of texts, test func(string) bool) condition {
	if of == nil {
		return nil
	}
	return func(e *event.Event, element string) verdict {
		s, known := of(e, element)
		return judge(known, known == yes && test(s))
	}
}

func onNumber(of numbers, test func(int64) bool) condition {
	if of == nil {
		return nil
	}
	return func(e *event.Event, element string) verdict {
		n, known := of(e, element)
		return judge(known, test(n))
	}
}

// member is has(args.x), or an argument that is a bool.
func (b *builder) member(s ast.SelectExpr, in *scope) condition {
	f := b.argument(s, in)
	switch {
	case f == nil:
		return nil
	case s.IsTestOnly():
		return func(e *event.Event, _ string) verdict {
			a := e.Arg(f.Name)
			return judge(yes, a != nil && a.Value != nil)
		}
	case f.Kind.Info().Enc == schema.EncBool:
		return func(e *event.Event, _ string) verdict {
			v, ok := e.Bool(f.Name)
			return judge(carried(e, f.Name, ok), v)
		}
	}
	return nil
}

// comprehension is a macro's call or an exists on an argument that is a list of
// texts.
func (b *builder) comprehension(c ast.ComprehensionExpr, in *scope) condition {
	if c.IterRange().Kind() == ast.ListKind && c.IterRange().AsList().Size() == 0 { // see macro.expander
		return b.condition(c.Result(), &scope{name: c.AccuVar(), bound: c.AccuInit(), outside: in, next: in})
	}
	if in.element() || c.HasIterVar2() || b.constant(c.AccuInit()) != types.False || c.LoopStep().Kind() != ast.CallKind || c.IterRange().Kind() != ast.SelectKind {
		return nil
	}
	step, f := c.LoopStep().AsCall(), b.argument(c.IterRange().AsSelect(), in)
	if f == nil || f.Kind.Info().Enc != schema.EncStrings || step.FunctionName() != operators.LogicalOr || c.Result().Kind() != ast.IdentKind {
		return nil
	}
	holds := b.condition(step.Args()[1], &scope{name: c.IterVar(), next: in})
	if holds == nil {
		return nil
	}
	return func(e *event.Event, _ string) verdict {
		list, ok := e.Strings(f.Name)
		found := carried(e, f.Name, ok)
		if found != yes {
			return found
		}
		found = no
		for _, element := range list {
			v := holds(e, element)
			if v == yes {
				return yes
			}
			found = min(found, v)
		}
		return found
	}
}
