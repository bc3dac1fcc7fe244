package proc

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// Stat is what /proc/PID/stat says and we use.
type Stat struct {
	PID       int
	Comm      string // at most 15 bytes for programs; kernel workers show more
	State     byte   // R, S, D, Z, …
	PPID      int
	StartTime uint64 // ns since boot, suspend included, in steps of 10 ms
	Kernel    bool   // a kernel thread
}

const (
	// ticksPerSecond is USER_HZ, fixed in the ABI of every architecture we run on.
	ticksPerSecond = 100
	tick           = 1_000_000_000 / ticksPerSecond
	// flagKernelThread is PF_KTHREAD.
	flagKernelThread = 0x00200000
)

// ParseStat reads the text of a stat file. The comm is between the first ( and
// the last ): it may hold blanks, parentheses and newlines of its own.
func ParseStat(b []byte) (Stat, error) {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return Stat{}, fmt.Errorf("parse stat %q: no process name in parentheses", short(b))
	}
	s := Stat{Comm: string(b[open+1 : end])}
	fields := bytes.Fields(b[end+1:])
	// Fields here begin with the third of proc(5): state is 0, start time 19.
	const ppid, flags, start = 1, 6, 19
	if len(fields) <= start {
		return Stat{}, fmt.Errorf("parse stat %q: %d fields after the process name", short(b), len(fields))
	}
	s.State = fields[0][0]
	var err error
	if s.PID, err = strconv.Atoi(string(bytes.TrimSpace(b[:open]))); err != nil || s.PID < 0 {
		return Stat{}, fmt.Errorf("parse stat %q: process id: %w", short(b), orNegative(err))
	}
	if s.PPID, err = strconv.Atoi(string(fields[ppid])); err != nil || s.PPID < 0 {
		return Stat{}, fmt.Errorf("parse stat %q: parent id: %w", short(b), orNegative(err))
	}
	f, err := strconv.ParseUint(string(fields[flags]), 10, 32)
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat %q: flags: %w", short(b), err)
	}
	s.Kernel = f&flagKernelThread != 0
	ticks, err := strconv.ParseUint(string(fields[start]), 10, 64)
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat %q: start time: %w", short(b), err)
	}
	if ticks > math.MaxUint64/tick {
		return Stat{}, fmt.Errorf("parse stat %q: start time %d is out of range", short(b), ticks)
	}
	s.StartTime = ticks * tick
	return s, nil
}

func orNegative(err error) error {
	if err == nil {
		return strconv.ErrRange
	}
	return err
}

// short keeps an error readable when the text is not.
func short(b []byte) []byte { return b[:min(len(b), 64)] }
