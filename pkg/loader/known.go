package loader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	bpf "github.com/aquasecurity/libbpfgo"
	"golang.org/x/sys/unix"
)

// knownProgram is the iterator over the processes that are there.
const knownProgram = "known_processes"

// Sizes of struct known in bpf/lib/maps.h and of its texts.
const (
	knownSize = 304
	exeMax    = 240
	commMax   = 16
)

// Program is one program that a process runs, as the kernel keys it: times are
// ns since boot, Execs is the kernel's count of executions.
type Program struct {
	PID          uint32
	Start, Execs uint64
}

// Known is a process that was there before the probes.
type Known struct {
	Program
	Parent     Program // what its parent runs now; PID 0 is nobody
	Comm       string
	Executable string // "" for kernel threads
	Cut        bool   // Executable is only the path's end
}

// Known lists the processes that there are, and makes the kernel side remember
// them. Call it when the life-cycle probes are attached, so that no process
// falls between.
func (l *Loader) Known() ([]Known, error) {
	prog, err := l.module.GetProgram(knownProgram)
	if err != nil {
		return nil, fmt.Errorf("find program %s: %w", knownProgram, err)
	}
	link, err := prog.AttachIter(bpf.IterOpts{})
	if err != nil {
		return nil, fmt.Errorf("attach program %s: %w", knownProgram, err)
	}
	defer func() { _ = link.Destroy() }() // it only goes out of use
	r, err := link.Reader()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	defer func() { _ = r.Close() }() // it was only read
	all, err := io.ReadAll(again{r})
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	return parseKnown(all)
}

// again reads on where the kernel asks for it.
type again struct{ r io.Reader }

func (a again) Read(p []byte) (int, error) {
	for {
		n, err := a.r.Read(p)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func parseKnown(b []byte) ([]Known, error) {
	if len(b)%knownSize != 0 {
		return nil, fmt.Errorf("list processes: %d bytes are not a number of entries of %d", len(b), knownSize)
	}
	list := make([]Known, 0, len(b)/knownSize)
	for ; len(b) > 0; b = b[knownSize:] {
		u64 := func(at int) uint64 { return binary.NativeEndian.Uint64(b[at:]) }
		u32 := func(at int) uint32 { return binary.NativeEndian.Uint32(b[at:]) }
		exe := min(int(binary.NativeEndian.Uint16(b[40:])), exeMax)
		list = append(list, Known{
			Program:    Program{PID: u32(32), Start: u64(0), Execs: u64(8)},
			Parent:     Program{PID: u32(36), Start: u64(16), Execs: u64(24)},
			Comm:       unix.ByteSliceToString(b[44 : 44+commMax]),
			Executable: string(b[60 : 60+exe]),
			Cut:        binary.NativeEndian.Uint16(b[42:]) != 0,
		})
	}
	return list, nil
}
