package integrity

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/tracehound/tracehound/pkg/kernel"
)

// fakeKernel is memory, word by word, and what the kernel says of itself.
type fakeKernel struct {
	mu        sync.Mutex // of words and reads
	words     map[uint64]uint64
	functions map[uint64]kernel.Function
	shown     map[string]bool
	reads     int
}

var errFault = errors.New("bad address")

func (k *fakeKernel) Read(address uint64, b []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reads++
	for i := range b {
		at := address + uint64(i)
		w, ok := k.words[at&^7]
		if !ok {
			return fmt.Errorf("%#x: %w", at, errFault)
		}
		b[i] = byte(w >> (8 * (at & 7)))
	}
	return nil
}

func (k *fakeKernel) Functions(addresses []uint64, modules []kernel.Range) ([]kernel.Function, error) {
	list := make([]kernel.Function, len(addresses))
	for i, a := range addresses {
		f, ok := k.functions[a]
		if !ok {
			f.Owner = kernel.OwnerHidden
			for _, m := range modules {
				if a >= m.Start && a < m.Start+m.Size {
					f.Owner = m.Module
				}
			}
		}
		list[i] = f
	}
	return list, nil
}

func (k *fakeKernel) Modules() (map[string]bool, error) { return maps.Clone(k.shown), nil }

func (k *fakeKernel) put(address uint64, words ...uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, w := range words {
		k.words[address+uint64(8*i)] = w
	}
}

func (k *fakeKernel) putText(address uint64, text string, size int) {
	b := make([]byte, size)
	copy(b, text)
	for i := 0; i < size; i += 8 {
		k.put(address+uint64(i), binary.LittleEndian.Uint64(b[i:]))
	}
}

// Where things are in the fake kernel. A struct module is state, list (two
// words), name (7 words), srcversion, its memory's base and size, then its
// struct module_kobject (module, entry of two words) and its node of the tree
// (module, left, right).
const (
	listHead, ksetPointer, kset, tree = 0x1000, 0x1100, 0x1200, 0x1300
	callTable, seqTable               = 0x2000, 0x3000
	firstModule, moduleSize           = 0x10000, 0x200
)

var fakeLayout = Layout{
	State: 0, List: 8, Name: 24, SrcVersion: 80, Memories: []MemoryAt{{88, 96}},
	KobjectModule: 0, KobjectEntry: 8, KsetList: 0,
	Tree: &TreeLayout{Root: 0, Module: 0, Node: 8, Left: 0, Right: 8},
}

// member says in which places a module of the fake kernel is.
type member struct {
	name                    string
	list, kset, tree, shown bool
	state                   uint64
}

func address(i int) uint64 { return firstModule + uint64(i)*moduleSize }

// place puts modules where they say that they are, and takes others away.
func (k *fakeKernel) place(members []member) {
	k.shown = map[string]bool{}
	k.put(ksetPointer, kset)
	link := func(head uint64, at func(int) uint64, in func(*member) bool) {
		last := head
		for i := range members {
			if in(&members[i]) {
				k.put(last, at(i))
				last = at(i)
			}
		}
		k.put(last, head)
	}
	k.put(tree, 0)
	for i, m := range members {
		base := address(i)
		k.put(base, m.state, 0, 0)
		k.putText(base+24, m.name, 56)
		k.put(base+80, base+0x180, 0x100000+uint64(i)*0x1000, 0x1000)
		k.putText(base+0x180, "src-"+m.name, 64)
		k.put(base+0x100, base, 0, 0) // its kobject
		k.put(base+0x140, base, 0, 0) // its node
		k.shown[m.name] = m.shown
		if m.tree { // a tree that has branches on one side only
			k.put(base+0x148, k.words[tree])
			k.put(tree, base+0x148)
		}
	}
	link(listHead, func(i int) uint64 { return address(i) + 8 }, func(m *member) bool { return m.list })
	link(kset, func(i int) uint64 { return address(i) + 0x108 }, func(m *member) bool { return m.kset })
}

func extent(start uint64) kernel.Extent { return kernel.Extent{Start: start} }

func newFake(members ...member) *fakeKernel {
	k := &fakeKernel{words: map[uint64]uint64{}, functions: map[uint64]kernel.Function{}}
	k.place(members)
	return k
}

func (k *fakeKernel) scanner(events ...string) *Scanner {
	s := NewScanner(Options{
		Memory: k, Symbols: k, Layout: fakeLayout, Events: events,
		Calls: map[int]string{0: "read", 1: "write", 3: "kill"},
		Places: map[string]kernel.Extent{
			"modules": extent(listHead), "module_kset": extent(ksetPointer), "mod_tree": extent(tree),
			"sys_call_table": {Start: callTable, End: callTable + 32}, "tcp4_seq_ops": extent(seqTable),
		},
	})
	s.confirm = 0
	return s
}
