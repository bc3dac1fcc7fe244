package cel

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// object is a Go value as a CEL value whose fields the provider reads.
type object[T comparable] struct {
	value T
	typ   *types.Type
}

// ConvertToNative implements ref.Val.
func (o object[T]) ConvertToNative(t reflect.Type) (any, error) {
	if reflect.TypeFor[T]().AssignableTo(t) {
		return o.value, nil
	}
	return nil, fmt.Errorf("convert %s to %v: unsupported", o.typ.TypeName(), t)
}

// ConvertToType implements ref.Val.
func (o object[T]) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return o.typ
	}
	if t.TypeName() == o.typ.TypeName() {
		return o
	}
	return types.NewErr("a %s is not a %s", o.typ.TypeName(), t.TypeName())
}

// Equal implements ref.Val.
func (o object[T]) Equal(other ref.Val) ref.Val {
	same, ok := other.(object[T])
	return types.Bool(ok && o.value == same.value)
}

// Type implements ref.Val.
func (o object[T]) Type() ref.Type { return o.typ }

// Value implements ref.Val.
func (o object[T]) Value() any { return o.value }
