package rego

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/signature"
)

// check finds what the compiler cannot know to be impossible: comparisons with
// the names of events that do not exist, and arguments that no selected event
// has. It looks at the signature's own rules.
func (l *Loader) check(c *ast.Compiler, m *ast.Module, selectors []signature.Selector) error {
	arguments := l.argumentsOf(selectors)
	var all []error
	fail := func(at *ast.Term, format string, args ...any) {
		all = append(all, fmt.Errorf("%s: %s", position(at.Location), fmt.Sprintf(format, args...)))
	}
	a := newAnalysis(c)
	ast.WalkBodies(c.Modules[m.Package.Location.File], func(body ast.Body) bool {
		b := a.bindings(body)
		for _, e := range body {
			operands := e.Operands()
			switch {
			case len(operands) != 2:
			case isEquality(e), e.Operator().Equal(ast.Member.Ref()):
				for i, o := range operands {
					if p, ok := b.place(o); ok && p.member == memberByKey["eventName"] {
						l.checkEvents(operands[1-i], fail)
					}
				}
			case e.Operator().Equal(argumentHelper):
				name, ok := operands[0].Value.(ast.String)
				if ok && arguments != nil && !slices.Contains(arguments, string(name)) {
					fail(operands[0], "no selected event has an argument %q%s; there are %s", string(name), nearest.Hint(string(name), arguments), strings.Join(arguments, ", "))
				}
			}
		}
		return false
	})
	return errors.Join(all...)
}

// checkEvents checks a name, or a list of them, that is compared with eventName.
func (l *Loader) checkEvents(t *ast.Term, fail func(*ast.Term, string, ...any)) {
	names, isList := elementsOf(t.Value)
	if !isList {
		names = []*ast.Term{t}
	}
	for _, n := range names {
		if name, ok := n.Value.(ast.String); ok && l.events(string(name)) == nil {
			fail(n, "unknown event %q", string(name))
		}
	}
}

// argumentsOf lists the arguments of the selected events; nil when they may be
// any.
func (l *Loader) argumentsOf(selectors []signature.Selector) []string {
	names := map[string]bool{}
	for _, s := range selectors {
		def := l.events(s.Name)
		if s.Any() || def == nil {
			return nil
		}
		for i := range def.Fields {
			names[def.Fields[i].Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
