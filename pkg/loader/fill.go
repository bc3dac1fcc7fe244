package loader

import (
	"slices"
	"unsafe"

	"github.com/tracehound/tracehound/pkg/schema"
)

// syscallParams mirrors struct syscall_params in bpf/lib/maps.h.
type syscallParams struct {
	count    uint8
	encoding [6]uint8
	flags    uint8
}

// withPath is ENCODING_WITH_PATH: a descriptor, whose path may be wanted.
const withPath = 0x80

// Flags of a system call, as in enum syscall_flags.
const (
	syscallEnterOnly = 1 << iota
	syscallExec
	syscallRaw
)

// fill writes the filter values and the tables that programs look up.
func (l *Loader) fill(o *Options) error {
	if err := fillFlags(l, "comm_filter", o.Values.Comm); err != nil {
		return err
	}
	if err := fillFlags(l, "pid_filter", o.Values.PID); err != nil {
		return err
	}
	if err := fillFlags(l, "uid_filter", o.Values.UID); err != nil {
		return err
	}
	for _, e := range o.Syscalls {
		key, row := uint32(e.ID), l.paramsOf(e)
		if err := l.update("syscall_params", unsafe.Pointer(&key), unsafe.Pointer(&row)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) paramsOf(e *schema.Event) syscallParams {
	var row syscallParams
	for i, f := range e.Fields {
		row.count++
		if f.Option == "" || slices.Contains(l.options, f.Option) {
			row.encoding[i] = uint8(f.Kind.Info().InRecord())
			if f.Kind == schema.FD {
				row.encoding[i] |= withPath
			}
		} // else 0: the parameter is not read
	}
	switch {
	case slices.Contains(enterOnly, e.Name):
		row.flags |= syscallEnterOnly
	case isExec(e.Name):
		row.flags |= syscallExec
	}
	if slices.Contains(l.plan.Raw, e.ID) {
		row.flags |= syscallRaw
	}
	return row
}

func fillFlags[K comparable](l *Loader, name string, values map[K]bool) error {
	for key, wanted := range values {
		if err := l.setFlag(name, unsafe.Pointer(&key), wanted); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) setFlag(name string, key unsafe.Pointer, wanted bool) error {
	var v uint8
	if wanted {
		v = 1
	}
	return l.update(name, key, unsafe.Pointer(&v))
}

// SetTree says that a process, and what it forks from now on, is in an
// asked-for tree or is not.
func (l *Loader) SetTree(pid uint32, in bool) error {
	return l.setFlag("tree_filter", unsafe.Pointer(&pid), in)
}

// SetContainer says whether a cgroup belongs to a container.
func (l *Loader) SetContainer(cgroup uint64, yes bool) error {
	if yes {
		return l.setFlag("containers", unsafe.Pointer(&cgroup), true)
	}
	m, err := l.module.GetMap("containers")
	if err != nil {
		return err
	}
	// An entry that is not there is what was wanted.
	_ = m.DeleteKey(unsafe.Pointer(&cgroup))
	return nil
}
