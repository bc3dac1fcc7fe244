package filter

import (
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Stage is the user half: of the policies that the kernel half lets an event
// through for, it finds those that want it, and names them in the event.
type Stage struct {
	// Existed says whether a container was there before the tracer; nil means that
	// events tell.
	Existed func(containerID string) bool

	filter *Filter
	events map[schema.ID]*eventRule
}

// eventRule is what is left to decide of one event.
type eventRule struct {
	wants  uint64 // policies, a bit each
	alone  bool   // the tracer makes it, of no other, or tells of the machine: there is no process to judge
	named  uint64 // policies that ask what the runtime calls a container
	checks []check
}

// check is what one policy still asks.
type check struct {
	policy uint64
	holds  func(*event.Event) bool
}

// NewStage prepares what the kernel half does not decide. hostMount is the number
// of the host's mount namespace.
func NewStage(f *Filter, hostMount uint32) *Stage {
	s := &Stage{filter: f, events: map[schema.ID]*eventRule{}}
	for _, def := range f.Events {
		r := &eventRule{alone: !FromKernel(def) && (len(def.DependsOn) == 0 || len(def.Symbols) > 0)}
		for i := range f.Policies {
			p := &f.Policies[i]
			if !p.Wants(def.Name) {
				continue
			}
			bit := uint64(1) << i
			r.wants |= bit
			switch {
			case ofContainer(def.Name):
				r.alone = true
				r.container(s, p, bit)
			case !r.alone:
				r.scope(p, bit, hostMount)
			}
			if r.alone == ofContainer(def.Name) && p.Scope.named() {
				r.named |= bit
			}
			r.conditions(f, p, def, bit)
		}
		s.events[def.ID] = r
	}
	return s
}

// ofContainer reports whether an event tells of a container and not of a process:
// what runs while it is made is the runtime.
func ofContainer(name string) bool {
	switch name {
	case "container_create", "container_remove", "existing_container", "container_enriched":
		return true
	}
	return false
}

// container adds what a scope says of containers.
func (r *eventRule) container(s *Stage, p *Policy, bit uint64) {
	sc := &p.Scope
	r.checks = append(r.checks, check{bit, func(e *event.Event) bool {
		return sc.matchContainer(&Process{
			ContainerID: e.ContainerID, NewContainer: e.EventName != "existing_container" && (s.Existed == nil || !s.Existed(e.ContainerID)),
			ContainerName: e.ContainerName, ContainerImage: e.ContainerImage,
			Pod: e.PodName, Namespace: e.PodNamespace, Labels: e.ContainerLabels,
		})
	}})
}

// named reports whether the scope asks for what a runtime tells of containers.
func (s *Scope) named() bool {
	return s.ContainerName.Enabled() || s.ContainerImage.Enabled() || s.Pod.Enabled() || s.Namespace.Enabled() || len(s.Labels) > 0
}

// AsksNames reports whether one of the policies that the kernel half named asks
// what the runtime calls the container of such an event.
func (s *Stage) AsksNames(e *event.Event, policies uint64) bool {
	r := s.events[e.EventID]
	return r != nil && r.named&policies != 0
}

// scope adds the terms about processes that the kernel leaves open.
func (r *eventRule) scope(p *Policy, bit uint64, hostMount uint32) {
	open := map[string]bool{}
	for _, t := range p.Terms {
		if UserScope(t) != "" {
			open[t.Field] = true
		}
	}
	sc := &p.Scope
	for _, f := range []struct {
		field string
		holds func(*event.Event) bool
	}{
		{"comm", func(e *event.Event) bool { return sc.Comm.Match(e.ProcessName) }},
		{"uts", func(e *event.Event) bool { return sc.UTS.Match(e.HostName) }},
		{"binary", func(e *event.Event) bool { return sc.MatchBinary(e.Executable, e.MountNS == hostMount) }},
		{"container-name", func(e *event.Event) bool { return MatchName(&sc.ContainerName, e.ContainerName) }},
		{"image", func(e *event.Event) bool { return MatchName(&sc.ContainerImage, e.ContainerImage) }},
		{"pod", func(e *event.Event) bool { return MatchName(&sc.Pod, e.PodName) }},
		{"namespace", func(e *event.Event) bool { return MatchName(&sc.Namespace, e.PodNamespace) }},
		{labelField, func(e *event.Event) bool { return sc.matchLabels(e.ContainerLabels) }},
	} {
		if open[f.field] {
			r.checks = append(r.checks, check{bit, f.holds})
		}
	}
}

// conditions adds those on arguments that the kernel leaves open.
func (r *eventRule) conditions(f *Filter, p *Policy, def *schema.Event, bit uint64) {
	if p.Retval.Enabled() && f.Undecided(p, def, &Condition{}) != "" {
		r.checks = append(r.checks, check{bit, func(e *event.Event) bool { return p.Retval.Match(e.ReturnValue) }})
	}
	for i := range p.Conditions[def.Name] {
		c := &p.Conditions[def.Name][i]
		if f.Undecided(p, def, c) != "" {
			r.checks = append(r.checks, check{bit, c.Match})
		}
	}
}

// Match reports whether a policy wants the event, and puts the names of those
// that do into it. policies are those that the kernel half named. Losses pass
// always: what was lost may have been wanted.
func (s *Stage) Match(e *event.Event, policies uint64) bool {
	if e.EventName == "lost_events" || e.EventName == "heartbeat" { // of no process, and made only when wanted
		return true
	}
	r := s.events[e.EventID]
	if r == nil {
		return false
	}
	if r.alone {
		policies = ^uint64(0)
	}
	policies &= r.wants
	for _, c := range r.checks {
		if policies&c.policy != 0 && !c.holds(e) {
			policies &^= c.policy
		}
	}
	e.MatchedPolicies = nil
	for i := range s.filter.Policies {
		if name := s.filter.Policies[i].Name; policies>>i&1 != 0 && name != "" {
			e.MatchedPolicies = append(e.MatchedPolicies, name)
		}
	}
	return policies != 0
}

// MatchAll is the whole meaning of the filter, both halves of it, for what an
// event alone can tell: without New, NewContainer, Ancestors and Followed, which
// p may add. It is the model for tests.
func (f *Filter) MatchAll(e *event.Event, p *Process) (policies uint64) {
	p.Comm, p.UTS, p.Executable = e.ProcessName, e.HostName, e.Executable
	p.PID, p.TID, p.UID = uint32(e.HostProcessID), uint32(e.HostThreadID), uint32(e.UserID)
	p.MntNS, p.PIDNS = e.MountNS, e.PIDNS
	p.ContainerID, p.ContainerName, p.ContainerImage = e.ContainerID, e.ContainerName, e.ContainerImage
	p.Pod, p.Namespace, p.Labels = e.PodName, e.PodNamespace, e.ContainerLabels
	for i := range f.Policies {
		if f.Policies[i].match(e, p) {
			policies |= 1 << i
		}
	}
	return policies
}

func (p *Policy) match(e *event.Event, of *Process) bool {
	if !p.Wants(e.EventName) || !p.Scope.Match(of) || !p.Retval.Match(e.ReturnValue) {
		return false
	}
	for i := range p.Conditions[e.EventName] {
		if !p.Conditions[e.EventName][i].Match(e) {
			return false
		}
	}
	return true
}
