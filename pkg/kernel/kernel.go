// Package kernel knows the facts of the running kernel that decide what the
// tracer can do on it. Facts are read, from /proc and /sys; nothing is loaded,
// attached or changed to find them.
package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Facts are what is known about a kernel and about this process's standing
// with it.
type Facts struct {
	Release string  // "6.1.0-56-cloud-amd64"
	Version Version // of the release
	Arch    string  // as uname -m: "x86_64", "aarch64"
	BTF     bool    // the kernel describes its own types
	Config  Config  // build options; the zero Config when they cannot be read

	Lockdown    Lockdown
	lockdownWhy string

	LSMs    []string // active security modules, in order; nil when unknown
	lsmsWhy string

	Cgroup    CgroupLayout
	Privilege Privilege

	bpf      finding // without the build options
	kprobes  finding
	ftrace   finding
	jit      finding
	features []Feature
	// elsewhere: this process is in a pid namespace of its own.
	elsewhere bool
}

// finding is a fact with the evidence for it.
type finding struct {
	state State
	why   string
}

// Options say where to look.
type Options struct {
	// Root is the folder that holds proc, sys, boot and lib; "" means "/".
	Root string
	// Arch overrides uname -m.
	Arch string
}

// Probe reads the facts. It fails only when not even the kernel's release can
// be read; whatever else cannot be read is unknown.
func Probe(opts Options) (*Facts, error) {
	h := host{root: opts.Root, securityfs: noSecurityfs}
	if opts.Root == "" || opts.Root == "/" {
		h.securityfs = readSecurityfs
	}
	return probe(h, opts.Arch)
}

func probe(h host, arch string) (*Facts, error) {
	release, err := h.read("/proc/sys/kernel/osrelease")
	if err != nil {
		return nil, fmt.Errorf("read kernel release: %w", err)
	}
	f := &Facts{Release: strings.TrimSpace(release), Arch: arch}
	if f.Version, err = ParseVersion(f.Release); err != nil {
		return nil, err
	}
	if f.Arch == "" {
		if f.Arch, err = machine(); err != nil {
			return nil, err
		}
	}
	f.BTF = h.exists(btfPath)
	f.Config = h.config(f.Release)
	cmdline, _ := h.read("/proc/cmdline") // unreadable: no parameters known
	params := strings.Fields(cmdline)
	f.Lockdown, f.lockdownWhy = h.lockdown(f.Config, params)
	f.LSMs, f.lsmsWhy = h.lsms(f.Config, params)
	f.Cgroup = h.cgroupLayout()
	f.Privilege = h.privilege()
	f.bpf = h.bpf()
	f.ftrace = h.sysctl("kernel/ftrace_enabled")
	f.jit = h.sysctl("net/core/bpf_jit_enable")
	f.kprobes = h.kprobes(f.Config)
	f.elsewhere = h.nestedPIDs()
	f.features = decide(f)
	return f, nil
}

func machine() (string, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "", fmt.Errorf("read machine name: %w", err)
	}
	return unix.ByteSliceToString(u.Machine[:]), nil
}

// host is the file system that facts are read from.
type host struct {
	root string
	// securityfs reads a file of securityfs when it is not mounted.
	securityfs func(name string) (string, error)
}

func (h host) read(path string) (string, error) {
	b, err := os.ReadFile(filepath.Join(h.root, path))
	return string(b), err
}

func (h host) exists(path string) bool {
	_, err := os.Stat(filepath.Join(h.root, path))
	return err == nil
}

// sysctl reads a switch: 0 is no, another number yes.
func (h host) sysctl(name string) finding {
	s, err := h.read("/proc/sys/" + name)
	if err != nil {
		return finding{Unknown, "sysctl " + strings.ReplaceAll(name, "/", ".") + " cannot be read"}
	}
	s = strings.TrimSpace(s)
	why := fmt.Sprintf("sysctl %s is %s", strings.ReplaceAll(name, "/", "."), s)
	if s == "0" {
		return finding{No, why}
	}
	return finding{Yes, why}
}

// bpf looks for a sysctl that comes with the bpf system call. That it is not
// there proves nothing: containers may hide it.
func (h host) bpf() finding {
	const sysctl = "/proc/sys/kernel/unprivileged_bpf_disabled"
	if h.exists(sysctl) {
		return finding{Yes, sysctl + " exists"}
	}
	return finding{Unknown, "neither " + sysctl + " nor the kernel's build options can be read"}
}

// kprobes decides whether perf can create kprobes: it does so through an event
// source of its own since 4.17.
func (h host) kprobes(config Config) finding {
	if s, err := h.read("/sys/kernel/debug/kprobes/enabled"); err == nil && strings.TrimSpace(s) == "0" {
		return finding{No, "switched off in /sys/kernel/debug/kprobes/enabled"}
	}
	const sources = "/sys/bus/event_source/devices"
	if h.exists(sources + "/kprobe") {
		return finding{Yes, sources + "/kprobe exists"}
	}
	for _, dir := range []string{"/sys/kernel/tracing", "/sys/kernel/debug/tracing"} {
		if h.exists(dir + "/kprobe_events") {
			return finding{Yes, dir + "/kprobe_events exists"}
		}
	}
	if h.exists(sources) {
		return finding{No, sources + "/kprobe does not exist"}
	}
	switch config.State("KPROBE_EVENTS") {
	case Yes:
		return finding{Yes, "CONFIG_KPROBE_EVENTS in " + config.Path}
	case No:
		return finding{No, "no CONFIG_KPROBE_EVENTS in " + config.Path}
	}
	return finding{Unknown, "neither sysfs nor the kernel's build options can be read"}
}

// CgroupLayout says which cgroup hierarchies are mounted.
type CgroupLayout string

// Cgroup layouts. Hybrid: version 1 controllers with a version 2 hierarchy
// beside them.
const (
	CgroupNone   CgroupLayout = "none"
	CgroupV1     CgroupLayout = "v1"
	CgroupV2     CgroupLayout = "v2"
	CgroupHybrid CgroupLayout = "hybrid"
)

func (h host) cgroupLayout() CgroupLayout {
	mounts, err := h.read("/proc/self/mountinfo")
	if err != nil {
		return CgroupNone
	}
	var v1, v2 bool
	for line := range strings.Lines(mounts) {
		_, after, ok := strings.Cut(line, " - ")
		if !ok {
			continue
		}
		fstype, _, _ := strings.Cut(after, " ")
		v1 = v1 || fstype == "cgroup"
		v2 = v2 || fstype == "cgroup2"
	}
	switch {
	case v1 && v2:
		return CgroupHybrid
	case v1:
		return CgroupV1
	case v2:
		return CgroupV2
	}
	return CgroupNone
}

// HasLSM reports whether a security module is active; Unknown when the list is.
func (f *Facts) HasLSM(name string) State {
	switch {
	case f.LSMs == nil:
		return Unknown
	case slices.Contains(f.LSMs, name):
		return Yes
	}
	return No
}
