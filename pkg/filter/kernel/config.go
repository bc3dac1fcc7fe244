// Package kernel turns a scope into the plain data that the kernel half of the
// filter needs. It knows nothing of how the data gets there.
package kernel

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/filter"
)

// Config is a scope as the kernel evaluates it. All fields must match, save
// that with Follow a process once accepted stays accepted, and so do its
// descendants.
type Config struct {
	Comm      Comm
	PID       Numeric
	UID       Numeric
	Tree      Tree
	Container int // AnyOrigin, OnlyContainers or OnlyHost
	Follow    bool
}

// Values of Config.Container.
const (
	AnyOrigin      = 0
	OnlyContainers = 1
	OnlyHost       = 2
)

// Numeric is a condition on a number: an entry in Values decides; else, if
// HasRange, whether Min <= v <= Max; else !HasEqual.
type Numeric struct {
	Enabled  bool
	HasEqual bool
	HasRange bool
	Min, Max uint32
	Values   map[uint32]bool // true: wanted, false: not wanted
}

// Comm is a condition on a process name, padded with zero bytes: an entry in
// Values decides; else !HasEqual.
type Comm struct {
	Enabled  bool
	HasEqual bool
	Values   map[[16]byte]bool
}

// Tree is a condition on descent: the entry of the nearest listed process
// among the process itself and its ancestors decides; when none is listed,
// !HasEqual.
type Tree struct {
	Enabled  bool
	HasEqual bool
	Roots    map[uint32]bool
}

// Compile turns a scope into a Config. A scope from filter.Parse always
// compiles; one made by hand may break a limit of the kernel half.
func Compile(s *filter.Scope) (Config, error) {
	c := Config{PID: numeric(&s.PID), UID: numeric(&s.UID), Follow: s.Follow}
	c.Comm = Comm{Enabled: s.Comm.Enabled(), HasEqual: len(s.Comm.Equal) > 0, Values: map[[16]byte]bool{}}
	for name, wanted := range decisions(&s.Comm) {
		if len(name) > filter.MaxComm {
			return Config{}, fmt.Errorf("compile scope: process name %q is longer than %d bytes", name, filter.MaxComm)
		}
		var key [16]byte
		copy(key[:], name)
		c.Comm.Values[key] = wanted
	}
	c.Tree = Tree{Enabled: s.Tree.Enabled(), HasEqual: len(s.Tree.Equal) > 0, Roots: decisions(&s.Tree)}
	switch s.Container {
	case filter.OnlyContainers:
		c.Container = OnlyContainers
	case filter.OnlyHost:
		c.Container = OnlyHost
	}
	for _, f := range []struct {
		name   string
		values int
	}{{"comm", len(c.Comm.Values)}, {"pid", len(c.PID.Values)}, {"uid", len(c.UID.Values)}, {"tree", len(c.Tree.Roots)}} {
		if f.values > filter.MaxValues {
			return Config{}, fmt.Errorf("compile scope: field %s names %d values and the limit is %d", f.name, f.values, filter.MaxValues)
		}
	}
	return c, nil
}

func numeric(n *filter.Numbers) Numeric {
	return Numeric{
		Enabled: n.Enabled(), HasEqual: len(n.Equal) > 0,
		HasRange: n.HasRange, Min: n.Min, Max: n.Max,
		Values: decisions(&n.Values),
	}
}

// decisions lists for each named value whether it is wanted; exclusion wins.
func decisions[T comparable](v *filter.Values[T]) map[T]bool {
	m := make(map[T]bool, len(v.Equal)+len(v.NotEqual))
	for _, x := range v.Equal {
		m[x] = true
	}
	for _, x := range v.NotEqual {
		m[x] = false
	}
	return m
}
