package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Privilege is what this process may ask of the kernel.
type Privilege struct {
	Known        bool   // /proc/self/status could be read
	UID          int    // effective
	Capabilities uint64 // effective, by bit number
	// Nested says that the process lives in a user namespace other than the
	// machine's: its capabilities do not reach the kernel.
	Nested bool
}

// initialPIDs is what the first pid namespace is called on every machine
// (PROC_PID_INIT_INO).
const initialPIDs = "pid:[4026531836]"

// nestedPIDs reports whether this process is known to live in a pid namespace
// other than the machine's.
func (h host) nestedPIDs() bool {
	name, err := os.Readlink(filepath.Join(h.root, "/proc/self/ns/pid"))
	return err == nil && name != initialPIDs
}

func (h host) privilege() Privilege {
	status, err := h.read("/proc/self/status")
	if err != nil {
		return Privilege{}
	}
	p := Privilege{Known: true, UID: -1}
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		words := strings.Fields(value)
		switch {
		case name == "Uid" && len(words) > 1: // real, effective, saved, file system
			p.UID, err = strconv.Atoi(words[1])
			p.Known = p.Known && err == nil
		case name == "CapEff" && len(words) == 1:
			p.Capabilities, err = strconv.ParseUint(words[0], 16, 64)
			p.Known = p.Known && err == nil
		}
	}
	if ids, err := h.read("/proc/self/uid_map"); err == nil {
		p.Nested = !slices.Equal(strings.Fields(ids), []string{"0", "0", "4294967295"})
	}
	return p
}

// Has reports whether a capability, a unix.CAP_ number, is effective.
func (p Privilege) Has(capability int) bool { return p.Capabilities&(1<<capability) != 0 }

// capabilityNames are those that matter here.
var capabilityNames = []struct {
	bit  int
	name string
}{
	{unix.CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}, {unix.CAP_BPF, "CAP_BPF"},
	{unix.CAP_PERFMON, "CAP_PERFMON"}, {unix.CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE"},
}

// missing names the capabilities that the tracer lacks, one by one.
// CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, which are parts of it.
func (p Privilege) missing() []string {
	var names []string
	for _, c := range capabilityNames {
		part := c.bit == unix.CAP_BPF || c.bit == unix.CAP_PERFMON
		if c.bit == unix.CAP_SYS_ADMIN || p.Has(c.bit) || part && p.Has(unix.CAP_SYS_ADMIN) {
			continue
		}
		names = append(names, c.name)
	}
	return names
}

// canTrace reports whether the process may load and attach tracing programs.
func (p Privilege) canTrace() State {
	switch {
	case !p.Known:
		return Unknown
	case p.Nested:
		return No
	case !p.Has(unix.CAP_SYS_RESOURCE): // libbpfgo raises RLIMIT_MEMLOCK on every kernel
		return No
	case p.Has(unix.CAP_SYS_ADMIN), p.Has(unix.CAP_BPF) && p.Has(unix.CAP_PERFMON):
		return Yes
	}
	return No
}

// String lists the capabilities that matter: "uid 0 with CAP_BPF, CAP_PERFMON".
func (p Privilege) String() string {
	if !p.Known {
		return "/proc/self/status cannot be read"
	}
	var held []string
	for _, c := range capabilityNames {
		if p.Has(c.bit) {
			held = append(held, c.name)
		}
	}
	s := "uid " + strconv.Itoa(p.UID)
	if len(held) > 0 {
		s += " with " + strings.Join(held, ", ")
	}
	if missing := p.missing(); len(missing) > 0 {
		s += " without " + strings.Join(missing, ", ")
	}
	if p.Nested {
		s += " of a user namespace, not of the machine"
	}
	return s
}
