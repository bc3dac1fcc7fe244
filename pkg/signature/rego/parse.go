package rego

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/signature"
)

// most bounds how many faults of one file are shown.
const most = 5

// parse reads a file in today's Rego, else in the older one. When it is
// neither, the errors are those of the one that got further.
func parse(f File) (*ast.Module, error) {
	m, err := parseAs(f, ast.RegoV1)
	if err == nil {
		return m, nil
	}
	m, errV0 := parseAs(f, ast.RegoV0)
	if errV0 == nil {
		return m, nil
	}
	if row(errV0) > row(err) {
		err = errV0
	}
	return nil, textErrors(f.Path, err)
}

func parseAs(f File, v ast.RegoVersion) (*ast.Module, error) {
	return ast.ParseModuleWithOpts(f.Path, string(f.Data), ast.ParserOptions{RegoVersion: v})
}

// row is the line of the first fault.
func row(err error) int {
	var list ast.Errors
	if !errors.As(err, &list) {
		return 0
	}
	first := 0
	for _, e := range list {
		if e.Location != nil && (first == 0 || e.Location.Row < first) {
			first = e.Location.Row
		}
	}
	return first
}

// compile compiles a module, unless nil, together with the libraries.
func (l *Loader) compile(m *ast.Module) (*ast.Compiler, error) {
	modules := make(map[string]*ast.Module, len(l.libraries)+1)
	for path, lib := range l.libraries {
		modules[path] = lib
	}
	path := "libraries"
	if m != nil {
		path = m.Package.Location.File
		modules[path] = m
	}
	schemas, err := inputSchema()
	if err != nil {
		return nil, err
	}
	c := ast.NewCompiler().WithSchemas(schemas)
	if c.Compile(modules); c.Failed() {
		return nil, textErrors(path, c.Errors)
	}
	return c, nil
}

// textErrors shows OPA's errors as "path:line:column: message", one per line.
func textErrors(path string, err error) error {
	var list ast.Errors
	if one := (*ast.Error)(nil); errors.As(err, &one) {
		list = ast.Errors{one}
	} else if !errors.As(err, &list) {
		return fmt.Errorf("%s: %w", path, err)
	}
	list.Sort()
	list = slices.CompactFunc(list, repeats)
	var all []error
	for i, e := range list {
		at := signature.Position{File: path}
		if e.Location != nil {
			at = position(e.Location)
		}
		if i == most {
			all = append(all, fmt.Errorf("%s: and %d more faults", at.File, len(list)-most))
			break
		}
		all = append(all, fmt.Errorf("%s: %s", at, explain(e)))
	}
	return errors.Join(all...)
}

// repeats reports whether an error says at the same place what the one before
// it says, and keeps there what says more.
func repeats(e, before *ast.Error) bool {
	same := before.Location != nil && e.Location != nil && before.Location.Row == e.Location.Row && before.Location.Col == e.Location.Col
	switch {
	case same && strings.HasPrefix(e.Message, before.Message):
		before.Message = e.Message
		return true
	case same && strings.HasPrefix(before.Message, e.Message):
		return true
	}
	return false
}

func position(l *ast.Location) signature.Position {
	if l == nil {
		return signature.Position{}
	}
	return signature.Position{File: l.File, Line: l.Row, Column: l.Col}
}

// rulesByName maps each rule's name to its first definition.
func rulesByName(m *ast.Module) map[string]*ast.Rule {
	rules := map[string]*ast.Rule{}
	for _, r := range m.Rules {
		name, ok := r.Head.Ref()[0].Value.(ast.Var)
		if _, seen := rules[string(name)]; ok && !seen {
			rules[string(name)] = r
		}
	}
	return rules
}

// queryFor is the query that evaluates one rule of the module.
func queryFor(m *ast.Module, rule string) ast.Body {
	return ast.NewBody(ast.NewExpr(ast.NewTerm(m.Package.Path.Append(ast.StringTerm(rule)))))
}

// selectorPosition is where a rule spells the selector's event, else the rule.
func selectorPosition(m *ast.Module, rule *ast.Rule, sel signature.Selector) signature.Position {
	at := rule.Location
	found := false
	for _, r := range m.Rules {
		if !r.Head.Ref()[0].Equal(rule.Head.Ref()[0]) {
			continue
		}
		ast.WalkTerms(r, func(t *ast.Term) bool {
			if s, ok := t.Value.(ast.String); ok && !found && string(s) == sel.Name && t.Location != nil {
				at, found = t.Location, true
			}
			return found
		})
	}
	return position(at)
}
