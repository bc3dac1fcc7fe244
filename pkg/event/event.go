// Package event is one observed event: what happened, in which process and
// container, with which argument values.
package event

import "github.com/tracehound/tracehound/pkg/schema"

// Event is one thing that a kernel saw. Its JSON form has Tracee's keys and,
// after them, ours.
type Event struct {
	Timestamp           int64 // ns since 1970
	ThreadStartTime     int64 // ns since boot, suspend included
	ProcessorID         int
	ProcessID           int // in the task's own pid namespace, as the next two
	CgroupID            uint64
	ThreadID            int
	ParentProcessID     int
	HostProcessID       int
	HostThreadID        int
	HostParentProcessID int
	UserID              int
	MountNS             uint32 // inode number
	PIDNS               uint32 // inode number
	ProcessName         string // comm, at most 15 bytes
	HostName            string // UTS node name of the task
	ContainerID         string // "" on the host
	ContainerImage      string
	ContainerName       string
	PodName             string
	PodNamespace        string
	PodUID              string
	EventID             schema.ID
	EventName           string
	ReturnValue         int64
	StackAddresses      []uint64
	Args                []Argument

	Executable   string // path of the program that the process runs
	ExecID       string // one key per executed program: boot, pid, start time, exec count
	ParentExecID string // the program that forked it
	// Ancestors are the programs that this one descends from, its parent first; nil
	// when nobody asked for them.
	Ancestors []Ancestor
	// MatchedPolicies names the policies (tracer --policy) that want the event; nil
	// when no named policy does.
	MatchedPolicies []string
	Sequence        uint64 // position in the tracer's output, from 1; 0 when unknown

	// StackSymbols are names for StackAddresses, one each; nil when nobody asked.
	StackSymbols []string
	// ABI is "i386" for a system call in the manner of 32-bit x86 programs, and where
	// an argument of kind syscall names one, else "".
	ABI string

	// ContainerRuntime is who runs the container: docker, containerd, crio, podman,
	// lxc, systemd-nspawn, or unknown; "" on the host.
	ContainerRuntime string
	// ContainerImageDigest is the digest that the image was pulled by; of one that
	// was built on the machine its id.
	ContainerImageDigest string
	// ContainerLabels are KEY=VALUE in order, the container's and its pod's; nil when
	// nobody asked for them.
	ContainerLabels []string
	// UserName is UserID's as the process sees it: by the passwd file of its own
	// root folder; "" when it has none, or nobody asked.
	UserName string
	// ExecSession is the ExecID of the program that somebody had the runtime start
	// in a container that runs already (docker exec, kubectl exec), for that
	// program and its descendants.
	ExecSession string

	Extra Extra // keys of a foreign stream; nil in our own events
}

// Argument is one value. Its Go type follows the encoding of its kind: int32,
// uint32, int64, uint64, uint16, bool, string, []string, []byte, []int32,
// Sockaddr, []HookedSymbol or Cred. A recorded stream may hold names in place of numbers (then a
// string) and types unknown to us (then what encoding/json makes of them).
type Argument struct {
	Name  string
	Type  string // C type, as in schema.Field.WireType
	Value any
	// Truncated says that the tracer cut the value at its documented limit.
	Truncated bool
	// Path is what a descriptor was open on; "" when that is not known or was not
	// asked for (option:fd-paths).
	Path string
}

// Arg finds an argument by name; nil when the event does not carry it.
func (e *Event) Arg(name string) *Argument {
	for i := range e.Args {
		if e.Args[i].Name == name {
			return &e.Args[i]
		}
	}
	return nil
}

// Origin is where an event came from: Host or Container.
type Origin string

// Origins, as selectors name them.
const (
	Host      Origin = "host"
	Container Origin = "container"
)

// Origin reports where the event came from. A nested pid namespace alone does
// not make a container.
func (e *Event) Origin() Origin {
	if e.ContainerID != "" {
		return Container
	}
	return Host
}
