package loader

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/schema"
)

// I386Source is where calls of 32-bit x86 programs come from, and those that
// others make through int 0x80.
type I386Source int

// Sources of 32-bit calls. I386All is the one function that all of them go
// through; where a kernel has none, I386Each is a probe per call, or the raw
// tracepoints are taken.
const (
	I386None I386Source = iota
	I386All
	I386Each
	I386Raw
)

// I386Function dispatches all 32-bit calls and no others: upstream since 6.9, in
// the stable kernels since 2024. Some of the newest keep it from being traced.
const I386Function = "ia32_sys_call"

// Programs there are for a probe per call: i386_returned_000 and on in octal.
const (
	i386Returned = 128
	i386Entered  = 8
)

const no32Bit = "this kernel runs no 32-bit x86 programs"

// addI386 adds the probes for 32-bit calls of the selected events.
func (p *Plan) addI386(calls []*schema.Event, k *Kernel) {
	calls = slices.DeleteFunc(calls, func(e *schema.Event) bool { return e.Syscall.I386 == schema.None })
	if len(calls) == 0 {
		return
	}
	if !k.runs32Bit() {
		p.missI386(calls, no32Bit)
		return
	}
	each, enough := k.i386Probes(calls)
	switch {
	case len(p.Raw) > rawThreshold:
		p.I386 = I386Raw
	case k.HasFunc(I386Function) && k.Refused["i386_entered"] == "" && k.Refused["i386_returned"] == "":
		p.I386 = I386All
	case enough && len(p.Raw) == 0:
		p.I386 = I386Each
	default:
		p.I386 = I386Raw
	}
	for _, e := range calls {
		probes := each[e.Name]
		switch {
		case p.I386 == I386Raw:
			probes = rawProbes(e.Name)
		case len(probes) == 0: // the kernel lacks it
			p.missI386([]*schema.Event{e}, noSuchCall)
			continue
		case p.I386 == I386All:
			probes = i386All(e)
		}
		if why := k.refuses(probes); why != "" {
			p.missI386([]*schema.Event{e}, why)
			continue
		}
		p.Calls386 = append(p.Calls386, e)
		p.found386(e)
		for _, c := range probes {
			p.add(e.Name, c.by, c.Probe)
		}
	}
	// First of all: where it is refused, the rest has not been attached in vain.
	slices.SortStableFunc(p.Probes, func(a, b Probe) int { return cmp.Compare(rank(a), rank(b)) })
}

func rank(p Probe) int {
	if p.Target == I386Function {
		return 0
	}
	return 1
}

// missI386 notes what only 32-bit programs call as missing.
func (p *Plan) missI386(calls []*schema.Event, why string) {
	for _, e := range calls {
		if e.Only386() {
			p.Missing = append(p.Missing, Missing{e, why})
		}
	}
}

// found386 takes back that an event is missing: only 64-bit programs lack it.
func (p *Plan) found386(e *schema.Event) {
	p.Missing = slices.DeleteFunc(p.Missing, func(m Missing) bool { return m.Event == e })
}

// runs32Bit says whether the kernel has the functions of 32-bit calls.
func (k *Kernel) runs32Bit() bool {
	return k.Arch == "amd64" && (k.HasFunc(I386Function) || k.HasSymbol(i386Prefix+"compat_sys_execve"))
}

// i386All are the probes of a call on the function of all.
func i386All(e *schema.Event) []callProbe {
	return i386Kinds(e.Name,
		callProbe{Probe{"i386_entered", I386Function}, "fentry " + I386Function},
		callProbe{Probe{"i386_returned", I386Function}, "fexit " + I386Function})
}

// i386Kinds are those of the two that a call needs.
func i386Kinds(name string, entered, returned callProbe) []callProbe {
	switch {
	case slices.Contains(enterOnly, name):
		return []callProbe{entered}
	case isExec(name):
		return []callProbe{entered, returned, execSucceeded}
	}
	return []callProbe{returned}
}

// i386Prefix begins the names of the kernel functions of 32-bit calls.
const i386Prefix = "__ia32_"

// i386Names are the calls whose function has another name than the call, or none
// in a 64-bit kernel.
var i386Names = map[string][]string{
	"clock_adjtime":   {"sys_clock_adjtime32"},
	"clock_adjtime64": {"sys_clock_adjtime"},
	"vm86":            nil, "vm86old": nil,
	"fadvise64":            {"sys_ia32_fadvise64"},
	"fadvise64_64":         {"sys_ia32_fadvise64_64"},
	"fallocate":            {"compat_sys_ia32_fallocate", "sys_ia32_fallocate"},
	"ftruncate64":          {"compat_sys_ia32_ftruncate64", "sys_ia32_ftruncate64"},
	"truncate64":           {"compat_sys_ia32_truncate64", "sys_ia32_truncate64"},
	"pread64":              {"sys_ia32_pread64"},
	"pwrite64":             {"sys_ia32_pwrite64"},
	"readahead":            {"sys_ia32_readahead"},
	"sync_file_range":      {"sys_ia32_sync_file_range"},
	"fcntl":                {"compat_sys_fcntl64", "compat_sys_fcntl"},
	"io_getevents":         {"sys_io_getevents_time32", "compat_sys_io_getevents"},
	"clone":                {"compat_sys_ia32_clone"},
	"mmap":                 {"compat_sys_ia32_mmap"},
	"mmap2":                {"sys_mmap_pgoff"},
	"stat64":               {"compat_sys_ia32_stat64"},
	"lstat64":              {"compat_sys_ia32_lstat64"},
	"fstat64":              {"compat_sys_ia32_fstat64"},
	"newfstatat":           {"compat_sys_ia32_fstatat64"},
	"oldstat":              {"sys_stat"},
	"oldlstat":             {"sys_lstat"},
	"oldfstat":             {"sys_fstat"},
	"umount":               {"sys_oldumount"},
	"oldolduname":          {"sys_olduname"},
	"olduname":             {"sys_uname"},
	"readdir":              {"compat_sys_old_readdir"},
	"old_select":           {"compat_sys_old_select"},
	"old_getrlimit":        {"compat_sys_old_getrlimit"},
	"sendfile":             {"compat_sys_sendfile64", "sys_sendfile64"},
	"sendfile32":           {"compat_sys_sendfile"},
	"getrlimit":            {"compat_sys_getrlimit"},
	"stime":                {"sys_stime32"},
	"time":                 {"sys_time32"},
	"utime":                {"sys_utime32"},
	"utimes":               {"sys_utimes_time32"},
	"futimesat":            {"sys_futimesat_time32"},
	"adjtimex":             {"sys_adjtimex_time32"},
	"nanosleep":            {"sys_nanosleep_time32"},
	"semtimedop":           {"sys_semtimedop"},
	"select":               {"compat_sys_select"},
	"pselect6":             {"compat_sys_pselect6_time64"},
	"ppoll":                {"compat_sys_ppoll_time64"},
	"io_pgetevents":        {"compat_sys_io_pgetevents_time64"},
	"io_pgetevents_time32": {"compat_sys_io_pgetevents"},
	"recvmmsg":             {"compat_sys_recvmmsg_time64"},
	"rt_sigtimedwait":      {"compat_sys_rt_sigtimedwait_time64"},
	"preadv2":              {"compat_sys_preadv2"},
	"llseek":               {"sys_llseek"},
}

// I386Functions are the kernel functions that may serve a 32-bit call. A program
// on one that does not is never run for it, so all that there are get one. Calls
// without parameters share the function of 64-bit ones (see syscallFunction).
func (k *Kernel) I386Functions(e *schema.Event) []string {
	var names []string
	others, other := i386Names[e.Name]
	for _, n := range others {
		names = append(names, i386Prefix+n)
	}
	if !other {
		for _, n := range k.functionNames(e.Name) {
			names = append(names, i386Prefix+"compat_sys_"+n, i386Prefix+"sys_"+n)
		}
	}
	if !other && len(e.Fields) == 0 {
		fn := k.syscallFunction(e.Name, false)
		own, ok := strings.CutPrefix(fn, SyscallPrefix(k.Arch))
		if ok && !k.HasSymbol("__do_sys_"+own) { // the stub of a call that the kernel was built without
			fn = i386Prefix + "sys_" + own
		}
		names = []string{fn, "__do_compat_sys_" + e.Name}
	}
	return slices.DeleteFunc(names, func(fn string) bool { return !k.HasFunc(fn) })
}

// i386Probes chooses a probe for each call on its own function, and says whether
// there are enough programs for that.
func (k *Kernel) i386Probes(calls []*schema.Event) (all map[string][]callProbe, enough bool) {
	all = map[string][]callProbe{}
	returned, entered := 0, 0
	for _, e := range calls {
		for _, fn := range k.I386Functions(e) {
			probes := i386Kinds(e.Name,
				callProbe{Probe{fmt.Sprintf("i386_entered_%03o", entered), fn}, "fentry " + fn},
				callProbe{Probe{fmt.Sprintf("i386_returned_%03o", returned), fn}, "fexit " + fn})
			if slices.Contains(enterOnly, e.Name) || isExec(e.Name) {
				entered++
			}
			if !slices.Contains(enterOnly, e.Name) {
				returned++
			}
			all[e.Name] = append(all[e.Name], probes...)
		}
	}
	return all, returned <= i386Returned && entered <= i386Entered
}
