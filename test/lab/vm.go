package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// bootLimit is for reaching the script. An emulated boot takes 2 to 4
	// seconds on an idle host; the rest is for hosts that are not idle.
	bootLimit = 2 * time.Minute
	// endLimit is for collecting results and powering off.
	endLimit = 2 * time.Minute
	// timerGrace is how much later than the machine's own timer the host ends
	// a script: the machine's way hands back what was written.
	timerGrace = 10 * time.Second

	consoleKept = 64 << 10
	consoleTail = 30 // lines quoted in an error
)

// kernelOptions: a panic ends the machine at once; the rest saves boot time.
const kernelOptions = "console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable random.trust_cpu=on"

// disk is one NVMe disk. fresh disks forget what is written to them.
type disk struct {
	name, path string
	fresh      bool
}

// vm is one qemu process.
type vm struct {
	tools      *tools
	kernel     *KernelImage
	accel      string
	dir        string // for files of this run
	cpus       int
	memoryMiB  int
	icount     bool
	cmdline    string
	disks      []disk
	console    io.Writer
	bootLimit  time.Duration // default bootLimit
	timeout    time.Duration // from ready to collect
	guestTimer bool          // the machine ends the script itself
	onReady    func()        // may be nil
}

// vmReport is what the host saw of a machine.
type vmReport struct {
	console        string
	boot, duration time.Duration
	done           bool // the machine said so (modes build and probe)
}

// tail quotes the end of the console, and the panic's own line when the end
// does not reach back to it.
func (r *vmReport) tail() string {
	text := strings.TrimSpace(r.console)
	if text == "" {
		return "; its console stayed empty"
	}
	lines := strings.Split(text, "\n")
	if cut := len(lines) - consoleTail; cut > 0 {
		panicked := ""
		for _, l := range lines[:cut] {
			if strings.Contains(l, "Kernel panic") || strings.Contains(l, "BUG:") {
				panicked = l
			}
		}
		lines = lines[cut:]
		if panicked != "" {
			lines = append([]string{panicked, "…"}, lines...)
		}
	}
	return "; end of its console:\n  " + strings.Join(lines, "\n  ")
}

func (v *vm) arguments() []string {
	cpu, accel := "max", "tcg"
	if v.accel == "kvm" {
		cpu, accel = "host", "kvm"
	}
	args := []string{
		"-machine", "q35", "-accel", accel, "-cpu", cpu, "-smp", strconv.Itoa(v.cpus), "-m", strconv.Itoa(v.memoryMiB),
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-kernel", v.kernel.Path, "-initrd", filepath.Join(v.dir, "initrd"),
		"-append", kernelOptions + " " + v.cmdline,
		"-chardev", "file,id=console,path=/dev/fd/3", "-serial", "chardev:console",
		"-chardev", "file,id=control,path=/dev/fd/4", "-serial", "chardev:control",
	}
	if v.icount {
		args = append(args, "-icount", "shift=0,sleep=off", "-seed", "1")
	}
	for _, d := range v.disks {
		snapshot := "off"
		if d.fresh {
			snapshot = "on"
		}
		// A comma in a path is doubled in qemu's option syntax.
		args = append(args,
			"-drive", fmt.Sprintf("id=%s,if=none,format=raw,cache=unsafe,snapshot=%s,file=%s", d.name, snapshot, strings.ReplaceAll(d.path, ",", ",,")),
			"-device", fmt.Sprintf("nvme,drive=%s,serial=lab-%s", d.name, d.name))
	}
	return args
}

// run boots the machine and waits for its end. The report is never nil.
func (v *vm) run(ctx context.Context) (*vmReport, error) {
	report := &vmReport{}
	if err := writeInitrd(v.tools, filepath.Join(v.dir, "initrd")); err != nil {
		return report, fmt.Errorf("write first root: %w", err)
	}
	console, err := newLine()
	if err != nil {
		return report, fmt.Errorf("make console: %w", err)
	}
	defer console.close()
	control, err := newLine()
	if err != nil {
		return report, fmt.Errorf("make control line: %w", err)
	}
	defer control.close()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := v.tools.qemu(ctx, v.arguments()...)
	cmd.Env = append(cmd.Env, "TMPDIR="+v.dir)
	cmd.ExtraFiles = []*os.File{console.write, control.write} // fd 3 and 4
	var stderr strings.Builder
	cmd.Stderr = &stderr
	cmd.WaitDelay = 5 * time.Second
	// qemu dies with this process. The kernel takes that to mean the thread
	// that started it, so the thread must stay ours.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return report, fmt.Errorf("start qemu: %w", err)
	}
	console.write.Close()
	control.write.Close()

	keep := &tailBuffer{limit: consoleKept}
	var readers sync.WaitGroup
	readers.Go(func() {
		w := io.Writer(keep)
		if v.console != nil {
			w = io.MultiWriter(keep, v.console)
		}
		_, _ = io.Copy(w, console.read)
	})
	failure := v.follow(report, start, control.lines(), cancel)
	waitErr := cmd.Wait()
	readers.Wait()
	report.console = keep.String()
	return report, v.verdict(ctx, report, failure, waitErr, stderr.String())
}

// line is one serial line from the machine.
type line struct{ read, write *os.File }

func newLine() (*line, error) {
	r, w, err := os.Pipe()
	return &line{r, w}, err
}

func (l *line) close() {
	l.read.Close()
	l.write.Close()
}

// lines sends what the machine writes, line by line, until qemu ends. The
// receiver must read to the end.
func (l *line) lines() <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(l.read); s.Scan(); {
			lines <- strings.TrimSpace(s.Text())
		}
		_, _ = io.Copy(io.Discard, l.read) // after a line too long to be ours
	}()
	return lines
}

// follow reads the control lines until qemu ends, and cancels when the machine
// stays in one phase for too long. It returns what the machine complained of.
func (v *vm) follow(report *vmReport, start time.Time, control <-chan string, cancel context.CancelCauseFunc) (failure string) {
	boot := bootLimit
	if v.bootLimit > 0 {
		boot = v.bootLimit
	}
	late := fmt.Errorf("machine did not get to its script in %v", boot)
	timer := time.NewTimer(boot)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-control:
			if !ok {
				return failure
			}
			switch word, rest, _ := strings.Cut(line, " "); word {
			case "ready":
				report.boot = time.Since(start)
				if v.onReady != nil {
					v.onReady()
				}
				limit := v.timeout
				if v.guestTimer {
					limit += timerGrace
				}
				timer.Reset(limit)
				late = fmt.Errorf("%w (%v)", ErrTimeout, v.timeout)
			case "collect":
				report.duration = time.Since(start) - report.boot
				timer.Reset(endLimit)
				late = fmt.Errorf("machine did not end in %v after its script", endLimit)
			case "done":
				report.done = true
			case "fail":
				failure = rest
			}
		case <-timer.C:
			cancel(late)
		}
	}
}

// verdict puts together why a machine failed, nil when it did not.
func (v *vm) verdict(ctx context.Context, report *vmReport, failure string, waitErr error, stderr string) error {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, ErrTimeout):
		return cause
	case cause != nil:
		return fmt.Errorf("run machine: %w%s", cause, report.tail())
	case failure != "":
		return fmt.Errorf("run machine: inside: %s%s", failure, report.tail())
	case waitErr != nil:
		return fmt.Errorf("run machine: qemu: %w: %s%s", waitErr, strings.TrimSpace(stderr), report.tail())
	}
	return nil
}

// tailBuffer keeps the last bytes written to it.
type tailBuffer struct {
	limit int
	kept  []byte
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p...)
	if len(b.kept) > 2*b.limit {
		b.kept = append(b.kept[:0], b.kept[len(b.kept)-b.limit:]...)
	}
	return len(p), nil
}

func (b *tailBuffer) String() string {
	kept := b.kept
	if len(kept) > b.limit {
		kept = kept[len(kept)-b.limit:]
	}
	return strings.ReplaceAll(string(kept), "\r\n", "\n")
}
