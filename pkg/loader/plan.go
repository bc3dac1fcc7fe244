package loader

import (
	"slices"

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
	// Lifecycle probes come first: what they remember of processes is needed
	// by all others.
	Lifecycle []Probe
	Probes    []Probe
	// Raw lists the system calls that the raw tracepoints deliver.
	Raw []schema.ID
	// Missing lists events that this kernel cannot deliver, with the reason.
	Missing []Missing
}

// Missing is an event that cannot be had.
type Missing struct {
	Event  *schema.Event
	Reason string
}

// rawThreshold is the number of system calls above which the two raw
// tracepoints, paid by every call in the system, are taken instead of one probe
// per call: attaching hundreds of probes takes longer than people wait.
const rawThreshold = 128

// lifecycle probes are always attached: a fork, an exec, an exit and a change
// of cgroups are rare, and every event's identity hangs on them.
var lifecycle = []Probe{
	{Program: "sched_process_fork"},
	{Program: "sched_process_exec"},
	{Program: "sched_process_exit"},
	{Program: "cgroup_mkdir"},
	{Program: "cgroup_rmdir"},
}

// enterOnly are the system calls that do not return.
var enterOnly = []string{"exit", "exit_group", "rt_sigreturn"}

// NewPlan chooses programs for the events. hasFunc says whether the running
// kernel's BTF knows a function, and so whether fentry and fexit can attach.
func NewPlan(events []*schema.Event, arch string, hasFunc func(string) bool) Plan {
	p := Plan{Lifecycle: lifecycle}
	var calls []*schema.Event
	for _, e := range events {
		if e.Syscall != nil {
			calls = append(calls, e)
			continue
		}
		p.addEvent(e, arch, hasFunc)
	}
	p.addSyscalls(calls, arch, hasFunc)
	return p
}

// addEvent adds the programs of one event that is no system call. The event is
// missing only when none of its programs can be attached.
func (p *Plan) addEvent(e *schema.Event, arch string, hasFunc func(string) bool) {
	found := len(e.Programs) == 0 // made by the tracer itself
	for _, prog := range e.Programs {
		probe := Probe{Program: prog.Name}
		if prog.Function != "" {
			if probe.Target = prog.Function; prog.Syscall {
				probe.Target = syscallFunction(prog.Function, arch, hasFunc)
			}
			if !hasFunc(probe.Target) {
				continue
			}
		}
		found = true
		if !slices.Contains(p.Lifecycle, probe) {
			p.Probes = append(p.Probes, probe)
		}
	}
	if !found {
		p.Missing = append(p.Missing, Missing{e, "this kernel lacks " + e.Programs[0].Hook})
	}
}

func (p *Plan) addSyscalls(calls []*schema.Event, arch string, hasFunc func(string) bool) {
	enter := false
	for _, e := range calls {
		fn := syscallFunction(e.Name, arch, hasFunc)
		if len(calls) > rawThreshold || !hasFunc(fn) {
			p.Raw = append(p.Raw, e.ID)
			enter = enter || e.Name == "execveat" || slices.Contains(enterOnly, e.Name)
			continue
		}
		p.addSyscall(e.Name, fn)
	}
	if slices.ContainsFunc(calls, func(e *schema.Event) bool { return e.Name == "execve" || e.Name == "execveat" }) {
		p.Probes = append(p.Probes, Probe{Program: "exec_succeeded"})
	}
	if enter {
		p.Probes = append(p.Probes, Probe{Program: "sys_enter"})
	}
	if len(p.Raw) > 0 {
		p.Probes = append(p.Probes, Probe{Program: "sys_exit"})
	}
}

func (p *Plan) addSyscall(name, fn string) {
	if slices.Contains(enterOnly, name) {
		p.Probes = append(p.Probes, Probe{"enter_" + name, fn})
		return
	}
	if name == "execveat" {
		p.Probes = append(p.Probes, Probe{"enter_" + name, fn})
	}
	p.Probes = append(p.Probes, Probe{"syscall_" + name, fn})
}

// kernelNames are the calls whose function has another name than the call.
var kernelNames = map[string]string{
	"stat": "newstat", "fstat": "newfstat", "lstat": "newlstat", "uname": "newuname",
	"umount2": "umount", "sendfile": "sendfile64",
}

// syscallFunction is the kernel function behind a system call. Calls without
// parameters have no BTF under their entry's name, which is an alias there;
// then it is the function aliased.
func syscallFunction(name, arch string, hasFunc func(string) bool) string {
	prefix := "__x64_sys_"
	if arch == "arm64" {
		prefix = "__arm64_sys_"
	}
	for _, n := range []string{kernelNames[name], name} {
		for _, fn := range []string{prefix + n, "__do_sys_" + n} {
			if n != "" && hasFunc(fn) {
				return fn
			}
		}
	}
	return prefix + name
}
