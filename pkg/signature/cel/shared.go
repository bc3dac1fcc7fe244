package cel

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/google/cel-go/cel"
	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
)

// Shared are the lists and macros that signatures of a file or of a folder have
// in common.
type Shared struct {
	lists  []namedList
	macros []macro
}

// namedList is a list of texts or of whole numbers; expressions call it lists.NAME.
type namedList struct {
	name   string
	typ    *cel.Type
	values any // []string or []int64
}

// macro is an expression with a name and parameters.
type macro struct {
	name   string
	params []string
	body   text
}

// options declare the lists, and the macros so that each may use those before
// it.
func (s *Shared) options() []cel.EnvOption {
	if s == nil {
		return nil
	}
	var all []cel.EnvOption
	for _, l := range s.lists {
		all = append(all, cel.Constant("lists."+l.name, l.typ, types.DefaultTypeAdapter.NativeToValue(l.values)))
	}
	return all
}

// expander is what replaces a macro's call: its parsed body, in which each
// parameter is bound to the argument.
func (m macro) expander(body celast.Expr) cel.MacroFactory {
	return func(f cel.MacroExprFactory, _ celast.Expr, args []celast.Expr) (celast.Expr, *cel.Error) {
		expr := f.Copy(body)
		for i, p := range slices.Backward(m.params) {
			expr = f.NewComprehension(f.NewList(), "#unused", p, args[i], f.NewLiteral(types.False), f.NewIdent(p), expr)
		}
		return expr, nil
	}
}

// withMacros adds the macros to an environment.
func (s *Shared) withMacros(env *cel.Env) (*cel.Env, error) {
	if s == nil {
		return env, nil
	}
	for _, m := range s.macros {
		parsed, issues := env.Parse(m.body.value)
		if issues.Err() != nil {
			return nil, fmt.Errorf("macro %s: %w", m.name, issues.Err())
		}
		var err error
		env, err = env.Extend(cel.Macros(cel.GlobalMacro(m.name, len(m.params), m.expander(parsed.NativeRep().Expr()))))
		if err != nil {
			return nil, fmt.Errorf("macro %s: %w", m.name, err)
		}
	}
	return env, nil
}

// goodName is what a list, a macro or a parameter may be called.
var goodName = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*$`)

// mapping keeps a mapping as it is, in its order.
type mapping struct{ node *ast.MappingNode }

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (m *mapping) UnmarshalYAML(n ast.Node) error {
	switch n := n.(type) {
	case *ast.MappingNode:
		m.node = n
	case *ast.MappingValueNode:
		m.node = &ast.MappingNode{Values: []*ast.MappingValueNode{n}}
	default:
		at := n.GetToken().Position
		return &shapeError{at.Line, at.Column, strings.ToLower(n.Type().String())}
	}
	return nil
}

// share reads the lists and macros of a document into what is shared.
func (l *loader) share(lists, macros mapping) {
	if lists.node != nil {
		for _, v := range lists.node.Values {
			l.addList(v)
		}
	}
	if macros.node != nil {
		for _, v := range macros.node.Values {
			l.addMacro(v)
		}
	}
}

func keyText(v *ast.MappingValueNode) text {
	at := v.Key.GetToken()
	return text{value: at.Value, line: at.Position.Line, column: at.Position.Column}
}

func (l *loader) addList(v *ast.MappingValueNode) {
	name := keyText(v)
	if !goodName.MatchString(name.value) {
		l.fail(name, "list name %q: must begin with a small letter and hold only letters, digits and _", name.value)
		return
	}
	if slices.ContainsFunc(l.shared.lists, func(o namedList) bool { return o.name == name.value }) {
		l.fail(name, "there are two lists named %s", name.value)
		return
	}
	var numbers []int64
	var texts []string
	if decodeYAML(v.Value, &numbers) == nil {
		l.shared.lists = append(l.shared.lists, namedList{name.value, cel.ListType(cel.IntType), numbers})
		return
	}
	if err := decodeYAML(v.Value, &texts); err != nil {
		l.fail(name, "list %s: must be a list of texts, or one of whole numbers", name.value)
		return
	}
	l.shared.lists = append(l.shared.lists, namedList{name.value, cel.ListType(cel.StringType), texts})
}

// macroHead is a macro's key: name(parameter, …).
var macroHead = regexp.MustCompile(`^([A-Za-z0-9_]+)\(([A-Za-z0-9_, ]*)\)$`)

func (l *loader) addMacro(v *ast.MappingValueNode) {
	name := keyText(v)
	head := macroHead.FindStringSubmatch(name.value)
	if head == nil {
		l.fail(name, "macro %q: must be written name(): or name(parameter, …):", name.value)
		return
	}
	m := macro{name: head[1]}
	for p := range strings.SplitSeq(head[2], ",") {
		if p = strings.TrimSpace(p); p != "" || len(m.params) > 0 {
			m.params = append(m.params, p)
		}
	}
	for _, word := range append([]string{m.name}, m.params...) {
		if !goodName.MatchString(word) {
			l.fail(name, "macro %s: %q must begin with a small letter and hold only letters, digits and _", m.name, word)
			return
		}
	}
	if slices.ContainsFunc(l.shared.macros, func(o macro) bool { return o.name == m.name && len(o.params) == len(m.params) }) {
		l.fail(name, "there are two macros named %s", m.name)
		return
	}
	if err := decodeYAML(v.Value, &m.body); err != nil {
		l.fail(name, "macro %s: must be an expression", m.name)
		return
	}
	l.shared.macros = append(l.shared.macros, m)
}

// LoadShared reads the lists and macros of a file of kind Library, for Load. It
// returns ErrForeign for a file of another kind.
func LoadShared(path string, data []byte, to *Shared) error {
	file, err := parseYAML(data)
	if err != nil {
		return ErrForeign // Load says what is wrong, if it is ours
	}
	found := false
	l := &loader{path: path, shared: to}
	for _, doc := range file.Docs {
		var lib struct {
			APIVersion text    `yaml:"apiVersion"`
			Kind       text    `yaml:"kind"`
			Lists      mapping `yaml:"lists"`
			Macros     mapping `yaml:"macros"`
		}
		if doc.Body == nil || decodeYAML(doc.Body, &lib) != nil || lib.Kind.value != libraryKind || lib.APIVersion.value != apiVersion {
			continue
		}
		found = true
		if err := decodeYAML(doc.Body, &lib, yaml.Strict()); err != nil {
			return yamlError(path, err)
		}
		l.share(lib.Lists, lib.Macros)
	}
	if !found {
		return ErrForeign
	}
	return errors.Join(l.faults...)
}

func (s *Shared) clone() *Shared {
	if s == nil {
		return &Shared{}
	}
	return &Shared{lists: slices.Clone(s.lists), macros: slices.Clone(s.macros)}
}
