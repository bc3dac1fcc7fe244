// Package loader puts the BPF programs into the kernel and takes their records
// out: open, configure, load, attach, read. It is the only user of libbpf.
package loader

import "github.com/tracehound/tracehound/pkg/schema"

// maxEvents is MAX_EVENTS in bpf/lib/maps.h: ids that the kernel side can select.
const maxEvents = 16384

// Scope mirrors struct scope_config: wherever policies are spoken of, a word has
// a bit for each.
type Scope struct {
	PID, TID, UID, MntNS, PIDNS                 uint64
	Comm, CommLate, UTS                         uint64
	Binary, BinaryMissing                       uint64
	NewProcess, OldProcess                      uint64
	Tree, TreeUnlisted                          uint64
	Container, Host, NewContainer, OldContainer uint64
	ContainerID, ContainerIDMissing             uint64
	Follow                                      [8]uint64
	Reversed                                    uint64
	Since                                       uint64
	HostMntNS                                   uint64
}

// Config mirrors struct config in bpf/lib/maps.h, field by field. It becomes
// constants of the programs.
type Config struct {
	Selected        [maxEvents / 64]uint64
	TextStart       uint64
	TextEnd         uint64
	Scope           Scope
	Self            uint32
	Scoped          uint32
	Rules           uint32
	Arguments       uint32
	Follow          uint32
	CgroupHierarchy uint32
	ExecEnv         uint32
	DetectSyscall   uint32
	StackAddresses  uint32
	FDPaths         uint32
	ExitTellsGroup  uint32
	ExitGroupNoted  uint32
	BprmExecveArgs  uint32
	WakeBytes       uint32
	TraceTracepoint uint32
	TraceKprobe     uint32
	TraceUprobe     uint32
	WatchModules    uint32
	Lineage         uint32
}

// Select marks an event for submission.
func (c *Config) Select(id schema.ID) {
	if id >= 0 && id < maxEvents {
		c.Selected[id/64] |= 1 << (id % 64)
	}
}

// Map is a map's name and what it must hold: keys and values as the programs read
// them.
type Map struct {
	Name    string
	Entries []Entry
}

// Entry is a key of a map and its value.
type Entry struct{ Key, Value []byte }

// Container is what the kernel side keeps of a container's cgroup.
type Container struct {
	Yes, No uint64 // struct verdict: what policies say of the container's id
	New     uint64 // 1: made after the tracer began
}
