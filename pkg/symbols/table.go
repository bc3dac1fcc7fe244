package symbols

import (
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
)

// maxSymbols bounds the functions of one file that are kept.
const maxSymbols = 1 << 20

// table is what is kept of an ELF file: where its code is, and its functions.
type table struct {
	segments  []segment
	functions []function // by address
}

// segment is a part of the file that is mapped as code.
type segment struct{ offset, size, address uint64 }

type function struct {
	address, size uint64
	name          string
}

// readTable reads an ELF file, which may be anything: package elf promises no
// more than errors for files that a linker has made.
func readTable(r io.ReaderAt) (t *table, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("read ELF file: %v", p)
		}
	}()
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("read ELF file: %w", err)
	}
	t = &table{}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 {
			t.segments = append(t.segments, segment{p.Off, p.Filesz, p.Vaddr})
		}
	}
	for _, read := range []func() ([]elf.Symbol, error){f.Symbols, f.DynamicSymbols} {
		list, err := read()
		if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
			return nil, fmt.Errorf("read symbols: %w", err)
		}
		for _, s := range list {
			if elf.ST_TYPE(s.Info) == elf.STT_FUNC && s.Section != elf.SHN_UNDEF && s.Name != "" && len(t.functions) < maxSymbols {
				t.functions = append(t.functions, function{s.Value, s.Size, s.Name})
			}
		}
	}
	// Of several names for one function the shortest is the one that people know.
	slices.SortFunc(t.functions, func(a, b function) int {
		return cmp.Or(cmp.Compare(a.address, b.address), cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	t.functions = slices.CompactFunc(t.functions, func(a, b function) bool { return a.address == b.address })
	return t, nil
}

// find names the function at an offset of the file; false when none is there.
func (t *table) find(offset uint64) (name string, into uint64, ok bool) {
	for _, s := range t.segments {
		if offset < s.offset || offset-s.offset >= s.size {
			continue
		}
		at := offset - s.offset + s.address
		i := sort.Search(len(t.functions), func(i int) bool { return t.functions[i].address > at }) - 1
		if i < 0 {
			return "", 0, false
		}
		f := t.functions[i]
		// A function without a size ends where the next begins.
		if f.size != 0 && at-f.address >= f.size {
			return "", 0, false
		}
		return f.name, at - f.address, true
	}
	return "", 0, false
}
