package integrity

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/kernel"
)

// Layout is where in the kernel's structs the members are that are read.
type Layout struct {
	// Of struct module.
	State, List, Name, SrcVersion uint64
	// Memories are where in it its memories are told of.
	Memories []MemoryAt
	// KobjectEntry and KobjectModule are, in struct module_kobject, the place in the
	// list of /sys/module and the module.
	KobjectEntry, KobjectModule uint64
	// KsetList is where struct kset has that list.
	KsetList uint64
	// Tree is nil on a kernel that has no tree of modules.
	Tree *TreeLayout
}

// MemoryAt says where the beginning and the size of a memory are; the latter is a
// number of 32 bits.
type MemoryAt struct{ Base, Size uint64 }

// TreeLayout is that of the tree of modules.
type TreeLayout struct {
	Root         uint64 // of the first tree, in struct mod_tree_root
	Module, Node uint64 // in struct mod_tree_node
	Left, Right  uint64 // in struct rb_node
}

// LayoutOf finds the layout in a kernel's own description of its types.
func LayoutOf(types *kernel.Types) (Layout, error) {
	var l Layout
	for _, m := range []struct {
		to   *uint64
		of   string
		path []string
	}{
		{&l.State, "module", []string{"state"}},
		{&l.List, "module", []string{"list"}},
		{&l.Name, "module", []string{"name"}},
		{&l.SrcVersion, "module", []string{"srcversion"}},
		{&l.KobjectEntry, "module_kobject", []string{"kobj", "entry"}},
		{&l.KobjectModule, "module_kobject", []string{"mod"}},
		{&l.KsetList, "kset", []string{"list"}},
	} {
		at, ok := types.Offset(m.of, m.path...)
		if !ok {
			return Layout{}, fmt.Errorf("this kernel does not describe struct %s with %v", m.of, m.path)
		}
		*m.to = at
	}
	l.Memories = memories(types)
	if len(l.Memories) == 0 {
		return Layout{}, fmt.Errorf("this kernel does not describe where a module's memory is")
	}
	l.Tree = treeLayout(types)
	return l, nil
}

// memories are an array from 6.4 on, and two structs before.
func memories(types *kernel.Types) []MemoryAt {
	var all []MemoryAt
	if count, each, ok := types.Elements("module", "mem"); ok {
		at, _ := types.Offset("module", "mem")
		base, ok := types.Offset("module_memory", "base")
		size, sizeOK := types.Offset("module_memory", "size")
		for i := uint64(0); ok && sizeOK && i < count; i++ {
			all = append(all, MemoryAt{at + i*each + base, at + i*each + size})
		}
		return all
	}
	for _, layout := range []string{"core_layout", "init_layout"} {
		base, ok := types.Offset("module", layout, "base")
		size, sizeOK := types.Offset("module", layout, "size")
		if ok && sizeOK {
			all = append(all, MemoryAt{base, size})
		}
	}
	return all
}

func treeLayout(types *kernel.Types) *TreeLayout {
	t := &TreeLayout{}
	for _, m := range []struct {
		to   *uint64
		of   string
		path []string
	}{
		{&t.Root, "mod_tree_root", []string{"root", "tree"}},
		{&t.Module, "mod_tree_node", []string{"mod"}},
		{&t.Node, "mod_tree_node", []string{"node"}},
		{&t.Left, "rb_node", []string{"rb_left"}},
		{&t.Right, "rb_node", []string{"rb_right"}},
	} {
		at, ok := types.Offset(m.of, m.path...)
		if !ok {
			return nil
		}
		*m.to = at
	}
	return t
}
