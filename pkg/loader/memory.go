package loader

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// peekProgram copies kernel memory for user space.
const peekProgram = "peek"

// peekMax is PEEK_MAX in bpf/tables.bpf.c.
const peekMax = 4096

// Memory reads the kernel's memory. One reader at a time; valid until Loader.Close.
type Memory struct {
	program int
	peeked  []byte    // shared with the kernel
	args    [2]uint64 // in memory that does not move
}

// Memory makes the kernel's memory readable. The plan must have asked for it
// (Plan.Memory).
func (l *Loader) Memory() (*Memory, error) {
	prog, err := l.module.GetProgram(peekProgram)
	if err != nil {
		return nil, fmt.Errorf("find program %s: %w", peekProgram, err)
	}
	m, err := l.module.GetMap("peeked")
	if err != nil {
		return nil, fmt.Errorf("find map peeked: %w", err)
	}
	peeked, err := unix.Mmap(m.FileDescriptor(), 0, peekMax, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map peeked memory: %w", err)
	}
	l.peeked = append(l.peeked, peeked)
	return &Memory{program: prog.FileDescriptor(), peeked: peeked}, nil
}

// testRun is the part of union bpf_attr for BPF_PROG_TEST_RUN.
type testRun struct {
	program, result    uint32
	_                  [4]uint64 // data, repetitions and durations: there are none
	ctxIn, ctxOut      uint32
	ctxInAt, ctxOutAt  uint64
	flags, onProcessor uint32
}

// Read fills b with what is at an address. Memory that is not there is an error.
func (m *Memory) Read(address uint64, b []byte) error {
	for len(b) > 0 {
		n := min(len(b), peekMax)
		m.args = [2]uint64{address, uint64(n)}
		run := testRun{program: uint32(m.program), ctxIn: uint32(unsafe.Sizeof(m.args)), ctxInAt: uint64(uintptr(unsafe.Pointer(&m.args)))}
		_, _, number := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_TEST_RUN, uintptr(unsafe.Pointer(&run)), unsafe.Sizeof(run))
		runtime.KeepAlive(m)
		if number != 0 {
			return fmt.Errorf("run program %s: %w", peekProgram, number)
		}
		if result := int32(run.result); result < 0 {
			return fmt.Errorf("read kernel memory at %#x: %w", address, unix.Errno(-result))
		}
		copy(b[:n], m.peeked)
		address, b = address+uint64(n), b[n:]
	}
	return nil
}
