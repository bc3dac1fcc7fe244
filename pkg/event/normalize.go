package event

import (
	"encoding/base64"
	"encoding/json"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Normalize gives every argument the Go type of its field in def: names that
// stand in place of numbers become the numbers, and values of a foreign stream
// that have a general JSON type become what the tracer itself would have sent.
// A changed argument gets the field's own type string. What cannot be
// converted, and arguments that def does not have, stay as they are. A second
// call changes nothing.
func Normalize(e *Event, def *schema.Event) {
	if def == nil {
		return
	}
	for i := range e.Args {
		a := &e.Args[i]
		// Fields come in definition order, so this is the usual case.
		var f *schema.Field
		if i < len(def.Fields) && def.Fields[i].Name == a.Name {
			f = &def.Fields[i]
		} else if f = def.Field(a.Name); f == nil {
			continue
		}
		if v, ok := conform(a, f.Kind); ok {
			a.Value, a.Type = v, f.WireType()
		}
	}
}

// conform converts a value to the kind's Go type; false when it has that type
// already or cannot be converted.
func conform(a *Argument, k schema.Kind) (any, bool) {
	enc := k.Info().Enc
	if typed(a.Value, enc) {
		return nil, false
	}
	switch enc {
	case schema.EncStrings:
		return elements[string](a.Value, func(v any) (string, bool) { s, ok := v.(string); return s, ok })
	case schema.EncI32Pair:
		return elements[int32](a.Value, func(v any) (int32, bool) {
			n, ok := toInt(v)
			return int32(n), ok && int64(int32(n)) == n
		})
	case schema.EncHooks:
		return elements[HookedSymbol](a.Value, hookedSymbolOf)
	case schema.EncBytes:
		text, ok := a.Value.(string)
		if !ok {
			return nil, false
		}
		b, err := base64.StdEncoding.DecodeString(text)
		return b, err == nil
	case schema.EncSockaddr:
		m, ok := a.Value.(map[string]any)
		if !ok {
			return nil, false
		}
		v, ok := sockaddrOf(m)
		return v, ok
	case schema.EncCred:
		m, ok := a.Value.(map[string]any)
		if !ok {
			return nil, false
		}
		v, ok := credOf(m)
		return v, ok
	}
	n, ok := a.Int(k)
	if !ok {
		return nil, false
	}
	return narrow(n, enc)
}

// typed reports whether the value has the encoding's Go type.
func typed(value any, enc schema.Encoding) bool {
	switch value.(type) {
	case int32:
		return enc == schema.EncI32
	case uint32:
		return enc == schema.EncU32
	case int64:
		return enc == schema.EncI64
	case uint64:
		return enc == schema.EncU64
	case uint16:
		return enc == schema.EncU16
	case bool:
		return enc == schema.EncBool
	case string:
		return enc == schema.EncString
	case []string:
		return enc == schema.EncStrings
	case []byte:
		return enc == schema.EncBytes
	case []int32:
		return enc == schema.EncI32Pair
	case Sockaddr:
		return enc == schema.EncSockaddr
	case Cred:
		return enc == schema.EncCred
	case []HookedSymbol:
		return enc == schema.EncHooks
	case json.Number, nil:
		return false
	}
	return false
}

func elements[T any](value any, convert func(any) (T, bool)) (any, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	to := make([]T, len(list))
	for i, v := range list {
		if to[i], ok = convert(v); !ok {
			return nil, false
		}
	}
	return to, true
}
