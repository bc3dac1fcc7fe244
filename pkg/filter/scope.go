package filter

import (
	"math"
	"slices"
)

// Scope says which processes are wanted. All conditions must hold; the zero
// Scope wants every process.
type Scope struct {
	Comm      Values[string] // process names, at most MaxComm bytes
	PID       Numbers        // process (not thread) ids in the initial pid namespace
	UID       Numbers        // real user ids in the initial user namespace
	Tree      Values[uint32] // roots of process trees, ids as PID
	Container Container
	// Follow keeps a process that was once accepted, and its descendants, in
	// scope whatever the other conditions say.
	Follow bool
}

// Container says where a process must run.
type Container int

// Where a process must run.
const (
	Anywhere Container = iota
	OnlyContainers
	OnlyHost
)

// Values are the values that a field may and may not have, each in the order
// given and without repetition. A value in both is excluded.
type Values[T comparable] struct {
	Equal    []T
	NotEqual []T
}

// Numbers is a condition on a number: Values and, for numbers that those do not
// name, a range.
type Numbers struct {
	Values[uint32]
	HasRange bool
	Min, Max uint32 // inclusive; valid if HasRange
}

// Process is what a Scope looks at.
type Process struct {
	Comm      string
	PID       uint32
	UID       uint32
	Ancestors []uint32 // process ids, the parent first
	Container bool
	// Followed says that the process, or one that it descends from, was
	// accepted before.
	Followed bool
}

// Match reports whether the process is in scope.
func (s *Scope) Match(p Process) bool {
	if s.Follow && p.Followed {
		return true
	}
	return s.Comm.match(p.Comm) && s.PID.match(p.PID) && s.UID.match(p.UID) &&
		s.matchTree(p) && s.Container.match(p.Container)
}

// matchTree lets the nearest listed process of the line of ancestors, the
// process itself included, decide.
func (s *Scope) matchTree(p Process) bool {
	t := &s.Tree
	if t.named(p.PID) {
		return t.match(p.PID)
	}
	for _, a := range p.Ancestors {
		if t.named(a) {
			return t.match(a)
		}
	}
	return len(t.Equal) == 0
}

func (c Container) match(in bool) bool {
	return c == Anywhere || (c == OnlyContainers) == in
}

// Enabled reports whether there is a condition at all.
func (v *Values[T]) Enabled() bool { return len(v.Equal)+len(v.NotEqual) > 0 }

// Enabled reports whether there is a condition at all.
func (n *Numbers) Enabled() bool { return n.Values.Enabled() || n.HasRange }

func (v *Values[T]) named(x T) bool {
	return slices.Contains(v.Equal, x) || slices.Contains(v.NotEqual, x)
}

func (v *Values[T]) match(x T) bool {
	if slices.Contains(v.NotEqual, x) {
		return false
	}
	return len(v.Equal) == 0 || slices.Contains(v.Equal, x)
}

func (n *Numbers) match(x uint32) bool {
	if n.HasRange && !n.named(x) {
		return n.Min <= x && x <= n.Max
	}
	return n.Values.match(x)
}

func (v *Values[T]) add(op string, x T) {
	list := &v.Equal
	if op == "!=" {
		list = &v.NotEqual
	}
	if !slices.Contains(*list, x) {
		*list = append(*list, x)
	}
}

// narrow takes what a range operator excludes out of the range; false when
// nothing is left.
func (n *Numbers) narrow(op string, x uint32) bool {
	if !n.HasRange {
		n.HasRange, n.Min, n.Max = true, 0, math.MaxUint32
	}
	switch op {
	case "<":
		if x == 0 {
			return false
		}
		n.Max = min(n.Max, x-1)
	case "<=":
		n.Max = min(n.Max, x)
	case ">":
		if x == math.MaxUint32 {
			return false
		}
		n.Min = max(n.Min, x+1)
	case ">=":
		n.Min = max(n.Min, x)
	}
	return n.Min <= n.Max
}

// satisfiable reports whether any value matches.
func (v *Values[T]) satisfiable() bool {
	return len(v.Equal) == 0 || slices.ContainsFunc(v.Equal, v.match)
}

// satisfiable reports whether any number matches.
func (n *Numbers) satisfiable() bool {
	if slices.ContainsFunc(n.Equal, n.match) {
		return true
	}
	if !n.HasRange {
		return len(n.Equal) == 0
	}
	// A range longer than the list of exclusions cannot be used up by it.
	if uint64(n.Max)-uint64(n.Min) >= uint64(len(n.NotEqual)) {
		return true
	}
	for x := uint64(n.Min); x <= uint64(n.Max); x++ {
		if n.match(uint32(x)) {
			return true
		}
	}
	return false
}
