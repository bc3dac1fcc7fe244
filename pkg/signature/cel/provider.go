package cel

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// provider tells CEL the types of one event's variables and the names of
// kernel numbers. It is its types.Adapter too.
type provider struct {
	*types.Registry
	structs map[string]map[string]*types.FieldType
	// names lists the fields of each struct, in the order to show them.
	names map[string][]string
	// missed remembers, for error texts, on which struct a field was sought.
	missed map[string]string
}

func newProvider(def *schema.Event) (*provider, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("make type registry: %w", err)
	}
	p := &provider{Registry: registry, structs: map[string]map[string]*types.FieldType{}, names: map[string][]string{}, missed: map[string]string{}}
	p.declare(typeEvent)
	for _, f := range eventFields {
		p.add(typeEvent, f.name, f.typ, func(target any) (any, error) { return f.get(target.(*event.Event)), nil })
	}
	p.declare(typeSockaddr)
	for _, f := range sockaddrFields {
		p.add(typeSockaddr, f.name, f.typ, func(target any) (any, error) { return f.get(target.(event.Sockaddr)), nil })
	}
	p.declare(typeAncestor)
	for _, f := range ancestorFields {
		p.add(typeAncestor, f.name, f.typ, func(target any) (any, error) { return f.get(target.(event.Ancestor)), nil })
	}
	p.declare(typeCred)
	for i, m := range new(event.Cred).Members() {
		p.add(typeCred, credField(m.Key), types.IntType, func(target any) (any, error) {
			c := target.(event.Cred)
			return int64(c.Members()[i].Value()), nil
		})
	}
	p.declare(typeArgs)
	p.declare(typeText)
	for i := range def.Fields {
		f := &def.Fields[i]
		p.add(typeArgs, f.Name, typeOf(f.Kind.Info().Enc), func(target any) (any, error) { return argument(target.(*event.Event), f) })
		p.add(typeText, f.Name, types.StringType, func(target any) (any, error) { return argumentText(target.(*event.Event), def, f) })
	}
	return p, nil
}

func (p *provider) declare(typ string) { p.structs[typ] = map[string]*types.FieldType{} }

func (p *provider) add(typ, name string, t *types.Type, get func(any) (any, error)) {
	p.names[typ] = append(p.names[typ], name)
	p.structs[typ][name] = &types.FieldType{
		Type:    t,
		GetFrom: get,
		IsSet: func(target any) bool {
			e, ok := target.(*event.Event)
			if !ok || typ == typeEvent {
				return true
			}
			a := e.Arg(name)
			return a != nil && a.Value != nil
		},
	}
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.structs[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := p.names[name]; ok {
		return fields, true
	}
	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(typ, name string) (*types.FieldType, bool) {
	if fields, ok := p.structs[typ]; ok {
		f, ok := fields[name]
		if !ok {
			p.missed[name] = typ
		}
		return f, ok
	}
	return p.Registry.FindStructFieldType(typ, name)
}

// NewValue implements types.Provider: none of these objects can be made.
func (p *provider) NewValue(typ string, fields map[string]ref.Val) ref.Val {
	if _, ok := p.structs[typ]; ok {
		return types.NewErr("%s cannot be constructed", typ)
	}
	return p.Registry.NewValue(typ, fields)
}

// EnumValue implements types.Provider: it is how CEL looks for constants.
func (p *provider) EnumValue(name string) ref.Val {
	if n, ok := constant(name); ok {
		return types.Int(n)
	}
	return p.Registry.EnumValue(name)
}

// NativeToValue implements types.Adapter.
func (p *provider) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case event.Sockaddr:
		return object[event.Sockaddr]{v, sockaddrType}
	case event.Cred:
		return object[event.Cred]{v, credType}
	case event.Ancestor:
		return object[event.Ancestor]{v, ancestorType}
	case []event.Ancestor:
		return types.NewDynamicList(p, v) // the registry's own list would not know its elements
	}
	return p.Registry.NativeToValue(v)
}

// constant is the number that a name stands for in any kind.
func constant(name string) (int64, bool) {
	if name == "" || name[0] < 'A' || name[0] > 'Z' || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	}) {
		return 0, false
	}
	for _, k := range schema.Kinds() {
		info := k.Info()
		if info.Parse == nil {
			continue
		}
		if n, ok := info.Parse(name); ok {
			return n, true
		}
	}
	// Error numbers are known by their negative: -ENOENT is what calls return.
	n, ok := schema.Errno.Info().Parse("-" + name)
	return -n, ok
}
