package kernel

import (
	"fmt"

	"github.com/cilium/ebpf/btf"
)

// btfPath is where a kernel describes its own types.
const btfPath = "/sys/kernel/btf/vmlinux"

// Types are the types and functions of a kernel, from its BTF. A Types is safe
// for concurrent use and maps the whole BTF: keep it for start-up only.
type Types struct{ spec *btf.Spec }

// BTF reads the running kernel's types: about ten milliseconds.
func BTF() (*Types, error) {
	spec, err := btf.LoadKernelSpec()
	if err != nil {
		return nil, fmt.Errorf("read BTF: %w", err)
	}
	return &Types{spec}, nil
}

// BTFFrom reads types from a file of raw BTF or an ELF file.
func BTFFrom(path string) (*Types, error) {
	spec, err := btf.LoadSpec(path)
	if err != nil {
		return nil, fmt.Errorf("read BTF %s: %w", path, err)
	}
	return &Types{spec}, nil
}

// HasFunc reports whether the kernel has a function that fentry could take:
// one that BTF describes.
func (t *Types) HasFunc(name string) bool {
	// A weak stub and the real function may both be there under one name.
	types, err := t.spec.AnyTypesByName(name)
	if err != nil {
		return false
	}
	for _, typ := range types {
		if _, ok := typ.(*btf.Func); ok {
			return true
		}
	}
	return false
}

// TracepointArgs is how many arguments a tracepoint hands to programs; 0 when
// there is none of that name. It has grown for some.
func (t *Types) TracepointArgs(name string) int {
	var def *btf.Typedef
	if t.spec.TypeByName("btf_trace_"+name, &def) != nil {
		return 0
	}
	ptr, ok := def.Type.(*btf.Pointer)
	if !ok {
		return 0
	}
	proto, ok := ptr.Target.(*btf.FuncProto)
	if !ok || len(proto.Params) == 0 {
		return 0
	}
	return len(proto.Params) - 1 // the first is the probe's own data
}

// FuncArgs is how many parameters a function of the kernel has; 0 when there is
// none of that name.
func (t *Types) FuncArgs(name string) int {
	var fn *btf.Func
	if t.spec.TypeByName(name, &fn) != nil {
		return 0
	}
	proto, ok := fn.Type.(*btf.FuncProto)
	if !ok {
		return 0
	}
	return len(proto.Params)
}

// HasField reports whether a struct of the kernel has a member.
func (t *Types) HasField(structName, field string) bool {
	var s *btf.Struct
	if t.spec.TypeByName(structName, &s) != nil {
		return false
	}
	for _, m := range s.Members {
		if m.Name == field {
			return true
		}
	}
	return false
}

// HasHelper reports whether BPF programs can call a helper, by its name
// without bpf_: "loop", "task_storage_get".
func (t *Types) HasHelper(name string) bool { return t.hasEnumerator("bpf_func_id", "BPF_FUNC_"+name) }

// HasMapType reports whether there are BPF maps of a type: "RINGBUF".
func (t *Types) HasMapType(name string) bool {
	return t.hasEnumerator("bpf_map_type", "BPF_MAP_TYPE_"+name)
}

func (t *Types) hasEnumerator(enum, name string) bool {
	var e *btf.Enum
	if t.spec.TypeByName(enum, &e) != nil {
		return false
	}
	for _, v := range e.Values {
		if v.Name == name {
			return true
		}
	}
	return false
}

// Offset is where in a struct of the kernel a member is, the last of path; those
// before it are structs within structs. false when there is none.
func (t *Types) Offset(structName string, path ...string) (uint64, bool) {
	var s *btf.Struct
	if t.spec.TypeByName(structName, &s) != nil {
		return 0, false
	}
	var typ btf.Type = s
	var at uint64
	for _, name := range path {
		m := memberOf(typ, name)
		if m == nil {
			return 0, false
		}
		at += uint64(m.Offset.Bytes())
		typ = m.Type
	}
	return at, true
}

// memberOf finds a member, also one within a member without a name.
func memberOf(typ btf.Type, name string) *btf.Member {
	var members []btf.Member
	switch s := btf.UnderlyingType(typ).(type) {
	case *btf.Struct:
		members = s.Members
	case *btf.Union:
		members = s.Members
	}
	for _, m := range members {
		if m.Name == name {
			return &m
		}
		if m.Name == "" {
			if inner := memberOf(m.Type, name); inner != nil {
				inner.Offset += m.Offset
				return inner
			}
		}
	}
	return nil
}

// Elements is how many elements an array has that is a member of a struct, and
// how large each is. false when there is none.
func (t *Types) Elements(structName, member string) (count, size uint64, ok bool) {
	var s *btf.Struct
	if t.spec.TypeByName(structName, &s) != nil {
		return 0, 0, false
	}
	m := memberOf(s, member)
	if m == nil {
		return 0, 0, false
	}
	array, ok := btf.UnderlyingType(m.Type).(*btf.Array)
	if !ok {
		return 0, 0, false
	}
	n, err := btf.Sizeof(array.Type)
	return uint64(array.Nelems), uint64(n), err == nil
}
