package event

import "strconv"

// HookedSymbol is a function that a table of the kernel points to and should
// not, or one that a hook was found in. Its JSON form is Tracee's.
type HookedSymbol struct {
	// SymbolName says which function: its own name, or that of the place that
	// points to it, as the event's documentation says. A function without a name
	// is written as its address, as AddressName does.
	SymbolName string
	// ModuleOwner is the module that the function is in: "system" for the kernel
	// itself, "hidden" when no known module is there.
	ModuleOwner string
}

// AddressName stands in place of the name of a function that has none.
func AddressName(address uint64) string { return "0x" + strconv.FormatUint(address, 16) }

func appendHookedSymbol(dst []byte, h HookedSymbol) []byte {
	dst = appendString(append(dst, `{"SymbolName":`...), h.SymbolName)
	dst = appendString(append(dst, `,"ModuleOwner":`...), h.ModuleOwner)
	return append(dst, '}')
}

// hookedSymbolOf reads what encoding/json makes of one; false when it is
// something else.
func hookedSymbolOf(v any) (HookedSymbol, bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 2 {
		return HookedSymbol{}, false
	}
	name, isName := m["SymbolName"].(string)
	owner, isOwner := m["ModuleOwner"].(string)
	return HookedSymbol{SymbolName: name, ModuleOwner: owner}, isName && isOwner
}
