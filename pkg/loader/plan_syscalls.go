package loader

import (
	"slices"

	"github.com/tracehound/tracehound/pkg/schema"
)

// rawThreshold is the number of system calls above which the two raw
// tracepoints, paid by every call in the system, are taken instead of one probe
// per call: attaching hundreds of probes takes longer than people wait.
const rawThreshold = 128

// enterOnly are the system calls that do not return.
var enterOnly = []string{"exit", "exit_group", "rt_sigreturn", "sigreturn"}

// addSyscalls prefers one probe per call. The raw tracepoints, which every call
// in the system pays for, are taken for many calls at once and for a call whose
// function cannot be probed; not for one that this kernel does not have.
func (p *Plan) addSyscalls(calls []*schema.Event, k *Kernel) {
	for _, e := range calls {
		fn := k.syscallFunction(e.Name, len(e.Fields) > 0)
		probes := syscallProbes(e.Name, fn)
		can := k.HasFunc(fn) && !slices.ContainsFunc(probes, func(c callProbe) bool {
			_, no := k.Refused[c.Program]
			return no
		})
		switch {
		case len(calls) <= rawThreshold && can && k.serves(e.Name):
		case len(calls) <= rawThreshold && (!k.serves(e.Name) || !k.hasSyscall(e.Name)):
			p.Missing = append(p.Missing, Missing{e, noSuchCall})
			continue
		default:
			p.Raw = append(p.Raw, e.ID)
			probes = rawProbes(e.Name)
		}
		if why := k.refuses(probes); why != "" {
			p.Missing = append(p.Missing, Missing{e, why})
			continue
		}
		for _, c := range probes {
			p.add(e.Name, c.by, c.Probe)
		}
	}
}

const noSuchCall = "this kernel has no such system call"

// callProbe is a probe of a system call and what it is for people.
type callProbe struct {
	Probe
	by string
}

func (k *Kernel) refuses(probes []callProbe) string {
	for _, c := range probes {
		if why, no := k.Refused[c.Program]; no {
			return refused(c.Program, why)
		}
	}
	return ""
}

// isExec tells the calls whose success shows only in the program that follows.
func isExec(name string) bool { return name == "execve" || name == "execveat" }

var (
	execSucceeded = callProbe{Probe{Program: "exec_succeeded"}, "tracepoint sched_process_exec"}
	rawEnter      = callProbe{Probe{Program: "sys_enter"}, "raw tracepoint sys_enter"}
	rawExit       = callProbe{Probe{Program: "sys_exit"}, "raw tracepoint sys_exit"}
)

// syscallProbes are those of one call on its function.
func syscallProbes(name, fn string) []callProbe {
	enter := callProbe{Probe{"enter_" + name, fn}, "fentry " + fn}
	returned := callProbe{Probe{"syscall_" + name, fn}, "fexit " + fn}
	switch {
	case slices.Contains(enterOnly, name):
		return []callProbe{enter}
	case isExec(name):
		return []callProbe{enter, returned, execSucceeded}
	}
	return []callProbe{returned}
}

// rawProbes are those of a call that has none on its function.
func rawProbes(name string) []callProbe {
	switch {
	case slices.Contains(enterOnly, name):
		return []callProbe{rawEnter}
	case isExec(name):
		return []callProbe{rawEnter, rawExit, execSucceeded}
	}
	return []callProbe{rawExit}
}

// not64Bit are calls that have a number and a function on x86_64, and whose number
// leads nowhere: the function serves 32-bit programs.
var not64Bit = []string{"uselib", "set_thread_area", "get_thread_area"}

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

// serves says whether a call's number leads to its function.
func (k *Kernel) serves(call string) bool {
	return k.Arch != "amd64" || !slices.Contains(not64Bit, call)
}

func (k *Kernel) hasSyscall(call string) bool {
	for _, n := range k.functionNames(call) {
		if k.HasSymbol(SyscallPrefix(k.Arch) + n) {
			return true
		}
	}
	return false
}
