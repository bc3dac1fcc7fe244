package rego

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// neededBy finds which keys of the input compiled modules refer to. References
// that could be to any key need all.
func neededBy(modules map[string]*ast.Module) *needs {
	keys, all := map[string]bool{}, false
	var visit *ast.GenericVisitor
	visit = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case ast.Ref:
			if !x.HasPrefix(ast.InputRootRef) {
				return false
			}
			if len(x) == 1 {
				all = true
				return true
			}
			key, constant := x[1].Value.(ast.String)
			if !constant {
				all = true
				return true
			}
			keys[string(key)] = true
			for _, t := range x[2:] {
				visit.Walk(t)
			}
			return true
		case ast.Var:
			all = all || x.Equal(ast.InputRootDocument.Value)
		}
		return false
	})
	for _, m := range modules {
		for _, r := range m.Rules {
			visit.Walk(r)
		}
	}
	n := &needs{all: all}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if m := memberByKey[key]; m != nil {
			n.members = append(n.members, m)
		} else {
			n.extra = append(n.extra, key)
		}
	}
	return n
}
