package cel

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/tracehound/tracehound/pkg/event"
)

var sockaddrType = types.NewObjectType(typeSockaddr)

// sockaddr is a socket address as a CEL value.
type sockaddr struct{ event.Sockaddr }

// ConvertToNative implements ref.Val.
func (s sockaddr) ConvertToNative(t reflect.Type) (any, error) {
	if reflect.TypeFor[event.Sockaddr]().AssignableTo(t) {
		return s.Sockaddr, nil
	}
	return nil, fmt.Errorf("convert socket address to %v: unsupported", t)
}

// ConvertToType implements ref.Val.
func (s sockaddr) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return sockaddrType
	}
	if t.TypeName() == typeSockaddr {
		return s
	}
	return types.NewErr("a socket address is not a %s", t.TypeName())
}

// Equal implements ref.Val.
func (s sockaddr) Equal(other ref.Val) ref.Val {
	o, ok := other.(sockaddr)
	return types.Bool(ok && s.Sockaddr == o.Sockaddr)
}

// Type implements ref.Val.
func (s sockaddr) Type() ref.Type { return sockaddrType }

// Value implements ref.Val.
func (s sockaddr) Value() any { return s.Sockaddr }
