// Package cgroup reads the cgroup hierarchy that tells containers apart: which
// one that is, the cgroups in it with their ids, and the path of a cgroup by
// its id. An id is what BPF programs see: the kernfs number, which on 64-bit
// machines is also the folder's inode number.
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrNotMounted says that no usable cgroup hierarchy is mounted.
var ErrNotMounted = errors.New("no cgroup hierarchy is mounted: mount cgroup2 on /sys/fs/cgroup")

// usualPoint is where container runtimes look to tell version 2 from 1.
const usualPoint = "/sys/fs/cgroup"

// Hierarchy is a mounted cgroup hierarchy.
type Hierarchy struct {
	// Version is 2 for the default hierarchy, whose ids
	// bpf_get_current_cgroup_id returns; 1 for the hierarchy of the cpuset
	// controller, whose ids are those of task->cgroups->subsys[cpuset].
	Version int
	Mount   string // where it is mounted; it may be reached through /proc/1/root
	// Number is the kernel's number of the hierarchy, 0 for version 2. Cgroup
	// ids are unique only within one hierarchy.
	Number int
	// Partial says that only a part is visible, as from inside a container:
	// cgroups outside of it have ids that cannot be resolved.
	Partial bool

	above above
}

// Cgroup is one cgroup.
type Cgroup struct {
	ID   uint64
	Path string // from the hierarchy's mount, "/" for its root
}

// Find chooses the hierarchy in which container runtimes put containers, the
// same way as they do: version 2 when it is mounted on /sys/fs/cgroup; else the
// cpuset controller of version 1, also when a version 2 hierarchy without
// controllers is mounted beside it (hybrid); else version 2 wherever it is.
// When that shows a part alone, as inside of a container, the mounts of the
// machine's first process are taken if they can be seen. proc is where proc is
// mounted, "" means /proc.
func Find(proc string) (*Hierarchy, error) {
	if proc == "" {
		proc = "/proc"
	}
	return find(proc, (*mount).look)
}

func find(proc string, look func(*mount)) (*Hierarchy, error) {
	own, err := mounts(filepath.Join(proc, "self/mountinfo"), "", look)
	if err != nil {
		return nil, err
	}
	m := choose(own)
	if m == nil || !m.whole {
		// Not ours to see, or nobody's: then ours is what there is.
		if first, err := mounts(filepath.Join(proc, "1/mountinfo"), filepath.Join(proc, "1/root"), look); err == nil {
			if other := choose(first); other != nil && other.seen {
				m = other
			}
		}
	}
	if m == nil {
		return nil, ErrNotMounted
	}
	h := &Hierarchy{Version: m.version, Mount: m.point, Partial: !m.whole}
	if h.Version == 1 {
		if h.Number, err = cpusetNumber(filepath.Join(proc, "self/cgroup")); err != nil {
			return nil, err
		}
	}
	// In a cgroup namespace the mount looks whole, and the machine's first
	// process is above the root.
	if b, err := os.ReadFile(filepath.Join(proc, "1/cgroup")); err == nil && !m.seen && strings.Contains(string(b), ":/..") {
		h.Partial = true
	}
	return h, nil
}

func choose(all []mount) *mount {
	var cpuset, v2 *mount
	// A later mount on the same folder hides an earlier one.
	for i := range slices.Backward(all) {
		m := &all[i]
		switch {
		case m.version == 2 && m.usual:
			return m
		case m.version == 2:
			v2 = better(m, v2)
		case slices.Contains(m.options, "cpuset"):
			cpuset = better(m, cpuset)
		}
	}
	if cpuset != nil {
		return cpuset
	}
	return v2
}

// better prefers the mount that shows the whole hierarchy.
func better(m, than *mount) *mount {
	if than == nil || (!than.whole && m.whole) {
		return m
	}
	return than
}

// Walk calls visit for every cgroup, parents first. Cgroups that vanish
// meanwhile are left out; visit's error ends the walk and is returned.
func (h *Hierarchy) Walk(visit func(Cgroup) error) error {
	err := filepath.WalkDir(h.Mount, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if gone(err) && path != h.Mount {
				return nil
			}
			return err
		}
		if !d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if gone(err) {
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("stat %s: no inode number", path)
		}
		return visit(Cgroup{ID: st.Ino, Path: h.relative(path)})
	})
	if err != nil {
		return fmt.Errorf("walk cgroups: %w", err)
	}
	return nil
}

func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) }

func (h *Hierarchy) relative(path string) string {
	if rest := strings.TrimPrefix(path, h.Mount); rest != "" {
		return rest
	}
	return "/"
}
