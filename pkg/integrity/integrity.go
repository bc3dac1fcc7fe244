// Package integrity looks, in the memory of the running kernel, at tables that
// rootkits overwrite, and for modules that the kernel has and does not show.
package integrity

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/tracehound/tracehound/pkg/kernel"
)

// Memory is the kernel's. A *loader.Memory reads it.
type Memory interface {
	Read(address uint64, b []byte) error
}

// Symbols is a *kernel.Symbols.
type Symbols interface {
	Functions(addresses []uint64, modules []kernel.Range) ([]kernel.Function, error)
	Modules() (map[string]bool, error)
}

// Options say what to look at.
type Options struct {
	Memory  Memory
	Symbols Symbols
	// Places are where the kernel's symbols are that Wanted and the events'
	// definitions name. What is not there is not looked at.
	Places map[string]kernel.Extent
	// Layout is how this kernel lays out what is read.
	Layout Layout
	// Calls are the system calls' names by their numbers, Calls32 those of 32-bit
	// x86 programs.
	Calls, Calls32 map[int]string
	// Events are the names of those to look for.
	Events []string
}

// Wanted are symbols that are looked at where a kernel has them.
var Wanted = append([]string{"ia32_sys_call_table"}, dispatchers...)

// Names of events.
const (
	HookedSyscalls = "hooked_syscalls"
	HookedSeqOps   = "hooked_seq_ops"
	HiddenModule   = "hidden_kernel_module"
)

// Finding is an event to make: its name, and the values of its first fields.
type Finding struct {
	Event  string
	Values []any
}

// Scanner looks again and again, and tells what it has found once until that
// changes.
type Scanner struct {
	Options
	events map[string]bool
	tables []*table
	code   []*code
	told   map[uint64]string // of hidden modules, by address
	loaded map[uint64]string // names of modules that were loaded while we ran, by address
	// confirm is how long after the first look a hidden module must still be one.
	confirm time.Duration
}

// NewScanner prepares to look.
func NewScanner(o Options) *Scanner {
	s := &Scanner{Options: o, events: map[string]bool{}, told: map[uint64]string{}, loaded: map[uint64]string{}, confirm: 50 * time.Millisecond}
	for _, name := range o.Events {
		s.events[name] = true
	}
	if s.events[HookedSyscalls] {
		s.tables = append(s.tables, callTables(o)...)
		s.code = dispatcherCode(o.Places)
	}
	if s.events[HookedSeqOps] {
		s.tables = append(s.tables, seqTables(o.Places)...)
	}
	return s
}

// loadedMax bounds what is remembered of modules: many more than any machine has.
const loadedMax = 4096

// Loaded takes note of a module that has been loaded.
func (s *Scanner) Loaded(address uint64, name string) {
	if len(s.loaded) < loadedMax {
		s.loaded[address] = name
	}
}

// Scan looks once at everything. What could be found is returned with the error
// of what could not be looked at.
func (s *Scanner) Scan() ([]Finding, error) {
	found, err := s.hooks()
	if !s.events[HiddenModule] {
		return found, err
	}
	hidden, hiddenErr := s.hidden()
	if err == nil {
		err = hiddenErr
	}
	return append(found, hidden...), err
}

func (s *Scanner) word(address uint64) (uint64, error) {
	var b [8]byte
	if err := s.Memory.Read(address, b[:]); err != nil {
		return 0, err
	}
	return binary.NativeEndian.Uint64(b[:]), nil
}

// text reads a text that ends with a NUL, or size bytes of it.
func (s *Scanner) text(address uint64, size int) (string, error) {
	b := make([]byte, size)
	if err := s.Memory.Read(address, b); err != nil {
		return "", err
	}
	return cText(b), nil
}

func cText(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}

// place is where a symbol is; an error names one that is not there.
func (s *Scanner) place(symbol string) (uint64, error) {
	at, ok := s.Places[symbol]
	if !ok {
		return 0, fmt.Errorf("this kernel shows no address of %s", symbol)
	}
	return at.Start, nil
}
