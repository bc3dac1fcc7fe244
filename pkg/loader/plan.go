package loader

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Probe is one program and the kernel function it is attached to. Target is
// empty for tracepoints, whose programs name their own.
type Probe struct {
	Program string
	Target  string
}

// Plan says how the selected events are obtained on this kernel.
type Plan struct {
	// Events are those that the plan is for.
	Events []*schema.Event
	// Lifecycle probes come first: what they remember of processes is needed
	// by all others.
	Lifecycle []Probe
	Probes    []Probe
	// Raw lists the system calls that the raw tracepoints deliver.
	Raw []schema.ID
	// I386 says where calls of 32-bit x86 programs come from.
	I386 I386Source
	// Calls386 are the events that they make.
	Calls386 []*schema.Event
	// Memory says that user space must be able to read the kernel's.
	Memory bool
	// By says of each event that can be had where it comes from: "fexit
	// security_file_open", "tracepoint sched_process_exec", "raw tracepoint sys_exit".
	By map[string][]string
	// Missing lists events that this kernel cannot deliver, with the reason.
	Missing []Missing
	// Partial lists those that come from some of their programs only, as this
	// kernel has refused others.
	Partial []Missing
}

// Missing is an event that cannot be had, or not all of it.
type Missing struct {
	Event  *schema.Event
	Reason string
}

// byTracer is how an event without programs is had.
func byTracer(e *schema.Event) string {
	if len(e.Symbols) > 0 {
		return "found by the tracer in the kernel's memory"
	}
	if len(e.DependsOn) == 0 {
		return "made by the tracer"
	}
	return "made by the tracer from " + strings.Join(e.DependsOn, ", ")
}

// lifecycle probes are always attached: a fork, an exec, an exit and a change
// of cgroups are rare, and every event's identity hangs on them.
var lifecycle = []Probe{
	{Program: "sched_process_fork"},
	{Program: "sched_process_exec"},
	{Program: "sched_process_exit"},
	{Program: "sched_process_free"},
	{Program: "cgroup_mkdir"},
	{Program: "cgroup_rmdir"},
}

// IsLifecycle tells the programs that no event can do without.
func IsLifecycle(program string) bool {
	return slices.ContainsFunc(lifecycle, func(p Probe) bool { return p.Program == program })
}

// Kernel is what a plan needs to know of the running kernel.
type Kernel struct {
	Arch string // a GOARCH
	// HasFunc says whether fentry and fexit can attach to a function: BTF
	// describes it.
	HasFunc func(name string) bool
	// HasSymbol says whether there is a function at all. It is asked only about
	// functions that HasFunc denies, and those of kprobes.
	HasSymbol func(name string) bool
	// HasTracepoint says whether there is a tracepoint; nil says yes.
	HasTracepoint func(name string) bool
	// Addresses says why one of these symbols' addresses is not known, "" when all
	// are; nil knows all.
	Addresses func(symbols []string) string
	// Refused are programs that this kernel has refused, with its words: what is
	// planned does without them.
	Refused map[string]string
}

// NewPlan chooses programs for the events.
func NewPlan(events []*schema.Event, k Kernel) Plan {
	p := Plan{Events: events, Lifecycle: lifecycle, By: map[string][]string{}}
	var calls, all []*schema.Event
	for _, e := range events {
		switch {
		case e.Syscall == nil:
			p.addEvent(e, &k)
		case e.Only386():
			all = append(all, e)
		default:
			all, calls = append(all, e), append(calls, e)
		}
	}
	p.addSyscalls(calls, &k)
	p.addI386(all, &k)
	return p
}

// addEvent adds the programs of one event that is no system call. The event is
// missing only when none of its programs can be attached.
func (p *Plan) addEvent(e *schema.Event, k *Kernel) {
	if len(e.Symbols) > 0 {
		if why := p.addMemory(e, k); why != "" {
			p.Missing = append(p.Missing, Missing{e, why})
			return
		}
	}
	if len(e.Programs) == 0 {
		p.By[e.Name] = []string{byTracer(e)}
		return
	}
	reason, refusal := "", ""
	for i := range e.Programs {
		why := p.addProgram(e.Name, &e.Programs[i], k)
		if reason == "" {
			reason = why
		}
		if _, ok := k.Refused[e.Programs[i].Name]; ok && refusal == "" {
			refusal = why
		}
	}
	switch {
	case len(p.By[e.Name]) == 0:
		p.Missing = append(p.Missing, Missing{e, reason})
	case refusal != "":
		p.Partial = append(p.Partial, Missing{e, refusal})
	}
}

// addMemory makes sure that the tracer finds the event's symbols in the kernel's
// memory, and returns why it cannot.
func (p *Plan) addMemory(e *schema.Event, k *Kernel) string {
	if k.Addresses != nil {
		if why := k.Addresses(e.Symbols); why != "" {
			return why
		}
	}
	if len(e.Programs) > 0 { // which look for themselves
		return ""
	}
	if why, ok := k.Refused[peekProgram]; ok {
		return refused(peekProgram, why)
	}
	p.Memory = true
	return ""
}

// addProgram adds a program of an event, or what stands in for it, and returns why
// there is neither.
func (p *Plan) addProgram(event string, prog *schema.Program, k *Kernel) string {
	probe := Probe{Program: prog.Name, Target: prog.Function}
	kind, _ := prog.Place()
	if prog.Syscall {
		probe.Target = k.syscallFunction(prog.Function, true)
	}
	if why := k.obstacle(prog, probe.Target); why != "" {
		for i := range prog.Instead {
			if p.addProgram(event, &prog.Instead[i], k) == "" {
				return ""
			}
		}
		return why
	}
	by := prog.Hook
	if prog.Syscall {
		by = kind + " " + probe.Target
	}
	if kind == schema.HookKprobe || kind == schema.HookKretprobe {
		probe.Target = "" // the program names its own
	}
	p.add(event, by, probe)
	return ""
}

// add adds a probe once, and to what the event comes from.
func (p *Plan) add(event, by string, probe Probe) {
	if !slices.Contains(p.Lifecycle, probe) && !slices.Contains(p.Probes, probe) {
		p.Probes = append(p.Probes, probe)
	}
	if !slices.Contains(p.By[event], by) {
		p.By[event] = append(p.By[event], by)
	}
}

// obstacle is why a program cannot be attached to its function; "" if it can.
func (k *Kernel) obstacle(prog *schema.Program, target string) string {
	if why, ok := k.Refused[prog.Name]; ok {
		return refused(prog.Name, why)
	}
	lacks := "this kernel lacks " + prog.Hook
	switch kind, place := prog.Place(); {
	case kind == schema.HookTracepoint:
		if k.HasTracepoint != nil && !k.HasTracepoint(place) {
			return lacks
		}
	case kind == schema.HookKprobe || kind == schema.HookKretprobe:
		if !k.HasSymbol(place) {
			return lacks
		}
	case target != "" && !k.HasFunc(target):
		return lacks
	}
	return ""
}

func refused(program, why string) string {
	return fmt.Sprintf("this kernel refuses program %s: %s", program, why)
}
