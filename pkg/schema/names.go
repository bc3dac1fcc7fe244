package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// names maps a number to its one name.
type names map[int64]string

func (n names) format(v int64) string {
	if s, ok := n[v]; ok {
		return s
	}
	return strconv.FormatInt(v, 10)
}

func (n names) parse(s string) (int64, bool) {
	for v, name := range n {
		if name == s {
			return v, true
		}
	}
	return parseNumber(s)
}

// bits is an ordered list of flag names; a name may stand for several bits, in
// which case it comes before its parts.
type bits []bit

type bit struct {
	mask int64
	name string
}

func (b bits) format(v int64) string {
	if v == 0 {
		return "0"
	}
	return strings.Join(b.split(v, nil), "|")
}

// split appends the names of the bits set in v, and what no name covers as one
// hexadecimal number.
func (b bits) split(v int64, to []string) []string {
	for _, f := range b {
		if f.mask != 0 && v&f.mask == f.mask {
			to = append(to, f.name)
			v &^= f.mask
		}
	}
	if v != 0 {
		to = append(to, fmt.Sprintf("0x%x", v))
	}
	return to
}

func (b bits) parse(s string) (int64, bool) {
	return parseFlags(s, func(word string) (int64, bool) {
		for _, f := range b {
			if f.name == word {
				return f.mask, true
			}
		}
		return 0, false
	})
}

// parseFlags adds up words joined by |, each a name or a number.
func parseFlags(s string, named func(string) (int64, bool)) (int64, bool) {
	var sum int64
	for word := range strings.SplitSeq(s, "|") {
		word = strings.TrimSpace(word)
		v, ok := named(word)
		if !ok {
			if v, ok = parseNumber(word); !ok {
				return 0, false
			}
		}
		sum |= v
	}
	return sum, true
}

// parseNumber reads decimal, 0x and 0 forms; values above the signed range wrap
// as the kernel's registers do.
func parseNumber(s string) (int64, bool) {
	if v, err := strconv.ParseInt(s, 0, 64); err == nil {
		return v, true
	}
	v, err := strconv.ParseUint(s, 0, 64)
	return int64(v), err == nil
}

func formatHex(v int64) string { return fmt.Sprintf("0x%x", uint64(v)) }
