// Package loader puts the BPF programs into the kernel and takes their records
// out: open, configure, load, attach, read. It is the only user of libbpf.
package loader

import "github.com/tracehound/tracehound/pkg/schema"

// maxEvents is MAX_EVENTS in bpf/lib/maps.h: ids that the kernel side can select.
const maxEvents = 16384

// Numeric mirrors struct numeric_filter.
type Numeric struct {
	Enabled, HasEqual, HasRange uint32
	Min, Max                    uint32
}

// Config mirrors struct config in bpf/lib/maps.h, field by field. It becomes
// constants of the programs.
type Config struct {
	Selected                  [maxEvents / 64]uint64
	Self                      uint32
	Scoped                    uint32
	PID, UID                  Numeric
	CommEnabled, CommHasEqual uint32
	TreeEnabled, TreeHasEqual uint32
	Container                 uint32
	Follow                    uint32
	CgroupHierarchy           uint32
	ExecEnv                   uint32
	DetectSyscall             uint32
	StackAddresses            uint32
	FDPaths                   uint32
	ExitTellsGroup            uint32
	ExitGroupNoted            uint32
	BprmExecveArgs            uint32
	WakeBytes                 uint32
	Lineage                   uint32
}

// Select marks an event for submission.
func (c *Config) Select(id schema.ID) {
	if id >= 0 && id < maxEvents {
		c.Selected[id/64] |= 1 << (id % 64)
	}
}

// Values are the entries of the filter maps: true means wanted.
type Values struct {
	Comm map[[16]byte]bool
	PID  map[uint32]bool
	UID  map[uint32]bool
}
