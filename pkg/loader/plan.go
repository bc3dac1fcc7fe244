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
	// Events are those that the plan is for.
	Events []*schema.Event
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
	{Program: "sched_process_free"},
	{Program: "cgroup_mkdir"},
	{Program: "cgroup_rmdir"},
}

// enterOnly are the system calls that do not return.
var enterOnly = []string{"exit", "exit_group", "rt_sigreturn"}

// Kernel is what a plan needs to know of the running kernel.
type Kernel struct {
	Arch string // a GOARCH
	// HasFunc says whether fentry and fexit can attach to a function: BTF
	// describes it.
	HasFunc func(name string) bool
	// HasSymbol says whether there is a function at all. It is asked only about
	// functions that HasFunc denies.
	HasSymbol func(name string) bool
}

// NewPlan chooses programs for the events.
func NewPlan(events []*schema.Event, k Kernel) Plan {
	p := Plan{Events: events, Lifecycle: lifecycle}
	var calls []*schema.Event
	for _, e := range events {
		if e.Syscall != nil {
			calls = append(calls, e)
			continue
		}
		p.addEvent(e, &k)
	}
	p.addSyscalls(calls, &k)
	return p
}

// addEvent adds the programs of one event that is no system call. The event is
// missing only when none of its programs can be attached.
func (p *Plan) addEvent(e *schema.Event, k *Kernel) {
	found := len(e.Programs) == 0 // made by the tracer itself
	for _, prog := range e.Programs {
		probe := Probe{Program: prog.Name, Target: prog.Function}
		if prog.Syscall {
			probe.Target = k.syscallFunction(prog.Function, true)
		}
		if probe.Target != "" && !k.HasFunc(probe.Target) {
			continue
		}
		found = true
		if !slices.Contains(p.Lifecycle, probe) && !slices.Contains(p.Probes, probe) {
			p.Probes = append(p.Probes, probe)
		}
	}
	if !found {
		p.Missing = append(p.Missing, Missing{e, "this kernel lacks " + e.Programs[0].Hook})
	}
}

// addSyscalls prefers one probe per call. The raw tracepoints, which every call
// in the system pays for, are taken for many calls at once and for a call whose
// function cannot be probed; not for one that this kernel does not have.
func (p *Plan) addSyscalls(calls []*schema.Event, k *Kernel) {
	var exec, enter, exit bool
	for _, e := range calls {
		fn := k.syscallFunction(e.Name, len(e.Fields) > 0)
		switch {
		case len(calls) <= rawThreshold && k.HasFunc(fn):
			p.addSyscall(e.Name, fn)
		case len(calls) <= rawThreshold && !k.hasSyscall(e.Name):
			p.Missing = append(p.Missing, Missing{e, "this kernel has no such system call"})
			continue
		default:
			p.Raw = append(p.Raw, e.ID)
			never := slices.Contains(enterOnly, e.Name)
			enter = enter || never || isExec(e.Name)
			exit = exit || !never
		}
		exec = exec || isExec(e.Name)
	}
	for _, tp := range []struct {
		wanted  bool
		program string
	}{{exec, "exec_succeeded"}, {enter, "sys_enter"}, {exit, "sys_exit"}} {
		if tp.wanted {
			p.Probes = append(p.Probes, Probe{Program: tp.program})
		}
	}
}

// isExec tells the calls whose success shows only in the program that follows.
func isExec(name string) bool { return name == "execve" || name == "execveat" }

func (p *Plan) addSyscall(name, fn string) {
	if slices.Contains(enterOnly, name) {
		p.Probes = append(p.Probes, Probe{"enter_" + name, fn})
		return
	}
	if isExec(name) {
		p.Probes = append(p.Probes, Probe{"enter_" + name, fn})
	}
	p.Probes = append(p.Probes, Probe{"syscall_" + name, fn})
}

// kernelNames are the calls whose function has another name than the call, and
// by architecture those that have it there alone.
var (
	kernelNames = map[string]string{
		"stat": "newstat", "fstat": "newfstat", "lstat": "newlstat", "uname": "newuname",
		"umount2": "umount", "sendfile": "sendfile64",
	}
	archNames = map[string]map[string]string{
		"arm64": {"fadvise64": "fadvise64_64", "personality": "arm64_personality"},
	}
)

// SyscallPrefix begins the names of the kernel functions behind system calls.
func SyscallPrefix(arch string) string {
	if arch == "arm64" {
		return "__arm64_sys_"
	}
	return "__x64_sys_"
}

// functionNames lists what a call's function may be called, without prefix.
func (k *Kernel) functionNames(call string) []string {
	if name, ok := archNames[k.Arch][call]; ok {
		return []string{name}
	}
	if name, ok := kernelNames[call]; ok {
		return []string{name, call}
	}
	return []string{call}
}

// syscallFunction is the kernel function behind a system call. On x86_64 a call
// without parameters has no BTF under its entry's name, which is an alias there;
// then it is the function aliased. Where there are parameters, the function of
// that name takes them and not the registers.
func (k *Kernel) syscallFunction(call string, params bool) string {
	names := k.functionNames(call)
	for _, n := range names {
		for _, fn := range []string{SyscallPrefix(k.Arch) + n, "__do_sys_" + n} {
			if k.HasFunc(fn) {
				return fn
			}
			if params {
				break
			}
		}
	}
	return SyscallPrefix(k.Arch) + names[0]
}

func (k *Kernel) hasSyscall(call string) bool {
	for _, n := range k.functionNames(call) {
		if k.HasSymbol(SyscallPrefix(k.Arch) + n) {
			return true
		}
	}
	return false
}
