package integrity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func hiddenModule(i int, name, foundIn, missingFrom string) Finding {
	return Finding{HiddenModule, []any{address(i), name, "src-" + name, strings.Fields(foundIn), strings.Fields(missingFrom)}}
}

// Each step changes where modules are, and looks.
func TestHiddenModules(t *testing.T) {
	ext := member{name: "ext", list: true, kset: true, tree: true, shown: true}
	evil := func(change func(*member)) member {
		m := ext
		m.name = "evil"
		change(&m)
		return m
	}
	unlisted := evil(func(m *member) { m.list, m.shown = false, false })
	type step struct {
		modules []member
		found   []Finding
	}
	for name, c := range map[string]struct {
		loaded int // the module that do_init_module told of; -1 for none
		steps  []step
	}{
		"none":      {-1, []step{{nil, nil}}},
		"in order":  {-1, []step{{[]member{ext, ext}, nil}}},
		"unlisted":  {-1, []step{{[]member{ext, unlisted}, []Finding{hiddenModule(1, "evil", "module_kset mod_tree", "modules /proc/modules")}}}},
		"told once": {-1, []step{{[]member{unlisted}, []Finding{hiddenModule(0, "evil", "module_kset mod_tree", "modules /proc/modules")}}, {[]member{unlisted}, nil}}},
		"left /sys, too": {-1, []step{{
			[]member{ext, evil(func(m *member) { m.list, m.kset, m.shown = false, false, false })},
			[]Finding{hiddenModule(1, "evil", "mod_tree", "modules /proc/modules")},
		}}},
		"hides more": {-1, []step{
			{[]member{unlisted}, []Finding{hiddenModule(0, "evil", "module_kset mod_tree", "modules /proc/modules")}},
			{
				[]member{evil(func(m *member) { m.list, m.tree, m.shown = false, false, false })},
				[]Finding{hiddenModule(0, "evil", "module_kset", "modules /proc/modules")},
			},
		}},
		"left everything, unseen": {-1, []step{{[]member{evil(func(m *member) { *m = member{name: "evil"} })}, nil}}},
		"left everything, but was loaded": {0, []step{
			{[]member{evil(func(m *member) { *m = member{name: "evil"} })}, []Finding{hiddenModule(0, "evil", "do_init_module", "modules /proc/modules")}},
		}},
		"unloaded": {0, []step{{[]member{evil(func(m *member) { *m = member{name: "evil", state: stateUnformed} })}, nil}}},
		"another is there now": {0, []step{
			{[]member{{name: "other"}}, nil},
			{[]member{{name: "evil"}}, nil}, // it was forgotten
		}},
		"passed over by /proc/modules": {-1, []step{{
			[]member{ext, evil(func(m *member) { m.shown = false })},
			[]Finding{hiddenModule(1, "evil", "modules module_kset mod_tree", "/proc/modules")},
		}}},
		"has another's name": {-1, []step{{
			[]member{ext, evil(func(m *member) { m.name, m.list = "ext", false })}, []Finding{hiddenModule(1, "ext", "module_kset mod_tree", "modules")},
		}}},
		"shows itself again, then hides": {-1, []step{
			{[]member{unlisted}, []Finding{hiddenModule(0, "evil", "module_kset mod_tree", "modules /proc/modules")}},
			{[]member{evil(func(*member) {})}, nil},
			{[]member{unlisted}, []Finding{hiddenModule(0, "evil", "module_kset mod_tree", "modules /proc/modules")}},
		}},
		"is being loaded": {-1, []step{{[]member{evil(func(m *member) { m.state, m.shown = stateUnformed, false })}, nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newFake()
			s := k.scanner(HiddenModule)
			if c.loaded >= 0 {
				s.Loaded(address(c.loaded), "evil")
			}
			for i, step := range c.steps {
				k.place(step.modules)
				found, err := s.Scan()
				if diff := cmp.Diff(step.found, found); diff != "" || err != nil {
					t.Errorf("step %d: error %v (-want +got):\n%s", i, err, diff)
				}
			}
		})
	}
}

// fleeting is a kernel whose modules change between looks.
type fleeting struct {
	*fakeKernel
	then []member
}

func (f *fleeting) Modules() (map[string]bool, error) {
	shown, err := f.fakeKernel.Modules()
	f.place(f.then)
	return shown, err
}

// A module that is unloaded or loaded while we look is in some places and not in
// others.
func TestModulesThatComeAndGo(t *testing.T) {
	there := []member{{name: "ext", list: true, kset: true, tree: true, shown: true}}
	going := []member{{name: "ext", kset: true, tree: true}}
	for name, c := range map[string]struct{ first, then []member }{
		"loaded meanwhile": {nil, there}, "unloaded meanwhile": {there, nil}, "half gone, then gone": {going, nil}, "half there, then there": {going, there},
	} {
		k := newFake(c.first...)
		s := k.scanner(HiddenModule)
		s.Symbols = &fleeting{k, c.then}
		if found, err := s.Scan(); len(found) > 0 || err != nil {
			t.Errorf("%s: found %v, error %v", name, found, err)
		}
	}
}

// Somebody who writes into the kernel may leave lists that go in circles.
func TestDamagedLists(t *testing.T) {
	for name, damage := range map[string]func(*fakeKernel){
		"list in a circle":  func(k *fakeKernel) { k.put(address(0)+8, address(0)+8) },
		"list into nowhere": func(k *fakeKernel) { k.put(address(0)+8, 8) },
		"kset in a circle":  func(k *fakeKernel) { k.put(address(0)+0x108, address(0)+0x108) },
		"kset into nowhere": func(k *fakeKernel) { k.put(address(0)+0x108, 8) },
		"no kset":           func(k *fakeKernel) { k.put(ksetPointer, 0) },
		"tree into nowhere": func(k *fakeKernel) { k.put(address(0)+0x148, 8) },
	} {
		k := newFake(member{name: "ext", list: true, kset: true, tree: true, shown: true})
		damage(k)
		if found, err := k.scanner(HiddenModule).Scan(); err == nil || len(found) > 0 {
			t.Errorf("%s: found %v, no error", name, found)
		}
	}
	k := newFake(member{name: "ext", list: true, kset: true, tree: true, shown: true})
	k.put(address(0)+0x148, address(0)+0x148) // a tree in a circle ends
	if found, err := k.scanner(HiddenModule).Scan(); err != nil || len(found) > 0 {
		t.Errorf("tree in a circle: found %v, error %v", found, err)
	}
}
