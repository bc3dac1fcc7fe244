package cel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// environment compiles expressions for one event.
type environment struct {
	def   *schema.Event
	types *provider
	env   *cel.Env
	// read, unless nil, is told which arguments an expression reads.
	read func(argument string)
}

func newEnvironment(def *schema.Event, shared *Shared) (*environment, error) {
	p, err := newProvider(def)
	if err != nil {
		return nil, err
	}
	env, err := cel.NewEnv(append(slices.Concat(functions(), pathFunctions(), shared.options()),
		cel.CustomTypeAdapter(p),
		cel.CustomTypeProvider(p),
		cel.Variable(varEvent, cel.ObjectType(typeEvent)),
		cel.Variable(varArgs, cel.ObjectType(typeArgs)),
		cel.Variable(varText, cel.ObjectType(typeText)),
		cel.DefaultUTCTimeZone(true),
		cel.ASTValidators(cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(),
			cel.ValidateRegexLiterals(), cel.ValidateHomogeneousAggregateLiterals()),
		ext.Strings(),
	)...)
	if err != nil {
		return nil, fmt.Errorf("make CEL environment of event %s: %w", def.Name, err)
	}
	if env, err = shared.withMacros(env); err != nil {
		return nil, err
	}
	return &environment{def: def, types: p, env: env}, nil
}

// fault is one error in an expression: line from 1, column from 0.
type fault struct {
	line, column int
	message      string
}

// match is a compiled condition on an event.
type match struct {
	program cel.Program
	quick   condition // nil when it would know nothing
}

// eval evaluates the condition, if it is not plain that it does not hold.
func (m *match) eval(e *event.Event, variables cel.Activation) (bool, error) {
	if m.quick != nil {
		if v := m.quick(e, ""); v == no || v == absent {
			return false, nil
		}
	}
	v, _, err := m.program.Eval(variables)
	if err != nil {
		return false, err
	}
	return v == types.True, nil
}

// match compiles a condition.
func (v *environment) match(text string) (match, []fault) {
	program, checked, faults := v.compile(text, func(t *cel.Type) string {
		if t.IsExactType(cel.BoolType) {
			return ""
		}
		return fmt.Sprintf("match must be a condition (bool), is %s", shown(t))
	})
	if len(faults) > 0 {
		return match{}, faults
	}
	return match{program, v.prefilter(checked.NativeRep())}, nil
}

// data compiles an entry of a finding's data.
func (v *environment) data(text string) (cel.Program, []fault) {
	program, _, faults := v.compile(text, func(t *cel.Type) string {
		if representable(t) {
			return ""
		}
		return fmt.Sprintf("a value of type %s cannot be in a finding: name one of its fields", shown(t))
	})
	return program, faults
}

func (v *environment) compile(text string, check func(*cel.Type) string) (cel.Program, *cel.Ast, []fault) {
	checked, issues := v.env.Compile(text)
	if issues.Err() != nil {
		var faults []fault
		for _, e := range issues.Errors() {
			faults = append(faults, fault{e.Location.Line(), e.Location.Column(), v.explain(e.Message)})
		}
		return nil, nil, faults
	}
	if wrong := check(checked.OutputType()); wrong != "" {
		return nil, nil, []fault{{line: 1, message: wrong}}
	}
	if v.read != nil {
		v.note(checked)
	}
	program, err := v.env.Program(checked, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, nil, []fault{{line: 1, message: err.Error()}}
	}
	return program, checked, nil
}

// note tells read of all arguments in an expression.
func (v *environment) note(expression *cel.Ast) {
	ast.PreOrderVisit(expression.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.SelectKind || e.AsSelect().Operand().Kind() != ast.IdentKind {
			return
		}
		if of := e.AsSelect().Operand().AsIdent(); of == varArgs || of == varText {
			v.read(e.AsSelect().FieldName())
		}
	}))
}

// explain makes CEL's message say what there is.
func (v *environment) explain(message string) string {
	message = strings.TrimSuffix(message, " (in container '')")
	message = strings.NewReplacer(typeEvent, varEvent, typeArgs, varArgs, typeText, varText, typeSockaddr, "socket address").Replace(message)
	name, undefined := strings.CutPrefix(message, "undefined field '")
	if !undefined {
		return message
	}
	name = strings.TrimSuffix(name, "'")
	typ := v.types.missed[name]
	if _, is := v.types.structs[typeEvent][name]; is && typ != typeEvent {
		return fmt.Sprintf("%s; it is a field of event: event.%s", message, name)
	}
	if _, is := v.types.structs[typeArgs][name]; is && typ == typeEvent {
		return fmt.Sprintf("%s; it is an argument: args.%s", message, name)
	}
	fields := strings.Join(v.types.names[typ], ", ")
	switch typ {
	case typeEvent:
		return fmt.Sprintf("%s; the fields of event are %s", message, fields)
	case typeSockaddr:
		return fmt.Sprintf("%s; the fields of a socket address are %s", message, fields)
	}
	if fields == "" {
		return fmt.Sprintf("%s; %s has no arguments", message, v.def.Name)
	}
	return fmt.Sprintf("%s; the arguments of %s are %s", message, v.def.Name, fields)
}

// representable reports whether values of the type have a JSON form.
func representable(t *cel.Type) bool {
	switch t.Kind() {
	case types.BoolKind, types.IntKind, types.UintKind, types.DoubleKind, types.StringKind, types.BytesKind,
		types.TimestampKind, types.DurationKind, types.NullTypeKind:
		return true
	case types.StructKind:
		return t.TypeName() == typeSockaddr
	case types.ListKind:
		return representable(t.Parameters()[0])
	case types.MapKind:
		return t.Parameters()[0].Kind() == types.StringKind && representable(t.Parameters()[1])
	}
	return false
}

// shown is a type as the writer knows it.
func shown(t *cel.Type) string {
	switch t.TypeName() {
	case typeEvent:
		return varEvent
	case typeArgs:
		return varArgs
	case typeText:
		return varText
	}
	return t.String()
}

// native is a value in its JSON-shaped Go form.
func native(v ref.Val) any {
	switch v := v.(type) {
	case types.Null:
		return nil
	case types.Timestamp:
		return v.Format(time.RFC3339Nano)
	case types.Duration:
		return v.String()
	case object[event.Sockaddr]:
		return v.value.Map()
	case traits.Lister:
		to := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			to = append(to, native(it.Next()))
		}
		return to
	case traits.Mapper:
		to := map[string]any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			to[fmt.Sprint(key.Value())] = native(v.Get(key))
		}
		return to
	}
	return v.Value()
}
