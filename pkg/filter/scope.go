package filter

import "strings"

// Scope says which processes are wanted. All conditions must hold; the zero
// Scope wants every process.
type Scope struct {
	PID    Numbers // process (not thread) ids in the initial pid namespace
	TID    Numbers // thread ids in the initial pid namespace
	UID    Numbers // real user ids in the initial user namespace
	MntNS  Numbers // inode numbers of mount namespaces
	PIDNS  Numbers // inode numbers of pid namespaces
	NewPID Choice  // the process began, or executed a program, after the tracer did
	Comm   Texts   // process names
	UTS    Texts   // host names, at most MaxUTS bytes
	// Binary and HostBinary are paths of the program that the process runs; the
	// latter match processes in the host's mount namespace alone.
	Binary, HostBinary Texts
	Tree               Values[int64] // roots of process trees, ids as PID

	Container Container
	// NewContainer asks for containers made after the tracer began, or for those
	// that were there; both mean a container.
	NewContainer   Choice
	ContainerID    Texts // patterns of ids, each the beginning of one and a *
	ContainerName  Texts
	ContainerImage Texts
	Pod, Namespace Texts
	Labels         []Label // of the container or its pod

	// Follow keeps a process that was once accepted, and its descendants, in
	// scope whatever the other conditions say.
	Follow bool
}

// Label is a condition on the value of one label.
type Label struct {
	Key    string
	Values Texts
}

// Match holds labels, written KEY=VALUE, against the condition.
func (l *Label) Match(labels []string) bool {
	for _, text := range labels {
		if value, ok := strings.CutPrefix(text, l.Key); ok && strings.HasPrefix(value, "=") {
			return l.Values.Match(value[1:])
		}
	}
	return l.Values.MatchMissing()
}

// Choice is a condition that can be true or false of a process.
type Choice int

// What a Choice asks for.
const (
	Either Choice = iota
	Yes
	No
)

// Container says where a process must run.
type Container int

// Where a process must run.
const (
	Anywhere Container = iota
	OnlyContainers
	OnlyHost
)

// Process is what a Scope looks at.
type Process struct {
	Comm         string
	PID, TID     uint32
	UID          uint32
	MntNS, PIDNS uint32
	HostMount    bool // MntNS is the host's
	UTS          string
	Executable   string // "" when there is none, as for kernel threads
	New          bool
	Ancestors    []uint32 // process ids, the parent first

	ContainerID    string // "" on the host
	NewContainer   bool
	ContainerName  string   // "" when not known
	ContainerImage string   // "" when not known
	Pod, Namespace string   // "" when not known, or in none
	Labels         []string // KEY=VALUE

	// Followed says that the process, or one that it descends from, was
	// accepted before.
	Followed bool
}

// Match reports whether the process is in scope.
func (s *Scope) Match(p *Process) bool {
	if s.Follow && p.Followed {
		return true
	}
	return s.PID.Match(int64(p.PID)) && s.TID.Match(int64(p.TID)) && s.UID.Match(int64(p.UID)) &&
		s.MntNS.Match(int64(p.MntNS)) && s.PIDNS.Match(int64(p.PIDNS)) && s.NewPID.match(p.New) &&
		s.Comm.Match(p.Comm) && s.UTS.Match(p.UTS) && s.MatchBinary(p.Executable, p.HostMount) &&
		s.matchTree(p) && s.matchContainer(p)
}

// MatchBinary holds the path of a process's program against Binary and HostBinary.
func (s *Scope) MatchBinary(path string, hostMount bool) bool {
	equal := len(s.Binary.Equal)+len(s.HostBinary.Equal) == 0
	if path == "" {
		return equal
	}
	if anyMatch(s.Binary.NotEqual, path) || hostMount && anyMatch(s.HostBinary.NotEqual, path) {
		return false
	}
	return equal || anyMatch(s.Binary.Equal, path) || hostMount && anyMatch(s.HostBinary.Equal, path)
}

// matchTree lets the nearest listed process of the line of ancestors, the
// process itself included, decide.
func (s *Scope) matchTree(p *Process) bool {
	t := &s.Tree
	if t.named(int64(p.PID)) {
		return t.Match(int64(p.PID))
	}
	for _, a := range p.Ancestors {
		if t.named(int64(a)) {
			return t.Match(int64(a))
		}
	}
	return len(t.Equal) == 0
}

func (s *Scope) matchContainer(p *Process) bool {
	in := p.ContainerID != ""
	return s.Container.match(in) && (s.NewContainer == Either || in && s.NewContainer.match(p.NewContainer)) &&
		MatchName(&s.ContainerID, p.ContainerID) &&
		MatchName(&s.ContainerName, p.ContainerName) && MatchName(&s.ContainerImage, p.ContainerImage) &&
		MatchName(&s.Pod, p.Pod) && MatchName(&s.Namespace, p.Namespace) && s.matchLabels(p.Labels)
}

func (s *Scope) matchLabels(labels []string) bool {
	for i := range s.Labels {
		if !s.Labels[i].Match(labels) {
			return false
		}
	}
	return true
}

// MatchName holds a name against patterns; the empty name is none, which equals
// nothing.
func MatchName(t *Texts, name string) bool {
	if name == "" {
		return t.MatchMissing()
	}
	return t.Match(name)
}

func (c Container) match(in bool) bool {
	return c == Anywhere || (c == OnlyContainers) == in
}

func (c Choice) match(is bool) bool { return c == Either || (c == Yes) == is }
