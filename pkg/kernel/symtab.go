package kernel

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Owners of functions that are in no module.
const (
	OwnerKernel = "system" // the kernel itself
	OwnerHidden = "hidden" // nobody that the kernel admits to
)

// ErrNoAddresses says that the kernel shows no addresses to this process.
var ErrNoAddresses = errors.New("the kernel keeps its addresses to itself: run with CAP_SYSLOG and sysctl kernel.kptr_restrict below 2")

// Symbols are /proc/kallsyms and /proc/modules. Who may see addresses is decided
// when they are opened, so that they can be read after rights were given up. A
// Symbols keeps nothing in memory: each question is a pass over all symbols, of
// some 50 ms. It is safe for concurrent use.
type Symbols struct {
	mu                sync.Mutex
	kallsyms, modules io.ReadSeekCloser
}

// OpenSymbols opens both.
func OpenSymbols() (*Symbols, error) {
	kallsyms, err := os.Open(symbolsPath)
	if err != nil {
		return nil, fmt.Errorf("open kernel symbols: %w", err)
	}
	modules, err := os.Open("/proc/modules")
	if err != nil {
		_ = kallsyms.Close() // it was only read
		return nil, fmt.Errorf("open modules: %w", err)
	}
	return &Symbols{kallsyms: kallsyms, modules: modules}, nil
}

// Close closes both.
func (s *Symbols) Close() error { return errors.Join(s.kallsyms.Close(), s.modules.Close()) }

// Extent is where a symbol begins, and where the next one of the kernel itself
// does: 0 behind the last.
type Extent struct{ Start, End uint64 }

// Find finds symbols of the kernel itself, the first of each name. Those that it
// does not have are not in the map. ErrNoAddresses says that it shows none.
func (s *Symbols) Find(names ...string) (map[string]Extent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]Extent{}
	shown := false
	var open []string // found, and the next symbol is not known
	err := s.each(func(sym symbol) {
		shown = shown || sym.address != 0
		if sym.module != nil {
			return
		}
		open = slices.DeleteFunc(open, func(name string) bool {
			e := found[name]
			if sym.address > e.Start {
				found[name] = Extent{e.Start, sym.address}
			}
			return sym.address > e.Start
		})
		for _, name := range names {
			if _, again := found[name]; !again && sym.address != 0 && string(sym.name) == name {
				found[name] = Extent{Start: sym.address}
				open = append(open, name)
			}
		}
	})
	if err == nil && !shown {
		err = ErrNoAddresses
	}
	return found, err
}

// Function is what is at an address.
type Function struct {
	// Name is "" when none is known there.
	Name string
	// Offset is how far behind the function's beginning the address is.
	Offset uint64
	// Owner is the module that the function is in, or one of the constants.
	Owner string
	// Others are further names of the function, when the address is its beginning.
	Others []string
}

// At writes the function as "name", "name+0x10" or, without a name, as the
// address.
func (f *Function) At(address uint64) string {
	switch {
	case f.Name == "":
		return "0x" + strconv.FormatUint(address, 16)
	case f.Offset == 0:
		return f.Name
	}
	return f.Name + "+0x" + strconv.FormatUint(f.Offset, 16)
}

// Range is memory of a module.
type Range struct {
	Module      string
	Start, Size uint64
}

// Functions finds what is at each of the addresses. A nil list of the modules'
// memory is that of /proc/modules, whose entries are too long from 6.4 on: memory
// of others may lie in them.
func (s *Symbols) Functions(addresses []uint64, modules []Range) ([]Function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if modules == nil {
		var err error
		if modules, err = s.ranges(); err != nil {
			return nil, err
		}
	}
	sorted := slices.Clone(addresses)
	slices.Sort(sorted)
	best := make([]nearest, len(sorted))
	var text [2]uint64
	err := s.each(func(sym symbol) {
		switch {
		case sym.module != nil:
		case text[0] == 0 && string(sym.name) == "_stext":
			text[0] = sym.address
		case text[1] == 0 && string(sym.name) == "_etext":
			text[1] = sym.address
		}
		if i, _ := slices.BinarySearch(sorted, sym.address); sym.text && sym.address != 0 && i < len(sorted) {
			best[i].take(&sym, sorted[i])
		}
	})
	if err == nil && text[1] == 0 {
		err = ErrNoAddresses
	}
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(best); i++ { // one that is nearest to an address is also before the next
		if best[i].address == 0 || sorted[i] == sorted[i-1] {
			best[i] = best[i-1]
		}
	}
	found := make([]Function, len(addresses))
	for i, a := range addresses {
		at, _ := slices.BinarySearch(sorted, a)
		found[i] = best[at].function(a, text, modules)
	}
	return found, nil
}

const pageSize = 4096

// nearest is the last function that begins at an address or before it.
type nearest struct {
	address      uint64
	name, module string
	others       []string // at the very address
}

func (n *nearest) take(s *symbol, address uint64) {
	switch {
	case s.address < n.address:
	case s.address > n.address:
		*n = nearest{s.address, string(s.name), string(s.module), nil}
	case s.address == address:
		n.others = append(n.others, string(s.name))
	}
}

func (n *nearest) function(address uint64, text [2]uint64, modules []Range) Function {
	owner := cmp.Or(n.module, OwnerKernel)
	switch {
	case address == n.address && n.name != "":
	case n.module != "" && address/pageSize == n.address/pageSize:
		// The kernel itself makes pages of code (of BPF, ftrace and kprobes) that
		// belong to no module and have a name at their beginning.
	default:
		owner = ownerOf(address, text, modules)
	}
	if owner != cmp.Or(n.module, OwnerKernel) { // between two modules, or behind the last function
		return Function{Owner: owner}
	}
	f := Function{Name: n.name, Offset: address - n.address, Owner: owner}
	if f.Offset == 0 {
		f.Others = n.others
	}
	return f
}

func ownerOf(address uint64, text [2]uint64, modules []Range) string {
	if address >= text[0] && address < text[1] {
		return OwnerKernel
	}
	for _, m := range modules {
		if address >= m.Start && address-m.Start < m.Size {
			return m.Module
		}
	}
	return OwnerHidden
}

// symbol is a line "ffffffff81000000 T name\t[module]". Its texts are valid until
// the next.
type symbol struct {
	address      uint64
	text         bool
	name, module []byte // nil is the kernel itself
}

func (s *Symbols) each(do func(symbol)) error {
	in, err := again(s.kallsyms)
	if err != nil {
		return fmt.Errorf("read kernel symbols: %w", err)
	}
	for in.Scan() {
		if sym, ok := parseSymbol(in.Bytes()); ok {
			do(sym)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("read kernel symbols: %w", err)
	}
	return nil
}

// again reads a file from its beginning, in pieces that make the kernel's work
// for each of them small.
func again(r io.ReadSeeker) (*bufio.Scanner, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), 1<<20)
	return in, nil
}

// parseSymbol takes a line apart by hand: there are 200,000 of them.
func parseSymbol(line []byte) (symbol, bool) {
	address, rest, _ := bytes.Cut(line, []byte(" "))
	kind, name, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(name) == 0 || len(address) == 0 || len(address) > 16 {
		return symbol{}, false
	}
	s := symbol{text: isText(kind)}
	for _, c := range address {
		digit := bytes.IndexByte([]byte("0123456789abcdef"), c)
		if digit < 0 {
			return symbol{}, false
		}
		s.address = s.address<<4 | uint64(digit)
	}
	s.name, s.module, ok = bytes.Cut(name, []byte("\t"))
	if ok {
		s.module = bytes.Trim(s.module, "[]")
	}
	return s, len(s.name) > 0
}

// ranges reads lines as "name 16384 0 - Live 0xffffffffc0002000 (OE)".
func (s *Symbols) ranges() ([]Range, error) {
	in, err := again(s.modules)
	if err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	list := []Range{}
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) < 6 {
			continue
		}
		size, err := strconv.ParseUint(words[1], 10, 64)
		start, addressErr := strconv.ParseUint(strings.TrimPrefix(words[5], "0x"), 16, 64)
		if err == nil && addressErr == nil && start != 0 {
			list = append(list, Range{words[0], start, size})
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	return list, nil
}

// Modules are the names in /proc/modules.
func (s *Symbols) Modules() (map[string]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := again(s.modules)
	if err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	names := map[string]bool{}
	for in.Scan() {
		if name, _, ok := strings.Cut(in.Text(), " "); ok {
			names[name] = true
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read modules: %w", err)
	}
	return names, nil
}
