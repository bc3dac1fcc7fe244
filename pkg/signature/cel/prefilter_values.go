package cel

import (
	"path"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// constant is the value of a literal, of a name of the kernel's or of lists.x;
// nil for others.
func (b *builder) constant(x ast.Expr) ref.Val {
	if x.Kind() == ast.LiteralKind {
		return x.AsLiteral()
	}
	if r := b.refs[x.ID()]; r != nil && r.Value != nil {
		return r.Value
	}
	if x.Kind() == ast.CallKind && x.AsCall().FunctionName() == operators.Negate {
		if n, ok := b.constant(x.AsCall().Args()[0]).(types.Int); ok {
			return n.Negate()
		}
	}
	return nil
}

// elements are the members of a constant list.
func (b *builder) elements(x ast.Expr) []ref.Val {
	var all []ref.Val
	if x.Kind() == ast.ListKind {
		for _, element := range x.AsList().Elements() {
			v := b.constant(element)
			if v == nil {
				return nil
			}
			all = append(all, v)
		}
		return all
	}
	list, ok := b.constant(x).(traits.Lister)
	if !ok {
		return nil
	}
	for it := list.Iterator(); it.HasNext() == types.True; {
		all = append(all, it.Next())
	}
	return all
}

// textList is a constant list of texts, nil when it is another, or empty.
func (b *builder) textList(x ast.Expr) []string {
	var list []string
	for _, v := range b.elements(x) {
		s, ok := v.(types.String)
		if !ok {
			return nil
		}
		list = append(list, string(s))
	}
	return list
}

// numberList is a constant list of whole numbers, nil when it is another, or empty.
func (b *builder) numberList(x ast.Expr) []int64 {
	var list []int64
	for _, v := range b.elements(x) {
		n, ok := v.(types.Int)
		if !ok {
			return nil
		}
		list = append(list, int64(n))
	}
	return list
}

// argument is the field that args.x names; nil when it is something else.
func (b *builder) argument(s ast.SelectExpr, in *scope) *schema.Field {
	if s.Operand().Kind() != ast.IdentKind || s.Operand().AsIdent() != varArgs || in.find(varArgs) != nil {
		return nil
	}
	return b.def.Field(s.FieldName())
}

func (b *builder) text(x ast.Expr, in *scope) texts {
	if s, ok := b.constant(x).(types.String); ok {
		return func(*event.Event, string) (string, verdict) { return string(s), yes }
	}
	switch x.Kind() {
	case ast.IdentKind:
		return b.boundText(in.find(x.AsIdent()))
	case ast.CallKind:
		return b.textOfCall(x.AsCall(), in)
	case ast.SelectKind:
		return b.textOfMember(x.AsSelect(), in)
	}
	return nil
}

func (b *builder) boundText(s *scope) texts {
	switch {
	case s == nil:
		return nil
	case s.bound != nil:
		return b.text(s.bound, s.outside)
	}
	return func(_ *event.Event, element string) (string, verdict) { return element, yes }
}

func (b *builder) textOfCall(c ast.CallExpr, in *scope) texts {
	of := map[string]func(string) string{"basename": basename, "dirname": path.Dir}[c.FunctionName()]
	if of == nil || c.IsMemberFunction() {
		return nil
	}
	whole := b.text(c.Args()[0], in)
	if whole == nil {
		return nil
	}
	return func(e *event.Event, element string) (string, verdict) {
		s, known := whole(e, element)
		return of(s), known
	}
}

func (b *builder) textOfMember(s ast.SelectExpr, in *scope) texts {
	if f := b.argument(s, in); f != nil && f.Kind.Info().Enc == schema.EncString && !s.IsTestOnly() {
		return func(e *event.Event, _ string) (string, verdict) {
			s, ok := e.String(f.Name)
			return s, carried(e, f.Name, ok)
		}
	}
	if f := fieldOf(s, varEvent, in, eventFields); f != nil && f.text != nil {
		return func(e *event.Event, _ string) (string, verdict) { return f.text(e), yes }
	}
	if argument, f := b.ofAddress(s, in); f != nil && f.text != nil {
		return func(e *event.Event, _ string) (string, verdict) {
			a, ok := e.Sockaddr(argument.Name)
			return f.text(a), carried(e, argument.Name, ok)
		}
	}
	return nil
}

func (b *builder) number(x ast.Expr, in *scope) numbers {
	if n, ok := b.constant(x).(types.Int); ok {
		return func(*event.Event, string) (int64, verdict) { return int64(n), yes }
	}
	if x.Kind() == ast.IdentKind {
		if s := in.find(x.AsIdent()); s != nil && s.bound != nil {
			return b.number(s.bound, s.outside)
		}
	}
	if x.Kind() != ast.SelectKind || x.AsSelect().IsTestOnly() {
		return nil
	}
	s := x.AsSelect()
	if f := b.argument(s, in); f != nil && f.Kind.Info().Enc.Numeric() {
		return func(e *event.Event, _ string) (int64, verdict) {
			a := e.Arg(f.Name)
			if a == nil || a.Value == nil {
				return 0, absent
			}
			n, ok := a.Int(f.Kind)
			return n, carried(e, f.Name, ok)
		}
	}
	if f := fieldOf(s, varEvent, in, eventFields); f != nil && f.number != nil {
		return func(e *event.Event, _ string) (int64, verdict) { return f.number(e), yes }
	}
	if argument, f := b.ofAddress(s, in); f != nil && f.number != nil {
		return func(e *event.Event, _ string) (int64, verdict) {
			a, ok := e.Sockaddr(argument.Name)
			return f.number(a), carried(e, argument.Name, ok)
		}
	}
	return nil
}

// carried is what is known of an argument that has its type, or not.
func carried(e *event.Event, name string, typed bool) verdict {
	if typed {
		return yes
	}
	if a := e.Arg(name); a == nil || a.Value == nil {
		return absent
	}
	return unknown
}

// fieldOf is the field that a member names of a variable.
func fieldOf[T any](s ast.SelectExpr, variable string, in *scope, fields []field[T]) *field[T] {
	if s.IsTestOnly() || s.Operand().Kind() != ast.IdentKind || s.Operand().AsIdent() != variable || in.find(variable) != nil {
		return nil
	}
	for i := range fields {
		if fields[i].name == s.FieldName() {
			return &fields[i]
		}
	}
	return nil
}

// ofAddress is what args.x.y names when x is a socket address.
func (b *builder) ofAddress(s ast.SelectExpr, in *scope) (*schema.Field, *field[event.Sockaddr]) {
	if s.IsTestOnly() || s.Operand().Kind() != ast.SelectKind {
		return nil, nil
	}
	argument := b.argument(s.Operand().AsSelect(), in)
	if argument == nil || argument.Kind.Info().Enc != schema.EncSockaddr {
		return nil, nil
	}
	for i := range sockaddrFields {
		if sockaddrFields[i].name == s.FieldName() {
			return argument, &sockaddrFields[i]
		}
	}
	return nil, nil
}
