package decode

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/test/cheader"
)

func headers(t *testing.T) *cheader.Header {
	t.Helper()
	h, err := cheader.Read("../../bpf/lib/kernel.h", "../../bpf/lib/maps.h", "../../bpf/lib/scratch.h")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The C struct is filled as its own layout says and read back in Go: a member
// that moves, grows, comes or goes on either side breaks this.
func TestContextMirrorsTheHeader(t *testing.T) {
	members, size, err := headers(t).Layout("context")
	if err != nil {
		t.Fatal(err)
	}
	if size != contextSize {
		t.Errorf("struct context has %d bytes, contextSize is %d", size, contextSize)
	}
	record := make([]byte, size)
	put := map[string]uint64{}
	var names []string
	for i, m := range members {
		names = append(names, m.Name)
		b := record[m.Offset:]
		switch {
		case m.Count > 1:
			for j := range m.Count {
				b[j] = byte('a' + i)
			}
			continue
		case m.Size == 8:
			put[m.Name] = 0x0102030405060700 + uint64(i)
			binary.NativeEndian.PutUint64(b, put[m.Name])
		case m.Size == 4:
			put[m.Name] = 0x01020300 + uint64(i)
			binary.NativeEndian.PutUint32(b, uint32(put[m.Name]))
		case m.Size == 2:
			put[m.Name] = 0x0100 + uint64(i)
			binary.NativeEndian.PutUint16(b, uint16(put[m.Name]))
		}
	}
	c, err := readContext(record)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{
		"timestamp": c.timestamp, "thread_start": c.threadStart, "cgroup": c.cgroup, "start": c.start, "execs": c.execs,
		"parent_start": c.parentStart, "parent_execs": c.parentExecs, "retval": uint64(c.retval),
		"event": uint64(c.event), "cpu": uint64(c.cpu), "tid": uint64(c.tid), "pid": uint64(c.pid), "ppid": uint64(c.ppid),
		"ns_tid": uint64(c.nsTID), "ns_pid": uint64(c.nsPID), "ns_ppid": uint64(c.nsPPID),
		"parent_pid": uint64(c.parentPID), "uid": uint64(c.uid), "mnt_ns": uint64(c.mountNS), "pid_ns": uint64(c.pidNS),
		"flags": uint64(c.flags), "args": uint64(c.args), "exe_len": uint64(c.exeLen),
		"policies": c.policies,
	}
	if diff := cmp.Diff(put, got); diff != "" {
		t.Errorf("context (-C +Go):\n%s", diff)
	}
	for _, s := range []struct {
		name, got string
	}{{"comm", c.comm}, {"uts", c.uts}} {
		for i, m := range members {
			if m.Name != s.name {
				continue
			}
			if len(s.got) != m.Count || s.got[0] != byte('a'+i) {
				t.Errorf("%s is %q, want %d times %q", s.name, s.got, m.Count, rune('a'+i))
			}
		}
	}
	if want := len(put) + 2; len(names) != want {
		t.Errorf("members %v: %d are compared", names, want)
	}
}

func TestRecordFlagsMirrorTheHeader(t *testing.T) {
	got, err := headers(t).Enum("record_flags")
	if err != nil {
		t.Fatal(err)
	}
	want := []cheader.Enumerator{
		{Name: "RECORD_CONTEXT_ONLY", Value: contextOnly},
		{Name: "RECORD_EXE_CUT", Value: exeCut},
		{Name: "RECORD_FULL", Value: recordFull},
		{Name: "RECORD_FAULT", Value: recordFault},
		{Name: "RECORD_I386", Value: recordI386},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-Go +C):\n%s", diff)
	}
	if got, err := headers(t).Number("CUT"); err != nil || got != cut {
		t.Errorf("CUT is %#x, %v, want %#x", got, err, cut)
	}
}

func TestFamiliesMirrorTheHeader(t *testing.T) {
	for name, want := range map[string]int64{"AF_UNIX": afUnix, "AF_INET": afInet, "AF_INET6": afInet6} {
		if got, err := headers(t).Number(name); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", name, got, err, want)
		}
		if got := schema.SocketDomain.Info().Format(want); got != name {
			t.Errorf("family %d is called %s, want %s", want, got, name)
		}
	}
}

func TestContextTooShort(t *testing.T) {
	for _, n := range []int{0, 1, contextSize - 1} {
		if _, err := readContext(make([]byte, n)); err == nil {
			t.Errorf("%d bytes are a context", n)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{"": "", "\x00": "", "ls\x00x": "ls", "0123456789abcdef": "0123456789abcdef"} {
		if got := text([]byte(in)); got != want {
			t.Errorf("text of %q is %q, want %q", in, got, want)
		}
	}
}
