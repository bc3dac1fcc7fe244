package cel

import (
	"net/netip"
	"path"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// textTests compare a text with another, listTests with each of a list. Those
// that try a list are an order of magnitude faster than exists.
var (
	textTests = map[string]func(s, with string) bool{
		"isUnder": isUnder, "inCIDR": inCIDR,
		"glob": func(s, pattern string) bool {
			ok, err := path.Match(pattern, s)
			return ok && err == nil
		},
	}
	listTests = map[string]func(s, element string) bool{
		"startsWithAny": strings.HasPrefix, "endsWithAny": strings.HasSuffix, "containsAny": strings.Contains,
		"isUnderAny": isUnder, "inAnyCIDR": inCIDR,
	}
	addressTests = map[string]func(netip.Addr) bool{"isPrivate": netip.Addr.IsPrivate, "isLoopback": netip.Addr.IsLoopback}
)

func isUnder(s, dir string) bool {
	dir = strings.TrimSuffix(dir, "/")
	return strings.HasPrefix(s, dir) && (len(s) == len(dir) || s[len(dir)] == '/')
}

func inCIDR(s, network string) bool {
	n, err := netip.ParsePrefix(network)
	a, fault := netip.ParseAddr(s)
	return err == nil && fault == nil && n.Contains(a.Unmap())
}

func isELF(b []byte) bool { return len(b) >= 4 && string(b[:4]) == "\x7fELF" }

// pathFunctions are for texts, paths, addresses and the beginnings of files.
func pathFunctions() []cel.EnvOption {
	all := []cel.EnvOption{
		onText("dirname", types.StringType, func(s string) ref.Val { return types.String(path.Dir(s)) }),
		cel.Function("isELF", cel.Overload("isELF_bytes", []*cel.Type{cel.BytesType}, cel.BoolType,
			cel.UnaryBinding(func(v ref.Val) ref.Val { return types.Bool(isELF(v.(types.Bytes))) }))),
	}
	for name, f := range textTests {
		all = append(all, onTexts(name, f))
	}
	for name, f := range listTests {
		all = append(all, onList(name, f))
	}
	for name, is := range addressTests {
		all = append(all, onText(name, types.BoolType, func(s string) ref.Val { return types.Bool(ofAddress(s, is)) }))
	}
	return all
}

func onText(name string, result *cel.Type, f func(string) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string", []*cel.Type{cel.StringType}, result,
		cel.UnaryBinding(func(v ref.Val) ref.Val { return f(string(v.(types.String))) })))
}

func onTexts(name string, f func(a, b string) bool) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string_string", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType,
		cel.BinaryBinding(func(a, b ref.Val) ref.Val { return types.Bool(f(string(a.(types.String)), string(b.(types.String)))) })))
}

func onList(name string, f func(s, element string) bool) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string_list", []*cel.Type{cel.StringType, cel.ListType(cel.StringType)}, cel.BoolType,
		cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			return types.Bool(anyText(b.(traits.Lister), string(a.(types.String)), f))
		})))
}

// anyText reports whether f holds for an element of a list. CEL's own iterator
// allocates for each; the lists that people share and those in an expression
// give their elements away.
func anyText(list traits.Lister, s string, f func(s, element string) bool) bool {
	switch all := list.Value().(type) {
	case []string:
		for _, e := range all {
			if f(s, e) {
				return true
			}
		}
	case []ref.Val:
		for _, v := range all {
			if e, ok := v.(types.String); ok && f(s, string(e)) {
				return true
			}
		}
	default:
		for it := list.Iterator(); it.HasNext() == types.True; {
			if e, ok := it.Next().(types.String); ok && f(s, string(e)) {
				return true
			}
		}
	}
	return false
}

// ofAddress is false for what is no address.
func ofAddress(s string, is func(netip.Addr) bool) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && is(a.Unmap())
}
