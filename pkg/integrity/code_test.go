package integrity

import (
	"encoding/binary"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/kernel"
)

// Addresses of the fake kernel's code: a dispatcher in its text.
const (
	textStart, textEnd = 0x400000, 0x500000
	dispatcher         = 0x410000
	sysKill, sysRead   = 0x420000, 0x430000
	ofModule           = 0x600000
	ofTrampoline       = 0x601000
	thunk              = 0x602000 // nobody's
)

// relative is an instruction of one byte with where it leads.
func relative(op byte, at int, to uint64) []byte {
	return binary.LittleEndian.AppendUint32([]byte{op}, uint32(to-(dispatcher+uint64(at)+5)))
}

// switched is a dispatcher: two comparisons, each with a jump to a call's
// function, a load of an address, and the end.
func switched(kill, read uint64) []byte {
	b := []byte{0xf3, 0x0f, 0x1e, 0xfa, 0x83, 0xfe, 0x3e, 0x75, 0x05} // endbr64; cmp esi, 62; jne +5
	b = append(b, relative(0xe9, len(b), kill)...)
	b = append(b, 0x83, 0xfe, 0x00, 0x75, 0x05)
	b = append(b, relative(0xe8, len(b), read)...)
	return append(b, 0xc3)
}

const atKill, atRead = 9, 19

func TestBranches(t *testing.T) {
	for name, c := range map[string]struct {
		code []byte
		want map[uint64]uint64
	}{
		"none":                     {nil, map[uint64]uint64{}},
		"a switch":                 {switched(sysKill, sysRead), map[uint64]uint64{atKill: sysKill, atRead: sysRead}},
		"within itself":            {[]byte{0x75, 0x01, 0x90, 0xc3}, map[uint64]uint64{}},
		"a far conditional jump":   {[]byte{0x0f, 0x84, 0, 0, 1, 0}, map[uint64]uint64{0: dispatcher + 6 + 0x10000}},
		"an address in a register": {[]byte{0x48, 0xb8, 1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xe0}, map[uint64]uint64{0: 0xffffffff04030201}},
		"a number in a register":   {[]byte{0x48, 0xb8, 1, 2, 3, 4, 5, 0, 0, 0}, map[uint64]uint64{}},
		"an address to return to":  {[]byte{0x68, 0, 0x10, 0, 0xc0, 0xc3}, map[uint64]uint64{0: 0xffffffffc0001000}},
		"cut":                      {[]byte{0xe8, 0, 0}, map[uint64]uint64{}},
	} {
		if diff := cmp.Diff(c.want, branches(c.code, dispatcher)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func (k *fakeKernel) putCode(b []byte) {
	padded := append(append([]byte{}, b...), 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
	for i := 0; i+8 <= len(padded); i += 8 {
		k.put(dispatcher+uint64(i), binary.LittleEndian.Uint64(padded[i:]))
	}
}

// Each step writes the code anew and looks.
func TestHookedDispatcher(t *testing.T) {
	hooked := func(call, owner, place, function string) []Finding {
		return []Finding{{HookedSyscalls, []any{[]event.HookedSymbol{{SymbolName: call, ModuleOwner: owner}}, []string{place}, []string{function}}}}
	}
	type step struct {
		code []byte
		want []Finding
	}
	for name, steps := range map[string][]step{
		"in order": {{switched(sysKill, sysRead), nil}, {switched(sysKill, sysRead), nil}},
		"a module's": {
			{switched(sysKill, sysRead), nil},
			{switched(ofModule, sysRead), hooked("kill", "ext", "x64_sys_call+0x9", "ext_kill")},
			{switched(ofModule, sysRead), nil},
			{switched(sysKill, sysRead), nil},
			{switched(sysKill, ofModule), hooked("read", "ext", "x64_sys_call+0x13", "ext_kill")},
		},
		"a module's from the start": {{switched(ofModule, sysRead), hooked("x64_sys_call", "ext", "x64_sys_call+0x9", "ext_kill")}, {switched(ofModule, sysRead), nil}},
		"nobody's from the start":   {{switched(sysKill, thunk), nil}, {switched(sysKill, thunk), nil}, {switched(ofTrampoline, thunk), nil}},
		"nobody's, later":           {{switched(sysKill, sysRead), nil}, {switched(sysKill, thunk), hooked("read", "hidden", "x64_sys_call+0x13", "0x602000")}},
		"nobody's, then another": {
			{switched(sysKill, thunk), nil},
			{switched(sysKill, thunk+8), hooked("x64_sys_call", "hidden", "x64_sys_call+0x13", "0x602008")},
		},
		"BPF's":                   {{switched(sysKill, sysRead), nil}, {switched(ofTrampoline, sysRead), nil}, {switched(sysKill, sysRead), nil}},
		"another of the kernel's": {{switched(sysKill, sysRead), nil}, {switched(sysRead, sysRead), nil}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newFake()
			k.functions[sysKill], k.functions[sysRead] = own("__x64_sys_kill"), own("__x64_sys_read")
			k.functions[ofModule] = kernel.Function{Name: "ext_kill", Owner: "ext"}
			k.functions[ofTrampoline] = kernel.Function{Name: "bpf_trampoline_1", Owner: "bpf"}
			places := maps.Clone(k.scanner().Places)
			places["x64_sys_call"] = kernel.Extent{Start: dispatcher, End: dispatcher + uint64(len(switched(0, 0)))}
			places["_stext"], places["_etext"] = extent(textStart), extent(textEnd)
			s := NewScanner(Options{Memory: k, Symbols: k, Layout: fakeLayout, Events: []string{HookedSyscalls}, Places: places})
			for i, step := range steps {
				k.putCode(step.code)
				found, err := s.Scan()
				if diff := cmp.Diff(step.want, found); diff != "" || err != nil {
					t.Errorf("step %d: error %v (-want +got):\n%s", i, err, diff)
				}
			}
		})
	}
}

func FuzzBranches(f *testing.F) {
	f.Add(switched(sysKill, ofModule), uint64(dispatcher))
	f.Add([]byte{0x48, 0xb8}, ^uint64(0))
	f.Fuzz(func(_ *testing.T, b []byte, start uint64) { branches(b, start) })
}
