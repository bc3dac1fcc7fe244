package kernel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// Enumerators returns the values of enumerators of the running kernel by their
// names, also of enums that have no name themselves. It fails when one is not
// there.
func Enumerators(names ...string) (map[string]uint32, error) {
	data, err := os.ReadFile(btfPath)
	if err != nil {
		return nil, fmt.Errorf("read BTF: %w", err)
	}
	return enumerators(data, names)
}

var errBTF = errors.New("read BTF: the data is damaged")

// Kinds of BTF types, and what follows the three words that each begins with.
const (
	btfEnum    = 6
	btfKindMax = 19
)

// btfTail is by kind how many bytes follow: some, and some for each member.
var btfTail = [btfKindMax + 1]struct{ fixed, each int }{
	1: {fixed: 4}, 3: {fixed: 12}, 4: {each: 12}, 5: {each: 12}, btfEnum: {each: 8}, 13: {each: 8},
	14: {fixed: 4}, 15: {each: 12}, 17: {fixed: 4}, 19: {each: 12},
}

// enumerators walks raw BTF: its library finds types by their names alone.
func enumerators(data []byte, names []string) (map[string]uint32, error) {
	types, texts, err := btfSections(data)
	if err != nil {
		return nil, err
	}
	wanted := map[uint32]string{}
	for _, name := range names {
		at := bytes.Index(texts, []byte("\x00"+name+"\x00"))
		if at < 0 {
			return nil, fmt.Errorf("read BTF: no enumerator %s", name)
		}
		wanted[uint32(at+1)] = name
	}
	order := binary.NativeEndian
	found := map[string]uint32{}
	for len(types) > 0 {
		if len(types) < 12 {
			return nil, errBTF
		}
		info := order.Uint32(types[4:])
		kind, members := info>>24&0x1f, int(info&0xffff)
		if kind > btfKindMax {
			return nil, fmt.Errorf("read BTF: types of kind %d are not known", kind)
		}
		size := 12 + btfTail[kind].fixed + members*btfTail[kind].each
		if len(types) < size {
			return nil, errBTF
		}
		for m := types[12:size]; kind == btfEnum && len(m) > 0; m = m[8:] {
			if name, ok := wanted[order.Uint32(m)]; ok {
				found[name] = order.Uint32(m[4:])
			}
		}
		types = types[size:]
	}
	if len(found) < len(wanted) {
		return nil, fmt.Errorf("read BTF: not all of %v are enumerators", names)
	}
	return found, nil
}

// btfSections finds the types and the texts behind the header.
func btfSections(data []byte) (types, texts []byte, err error) {
	const headerSize, magic = 24, 0xeb9f
	order := binary.NativeEndian
	if len(data) < headerSize || order.Uint16(data) != magic {
		return nil, nil, errBTF
	}
	word := func(at int) uint64 { return uint64(order.Uint32(data[at:])) }
	header := word(4)
	part := func(off, size uint64) []byte {
		if header+off+size > uint64(len(data)) {
			return nil
		}
		return data[header+off : header+off+size]
	}
	types, texts = part(word(8), word(12)), part(word(16), word(20))
	if types == nil || texts == nil {
		return nil, nil, errBTF
	}
	return types, texts, nil
}
