package rego

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// helpersPath is the file of the built-in helpers, argumentHelper the function
// there whose meaning the analysis knows.
const helpersPath = "tracehound/helpers.rego"

var argumentHelper = ast.MustParseRef("data.tracee.helpers.get_tracee_argument")

// maxRules bounds how deep the analysis follows rules that name rules.
const maxRules = 5

// analysis finds conditions that every way to match demands, in a compiled
// policy: conjuncts that compare a key of the event or an argument with
// constants. What it does not understand demands nothing.
type analysis struct {
	compiler *ast.Compiler
	helper   bool // get_tracee_argument is the built-in one and no other
}

// demands returns what must hold for the rule at path to be true or an object;
// nil when nothing is known.
func demands(c *ast.Compiler, path ast.Ref) condition {
	return newAnalysis(c).rule(path, maxRules)
}

func newAnalysis(c *ast.Compiler) *analysis {
	defined := c.GetRulesExact(argumentHelper)
	return &analysis{
		compiler: c,
		helper:   len(defined) == 1 && defined[0].Location != nil && defined[0].Location.File == helpersPath,
	}
}

// rule returns what the complete rule at path demands.
func (a *analysis) rule(path ast.Ref, depth int) condition {
	if depth == 0 || len(a.compiler.GetRulesWithPrefix(path)) != len(a.compiler.GetRulesExact(path)) {
		return nil
	}
	var ways anyOf
	for _, r := range a.compiler.GetRulesExact(path) {
		if !isComplete(r) {
			return nil
		}
		if r.Default && r.Head.Value.Equal(ast.BooleanTerm(false)) {
			continue
		}
		for ; r != nil; r = r.Else {
			way := a.body(r.Body, depth)
			if len(way) == 0 {
				return nil
			}
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return nil
	}
	return ways
}

// isComplete reports whether a rule gives a name one value.
func isComplete(r *ast.Rule) bool {
	return r.Head.RuleKind() == ast.SingleValue && len(r.Head.Args) == 0 && len(r.Head.Ref()) == 1
}

// body returns what the conjuncts of a body demand.
func (a *analysis) body(body ast.Body, depth int) allOf {
	b := a.bindings(body)
	var all allOf
	elements := map[ast.Var]int{}
	for _, e := range body {
		if e.Negated || len(e.With) > 0 {
			continue
		}
		if t, ok := e.Terms.(*ast.Term); ok {
			if path, ok := t.Value.(ast.Ref); ok && path.HasPrefix(ast.DefaultRootRef) && path.IsGround() {
				if c := a.rule(path, depth-1); c != nil {
					all = append(all, c)
				}
			}
			continue
		}
		p, t, ok := b.test(e)
		switch {
		case !ok:
		case p.member != nil:
			all = append(all, onMember{p.member, t})
		case p.argument != "":
			all = append(all, onArgument{p.argument, t})
		default:
			at, seen := elements[p.element]
			if !seen {
				at = len(all)
				elements[p.element] = at
				all = append(all, onElement(nil))
			}
			same, _ := all[at].(onElement) // always: just put there
			all[at] = append(same, elementTest{p.key, t})
		}
	}
	return all
}
