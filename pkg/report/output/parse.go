package output

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/document"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Parse reads the list of outputs of a config file. Faults are joined, each with its
// line.
func Parse(file string, node ast.Node) ([]Spec, error) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, fmt.Errorf("%s: outputs must be a list, as\n  outputs:\n    - kind: webhook\n      url: https://receiver.example/", at(file, node))
	}
	var all []Spec
	var faults []error
	for _, n := range list.Values {
		s, err := parseOne(file, n)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, s)
	}
	return all, errors.Join(faults...)
}

func parseOne(file string, node ast.Node) (s Spec, err error) {
	defer func() { // the YAML library panics on some malformed text
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: malformed YAML: %v", at(file, node), r)
		}
	}()
	m, ok := node.(ast.MapNode)
	if !ok {
		return s, fmt.Errorf("%s: an output must be keys and values", at(file, node))
	}
	if err := yaml.NodeToValue(node, &s); err != nil {
		var placed yaml.Error
		if errors.As(err, &placed) {
			return s, document.Error(file, err)
		}
		return s, fmt.Errorf("%s: %w", at(file, node), err) // a value that its type refuses
	}
	s.Where = at(file, node)
	k := kindOf(s.Kind)
	if k == nil {
		if s.Kind == "" {
			return s, fmt.Errorf("%s: output has no kind", s.Where)
		}
		return s, fmt.Errorf("%s: output has unknown kind %q%s", s.Where, s.Kind, nearest.Hint(s.Kind, Kinds()))
	}
	there := map[string]bool{}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		there[key] = true
		if !k.takes(key) {
			return s, fmt.Errorf("%s: outputs of kind %s have no key %q%s", at(file, it.Key()), k.name, key, nearest.Hint(key, k.allKeys()))
		}
	}
	for _, key := range k.needs {
		if !there[key] {
			return s, fmt.Errorf("%s: output of kind %s needs the key %q", s.Where, k.name, key)
		}
	}
	return s, nil
}

func at(file string, node ast.Node) signature.Position {
	p := signature.Position{File: file}
	if t := node.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	return p
}
