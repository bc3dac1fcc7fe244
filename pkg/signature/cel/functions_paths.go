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

// pathFunctions are for texts, paths and addresses. Those that try a list of
// texts are an order of magnitude faster than exists.
func pathFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		onText("dirname", types.StringType, func(s string) ref.Val { return types.String(path.Dir(s)) }),
		onText("isPrivate", types.BoolType, func(s string) ref.Val { return ofAddress(s, netip.Addr.IsPrivate) }),
		onText("isLoopback", types.BoolType, func(s string) ref.Val { return ofAddress(s, netip.Addr.IsLoopback) }),
		onTexts("isUnder", func(s, dir string) bool {
			dir = strings.TrimSuffix(dir, "/")
			return s == dir || strings.HasPrefix(s, dir+"/")
		}),
		onTexts("glob", func(s, pattern string) bool {
			ok, err := path.Match(pattern, s)
			return ok && err == nil
		}),
		onTexts("inCIDR", func(s, network string) bool {
			n, err := netip.ParsePrefix(network)
			a, fault := netip.ParseAddr(s)
			return err == nil && fault == nil && n.Contains(a.Unmap())
		}),
		onList("startsWithAny", strings.HasPrefix),
		onList("endsWithAny", strings.HasSuffix),
		onList("containsAny", strings.Contains),
		onList("inAnyCIDR", func(s, network string) bool {
			n, err := netip.ParsePrefix(network)
			a, fault := netip.ParseAddr(s)
			return err == nil && fault == nil && n.Contains(a.Unmap())
		}),
		onList("isUnderAny", func(s, dir string) bool {
			dir = strings.TrimSuffix(dir, "/")
			return s == dir || strings.HasPrefix(s, dir+"/")
		}),
		cel.Function("isELF", cel.Overload("isELF_bytes", []*cel.Type{cel.BytesType}, cel.BoolType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				b := v.(types.Bytes)
				return types.Bool(len(b) >= 4 && string(b[:4]) == "\x7fELF")
			}))),
	}
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
func ofAddress(s string, is func(netip.Addr) bool) ref.Val {
	a, err := netip.ParseAddr(s)
	return types.Bool(err == nil && is(a.Unmap()))
}
