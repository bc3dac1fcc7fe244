package schema

import "encoding/binary"

// resolveFlags are those of openat2's struct open_how.
var resolveFlags = flags{bits: bits{
	{0x01, "RESOLVE_NO_XDEV"}, {0x02, "RESOLVE_NO_MAGICLINKS"}, {0x04, "RESOLVE_NO_SYMLINKS"}, {0x08, "RESOLVE_BENEATH"},
	{0x10, "RESOLVE_IN_ROOT"}, {0x20, "RESOLVE_CACHED"},
}}

// openHow is struct open_how as text, as strace shows it.
func openHow(b []byte) string {
	if len(b) < 24 {
		return ""
	}
	word := func(i int) int64 { return int64(binary.NativeEndian.Uint64(b[8*i:])) }
	text := "{flags=" + openFlags.format(word(0))
	if mode := word(1); mode != 0 {
		text += ", mode=" + formatMode(mode)
	}
	if resolve := word(2); resolve != 0 {
		text += ", resolve=" + resolveFlags.format(resolve)
	}
	return text + "}"
}
