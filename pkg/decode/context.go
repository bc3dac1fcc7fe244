// Package decode turns a record of the BPF programs into an event, driven by
// the catalogue. Records come from our own programs in this kernel; they are
// read as untrusted bytes all the same.
package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// contextSize is sizeof(struct context) in bpf/lib/scratch.h.
const contextSize = 208

// Flags of a record, as in enum record_flags.
const (
	contextOnly = 1 << iota
	exeCut
	recordFull
	recordFault
	recordI386
)

// context is the fixed part of a record. Times are ns since boot.
type context struct {
	timestamp, threadStart, cgroup uint64
	start, execs                   uint64
	parentStart, parentExecs       uint64
	retval                         int64
	event                          schema.ID
	cpu, tid, pid, ppid            uint32
	nsTID, nsPID, nsPPID           uint32
	parentPID, uid, mountNS, pidNS uint32
	flags                          uint32
	args, exeLen                   uint16
	comm                           string
	uts                            string
	policies                       uint64
}

func readContext(b []byte) (context, error) {
	if len(b) < contextSize {
		return context{}, fmt.Errorf("read context: %d bytes, want at least %d", len(b), contextSize)
	}
	u64 := func(i int) uint64 { return binary.NativeEndian.Uint64(b[8*i:]) }
	u32 := func(i int) uint32 { return binary.NativeEndian.Uint32(b[64+4*i:]) }
	return context{
		timestamp: u64(0), threadStart: u64(1), cgroup: u64(2), start: u64(3), execs: u64(4),
		parentStart: u64(5), parentExecs: u64(6), retval: int64(u64(7)),
		event: schema.ID(int32(u32(0))), cpu: u32(1), tid: u32(2), pid: u32(3), ppid: u32(4),
		nsTID: u32(5), nsPID: u32(6), nsPPID: u32(7), parentPID: u32(8), uid: u32(9),
		mountNS: u32(10), pidNS: u32(11), flags: u32(12),
		args: binary.NativeEndian.Uint16(b[116:]), exeLen: binary.NativeEndian.Uint16(b[118:]),
		comm: text(b[120:136]), uts: text(b[136:200]),
		policies: binary.NativeEndian.Uint64(b[200:]),
	}, nil
}

// text is the bytes before the first NUL.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// i386 is the ABI of system calls in the manner of 32-bit x86 programs.
const i386 = "i386"

func (d *Decoder) fill(e *event.Event, c *context) {
	*e = event.Event{
		Timestamp:       int64(c.timestamp) + d.BootTime,
		ThreadStartTime: int64(c.threadStart),
		ProcessorID:     int(c.cpu),
		ProcessID:       int(c.nsPID), ThreadID: int(c.nsTID), ParentProcessID: int(c.nsPPID),
		HostProcessID: int(c.pid), HostThreadID: int(c.tid), HostParentProcessID: int(c.ppid),
		CgroupID: c.cgroup, UserID: int(c.uid), MountNS: c.mountNS, PIDNS: c.pidNS,
		ProcessName: c.comm, HostName: c.uts,
		EventID: c.event, ReturnValue: c.retval,
		ExecID:       d.ExecID(c.pid, c.start, c.execs),
		ParentExecID: d.ExecID(c.parentPID, c.parentStart, c.parentExecs),
	}
}
