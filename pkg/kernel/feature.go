package kernel

import (
	"fmt"
	"strings"
)

// State is an answer that may be missing.
type State string

// Answers.
const (
	Yes     State = "yes"
	No      State = "no"
	Unknown State = "unknown"
)

// Names of features.
const (
	FeatureRelease    = "kernel"
	FeaturePrivilege  = "privilege"
	FeaturePIDs       = "process ids"
	FeatureLockdown   = "lockdown"
	FeatureBPF        = "bpf"
	FeatureBTF        = "btf"
	FeatureRingBuffer = "ring buffer"
	FeatureFtrace     = "ftrace"
	FeatureFentry     = "fentry"
	FeatureKprobes    = "kprobes"
	FeatureLSM        = "bpf lsm"
	FeatureCgroup     = "cgroup"
)

// Feature is one thing that a kernel offers or not.
type Feature struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Why   string `json:"why"`  // the evidence, for people
	Lost  string `json:"lost"` // what the tracer cannot do without it
}

// Features lists every feature, in the order in which people want to read it.
func (f *Facts) Features() []Feature { return f.features }

// Has reports whether a feature is there for certain.
func (f *Facts) Has(name string) bool {
	for _, x := range f.features {
		if x.Name == name {
			return x.State == Yes
		}
	}
	return false
}

// minimum is the oldest kernel that the tracer runs on.
var minimum = Version{5, 10, 0}

// architectures that there are BPF programs for, with the first kernel whose
// BPF trampoline reaches kernel functions there: arm64 had the trampoline in
// 6.0 and the ftrace direct calls it needs for kernel functions in 6.4.
var architectures = map[string]Version{"x86_64": {5, 5, 0}, "aarch64": {6, 4, 0}}

// rows is the table of features. Everything is lost without the first ones:
// Unfit says so.
var rows = []struct {
	name   string
	decide func(*Facts) finding
	lost   string
}{
	{FeatureRelease, decideRelease, "everything: the tracer does not start"},
	{FeaturePrivilege, func(f *Facts) finding { return finding{f.Privilege.canTrace(), f.Privilege.String()} },
		"everything: the tracer does not start"},
	{FeaturePIDs, decidePIDs, "everything: the kernel's process ids are not those seen here"},
	{FeatureLockdown, decideLockdown, "everything: BPF programs may not read kernel memory"},
	{FeatureBPF, decideBPF, "everything: BPF programs cannot be loaded or attached"},
	{FeatureBTF, decideBTF, "everything: programs cannot be fitted to this kernel"},
	{FeatureRingBuffer, decideRingBuffer, "everything: records cannot leave the kernel"},
	{FeatureFtrace, func(f *Facts) finding { return f.ftrace },
		"fentry programs do not fire: only events from tracepoints appear"},
	{FeatureFentry, decideFentry, "security_* and socket_dup events are missing; system calls come from the raw tracepoints, which every call pays for"},
	{FeatureKprobes, decideKprobes, "everything: the tracer does not start; only kernels that nobody ships lack them, and it is not tested there"},
	{FeatureLSM, decideLSM, "nothing: security hooks are watched with fentry"},
	{FeatureCgroup, decideCgroup, "containers are not told from the host"},
}

func decidePIDs(f *Facts) finding {
	if f.elsewhere {
		return finding{No, "this process is in a pid namespace"}
	}
	return finding{Yes, "this process is in the machine's pid namespace"}
}

// FeatureNames lists the names of all features, in their order.
func FeatureNames() []string {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.name
	}
	return names
}

func decide(f *Facts) []Feature {
	features := make([]Feature, len(rows))
	for i, r := range rows {
		d := r.decide(f)
		features[i] = Feature{Name: r.name, State: d.state, Why: d.why, Lost: r.lost}
	}
	return features
}

func decideRelease(f *Facts) finding {
	d := finding{Yes, fmt.Sprintf("%s on %s", f.Release, f.Arch)}
	_, known := architectures[f.Arch]
	if !known || !f.Version.AtLeast(minimum.Major, minimum.Minor) {
		d.state = No
	}
	return d
}

// decideLockdown answers whether the mode lets the tracer work.
func decideLockdown(f *Facts) finding {
	d := finding{Yes, fmt.Sprintf("mode %s: %s", f.Lockdown, f.lockdownWhy)}
	switch f.Lockdown {
	case LockdownConfidentiality:
		d.state = No
	case LockdownUnknown:
		d.state = Unknown
	}
	return d
}

func decideBPF(f *Facts) finding {
	if !f.Config.Known() {
		return f.bpf
	}
	for _, option := range []string{"BPF_SYSCALL", "BPF_EVENTS"} {
		if f.Config.State(option) == No {
			return finding{No, "no CONFIG_" + option + " in " + f.Config.Path}
		}
	}
	return finding{Yes, "CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS in " + f.Config.Path}
}

func decideBTF(f *Facts) finding {
	if f.BTF {
		return finding{Yes, btfPath + " exists"}
	}
	return finding{No, btfPath + " does not exist"}
}

func decideRingBuffer(f *Facts) finding {
	return since(f, Version{5, 8, 0}, "ring buffers")
}

func since(f *Facts, first Version, what string) finding {
	d := finding{No, fmt.Sprintf("kernels have %s since %d.%d", what, first.Major, first.Minor)}
	if f.Version.AtLeast(first.Major, first.Minor) {
		d.state = Yes
	}
	return d
}

func decideFentry(f *Facts) finding {
	first, known := architectures[f.Arch]
	switch {
	case !known:
		return finding{No, "architecture " + f.Arch}
	case !f.BTF:
		return finding{No, "it needs BTF"}
	case f.ftrace.state == No:
		return f.ftrace
	case f.jit.state == No:
		return f.jit
	case f.Config.State("DYNAMIC_FTRACE_WITH_DIRECT_CALLS") == No:
		return finding{No, "no CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS in " + f.Config.Path}
	}
	return since(f, first, "fentry on "+f.Arch)
}

func decideKprobes(f *Facts) finding {
	if f.ftrace.state == No && f.kprobes.state == Yes {
		return f.ftrace
	}
	return f.kprobes
}

// decideLSM: a program of type LSM attaches without error and never fires when
// the module is not in the list, so the list decides.
func decideLSM(f *Facts) finding {
	list := fmt.Sprintf("%s: %s", f.lsmsWhy, strings.Join(f.LSMs, ","))
	switch f.HasLSM("bpf") {
	case Unknown:
		return finding{Unknown, f.lsmsWhy}
	case No:
		return finding{No, "bpf is not in " + list}
	}
	if f.Config.State("BPF_LSM") == No {
		return finding{No, "no CONFIG_BPF_LSM in " + f.Config.Path}
	}
	if d := decideFentry(f); d.state != Yes {
		return d
	}
	return finding{Yes, list}
}

func decideCgroup(f *Facts) finding {
	if f.Cgroup == CgroupNone {
		return finding{No, "no cgroup file system is mounted"}
	}
	return finding{Yes, string(f.Cgroup)}
}

// UnfitError says why the tracer cannot run on this machine.
type UnfitError struct {
	Missing string
	Remedy  string
}

func (e *UnfitError) Error() string { return e.Missing + "; " + e.Remedy }

// Unfit is the first reason why the tracer cannot run here, an *UnfitError with
// the way out in one sentence; nil when none is known. What is unknown is left
// to be found out by trying.
func (f *Facts) Unfit() error {
	state := func(name string) State {
		for _, x := range f.features {
			if x.Name == name {
				return x.State
			}
		}
		return Unknown
	}
	_, arch := architectures[f.Arch]
	switch {
	case !arch:
		return &UnfitError{fmt.Sprintf("architecture %s is not supported", f.Arch), "run it on x86_64 or aarch64"}
	case state(FeatureRelease) == No:
		return &UnfitError{fmt.Sprintf("kernel %s is too old", f.Release),
			fmt.Sprintf("run it on %d.%d or newer", minimum.Major, minimum.Minor)}
	case state(FeaturePrivilege) == No:
		return f.unprivileged()
	case f.elsewhere:
		return &UnfitError{"this process is in a pid namespace, where process ids are not the kernel's own", "run it in the machine's, for containers with --pid=host"}
	case state(FeatureLockdown) == No:
		return &UnfitError{"kernel lockdown mode confidentiality forbids BPF programs to read kernel memory", f.unlock()}
	case state(FeatureBPF) == No:
		return &UnfitError{"this kernel was built without BPF tracing", "run it on a kernel with CONFIG_BPF_SYSCALL=y and CONFIG_BPF_EVENTS=y"}
	case state(FeatureKprobes) == No:
		return &UnfitError{"this kernel was built without kprobes", "run it on a kernel with CONFIG_KPROBES=y, as those of all distributions are"}
	case state(FeatureBTF) == No:
		return &UnfitError{"this kernel has no BTF, a description of its own types in " + btfPath,
			"run it on a kernel with CONFIG_DEBUG_INFO_BTF=y, such as those of Debian 11, Ubuntu 20.10, RHEL 9 and newer"}
	}
	return nil
}

func (f *Facts) unprivileged() error {
	p := f.Privilege
	switch {
	case p.Nested:
		return &UnfitError{"this process is in a user namespace, where the kernel gives no rights to trace", "run it as root of the machine"}
	case p.UID == 0:
		return &UnfitError{"root lacks " + strings.Join(p.missing(), ", ") + ", as in an unprivileged container",
			"start the container with --privileged, or with --cap-add for each"}
	}
	return &UnfitError{fmt.Sprintf("uid %d may not trace the kernel", p.UID), "run it as root, for example with sudo"}
}

// unlock says how to leave lockdown mode confidentiality: a boot parameter
// cannot lower what the kernel was built with.
func (f *Facts) unlock() string {
	if f.Config.State("LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY") == Yes {
		return "run it on a kernel that is not built with CONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY"
	}
	return "boot with lockdown=integrity or lockdown=none"
}
