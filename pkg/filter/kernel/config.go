// Package kernel turns a filter into the plain data that the kernel half
// evaluates: for every field one table that answers for all policies at once. It
// knows nothing of how the data gets there.
package kernel

import (
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Policies is a set of policies, a bit for each by its place in the filter.
type Policies = uint64

// Field is enum filter_field in bpf/lib/maps.h.
type Field uint8

// The fields that have tables.
const (
	FieldPID Field = iota + 1
	FieldTID
	FieldUID
	FieldMntNS
	FieldPIDNS
	FieldRetval
	FieldComm
	FieldUTS
	FieldBinary
	FieldBinaryHost
	FieldArgument Field = 64 // of the first argument
)

// Scope mirrors struct scope_config. Compile leaves Since and HostMntNS to who
// knows them.
type Scope struct {
	PID, TID, UID, MntNS, PIDNS                 Policies
	Comm, CommLate, UTS                         Policies
	Binary, BinaryMissing                       Policies
	NewProcess, OldProcess                      Policies
	Tree, TreeUnlisted                          Policies
	Container, Host, NewContainer, OldContainer Policies
	ContainerID, ContainerIDMissing             Policies
	Follow                                      [filter.MaxFollow]Policies
	Reversed                                    uint64 // a bit per Field
	Since                                       uint64 // processes from then on are new; ns since boot
	HostMntNS                                   uint64 // the host's mount namespace
}

// Any reports whether there is a condition.
func (s *Scope) Any() bool { return *s != Scope{} }

// Config is a filter as the kernel evaluates it.
type Config struct {
	Scope Scope
	// Rules say which policies want an event; nil when there is one policy, which
	// asks nothing of its events.
	Rules map[schema.ID]*Rule

	Numbers    []Number
	Comms      []Text // of FieldComm
	Texts      []Text
	Containers []Text
	Trees      Trees
}

// Rule is what policies ask of an event.
type Rule struct {
	Policies  Policies
	Retval    Policies // those with a condition on the return value
	Arguments []ArgumentRule
}

// ArgumentRule says which policies have a condition on an argument.
type ArgumentRule struct {
	Index    int
	Policies Policies
	Missing  Policies // those that take an event without the argument
	Reversed bool     // there are conditions on the text's end
}

// Arguments reports whether there are conditions on arguments.
func (c *Config) Arguments() bool {
	for _, r := range c.Rules {
		if len(r.Arguments) > 0 {
			return true
		}
	}
	return false
}

// Follow reports whether a policy follows processes.
func (c *Config) Follow() bool { return c.Scope.Follow[0] != 0 }

// Compile turns a filter into a Config.
func Compile(f *filter.Filter) Config {
	c := Config{Trees: Trees{}}
	follows := 0
	for i := range f.Policies {
		s, bit := &f.Policies[i].Scope, Policies(1)<<i
		c.Scope.choices(s, bit)
		c.Trees.add(s, bit)
		if s.Follow {
			c.Scope.Follow[follows] = bit
			follows++
		}
	}
	c.numbers(f)
	c.comm(f)
	c.Scope.UTS = c.scopeTexts(f, FieldUTS, func(s *filter.Scope) *filter.Texts { return &s.UTS }, nil)
	c.binary(f)
	c.containers(f)
	c.rules(f)
	return c
}

// choices are the conditions without a table.
func (s *Scope) choices(from *filter.Scope, bit Policies) {
	for _, x := range []struct {
		is bool
		to *Policies
	}{
		{from.NewPID == filter.Yes, &s.NewProcess},
		{from.NewPID == filter.No, &s.OldProcess},
		{from.Tree.Enabled(), &s.Tree},
		{from.Tree.Enabled() && len(from.Tree.Equal) == 0, &s.TreeUnlisted},
		{from.Container == filter.OnlyContainers, &s.Container},
		{from.Container == filter.OnlyHost, &s.Host},
		{from.NewContainer == filter.Yes, &s.NewContainer},
		{from.NewContainer == filter.No, &s.OldContainer},
	} {
		if x.is {
			*x.to |= bit
		}
	}
}

func (c *Config) numbers(f *filter.Filter) {
	for _, n := range []struct {
		field Field
		to    *Policies
		of    func(*filter.Scope) *filter.Numbers
	}{
		{FieldPID, &c.Scope.PID, func(s *filter.Scope) *filter.Numbers { return &s.PID }},
		{FieldTID, &c.Scope.TID, func(s *filter.Scope) *filter.Numbers { return &s.TID }},
		{FieldUID, &c.Scope.UID, func(s *filter.Scope) *filter.Numbers { return &s.UID }},
		{FieldMntNS, &c.Scope.MntNS, func(s *filter.Scope) *filter.Numbers { return &s.MntNS }},
		{FieldPIDNS, &c.Scope.PIDNS, func(s *filter.Scope) *filter.Numbers { return &s.PIDNS }},
	} {
		asked := map[int][]*filter.Numbers{}
		for i := range f.Policies {
			if x := n.of(&f.Policies[i].Scope); x.Enabled() {
				asked[i] = []*filter.Numbers{x}
				*n.to |= 1 << i
			}
		}
		c.Numbers = append(c.Numbers, numberTable(0, n.field, asked)...)
	}
}

// comm has a table of its own, of whole names and beginnings. Policies that ask
// for endings, too, have all their patterns among the Texts.
func (c *Config) comm(f *filter.Filter) {
	isLate := func(t *filter.Texts) bool {
		return slices.ContainsFunc(narrowed(t), func(p pattern) bool { return p.reversed })
	}
	early := table{longest: filter.MaxComm}
	for i := range f.Policies {
		t := &f.Policies[i].Scope.Comm
		if t.Enabled() && !isLate(t) {
			c.Scope.Comm |= 1 << i
			early.add(i, t, len(t.Equal) == 0)
		}
	}
	c.Comms = early.entries(0, FieldComm)
	c.Scope.CommLate = c.scopeTexts(f, FieldComm, func(s *filter.Scope) *filter.Texts { return &s.Comm }, isLate)
}

// scopeTexts makes the table of a field of text and returns the policies that
// have conditions on it; only, if not nil, says which are meant.
func (c *Config) scopeTexts(f *filter.Filter, field Field, of func(*filter.Scope) *filter.Texts, only func(*filter.Texts) bool) Policies {
	var asked Policies
	t := table{longest: filter.KernelText}
	for i := range f.Policies {
		texts := of(&f.Policies[i].Scope)
		if texts.Enabled() && (only == nil || only(texts)) {
			asked |= 1 << i
			t.add(i, texts, len(texts.Equal) == 0)
		}
	}
	c.texts(&t, 0, field)
	return asked
}

func (c *Config) texts(t *table, event schema.ID, field Field) {
	c.Texts = append(c.Texts, t.entries(event, field)...)
	if t.reversed() && field < FieldArgument {
		c.Scope.Reversed |= 1 << field
	}
}

// binary has a second table for processes in the host's mount namespace. That a
// policy has no = is said in the first.
func (c *Config) binary(f *filter.Filter) {
	everywhere, host := table{longest: filter.KernelText}, table{longest: filter.KernelText}
	for i := range f.Policies {
		s := &f.Policies[i].Scope
		if !s.Binary.Enabled() && !s.HostBinary.Enabled() {
			continue
		}
		c.Scope.Binary |= 1 << i
		open := len(s.Binary.Equal)+len(s.HostBinary.Equal) == 0
		if open {
			c.Scope.BinaryMissing |= 1 << i
		}
		everywhere.add(i, &s.Binary, open)
		host.add(i, &s.HostBinary, false)
	}
	c.texts(&everywhere, 0, FieldBinary)
	c.texts(&host, 0, FieldBinaryHost)
	if host.reversed() {
		c.Scope.Reversed |= 1 << FieldBinary
	}
}

func (c *Config) containers(f *filter.Filter) {
	t := table{longest: 64}
	for i := range f.Policies {
		ids := &f.Policies[i].Scope.ContainerID
		if !ids.Enabled() {
			continue
		}
		c.Scope.ContainerID |= 1 << i
		if ids.MatchMissing() {
			c.Scope.ContainerIDMissing |= 1 << i
		}
		t.add(i, ids, len(ids.Equal) == 0)
	}
	c.Containers = t.entries(0, 0)
}

// Container is what the policies say of a container's id.
func (c *Config) Container(id string) Verdict { return find(c.Containers, id) }

// find is the look-up that the kernel does.
func find(entries []Text, text string) Verdict {
	var longest Text
	for _, e := range entries {
		if !e.Reversed && strings.HasPrefix(text+"\x00", e.Text) && len(e.Text) >= len(longest.Text) {
			longest = e
		}
	}
	return longest.Verdict
}
