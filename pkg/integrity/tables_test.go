package integrity

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/kernel"
)

func own(name string) kernel.Function { return kernel.Function{Name: name, Owner: kernel.OwnerKernel} }

func tablesKernel() *fakeKernel {
	k := newFake(member{name: "ext", list: true, kset: true, tree: true, shown: true})
	for a, f := range map[uint64]kernel.Function{
		1: own("__x64_sys_read"), 2: own("__x64_sys_write"), 3: {Name: "alias", Others: []string{"__x64_sys_kill"}, Owner: kernel.OwnerKernel},
		4: own("tcp4_seq_show"), 5: own("commit_creds"), 6: {Name: "__x64_sys_read", Offset: 3, Owner: kernel.OwnerKernel},
		7: {Name: "ext_read", Owner: "ext"},
	} {
		k.functions[a] = f
	}
	k.put(callTable, 1, 2, 0, 3)
	k.put(seqTable, 4, 4, 4, 4)
	return k
}

const nobodys, exts = 0x999999, 0x100010 // addresses that have no symbol: in no module, in ext

func calls(names, owners, places, functions string) Finding {
	var hooked []event.HookedSymbol
	for i, name := range strings.Fields(names) {
		hooked = append(hooked, event.HookedSymbol{SymbolName: name, ModuleOwner: strings.Fields(owners)[i]})
	}
	return Finding{HookedSyscalls, []any{hooked, strings.Fields(places), strings.Fields(functions)}}
}

// Each step overwrites one entry and looks.
func TestHookedSyscalls(t *testing.T) {
	type step struct {
		call  int // -1 changes nothing
		to    uint64
		found []Finding
	}
	for name, steps := range map[string][]step{
		"in order": {{-1, 0, nil}, {-1, 0, nil}},
		"a module's, told once": {
			{-1, 0, nil},
			{3, 7, []Finding{calls("kill", "ext", "sys_call_table[3]", "ext_read")}},
			{-1, 0, nil},
		},
		"overwritten before the start": {{3, nobodys, []Finding{calls("kill", "hidden", "sys_call_table[3]", "0x999999")}}, {-1, 0, nil}},
		"to another function, and back": {
			{-1, 0, nil},
			{0, 7, []Finding{calls("read", "ext", "sys_call_table[0]", "ext_read")}},
			{0, exts, []Finding{calls("read", "ext", "sys_call_table[0]", "0x100010")}},
			{0, 1, nil},
			{0, exts, []Finding{calls("read", "ext", "sys_call_table[0]", "0x100010")}},
		},
		"another system call's":               {{-1, 0, nil}, {0, 2, []Finding{calls("read", "system", "sys_call_table[0]", "__x64_sys_write")}}},
		"not a system call's, from the start": {{0, 5, []Finding{calls("read", "system", "sys_call_table[0]", "commit_creds")}}},
		"into the middle of one":              {{0, 6, []Finding{calls("read", "system", "sys_call_table[0]", "__x64_sys_read+0x3")}}},
		"a call that is not there":            {{2, nobodys, nil}}, // nobody calls it by name
		"mended after the start":              {{0, 7, []Finding{calls("read", "ext", "sys_call_table[0]", "ext_read")}}, {0, 1, nil}, {-1, 0, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			k := tablesKernel()
			s := k.scanner(HookedSyscalls)
			for i, step := range steps {
				if step.call >= 0 {
					k.put(callTable+uint64(8*step.call), step.to)
				}
				found, err := s.Scan()
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(step.found, found); diff != "" {
					t.Errorf("step %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

func TestSeveralHooksAreOneEventOfATable(t *testing.T) {
	k := tablesKernel()
	k.put(callTable, 7, nobodys)
	k.put(seqTable, 4, nobodys, 4, 7)
	found, err := k.scanner(HookedSyscalls, HookedSeqOps).Scan()
	want := []Finding{
		calls("read write", "ext hidden", "sys_call_table[0] sys_call_table[1]", "ext_read 0x999999"),
		{HookedSeqOps, []any{
			"tcp4_seq_ops", []event.HookedSymbol{{SymbolName: "stop", ModuleOwner: "hidden"}, {SymbolName: "show", ModuleOwner: "ext"}},
			[]string{"0x999999", "ext_read"},
		}},
	}
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

// What could not be told is told when it can be.
func TestUnreadableTable(t *testing.T) {
	k := tablesKernel()
	s := k.scanner(HookedSyscalls)
	delete(k.words, callTable+8)
	if _, err := s.Scan(); !errors.Is(err, errFault) || !strings.Contains(err.Error(), "sys_call_table") {
		t.Errorf("error %v", err)
	}
	k.put(callTable, 7, 2)
	list := k.words[listHead]
	delete(k.words, listHead)
	if _, err := s.Scan(); !errors.Is(err, errFault) {
		t.Errorf("error %v", err)
	}
	k.put(listHead, list)
	if found, err := s.Scan(); err != nil || len(found) != 1 {
		t.Errorf("found %v, error %v", found, err)
	}
}

// The table of 32-bit calls is there on some kernels.
func TestTablesThatAreNotThere(t *testing.T) {
	o := Options{Calls: map[int]string{0: "read", 9: "behind"}, Calls32: map[int]string{3: "read"}, Events: []string{HookedSyscalls, HookedSeqOps}}
	for _, c := range []struct {
		places map[string]kernel.Extent
		want   []string
	}{
		{nil, nil},
		{map[string]kernel.Extent{"sys_call_table": {Start: 0x1000, End: 0x1048}}, []string{"sys_call_table[0]"}},
		{map[string]kernel.Extent{"ia32_sys_call_table": extent(0x1000), "raw_seq_ops": extent(1)}, []string{"ia32_sys_call_table[3]", "", "", "", ""}},
	} {
		o.Places = c.places
		var got []string
		for _, table := range NewScanner(o).tables {
			for _, s := range table.slots {
				got = append(got, s.place)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.places, diff)
		}
	}
}
