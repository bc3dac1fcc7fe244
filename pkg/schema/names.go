package schema

import (
	"fmt"
	"maps"
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

// hex is format for numbers that read better in hexadecimal.
func (n names) hex(v int64) string {
	if s, ok := n[v]; ok {
		return s
	}
	return formatHex(v)
}

func (n names) parse(s string) (int64, bool) {
	if v, ok := n.number(s); ok {
		return v, true
	}
	return parseNumber(s)
}

func (n names) number(name string) (int64, bool) {
	for v, s := range n {
		if s == name {
			return v, true
		}
	}
	return 0, false
}

// joined is the union of two lists.
func joined(a, b names) names {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// flags are the names of a word whose bits mean different things.
type flags struct {
	// whole names values that are not read bit by bit, such as 0.
	whole names
	// fields are groups of bits that hold a number.
	fields []field
	bits   bits
}

// field is a number inside a word. Its names are of the number as it stands in
// the word, not shifted. 0 is shown only when it has a name.
type field struct {
	mask  int64
	names names
	octal bool // how a number without a name is shown; otherwise in hexadecimal
}

// bits is an ordered list of flag names; a name may stand for several bits, in
// which case it comes before its parts.
type bits []bit

type bit struct {
	mask int64
	name string
}

func (f flags) format(v int64) string {
	if s, ok := f.whole[v]; ok {
		return s
	}
	var words []string
	for _, p := range f.fields {
		if s := p.format(v & p.mask); s != "" {
			words = append(words, s)
		}
		v &^= p.mask
	}
	for _, b := range f.bits {
		if v&b.mask == b.mask {
			words = append(words, b.name)
			v &^= b.mask
		}
	}
	if v != 0 {
		words = append(words, formatHex(v))
	}
	if len(words) == 0 {
		return "0"
	}
	return strings.Join(words, "|")
}

// format renders the field's part of a word; "" when it says nothing.
func (p field) format(v int64) string {
	s, ok := p.names[v]
	switch {
	case ok:
		return s
	case v == 0:
		return ""
	case p.octal:
		return fmt.Sprintf("%#o", v)
	}
	return formatHex(v)
}

// parse adds up words joined by |, each a name or a number.
func (f flags) parse(s string) (int64, bool) {
	var sum int64
	for word := range strings.SplitSeq(s, "|") {
		v, ok := f.word(strings.TrimSpace(word))
		if !ok {
			return 0, false
		}
		sum |= v
	}
	return sum, true
}

func (f flags) word(s string) (int64, bool) {
	if v, ok := f.whole.number(s); ok {
		return v, true
	}
	for _, p := range f.fields {
		if v, ok := p.names.number(s); ok {
			return v, true
		}
	}
	for _, b := range f.bits {
		if b.name == s {
			return b.mask, true
		}
	}
	return parseNumber(s)
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
