package kernel

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Owners of functions that are in no module.
const (
	OwnerKernel = "system" // the kernel itself
	OwnerHidden = "hidden" // nobody that the kernel admits to
)

// ErrNoAddresses says that the kernel shows no addresses to this process.
var ErrNoAddresses = errors.New("the kernel keeps its addresses to itself: run with CAP_SYSLOG and sysctl kernel.kptr_restrict below 2")

// SymbolTable is what /proc/kallsyms and /proc/modules say at one moment: which
// function is where, and whose it is. A module that hides is in neither.
type SymbolTable struct {
	symbols []symbol          // by address
	byName  map[string]uint64 // of the kernel itself; the first of each name
	modules []moduleRange
	text    [2]uint64
}

type symbol struct {
	address uint64
	name    string
	module  string // "" for the kernel itself
}

type moduleRange struct {
	name        string
	start, size uint64
}

// ReadSymbolTable reads both lists. It takes some 100 ms.
func ReadSymbolTable(kallsyms, modules io.Reader) (*SymbolTable, error) {
	t := &SymbolTable{byName: map[string]uint64{}}
	if err := t.readSymbols(kallsyms); err != nil {
		return nil, fmt.Errorf("read kernel symbols: %w", err)
	}
	if err := t.readModules(modules); err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	t.text = [2]uint64{t.byName["_stext"], t.byName["_etext"]}
	if t.text[0] == 0 || t.text[1] == 0 {
		return nil, ErrNoAddresses
	}
	return t, nil
}

// readSymbols reads lines as "ffffffff81000000 T name\t[module]".
func (t *SymbolTable) readSymbols(r io.Reader) error {
	in := bufio.NewScanner(r)
	for in.Scan() {
		words := bytes.Fields(in.Bytes())
		if len(words) < 3 {
			continue
		}
		address, err := strconv.ParseUint(string(words[0]), 16, 64)
		if err != nil || address == 0 {
			continue // hidden from us, or relative to a processor
		}
		s := symbol{address: address, name: string(words[2])}
		if len(words) > 3 {
			s.module = strings.Trim(string(words[3]), "[]")
		} else if _, ok := t.byName[s.name]; !ok {
			t.byName[s.name] = address
		}
		if isText(words[1]) {
			t.symbols = append(t.symbols, s)
		}
	}
	slices.SortStableFunc(t.symbols, func(a, b symbol) int { return cmp.Compare(a.address, b.address) })
	return in.Err()
}

// readModules reads lines as "name 16384 0 - Live 0xffffffffc0002000 (OE)".
func (t *SymbolTable) readModules(r io.Reader) error {
	in := bufio.NewScanner(r)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) < 6 {
			continue
		}
		size, err := strconv.ParseUint(words[1], 10, 64)
		start, addressErr := strconv.ParseUint(strings.TrimPrefix(words[5], "0x"), 16, 64)
		if err == nil && addressErr == nil && start != 0 {
			t.modules = append(t.modules, moduleRange{words[0], start, size})
		}
	}
	return in.Err()
}

// Address is where a symbol of the kernel itself is; false when there is none of
// that name.
func (t *SymbolTable) Address(name string) (uint64, bool) {
	a, ok := t.byName[name]
	return a, ok
}

// Text is where the kernel's own code begins and ends.
func (t *SymbolTable) Text() (start, end uint64) { return t.text[0], t.text[1] }

// Function is the function at an address and whose it is. The name is "" when
// none is known there.
func (t *SymbolTable) Function(address uint64) (name, owner string) {
	i, exact := slices.BinarySearchFunc(t.symbols, address, func(s symbol, a uint64) int { return cmp.Compare(s.address, a) })
	if exact {
		s := t.symbols[i]
		return s.name, cmp.Or(s.module, OwnerKernel)
	}
	if i > 0 {
		name = t.symbols[i-1].name
	}
	if address >= t.text[0] && address < t.text[1] {
		return name, OwnerKernel
	}
	for _, m := range t.modules {
		if address >= m.start && address-m.start < m.size {
			return name, m.name
		}
	}
	return "", OwnerHidden
}
