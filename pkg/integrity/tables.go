package integrity

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/kernel"
)

// table is an array of pointers to functions.
type table struct {
	event   string
	name    string // the symbol's
	address uint64
	slots   []*slot
	calls   bool // of system calls, whose functions have names that say so
	code    bool // not a table, but instructions
}

// slot is one pointer of a table.
type slot struct {
	name  string // what it is for: a system call, a member of a struct
	place string
	at    uint64 // behind the table's beginning
	own   uint64 // what it was when it was seen in order; 0 before that
	told  uint64 // what it was when it was told of last; 0 while it is in order
	// Of an instruction: whether it was there at the first look, and where it led
	// before.
	first   bool
	instead uint64
}

// seqOps are the tables behind files of /proc/net.
var seqOps = []string{"tcp4_seq_ops", "tcp6_seq_ops", "udp_seq_ops", "udp6_seq_ops", "raw_seq_ops", "raw6_seq_ops"}

// seqMembers are those of struct seq_operations, in their order.
var seqMembers = []string{"start", "stop", "next", "show"}

func seqTables(places map[string]kernel.Extent) []*table {
	var all []*table
	for _, name := range seqOps {
		at, ok := places[name]
		if !ok {
			continue
		}
		t := &table{event: HookedSeqOps, name: name, address: at.Start}
		for i, member := range seqMembers {
			t.slots = append(t.slots, &slot{name: member, at: uint64(8 * i)})
		}
		all = append(all, t)
	}
	return all
}

func callTables(o Options) []*table {
	var all []*table
	for _, t := range []struct {
		symbol string
		calls  map[int]string
	}{{"sys_call_table", o.Calls}, {"ia32_sys_call_table", o.Calls32}} {
		at, ok := o.Places[t.symbol]
		if !ok {
			continue
		}
		made := &table{event: HookedSyscalls, name: t.symbol, address: at.Start, calls: true}
		for _, n := range slices.Sorted(maps.Keys(t.calls)) {
			if behind := uint64(8 * n); at.End == 0 || at.Start+behind < at.End {
				made.slots = append(made.slots, &slot{name: t.calls[n], place: fmt.Sprintf("%s[%d]", t.symbol, n), at: behind})
			}
		}
		all = append(all, made)
	}
	return all
}

// hook is a slot that is not in order, and what it points to.
type hook struct {
	table    *table
	slot     *slot
	function uint64
}

// hooks looks at all tables.
func (s *Scanner) hooks() ([]Finding, error) {
	var all []hook
	for _, t := range s.tables {
		changed, err := s.look(t)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", t.name, err)
		}
		all = append(all, changed...)
	}
	for _, c := range s.code {
		changed, err := s.lookAtCode(c)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", c.name, err)
		}
		all = append(all, changed...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return s.tell(all)
}

// look finds the slots that point elsewhere than they did when they were told of
// or seen in order, or are seen for the first time.
func (s *Scanner) look(t *table) ([]hook, error) {
	if len(t.slots) == 0 {
		return nil, nil
	}
	b := make([]byte, t.slots[len(t.slots)-1].at+8)
	if err := s.Memory.Read(t.address, b); err != nil {
		return nil, err
	}
	var changed []hook
	for _, slot := range t.slots {
		function := binary.NativeEndian.Uint64(b[slot.at:])
		switch function {
		case 0: // a call that this kernel was built without
		case slot.own:
			slot.told = 0
		case slot.told:
		default:
			changed = append(changed, hook{t, slot, function})
		}
	}
	return changed, nil
}

// tell finds whose the functions are, and makes events of those that do not belong
// there.
func (s *Scanner) tell(all []hook) ([]Finding, error) {
	addresses := make([]uint64, 2*len(all))
	for i, h := range all {
		addresses[i], addresses[len(all)+i] = h.function, h.slot.instead
	}
	var ranges []kernel.Range
	listed, err := s.listed()
	if err == nil {
		ranges, err = s.ranges(listed)
	}
	if err != nil {
		return nil, fmt.Errorf("find whose functions replace the kernel's: %w", err)
	}
	functions, err := s.Symbols.Functions(addresses, ranges)
	if err != nil {
		return nil, fmt.Errorf("find whose functions replace the kernel's: %w", err)
	}
	var found []Finding
	for i := 0; i < len(all); {
		t := all[i].table
		symbols, places, names := []event.HookedSymbol{}, []string{}, []string{}
		for ; i < len(all) && all[i].table == t; i++ {
			h, f := all[i], &functions[i]
			if h.inOrder(f) {
				h.slot.own, h.slot.told = h.function, 0
				continue
			}
			h.slot.told = h.function
			name := h.slot.name
			if f := &functions[len(all)+i]; f.Owner == kernel.OwnerKernel {
				name = callName(f.Name)
			}
			symbols = append(symbols, event.HookedSymbol{SymbolName: name, ModuleOwner: f.Owner})
			places, names = append(places, h.slot.place), append(names, f.At(h.function))
		}
		switch {
		case len(symbols) == 0:
		case t.event == HookedSeqOps:
			found = append(found, Finding{t.event, []any{t.name, symbols, names}})
		default:
			found = append(found, Finding{t.event, []any{symbols, places, names}})
		}
	}
	return found, nil
}

// inOrder tells what a table is filled with as the kernel is built. Nothing writes
// to it later. At the first sight of a system call's function its name must do: a
// table that was overwritten before points to anything.
func (h *hook) inOrder(f *kernel.Function) bool {
	if h.table.code {
		return h.codeInOrder(f)
	}
	if f.Owner != kernel.OwnerKernel || f.Offset != 0 || h.slot.own != 0 {
		return false
	}
	if !h.table.calls {
		return true
	}
	return slices.ContainsFunc(append([]string{f.Name}, f.Others...), func(name string) bool { return strings.Contains(name, "sys_") })
}
