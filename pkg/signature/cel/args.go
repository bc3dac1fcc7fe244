package cel

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// errAbsent says that an event does not carry an argument.
var errAbsent = errors.New("argument is absent")

// argument is an argument's value as CEL sees it.
func argument(e *event.Event, f *schema.Field) (any, error) {
	a := e.Arg(f.Name)
	if a == nil || a.Value == nil {
		return nil, errAbsent
	}
	enc := f.Kind.Info().Enc
	if enc.Numeric() {
		if n, ok := a.Int(f.Kind); ok {
			return n, nil
		}
		return nil, mismatch(a, f)
	}
	switch v := a.Value.(type) {
	case bool:
		if enc == schema.EncBool {
			return v, nil
		}
	case string:
		if enc == schema.EncString {
			return v, nil
		}
	case []string:
		if enc == schema.EncStrings {
			return v, nil
		}
	case []byte:
		if enc == schema.EncBytes {
			return v, nil
		}
	case event.Sockaddr:
		if enc == schema.EncSockaddr {
			return v, nil
		}
	case event.Cred:
		if enc == schema.EncCred {
			return v, nil
		}
	case []int32:
		if enc == schema.EncI32Pair {
			return v, nil
		}
	case []event.HookedSymbol:
		if enc == schema.EncHooks {
			return hooks(v), nil
		}
	}
	return nil, mismatch(a, f)
}

// hooks gives the list the form that CEL has for it.
func hooks(list []event.HookedSymbol) []map[string]string {
	to := make([]map[string]string, len(list))
	for i, h := range list {
		to[i] = map[string]string{"SymbolName": h.SymbolName, "ModuleOwner": h.ModuleOwner}
	}
	return to
}

func mismatch(a *event.Argument, f *schema.Field) error {
	return fmt.Errorf("argument %s is %.40q (%T), not a value of kind %s", f.Name, fmt.Sprint(a.Value), a.Value, f.Kind)
}

// argumentText is an argument's value as people read it.
func argumentText(e *event.Event, def *schema.Event, f *schema.Field) (any, error) {
	v, err := argument(e, f)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case int64:
		if text := e.Format(def, f, v); text != "" {
			return text, nil
		}
		if f.Kind.Info().Enc == schema.EncU64 {
			return strconv.FormatUint(uint64(v), 10), nil
		}
		return strconv.FormatInt(v, 10), nil
	case string:
		return v, nil
	case []string:
		return strings.Join(v, " "), nil
	case []byte:
		return hex.EncodeToString(v), nil
	case event.Sockaddr:
		return sockaddrText(v), nil
	case event.Cred:
		return v.String(), nil
	}
	return fmt.Sprint(v), nil
}

func sockaddrText(a event.Sockaddr) string {
	switch a.Family {
	case "AF_UNIX":
		return a.Path
	case "AF_INET", "AF_INET6":
		return net.JoinHostPort(a.Addr, strconv.Itoa(int(a.Port)))
	}
	text := []string{a.Family}
	fields := a.Fields()
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		text = append(text, key+"="+fields[key])
	}
	return strings.Join(text, " ")
}
