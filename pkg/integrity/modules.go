package integrity

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tracehound/tracehound/pkg/kernel"
)

const (
	nameMax       = 56 // MODULE_NAME_LEN
	srcVersionMax = 64
	modulesMax    = 8192  // more than that is a list that goes in circles
	nodesMax      = 65536 // of the tree: up to seven for a module
)

// States of modules, as in enum module_state.
const (
	stateLive     = 0
	stateUnformed = 3
)

// listed are the modules in the kernel's list, by address.
func (s *Scanner) listed() (map[uint64]bool, error) {
	head, err := s.place("modules")
	if err != nil {
		return nil, err
	}
	list := map[uint64]bool{}
	at, err := s.word(head)
	for ; err == nil && at != head; at, err = s.word(at) {
		module := at - s.Layout.List
		if list[module] || len(list) == modulesMax {
			return nil, fmt.Errorf("read the list of modules: it has no end")
		}
		list[module] = true
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of modules: %w", err)
	}
	return list, nil
}

// module is what a struct module says of itself.
type module struct {
	name  string
	state uint32
}

func (s *Scanner) module(address uint64) (module, error) {
	var state [4]byte
	if err := s.Memory.Read(address+s.Layout.State, state[:]); err != nil {
		return module{}, err
	}
	name, err := s.text(address+s.Layout.Name, nameMax)
	return module{name, binary.NativeEndian.Uint32(state[:])}, err
}

// plausible tells a module from memory that was one.
func (m *module) plausible() bool { return m.name != "" && m.state < stateUnformed }

// ranges is the memory of modules.
func (s *Scanner) ranges(modules map[uint64]bool) ([]kernel.Range, error) {
	all := []kernel.Range{}
	for address := range modules {
		m, err := s.module(address)
		if err != nil {
			return nil, err
		}
		for _, at := range s.Layout.Memories {
			base, err := s.word(address + at.Base)
			if err != nil {
				return nil, err
			}
			var size [4]byte
			if err := s.Memory.Read(address+at.Size, size[:]); err != nil {
				return nil, err
			}
			if n := binary.NativeEndian.Uint32(size[:]); base != 0 && n != 0 {
				all = append(all, kernel.Range{Module: m.name, Start: base, Size: uint64(n)})
			}
		}
	}
	return all, nil
}

// inKset are the modules that /sys/module has.
func (s *Scanner) inKset() (map[uint64]bool, error) {
	found := map[uint64]bool{}
	at, err := s.place("module_kset")
	if err != nil {
		return nil, err
	}
	kset, err := s.word(at)
	if err == nil && kset == 0 {
		err = errors.New("there is none")
	}
	if err != nil {
		return nil, fmt.Errorf("read module_kset: %w", err)
	}
	head := kset + s.Layout.KsetList
	seen := 0
	next, err := s.word(head)
	for ; err == nil && next != head; next, err = s.word(next) {
		if seen++; seen > modulesMax {
			return nil, fmt.Errorf("read module_kset: it has no end")
		}
		module, moduleErr := s.word(next - s.Layout.KobjectEntry + s.Layout.KobjectModule)
		if moduleErr != nil {
			return nil, fmt.Errorf("read module_kset: %w", moduleErr)
		}
		if module != 0 { // else it holds parameters of what is built in
			found[module] = true
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read module_kset: %w", err)
	}
	return found, nil
}

// inTree are the modules in the tree in which the kernel looks up whose an
// address is.
func (s *Scanner) inTree() (map[uint64]bool, error) {
	found := map[uint64]bool{}
	t := s.Layout.Tree
	if t == nil {
		return found, nil
	}
	at, err := s.place("mod_tree")
	if err != nil {
		return nil, err
	}
	root, err := s.word(at + t.Root)
	if err != nil {
		return nil, fmt.Errorf("read mod_tree: %w", err)
	}
	seen := map[uint64]bool{0: true}
	for open := []uint64{root}; len(open) > 0; {
		node := open[len(open)-1]
		open = open[:len(open)-1]
		if seen[node] {
			continue
		}
		if seen[node] = true; len(seen) > nodesMax {
			return nil, fmt.Errorf("read mod_tree: it has no end")
		}
		for _, member := range []uint64{t.Left, t.Right} {
			child, err := s.word(node + member)
			if err != nil {
				return nil, fmt.Errorf("read mod_tree: %w", err)
			}
			open = append(open, child)
		}
		module, err := s.word(node - t.Node + t.Module)
		if err != nil {
			return nil, fmt.Errorf("read mod_tree: %w", err)
		}
		found[module] = true
	}
	return found, nil
}

// suspect is a module that is not where it should be.
type suspect struct {
	module
	foundIn, missingFrom []string
}

func (s *suspect) words() string { return fmt.Sprint(s.foundIn, s.missingFrom) }

// view is what all places say at one moment, or nearly so: modules come and go
// meanwhile. The list is read before all others and behind them.
type view struct {
	before, after, kset, tree map[uint64]bool
	shown                     map[string]bool
}

func (s *Scanner) view() (v view, err error) {
	if v.before, err = s.listed(); err != nil {
		return v, err
	}
	if v.kset, err = s.inKset(); err != nil {
		return v, err
	}
	if v.tree, err = s.inTree(); err != nil {
		return v, err
	}
	if v.shown, err = s.Symbols.Modules(); err != nil {
		return v, err
	}
	v.after, err = s.listed()
	return v, err
}

// suspects looks at all places once.
func (s *Scanner) suspects() (map[uint64]*suspect, error) {
	v, err := s.view()
	if err != nil {
		return nil, err
	}
	everywhere := map[uint64]bool{}
	for _, list := range []map[uint64]bool{v.before, v.kset, v.tree} {
		maps.Copy(everywhere, list)
	}
	for address := range s.loaded {
		everywhere[address] = true
	}
	found := map[uint64]*suspect{}
	for address := range everywhere {
		m, err := s.module(address)
		there := err == nil && m.plausible()
		if name, ok := s.loaded[address]; ok && !v.after[address] && (!there || m.name != name) {
			delete(s.loaded, address) // it is gone
		}
		if x := s.judge(address, m, &v); there && len(x.foundIn) > 0 && len(x.missingFrom) > 0 {
			found[address] = x
		}
	}
	return found, nil
}

func (s *Scanner) judge(address uint64, m module, v *view) *suspect {
	x := &suspect{module: m}
	if !v.before[address] && !v.after[address] {
		x.missingFrom = append(x.missingFrom, "modules")
	}
	if !v.shown[m.name] && v.before[address] == v.after[address] {
		x.missingFrom = append(x.missingFrom, "/proc/modules")
	}
	_, loaded := s.loaded[address]
	for _, place := range []struct {
		name string
		in   bool
	}{{"modules", v.after[address]}, {"module_kset", v.kset[address]}, {"mod_tree", v.tree[address]}, {"do_init_module", loaded}} {
		if place.in {
			x.foundIn = append(x.foundIn, place.name)
		}
	}
	return x
}

// hidden finds modules that were suspects already a moment ago, for one that comes
// or goes is one, too.
func (s *Scanner) hidden() ([]Finding, error) {
	now, err := s.suspects()
	if err != nil {
		return nil, err
	}
	unknown := false
	for address, x := range now {
		unknown = unknown || s.told[address] != x.words()
	}
	if unknown {
		time.Sleep(s.confirm)
		before := now
		if now, err = s.suspects(); err != nil {
			return nil, err
		}
		maps.DeleteFunc(now, func(address uint64, x *suspect) bool {
			return before[address] == nil || before[address].words() != x.words()
		})
	}
	var found []Finding
	for _, address := range slices.Sorted(maps.Keys(now)) {
		x := now[address]
		if s.told[address] == x.words() {
			continue
		}
		s.told[address] = x.words()
		found = append(found, Finding{HiddenModule, []any{address, x.name, s.srcVersion(address), x.foundIn, x.missingFrom}})
	}
	maps.DeleteFunc(s.told, func(address uint64, _ string) bool { return now[address] == nil })
	return found, nil
}

func (s *Scanner) srcVersion(address uint64) any {
	at, err := s.word(address + s.Layout.SrcVersion)
	if err != nil {
		return nil
	}
	if at == 0 {
		return ""
	}
	text, err := s.text(at, srcVersionMax)
	if err != nil {
		return nil
	}
	return text
}
