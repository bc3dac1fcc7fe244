// Package lab boots real Debian kernels in virtual machines and runs commands
// in them as root, so that what Tracehound claims about a kernel is shown on
// that kernel, on any machine.
//
// A machine is one named kernel, a small Debian userland on a fresh disk, the
// caller's files and one script. Kernels, qemu and the userland come from
// Debian by apt into a cache of their own; nothing is installed on the host and
// no root rights are needed. KVM is used when a short boot proves that it
// works, software emulation (10 to 30 times slower) otherwise.
package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrTimeout says that the script of a machine was still running when its
// time was up. The result beside it holds what the script wrote until then.
var ErrTimeout = errors.New("script did not end in time")

const (
	defaultTimeout = 5 * time.Minute
	defaultMemory  = 2048
	minMemory      = 256
	maxCPUs        = 32
)

// Machine describes one run. Only Kernel and Script are required.
type Machine struct {
	// Kernel is one of the names that Versions lists, such as "6.1".
	Kernel string
	// Script is run as root in /root with standard input empty. Without a #!
	// line it is run by /bin/sh (dash).
	Script string
	// Files are put into the machine before the script starts.
	Files []File
	// Fetch names files and folders (absolute paths in the machine) to bring
	// back when the script has ended, however it ended.
	Fetch []string
	// Packages are Debian packages to have beside BasePackages. Each distinct
	// list makes one more cached root disk. Their files are unpacked and no
	// maintainer script is run.
	Packages []string
	// Installable are Debian packages to have as files in RepositoryDir, with all
	// that they depend on and the machine does not have, for apt or dpkg to
	// install. Which packages the machine has dpkg knows when Packages name it.
	Installable []string
	// Modules are kernel modules, "overlay", to have in /lib/modules, as NAME.ko
	// or compressed, for insmod. What the kernel does not have as a module is
	// left out: it may be built in.
	Modules []string
	// CPUs defaults to 2, MemoryMiB to 2048.
	CPUs      int
	MemoryMiB int
	// Timeout bounds the script, default 5 minutes. Fetching, waiting for a
	// turn and booting are not part of it.
	Timeout time.Duration
	// Append is added to the kernel command line, e.g. "lsm=capability,bpf".
	Append string
	// CgroupV1 mounts the old cgroup hierarchies in place of cgroup v2.
	CgroupV1 bool
	// ICount makes guest time count instructions (1 ns each) on one CPU, so
	// that measurements repeat whatever the host does. It implies emulation;
	// Timeout is host time then.
	ICount bool
	// Console, when set, receives the console while the machine runs; a script
	// may write to /dev/console to be seen there at once.
	Console io.Writer
}

// File is one file or folder to put into a machine.
type File struct {
	// Host is the path to read; a folder is copied with all it holds,
	// symbolic links as links. When empty, Data is the content.
	Host string
	Data []byte
	// Guest is the absolute path in the machine.
	Guest string
	// Mode, when zero, is the mode of the host file, or 0644 for Data.
	Mode fs.FileMode
}

// Result is what a machine handed back.
type Result struct {
	// Stdout and Stderr are complete and byte exact. The machine holds them in
	// memory while it runs: all output and the script's own use together must
	// fit, and a write beyond that fails with ENOSPC inside.
	Stdout, Stderr []byte
	// ExitCode is the script's exit status, 128+n when signal n ended it.
	ExitCode int
	// Files holds every regular file that Fetch named, by absolute path.
	Files map[string][]byte
	// Console is the last part of the console, 64 KiB at most.
	Console string
	// Boot is the host time from starting qemu to starting the script,
	// Duration from there until the script ended.
	Boot, Duration time.Duration
	// Accel is the accelerator that ran the machine: "kvm" or "tcg".
	Accel string
}

// Run boots the machine, runs its script and waits for its power-off. An exit
// status other than 0 is no error. Errors are: bad descriptions, fetching,
// ErrTimeout, a machine that crashed (with the console's last lines) and a
// path in Fetch that is not there. The result is nil only when the machine
// handed nothing back. Run ends qemu when ctx ends.
func Run(ctx context.Context, m Machine) (*Result, error) {
	if err := m.complete(); err != nil {
		return nil, fmt.Errorf("check machine: %w", err)
	}
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	p, err := c.parts(ctx, &m)
	if err != nil {
		return nil, err
	}
	release, err := c.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return m.run(ctx, p)
}

// Prepare fetches and builds all that a machine with the named kernel needs.
func Prepare(ctx context.Context, kernel string) error {
	c, err := openCache()
	if err != nil {
		return err
	}
	_, err = c.parts(ctx, &Machine{Kernel: kernel})
	return err
}

// parts is what a machine is made of.
type parts struct {
	kernel *KernelImage
	tools  *tools
	accel  string
	root   string // disk image
}

func (c *cache) parts(ctx context.Context, m *Machine) (*parts, error) {
	var p parts
	var err error
	if p.kernel, err = c.kernel(ctx, m.Kernel); err != nil {
		return nil, fmt.Errorf("get kernel: %w", err)
	}
	if err := c.addModules(ctx, m, p.kernel); err != nil {
		return nil, fmt.Errorf("get kernel modules: %w", err)
	}
	if err := c.addRepository(ctx, m); err != nil {
		return nil, fmt.Errorf("get packages: %w", err)
	}
	if p.tools, err = c.tools(ctx); err != nil {
		return nil, fmt.Errorf("get qemu: %w", err)
	}
	if p.accel, err = c.accel(ctx, p.tools, p.kernel); err != nil {
		return nil, fmt.Errorf("choose accelerator: %w", err)
	}
	if p.root, err = c.root(ctx, p.tools, p.kernel, p.accel, m.Packages); err != nil {
		return nil, fmt.Errorf("build root disk: %w", err)
	}
	if m.ICount {
		p.accel = "tcg"
	}
	return &p, nil
}

// KernelsVariable names the environment variable that chooses the kernels
// tests boot: names joined by commas.
const KernelsVariable = "TRACEHOUND_KERNELS"

// Selected returns the kernels that tests are to boot: those of
// $TRACEHOUND_KERNELS, or 6.1 and 6.12.
func Selected() ([]string, error) {
	text := os.Getenv(KernelsVariable)
	if text == "" {
		return []string{"6.1", "6.12"}, nil
	}
	var names []string
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if err := checkKernelName(name); err != nil {
			return nil, fmt.Errorf("read %s: %w", KernelsVariable, err)
		}
		names = append(names, name)
	}
	return names, nil
}

// complete fills in defaults and rejects what cannot work.
func (m *Machine) complete() error {
	if m.CPUs == 0 {
		m.CPUs = 2
	}
	if m.ICount {
		m.CPUs = 1
	}
	if m.MemoryMiB == 0 {
		m.MemoryMiB = defaultMemory
	}
	if m.Timeout == 0 {
		m.Timeout = defaultTimeout
	}
	switch {
	case strings.TrimSpace(m.Script) == "":
		return errors.New("no script")
	case m.CPUs < 1 || m.CPUs > maxCPUs:
		return fmt.Errorf("%d CPUs: want 1 to %d", m.CPUs, maxCPUs)
	case m.MemoryMiB < minMemory:
		return fmt.Errorf("%d MiB of memory: want at least %d", m.MemoryMiB, minMemory)
	case m.Timeout < time.Second || m.Timeout > 24*time.Hour:
		return fmt.Errorf("timeout %v: want 1s to 24h", m.Timeout)
	case strings.ContainsAny(m.Append, "\n\x00"):
		return errors.New("line break in the kernel command line")
	}
	for _, f := range m.Files {
		if err := checkGuestPath(f.Guest); err != nil {
			return err
		}
		if f.Host != "" && f.Data != nil {
			return fmt.Errorf("file %s: both a host path and data", f.Guest)
		}
	}
	for _, p := range m.Fetch {
		if err := checkGuestPath(p); err != nil {
			return err
		}
	}
	for _, name := range m.Modules {
		if !moduleName.MatchString(name) {
			return fmt.Errorf("module %q: not the name of a kernel module", name)
		}
	}
	for _, p := range slices.Concat(m.Packages, m.Installable) {
		if !packageName.MatchString(p) {
			return fmt.Errorf("package %q: not a Debian package name", p)
		}
	}
	return nil
}

func checkGuestPath(p string) error {
	switch {
	case !filepath.IsAbs(p) || filepath.Clean(p) != p || p == "/":
		return fmt.Errorf("guest path %q: want a clean absolute path below /", p)
	case strings.ContainsAny(p, "\n\x00"):
		return fmt.Errorf("guest path %q: line break in it", p)
	case p == labDir || strings.HasPrefix(p, labDir+"/"):
		return fmt.Errorf("guest path %q: %s belongs to the lab", p, labDir)
	}
	return nil
}

// guestLimit is the timer inside the machine, in whole seconds rounded up; 0
// means none, because guest time does not follow the host's under ICount.
func (m *Machine) guestLimit() int {
	if m.ICount {
		return 0
	}
	return int(math.Ceil(m.Timeout.Seconds()))
}

func (m *Machine) script() []byte {
	if strings.HasPrefix(m.Script, "#!") {
		return []byte(m.Script)
	}
	return []byte("#!/bin/sh\n" + m.Script + "\n")
}

func (m *Machine) run(ctx context.Context, p *parts) (*Result, error) {
	dir, err := os.MkdirTemp("", "tracehound-lab-")
	if err != nil {
		return nil, fmt.Errorf("make machine folder: %w", err)
	}
	defer os.RemoveAll(dir)

	in, outPath := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := writeInput(in, m); err != nil {
		return nil, fmt.Errorf("write input disk: %w", err)
	}
	if err := makeSparse(outPath, outputDiskSize); err != nil {
		return nil, fmt.Errorf("make output disk: %w", err)
	}
	out, err := os.Open(outPath)
	if err != nil {
		return nil, fmt.Errorf("open output disk: %w", err)
	}
	defer out.Close()
	cgroup := "v2"
	if m.CgroupV1 {
		cgroup = "v1"
	}
	vm := &vm{
		tools: p.tools, kernel: p.kernel, accel: p.accel, dir: dir,
		cpus: m.CPUs, memoryMiB: m.MemoryMiB, icount: m.ICount,
		cmdline: fmt.Sprintf("lab_mode=run lab_cgroup=%s %s", cgroup, m.Append),
		disks:   []disk{{"root", p.root, true}, {"in", in, false}, {"out", outPath, false}},
		console: m.Console, timeout: m.Timeout, guestTimer: !m.ICount,
		// qemu has all files open by then; so nothing is left behind however
		// this process ends.
		onReady: func() { os.RemoveAll(dir) },
	}
	report, runErr := vm.run(ctx)
	if runErr != nil && !errors.Is(runErr, ErrTimeout) {
		return nil, runErr
	}
	res, err := parseOutput(out)
	switch {
	case err != nil && runErr != nil:
		return nil, fmt.Errorf("%w%s", runErr, report.tail())
	case err != nil:
		return nil, fmt.Errorf("machine ended without a result: %w%s", err, report.tail())
	}
	res.Console, res.Accel = report.console, p.accel
	res.Boot, res.Duration = report.boot, report.duration
	if res.timedOut {
		return &res.Result, fmt.Errorf("%w (%v)", ErrTimeout, m.Timeout)
	}
	if len(res.missing) > 0 {
		return &res.Result, fmt.Errorf("fetch from machine: not there: %s", strings.Join(res.missing, ", "))
	}
	return &res.Result, runErr
}
