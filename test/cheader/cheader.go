// Package cheader reads numbers, enums and struct layouts out of the C headers
// of the BPF programs, so that tests can compare them with what Go code mirrors
// of them. It knows the C that those headers use and refuses the rest.
package cheader

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Header is what some headers define. Later definitions beat earlier ones.
type Header struct {
	numbers map[string]int64
	enums   map[string][]Enumerator
	structs map[string]string // bodies
	maps    map[string]int64
}

// Enumerator is one name of an enum.
type Enumerator struct {
	Name  string
	Value int64
}

// Member is one member of a struct, nested structs taken apart. All in bytes.
type Member struct {
	Name   string // "pid.min" for a member of a nested struct
	Offset int
	Size   int // of one element
	Count  int // of elements; 1 for what is no array
}

var (
	comments  = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	defines   = regexp.MustCompile(`(?m)^#define[ \t]+(\w+)[ \t]+(.+)$`)
	enums     = regexp.MustCompile(`(?s)\benum\s+(\w+)\s*\{([^}]*)\}`)
	structs   = regexp.MustCompile(`(?s)\bstruct\s+(\w+)\s*\{([^{}]*)\}`)
	bpfMaps   = regexp.MustCompile(`(?m)^MAP\(\s*(\w+)\s*,\s*\w+\s*,\s*([^,]+?)\s*,`)
	declarers = regexp.MustCompile(`^(\w+)(?:\s*\[(.+)\])?$`)
)

// Read reads header files in the order in which they include each other.
func Read(files ...string) (*Header, error) {
	var all strings.Builder
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read header: %w", err)
		}
		all.Write(b)
		all.WriteByte('\n')
	}
	return Parse(all.String()), nil
}

// Parse is Read for text.
func Parse(text string) *Header {
	text = comments.ReplaceAllString(text, " ")
	h := &Header{
		numbers: map[string]int64{}, enums: map[string][]Enumerator{},
		structs: map[string]string{}, maps: map[string]int64{},
	}
	for _, m := range defines.FindAllStringSubmatch(text, -1) {
		if v, err := h.value(m[2]); err == nil { // others are code
			h.numbers[m[1]] = v
		}
	}
	for _, m := range enums.FindAllStringSubmatch(text, -1) {
		h.enum(m[1], m[2])
	}
	for _, m := range structs.FindAllStringSubmatch(text, -1) {
		h.structs[m[1]] = m[2]
	}
	for _, m := range bpfMaps.FindAllStringSubmatch(text, -1) {
		if v, err := h.value(m[2]); err == nil {
			h.maps[m[1]] = v
		}
	}
	return h
}

func (h *Header) enum(name, body string) {
	var list []Enumerator
	next := int64(0)
	for item := range strings.SplitSeq(body, ",") {
		word, value, given := strings.Cut(strings.TrimSpace(item), "=")
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if given {
			v, err := h.value(value)
			if err != nil {
				return // not one of ours
			}
			next = v
		}
		list = append(list, Enumerator{word, next})
		h.numbers[word] = next
		next++
	}
	h.enums[name] = list
}

// value works out a number, a name, or two of these with an operator between.
func (h *Header) value(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(inner, ")") {
		s = inner[:len(inner)-1]
	}
	words := strings.Fields(s)
	if len(words) == 1 {
		for _, op := range []string{"/", "+", "*"} {
			s = strings.ReplaceAll(s, op, " "+op+" ")
		}
		words = strings.Fields(s)
	}
	var v [2]int64
	switch len(words) {
	case 1, 3:
	default:
		return 0, fmt.Errorf("work out %q: not a number", s)
	}
	for i := 0; i < len(words); i += 2 {
		n, err := strconv.ParseInt(words[i], 0, 64)
		if named, ok := h.numbers[words[i]]; ok {
			n, err = named, nil
		}
		if err != nil {
			return 0, fmt.Errorf("work out %q: %w", s, err)
		}
		v[i/2] = n
	}
	if len(words) == 1 {
		return v[0], nil
	}
	switch words[1] {
	case "<<":
		return v[0] << v[1], nil
	case "+":
		return v[0] + v[1], nil
	case "*":
		return v[0] * v[1], nil
	case "/":
		if v[1] != 0 {
			return v[0] / v[1], nil
		}
	}
	return 0, fmt.Errorf("work out %q: operator %s", s, words[1])
}

// Number is the value of a #define or an enumerator.
func (h *Header) Number(name string) (int64, error) {
	v, ok := h.numbers[name]
	if !ok {
		return 0, fmt.Errorf("find number %s: not defined", name)
	}
	return v, nil
}

// Enum lists the names of an enum in their order.
func (h *Header) Enum(name string) ([]Enumerator, error) {
	list, ok := h.enums[name]
	if !ok {
		return nil, fmt.Errorf("find enum %s: not defined", name)
	}
	return list, nil
}

// MapEntries is the size that MAP() gives a BPF map.
func (h *Header) MapEntries(name string) (int64, error) {
	v, ok := h.maps[name]
	if !ok {
		return 0, fmt.Errorf("find map %s: not defined", name)
	}
	return v, nil
}

// Layout lists the members of a struct as a compiler for a 64-bit machine lays
// them out, and its size.
func (h *Header) Layout(name string) ([]Member, int, error) {
	members, size, _, err := h.layout(name)
	return members, size, err
}

var sizes = map[string]int{
	"u8": 1, "s8": 1, "bool": 1, "char": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "int": 4, "u64": 8, "s64": 8,
}

func (h *Header) layout(name string) (members []Member, size, align int, err error) {
	body, ok := h.structs[name]
	if !ok {
		return nil, 0, 0, fmt.Errorf("lay out struct %s: not defined", name)
	}
	align = 1
	for line := range strings.SplitSeq(body, ";") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		list, unit, unitAlign, err := h.declaration(line)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("lay out struct %s: %w", name, err)
		}
		align = max(align, unitAlign)
		size = roundUp(size, unitAlign)
		for _, m := range list {
			m.Offset += size
			members = append(members, m)
		}
		size += unit
	}
	return members, roundUp(size, align), align, nil
}

// declaration lays out "u32 a, b[4]", "struct x y" from offset 0.
func (h *Header) declaration(line string) (members []Member, size, align int, err error) {
	words := strings.Fields(line)
	typ, rest := words[0], strings.Join(words[1:], " ")
	var nested []Member
	var unit int
	if typ == "struct" && len(words) > 2 {
		rest = strings.Join(words[2:], " ")
		nested, unit, align, err = h.layout(words[1])
		if err != nil {
			return nil, 0, 0, err
		}
	} else if unit = sizes[typ]; unit == 0 {
		return nil, 0, 0, fmt.Errorf("unknown type in %q", strings.TrimSpace(line))
	} else {
		align = unit
	}
	for d := range strings.SplitSeq(rest, ",") {
		parts := declarers.FindStringSubmatch(strings.TrimSpace(d))
		if parts == nil || (nested != nil && parts[2] != "") {
			return nil, 0, 0, fmt.Errorf("unknown form of %q", strings.TrimSpace(line))
		}
		count := int64(1)
		if parts[2] != "" {
			if count, err = h.value(parts[2]); err != nil {
				return nil, 0, 0, err
			}
		}
		for _, m := range nested {
			members = append(members, Member{parts[1] + "." + m.Name, size + m.Offset, m.Size, m.Count})
		}
		if nested == nil {
			members = append(members, Member{parts[1], size, unit, int(count)})
		}
		size += unit * int(count)
	}
	return members, size, align, nil
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }
