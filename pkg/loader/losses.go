package loader

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// buffers names the places where records get lost, in the order of enum loss.
var buffers = []string{"events", "lifecycle", "scratch", "processes"}

// lossSize is sizeof(struct losses) in bpf/lib/maps.h.
const lossSize = 16

// Loss is how many records one cpu dropped at one place since the start.
type Loss struct {
	Buffer string
	CPU    int
	Count  uint64
	Last   uint64 // ns since boot
}

// Busy is the place of events that a program did not see because the task that
// it ran in was preempted inside the same program: since 5.11 the kernel lets no
// other task of that cpu into it meanwhile. It tells their number alone, and of
// whichever tasks, traced or not.
const Busy = "busy"

// Losses reads the counters that are not zero.
func (l *Loader) Losses() ([]Loss, error) {
	m, err := l.module.GetMap("losses")
	if err != nil {
		return nil, fmt.Errorf("find map losses: %w", err)
	}
	var all []Loss
	for i, buffer := range buffers {
		key := uint32(i)
		perCPU, err := m.GetValue(unsafe.Pointer(&key))
		if err != nil {
			return nil, fmt.Errorf("read losses of %s: %w", buffer, err)
		}
		all = appendLosses(all, buffer, perCPU)
	}
	if n := l.misses(); n > 0 {
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
			return nil, fmt.Errorf("read clock: %w", err)
		}
		all = append(all, Loss{Busy, -1, n, uint64(now.Nano())})
	}
	return all, nil
}

// Places lists where records can get lost.
func Places() []string { return append(slices.Clone(buffers), Busy) }

// ProgramStats is what one attached program has cost since MeasurePrograms.
type ProgramStats struct {
	Name string
	Runs uint64
	Time time.Duration
}

// MeasurePrograms makes the kernel measure how often and how long programs run,
// until Close. It costs each run some ten nanoseconds.
func (l *Loader) MeasurePrograms() error {
	const bpfEnableStats = 32 // and the attribute 0 is BPF_STATS_RUN_TIME
	var attr [16]byte
	fd, _, errno := unix.Syscall(unix.SYS_BPF, bpfEnableStats, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	if errno != 0 {
		return fmt.Errorf("enable run-time statistics: %w", errno)
	}
	l.stats = os.NewFile(fd, "bpf-stats")
	return nil
}

// Programs tells what the attached programs have cost. It may be called by any
// goroutine between Attach and Close.
func (l *Loader) Programs() []ProgramStats {
	var all []ProgramStats
	for i, program := range l.programs {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", program))
		if err != nil {
			continue
		}
		all = append(all, ProgramStats{
			l.names[i], fdinfoNumber(text, "run_cnt:"), time.Duration(fdinfoNumber(text, "run_time_ns:")),
		})
	}
	return all
}

// misses adds up how often the attached programs were not let in. Kernels
// before 5.12 do not say, and run the programs without preemption.
func (l *Loader) misses() uint64 {
	var sum uint64
	for _, program := range l.programs {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", program))
		if err != nil {
			continue
		}
		sum += fdinfoNumber(text, "recursion_misses:")
	}
	l.missed = max(l.missed, sum)
	return l.missed
}

// fdinfoNumber reads the number behind a key of a fdinfo file; 0 without one.
func fdinfoNumber(text []byte, key string) uint64 {
	_, rest, ok := bytes.Cut(text, []byte(key))
	if !ok {
		return 0
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// appendLosses reads the counters of one place, one struct losses per cpu.
func appendLosses(all []Loss, buffer string, perCPU []byte) []Loss {
	for cpu := 0; len(perCPU) >= lossSize; cpu++ {
		count, last := binary.NativeEndian.Uint64(perCPU), binary.NativeEndian.Uint64(perCPU[8:])
		if count > 0 {
			all = append(all, Loss{buffer, cpu, count, last})
		}
		perCPU = perCPU[lossSize:]
	}
	return all
}
