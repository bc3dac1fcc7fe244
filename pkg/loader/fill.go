package loader

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"unsafe"

	bpf "github.com/aquasecurity/libbpfgo"

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
	syscallSelected
)

// i386Call mirrors struct i386_call in bpf/lib/maps.h.
type i386Call struct {
	event    uint32
	count    uint8
	encoding [6]uint8
	place    [6]uint8
	flags    uint8
}

// encStrings32 is ENCODING_STRINGS32 in bpf/lib/params.h.
const encStrings32 = 64

// fill writes the filter values and the tables that programs look up.
func (l *Loader) fill(o *Options) error {
	for _, m := range o.Maps {
		for _, e := range m.Entries {
			if err := l.update(m.Name, unsafe.Pointer(&e.Key[0]), unsafe.Pointer(&e.Value[0])); err != nil {
				return err
			}
		}
	}
	for _, e := range o.Syscalls {
		key, row := uint32(e.ID), l.paramsOf(e)
		if e.Only386() {
			continue
		}
		if err := l.update("syscall_params", unsafe.Pointer(&key), unsafe.Pointer(&row)); err != nil {
			return err
		}
	}
	return l.fillI386()
}

// fillI386 says where 32-bit programs pass the parameters of the calls planned.
func (l *Loader) fillI386() error {
	for _, e := range l.plan.Calls386 {
		key, row := uint32(e.Syscall.I386), l.i386Of(e)
		if err := l.update("i386_calls", unsafe.Pointer(&key), unsafe.Pointer(&row)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) i386Of(e *schema.Event) i386Call {
	params := l.paramsOf(e)
	row := i386Call{event: uint32(e.ID), count: params.count, encoding: params.encoding, flags: params.flags&^syscallRaw | syscallSelected}
	for i := range e.Fields {
		row.place[i] = uint8(i)
		if e.Syscall.I386Params != nil {
			row.place[i] = uint8(e.Syscall.I386Params[i])
		}
		if row.encoding[i] == uint8(schema.EncStrings) {
			row.encoding[i] = encStrings32
		}
	}
	if l.plan.I386 == I386Raw {
		row.flags |= syscallRaw
	}
	return row
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

// SetTree says which policies' trees a process, and what it forks from now on,
// is in.
func (l *Loader) SetTree(pid uint32, policies uint64) error {
	return l.update("tree_filter", unsafe.Pointer(&pid), unsafe.Pointer(&policies))
}

// SetContainer says that a cgroup belongs to a container. What the kernel side
// has found out by itself stays: it has seen the cgroup made.
func (l *Loader) SetContainer(cgroup uint64, c Container) error {
	m, err := l.module.GetMap("containers")
	if err != nil {
		return fmt.Errorf("find map containers: %w", err)
	}
	err = m.UpdateValueFlags(unsafe.Pointer(&cgroup), unsafe.Pointer(&c), bpf.MapFlagUpdateNoExist)
	if err != nil && !errors.Is(err, syscall.EEXIST) {
		return fmt.Errorf("write map containers: %w", err)
	}
	return nil
}

// ForgetContainer says that a cgroup belongs to none.
func (l *Loader) ForgetContainer(cgroup uint64) error {
	m, err := l.module.GetMap("containers")
	if err != nil {
		return fmt.Errorf("find map containers: %w", err)
	}
	// An entry that is not there is what was wanted.
	_ = m.DeleteKey(unsafe.Pointer(&cgroup))
	return nil
}
