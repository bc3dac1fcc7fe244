package integrity

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"github.com/tracehound/tracehound/pkg/kernel"
)

// dispatchers are the functions of x86 through which every 64-bit system call
// goes. Kernels with the first one call by its switch and not by the table.
var dispatchers = []string{"x64_sys_call", "do_syscall_64"}

// code is a function of which every place that it leads to is looked at.
type code struct {
	table
	start, end uint64
	text       [2]uint64 // the kernel's own code
	// What it was when it was looked at last: its bytes, where its instructions lead
	// by their offsets, and those of them that lead out.
	bytes   []byte
	targets map[uint64]uint64
	outside map[uint64]*slot
}

// codeMax bounds what is read of a function.
const codeMax = 256 << 10

func dispatcherCode(places map[string]kernel.Extent) []*code {
	var all []*code
	for _, name := range dispatchers {
		at, ok := places[name]
		if !ok || at.End <= at.Start || at.End-at.Start > codeMax {
			continue
		}
		all = append(all, &code{
			table: table{event: HookedSyscalls, name: name, address: at.Start, code: true},
			start: at.Start, end: at.End, text: [2]uint64{places["_stext"].Start, places["_etext"].Start},
			outside: map[uint64]*slot{},
		})
	}
	return all
}

// lookAtCode finds instructions that lead out of the kernel's own code, and did not
// when they were looked at last.
func (s *Scanner) lookAtCode(c *code) ([]hook, error) {
	now := make([]byte, c.end-c.start)
	if err := s.Memory.Read(c.start, now); err != nil {
		return nil, err
	}
	if !bytes.Equal(now, c.bytes) {
		c.change(now)
	}
	var untold []hook
	for _, at := range slices.Sorted(maps.Keys(c.outside)) {
		slot := c.outside[at]
		if target := c.targets[at]; target != slot.own && target != slot.told {
			untold = append(untold, hook{&c.table, slot, target})
		}
	}
	return untold, nil
}

func (c *code) change(now []byte) {
	first, before := c.bytes == nil, c.targets
	c.bytes, c.targets = now, branches(now, c.start)
	outside := map[uint64]*slot{}
	for at, target := range c.targets {
		if target >= c.text[0] && target < c.text[1] {
			continue
		}
		outside[at] = c.outside[at]
		if outside[at] == nil || before[at] != target {
			outside[at] = &slot{name: c.name, place: fmt.Sprintf("%s+0x%x", c.name, at), first: first, instead: before[at]}
		}
	}
	c.outside = outside
}

// branches are the addresses that x86 code jumps to, calls or loads for that, by
// the offset of the instruction. What cannot be decoded is skipped byte by byte.
func branches(b []byte, start uint64) map[uint64]uint64 {
	found := map[uint64]uint64{}
	for at := 0; at < len(b); {
		inst, err := x86asm.Decode(b[at:], 64)
		if err != nil || inst.Len == 0 {
			at++
			continue
		}
		next := start + uint64(at+inst.Len)
		for _, arg := range inst.Args {
			switch v := arg.(type) {
			case x86asm.Rel:
				found[uint64(at)] = next + uint64(int64(v))
			case x86asm.Imm:
				if inst.Op == x86asm.PUSH || inst.Op == x86asm.MOV && inst.Len == 10 {
					if target := uint64(int64(v)); target >= kernelHalf {
						found[uint64(at)] = target
					}
				}
			}
		}
		at += inst.Len
	}
	// A branch within the function is its own affair.
	maps.DeleteFunc(found, func(_, target uint64) bool { return target >= start && target < start+uint64(len(b)) })
	return found
}

// kernelHalf is where the kernel's half of the addresses begins.
const kernelHalf = 1 << 63

// patchers are those who rightly lead the kernel's functions elsewhere: kprobes,
// ftrace, BPF.
var patchers = []string{"bpf", "__builtin__ftrace", "__builtin__kprobes"}

// codeInOrder tells what may be there. Where the kernel itself leads at boot, some
// thunks, has no owner: at the first look only modules are out of order.
func (h *hook) codeInOrder(f *kernel.Function) bool {
	return slices.Contains(patchers, f.Owner) || h.slot.first && f.Owner == kernel.OwnerHidden
}

// callName is the system call that a function is of.
func callName(function string) string {
	_, name, ok := strings.Cut(function, "_sys_")
	if !ok {
		return function
	}
	return name
}
