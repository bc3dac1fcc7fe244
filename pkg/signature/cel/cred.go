package cel

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/tracehound/tracehound/pkg/event"
)

var credType = types.NewObjectType(typeCred)

// credField is the name of a member of credentials: as in JSON, begun with a
// small letter as all fields are here.
func credField(key string) string { return strings.ToLower(key[:1]) + key[1:] }

// cred is a task's credentials as a CEL value.
type cred struct{ event.Cred }

// ConvertToNative implements ref.Val.
func (c cred) ConvertToNative(t reflect.Type) (any, error) {
	if reflect.TypeFor[event.Cred]().AssignableTo(t) {
		return c.Cred, nil
	}
	return nil, fmt.Errorf("convert credentials to %v: unsupported", t)
}

// ConvertToType implements ref.Val.
func (c cred) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return credType
	}
	if t.TypeName() == typeCred {
		return c
	}
	return types.NewErr("credentials are not a %s", t.TypeName())
}

// Equal implements ref.Val.
func (c cred) Equal(other ref.Val) ref.Val {
	o, ok := other.(cred)
	return types.Bool(ok && c.Cred == o.Cred)
}

// Type implements ref.Val.
func (c cred) Type() ref.Type { return credType }

// Value implements ref.Val.
func (c cred) Value() any { return c.Cred }
