package event

import (
	"encoding/json"
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Int is the value of a numeric argument; false when the event does not carry
// it or it is not a number. Unsigned 64-bit values above the signed range wrap.
func (e *Event) Int(name string) (int64, bool) {
	if a := e.Arg(name); a != nil {
		return toInt(a.Value)
	}
	return 0, false
}

// String is the value of a text argument; false when the event does not carry
// it or it is not text.
func (e *Event) String(name string) (string, bool) { return get[string](e, name) }

// Strings is the value of a list of texts. The caller must not change it.
func (e *Event) Strings(name string) ([]string, bool) { return get[[]string](e, name) }

// Bytes is the value of a raw bytes argument. The caller must not change it.
func (e *Event) Bytes(name string) ([]byte, bool) { return get[[]byte](e, name) }

// Bool is the value of a bool argument.
func (e *Event) Bool(name string) (value, ok bool) { return get[bool](e, name) }

// Sockaddr is the value of a socket address argument.
func (e *Event) Sockaddr(name string) (Sockaddr, bool) { return get[Sockaddr](e, name) }

// Cred is the value of a credentials argument.
func (e *Event) Cred(name string) (Cred, bool) { return get[Cred](e, name) }

func get[T any](e *Event, name string) (T, bool) {
	if a := e.Arg(name); a != nil {
		v, ok := a.Value.(T)
		return v, ok
	}
	var zero T
	return zero, false
}

// Int is the argument as a number. A name that stands for a number
// ("O_RDONLY|O_CLOEXEC") is read by the kind.
func (a *Argument) Int(k schema.Kind) (int64, bool) {
	text, ok := a.Value.(string)
	if !ok {
		return toInt(a.Value)
	}
	// Tracee writes open flags 0, which is O_RDONLY, as an empty string.
	if text == "" && k == schema.OpenFlags {
		return 0, true
	}
	if parse := k.Info().Parse; parse != nil {
		return parse(text)
	}
	n, err := strconv.ParseInt(text, 0, 64)
	return n, err == nil
}

func toInt(value any) (int64, bool) {
	switch v := value.(type) {
	case int32:
		return int64(v), true
	case uint32:
		return int64(v), true
	case int64:
		return v, true
	case uint64:
		return int64(v), true
	case uint16:
		return int64(v), true
	case json.Number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n, true
		}
		n, err := strconv.ParseUint(string(v), 10, 64)
		return int64(n), err == nil
	}
	return 0, false
}
