package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

// place is where something was written, from 1.
type place struct{ line, column int }

// node is a part of a file.
type node struct{ ast.Node }

func (n node) at() place {
	if n.Node == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return place{1, 1}
	}
	// The token of a mapping is the colon of its first member.
	if m, ok := n.Node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return node{m.Values[0].Key}.at()
	}
	if m, ok := n.Node.(*ast.MappingValueNode); ok {
		return node{m.Key}.at()
	}
	p := n.GetToken().Position
	return place{p.Line, p.Column}
}

// text is a scalar.
type text struct {
	value string
	at    place // of its first character, behind a quote
}

// document reads the frame of a file and returns its policies.
func (r *reader) document(data []byte) ([]node, error) {
	file, err := parseYAML(data)
	if err != nil {
		return nil, r.syntax(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, &FaultError{File: r.file, What: fmt.Sprintf("the file holds %d YAML documents, want one", len(file.Docs)), Hint: "write all policies below policies:"}
	}
	top := node{file.Docs[0].Body}
	m, err := r.members(top, "a file of policies", []string{"apiVersion", "kind", "policies"})
	if err != nil {
		return nil, err
	}
	for key, want := range map[string]string{"apiVersion": apiVersion, "kind": kind} {
		t, err := r.required(top, m, key)
		if err != nil {
			return nil, err
		}
		if t.value != want {
			return nil, r.fault(t.at, "", "%s is %q, want %q", key, t.value, want)
		}
	}
	list, ok := m["policies"]
	if !ok {
		return nil, r.fault(top.at(), "", "policies is missing")
	}
	return r.items(list, "policies")
}

// parseYAML makes an error of the panics of the library, which it has for some
// malformed text.
func parseYAML(data []byte) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("malformed YAML: %v", p)
		}
	}()
	return parser.ParseBytes(data, 0)
}

func (r *reader) syntax(err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return &FaultError{File: r.file, What: err.Error()}
	}
	at := place{1, 1}
	if t := y.GetToken(); t != nil && t.Position != nil {
		at = place{t.Position.Line, t.Position.Column}
	}
	return r.fault(at, "", "%s", y.GetMessage())
}

// members are the values of a mapping, by key.
func (r *reader) members(n node, what string, known []string) (map[string]node, error) {
	var values []*ast.MappingValueNode
	switch m := n.Node.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return nil, r.fault(n.at(), "", "%s has keys and values: %s", what, strings.Join(known, ", "))
	}
	list := map[string]node{}
	for _, v := range values {
		key := node{v.Key}
		name := v.Key.GetToken().Value
		if !slices.Contains(known, name) {
			hint := "known: " + strings.Join(known, ", ")
			if near := nearest.Word(name, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, r.fault(key.at(), hint, "unknown key %q", name)
		}
		if _, twice := list[name]; twice {
			return nil, r.fault(key.at(), "", "key %q is there twice", name)
		}
		if v.Value == nil || v.Value.Type() == ast.NullType {
			return nil, r.fault(key.at(), "", "key %q has no value", name)
		}
		list[name] = node{v.Value}
	}
	return list, nil
}

func (r *reader) required(n node, m map[string]node, key string) (text, error) {
	v, ok := m[key]
	if !ok {
		return text{}, r.fault(n.at(), "", "%s is missing", key)
	}
	return r.text(v, key)
}

// items are the elements of a list that must not be empty.
func (r *reader) items(n node, what string) ([]node, error) {
	s, ok := n.Node.(*ast.SequenceNode)
	if !ok || len(s.Values) == 0 {
		return nil, r.fault(n.at(), "", "%s is a list of at least one element", what)
	}
	list := make([]node, len(s.Values))
	for i, v := range s.Values {
		list[i] = node{v}
	}
	return list, nil
}

// texts takes one text, or a list of them.
func (r *reader) texts(n node, what string) ([]text, error) {
	nodes := []node{n}
	if _, ok := n.Node.(*ast.SequenceNode); ok {
		var err error
		if nodes, err = r.items(n, what); err != nil {
			return nil, err
		}
	}
	list := make([]text, len(nodes))
	for i, one := range nodes {
		var err error
		if list[i], err = r.text(one, what); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *reader) text(n node, what string) (text, error) {
	s, ok := n.Node.(ast.ScalarNode)
	if !ok || n.Type() == ast.NullType || n.Type() == ast.LiteralType {
		return text{}, r.fault(n.at(), "quote it if it begins with a sign that YAML reads", "%s wants a text on one line", what)
	}
	t := text{value: s.GetToken().Value, at: n.at()}
	if kind := s.GetToken().Type; kind == token.SingleQuoteType || kind == token.DoubleQuoteType {
		t.at.column++
	}
	return t, nil
}
