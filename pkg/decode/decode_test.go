package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

var decoder = Decoder{BootTime: 1_700_000_000_000_000_000, Boot: "0badcafe"}

// credBytes is a struct slim_cred that counts its members.
func credBytes() []byte {
	var b []byte
	for n := range uint32(10) {
		b = binary.NativeEndian.AppendUint32(b, n+1)
	}
	for n := range uint64(5) {
		b = binary.NativeEndian.AppendUint64(b, n+11)
	}
	return b
}

func TestDecode(t *testing.T) {
	var got event.Event
	got.ContainerID = "of the event before" // Decode overwrites all
	r, err := decoder.Decode(execRecord(t).bytes(), &got)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Record{}); r != want {
		t.Errorf("record %+v, want %+v", r, want)
	}
	want := event.Event{
		Timestamp: 1_700_000_005_000_000_007, ThreadStartTime: 4_000_000_001, ProcessorID: 3, CgroupID: 77,
		ProcessID: 11, ThreadID: 12, ParentProcessID: 1,
		HostProcessID: 1234, HostThreadID: 1235, HostParentProcessID: 1000,
		UserID: 65534, MountNS: 4026531840, PIDNS: 4026531836, ProcessName: "ls", HostName: "host-1",
		EventID: 707, EventName: "sched_process_exec", Executable: "/usr/bin/ls",
		ExecID: "0badcafe-1234-4000000000-2", ParentExecID: "0badcafe-999-1000000000-1",
		Args: []event.Argument{
			{Name: "cmdpath", Type: "const char*", Value: "./ls"},
			{Name: "pathname", Type: "const char*", Value: "/usr/bin/ls"},
			{Name: "argv", Type: "const char**", Value: []string{"ls", "", "-l"}},
			{Name: "dev", Type: "dev_t", Value: uint32(0x800001)},
			{Name: "inode", Type: "unsigned long", Value: uint64(1 << 40)},
			{Name: "invoked_from_kernel", Type: "int", Value: int32(0)},
			{Name: "ctime", Type: "unsigned long", Value: uint64(1659680400000000001)},
			{Name: "stdin_type", Type: "umode_t", Value: uint16(0o020000)},
			{Name: "inode_mode", Type: "umode_t", Value: uint16(0o100755)},
			{Name: "interp", Type: "const char*", Value: "/usr/bin/ls"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestDecodeNegativeAndUnknown(t *testing.T) {
	r := newRecord(t, "ptrace").long(56, ^uint64(0)).u64(0, ^uint64(15)).u32(1, ^uint32(0))
	var e event.Event
	if _, err := decoder.Decode(r.bytes(), &e); err != nil {
		t.Fatal(err)
	}
	if e.ReturnValue != -1 || e.Args[0].Value != int64(-16) || e.Args[1].Value != int32(-1) {
		t.Errorf("return value %d, arguments %v", e.ReturnValue, e.Args)
	}
	if e.ExecID != "" || e.ParentExecID != "" {
		t.Errorf("a process without an id has exec ids %q, %q", e.ExecID, e.ParentExecID)
	}
}

func TestRecordFlags(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags uint32
		want  Record
		cut   []bool
	}{
		{"none", 0, Record{}, []bool{true, false}},
		{"for our books", contextOnly, Record{ContextOnly: true}, []bool{true, false}},
		{"executable cut", exeCut, Record{}, []bool{true, false}},
		{"full marks the last that fitted", recordFull, Record{}, []bool{true, true}},
		{"unknown ones", 1 << 30, Record{}, []bool{true, false}},
	} {
		rec := newRecord(t, "sched_process_exec").flags(c.flags).sized(0, true, "/lo").text(1, "/usr/bin/x")
		var e event.Event
		got, err := decoder.Decode(rec.bytes(), &e)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if cuts := []bool{e.Args[0].Truncated, e.Args[1].Truncated}; !cmp.Equal(cuts, c.cut) {
			t.Errorf("%s: arguments cut %v, want %v", c.name, cuts, c.cut)
		}
	}
	var e event.Event
	if _, err := decoder.Decode(newRecord(t, "sched_process_exec").flags(recordFull).bytes(), &e); err != nil {
		t.Errorf("full without an argument: %v", err)
	}
}

func TestExecutableCut(t *testing.T) {
	for flags, want := range map[uint32]string{0: "/usr/bin/ls", exeCut: "…/usr/bin/ls"} {
		var e event.Event
		if _, err := decoder.Decode(execRecord(t).flags(flags).bytes(), &e); err != nil || e.Executable != want {
			t.Errorf("flags %d: executable %q, %v, want %q", flags, e.Executable, err, want)
		}
	}
}

func TestValues(t *testing.T) {
	le := binary.NativeEndian
	cases := []struct {
		enc   schema.Encoding
		bytes []byte
		want  any
		cut   bool
	}{
		{schema.EncI32, le.AppendUint32(nil, 0xffffff9c), int32(-100), false},
		{schema.EncU32, le.AppendUint32(nil, 0xffffff9c), uint32(4294967196), false},
		{schema.EncI64, le.AppendUint64(nil, 1<<63), int64(-1 << 63), false},
		{schema.EncU64, le.AppendUint64(nil, 1<<63), uint64(1 << 63), false},
		{schema.EncU16, le.AppendUint16(nil, 0xfffe), uint16(0xfffe), false},
		{schema.EncBool, []byte{0}, false, false},
		{schema.EncBool, []byte{1}, true, false},
		{schema.EncBool, []byte{0xff}, true, false},
		{schema.EncI32Pair, le.AppendUint32(le.AppendUint32(nil, 3), 0xffffffff), []int32{3, -1}, false},
		{schema.EncString, le.AppendUint16(nil, 0), "", false},
		{schema.EncString, append(le.AppendUint16(nil, 4), "a\x00\xff\n"...), "a\x00\xff\n", false},
		{schema.EncString, append(le.AppendUint16(nil, 2|cut), "ab"...), "ab", true},
		{schema.EncString, le.AppendUint16(nil, cut), "", true},
		{schema.EncStrings, le.AppendUint16(nil, 0), []string{}, false},
		{schema.EncStrings, le.AppendUint16(nil, cut), []string{}, true}, // it could not be read
		{schema.EncStrings, append(le.AppendUint16(nil, 1), 0), []string{""}, false},
		{schema.EncStrings, append(le.AppendUint16(nil, 5), "a\x00\x00b\x00"...), []string{"a", "", "b"}, false},
		{schema.EncStrings, append(le.AppendUint16(nil, 4|cut), "a\x00bc"...), []string{"a", "bc"}, true},
		{schema.EncBytes, append(le.AppendUint16(nil, 2), 0, 255), []byte{0, 255}, false},
		{schema.EncHooks, le.AppendUint16(nil, 0), []event.HookedSymbol{}, false},
		{schema.EncHooks, le.AppendUint64(le.AppendUint16(nil, 8|cut), 1<<63), []event.HookedSymbol{{SymbolName: "0x8000000000000000"}}, true},
		{schema.EncHooks, append(le.AppendUint64(le.AppendUint16(nil, 9), 7), 7), []event.HookedSymbol{{SymbolName: "0x7"}}, false},
		{schema.EncSockaddr, append(le.AppendUint16(nil, 2), 1, 0), event.Sockaddr{Family: "AF_UNIX"}, false},
		{schema.EncCred, credBytes(), event.Cred{
			UID: 1, GID: 2, SUID: 3, SGID: 4, EUID: 5, EGID: 6, FSUID: 7, FSGID: 8, UserNamespace: 9, SecureBits: 10,
			Inheritable: 11, Permitted: 12, Effective: 13, Bounding: 14, Ambient: 15,
		}, false},
	}
	tested := map[schema.Encoding]bool{}
	for _, c := range cases {
		tested[c.enc] = true
		var arg event.Argument
		n, err := value(append(c.bytes[:len(c.bytes):len(c.bytes)], 0xee), c.enc, &arg)
		if err != nil || n != len(c.bytes) {
			t.Errorf("encoding %d, %x: took %d bytes of %d, %v", c.enc, c.bytes, n, len(c.bytes), err)
		}
		if diff := cmp.Diff(event.Argument{Value: c.want, Truncated: c.cut}, arg); diff != "" {
			t.Errorf("encoding %d, %x (-want +got):\n%s", c.enc, c.bytes, diff)
		}
		for short := range len(c.bytes) {
			if _, err := value(c.bytes[:short], c.enc, &arg); !errors.Is(err, errShort) {
				t.Errorf("encoding %d, %x: error %v for its first %d bytes", c.enc, c.bytes, err, short)
			}
		}
	}
	for _, k := range schema.Kinds() {
		if !tested[k.Info().Enc] {
			t.Errorf("the encoding of kind %s is not tested", k)
		}
	}
}

// A 32-bit program's number of a system call becomes the one that has its name here.
func TestNumbersOf32BitCalls(t *testing.T) {
	for _, c := range []struct {
		flags, number uint32
		want          string
	}{
		{0, 257, "openat"},
		{0, 1 << 30, "1073741824"},
		{0, 0xffffffff, "-1"},
		{recordI386, 5, "open"},
		{recordI386, 102, "socketcall"}, // which only such programs have
		{recordI386, 99999, "-1"},
		{recordI386, 0xffffffff, "-1"},
	} {
		var e event.Event
		if _, err := decoder.Decode(newRecord(t, "sys_enter").flags(c.flags).u32(0, c.number).bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if got := event.Render(&e, catalog.ByName("sys_enter"), event.Named)[0].Value; fmt.Sprint(got) != c.want {
			t.Errorf("flags %d: number %d is %v, want %s", c.flags, c.number, got, c.want)
		}
	}
}

// Bytes of a record are the ring's: what an event keeps must be its own.
func TestEventKeepsNoBytesOfTheRecord(t *testing.T) {
	b := execRecord(t).bytes()
	var got event.Event
	if _, err := decoder.Decode(b, &got); err != nil {
		t.Fatal(err)
	}
	var want event.Event
	if _, err := decoder.Decode(execRecord(t).bytes(), &want); err != nil {
		t.Fatal(err)
	}
	for i := range b {
		b[i] = 0xff
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event changed with the record:\n%s", diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	full := execRecord(t).bytes()
	for _, c := range []struct {
		name   string
		record []byte
		want   string
	}{
		{"nothing", nil, "read context: 0 bytes"},
		{"half a context", full[:100], "read context: 100 bytes"},
		{"unknown event", recordOf(699).bytes(), "decode event 699: unknown event id"},
		{"no event", recordOf(schema.None).bytes(), "decode event -1: unknown event id"},
		{"cut in the executable", full[:contextSize+3], "decode event sched_process_exec: executable: record ends"},
		{"cut before an argument", newRecord(t, "ptrace").u64(0, 1).claim(2), "decode event ptrace: record ends"},
		{"cut in an argument", full[:len(full)-1], "argument interp: record ends"},
		{"more arguments than fields", newRecord(t, "socket_dup").claim(4), "record ends inside a value"},
		{"cut stack", newRecord(t, "ptrace").raw(indexStack, 1, 2, 3).bytes(), "stack: record ends"},
		{"path of no argument", newRecord(t, "ptrace").text(indexPath, "/x").bytes(), "path of argument 0 after argument -1"},
		{"path of another argument", newRecord(t, "socket_dup").u32(0, 1).text(indexPath|1, "/x").bytes(), "path of argument 1 after argument 0"},
		{"cut path", newRecord(t, "socket_dup").u32(0, 1).raw(indexPath, 4, 0, 'x').bytes(), "path of argument oldfd: record ends"},
		{"index out of range", newRecord(t, "socket_dup").raw(3).bytes(), "argument index 3 after -1, definition has 3 fields"},
		{"index twice", newRecord(t, "socket_dup").u32(0, 1).u32(0, 1).bytes(), "argument index 0 after 0"},
		{"index backwards", newRecord(t, "socket_dup").u32(1, 1).u32(0, 1).bytes(), "argument index 0 after 1"},
		{"trailing bytes", newRecord(t, "socket_dup").u32(0, 1).extra(1, 2).bytes(), "2 bytes after the last argument"},
	} {
		var e event.Event
		_, err := decoder.Decode(c.record, &e)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	var e event.Event
	if _, err := decoder.Decode(recordOf(699).bytes(), &e); !errors.Is(err, ErrUnknownEvent) {
		t.Errorf("error %v is not ErrUnknownEvent", err)
	}
}

// claim is bytes with another number of arguments in the context.
func (r *record) claim(args uint16) []byte {
	b := r.bytes()
	binary.NativeEndian.PutUint16(b[116:], args)
	return b
}

func TestEveryEventWithoutArguments(t *testing.T) {
	for _, def := range catalog.Events() {
		if def.ID == schema.None {
			continue
		}
		var e event.Event
		if _, err := decoder.Decode(recordOf(def.ID).bytes(), &e); err != nil {
			t.Errorf("%s: %v", def.Name, err)
		} else if e.EventName != def.Name || e.EventID != def.ID || len(e.Args) != 0 {
			t.Errorf("%s: decoded as %s, id %d, arguments %v", def.Name, e.EventName, e.EventID, e.Args)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	full := execRecord(f).bytes()
	f.Add(full)
	f.Add(full[:len(full)-5])
	f.Add(execRecord(f).flags(recordFull | contextOnly | exeCut | recordI386).bytes())
	f.Add(newRecord(f, "ptrace").u64(0, 0).u32(1, 41).u64(2, 0).u64(3, 0).bytes())
	f.Add(newRecord(f, "security_file_open").text(0, "/etc/ld.so.cache").u32(1, 0x88000).u32(2, 1).bytes())
	f.Add(newRecord(f, "socket_dup").u32(0, 3).u32(1, 0).text(2, inet4).bytes())
	f.Add(newRecord(f, "security_socket_connect").u32(0, 3).text(1, inet6).bytes())
	f.Add(newRecord(f, "security_socket_connect").text(1, "\x01\x00\x00abstract").bytes())
	f.Add(newRecord(f, "pipe2").u64(0, 7).bytes())
	f.Add(newRecord(f, "execve").text(0, "/bin/sh").sized(1, true, "sh\x00-c\x00ec").bytes())
	f.Add(newRecord(f, "execve").claim(9))
	f.Fuzz(func(t *testing.T, b []byte) {
		var e event.Event
		_, err := decoder.Decode(b, &e)
		if err != nil {
			return
		}
		def := catalog.ByID(e.EventID)
		if def == nil || def.Name != e.EventName || len(e.Args) > len(def.Fields) {
			t.Fatalf("event %d is called %q and has %d arguments", e.EventID, e.EventName, len(e.Args))
		}
		// What is decoded must survive the pipe.
		line := e.AppendJSON(nil)
		var back event.Event
		if err := back.UnmarshalJSON(line); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if len(back.Args) != len(e.Args) || back.EventName != e.EventName {
			t.Fatalf("came back as %s", back.AppendJSON(nil))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name   string
		record []byte
	}{
		{"exec", execRecord(b).bytes()},
		{"open", newRecord(b, "security_file_open").text(0, "/etc/ld.so.cache").u32(1, 0x88000).u32(2, 1).
			u64(3, 7).u64(4, 9).text(5, "/etc/ld.so.cache").bytes()},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var e event.Event
			for b.Loop() {
				if _, err := decoder.Decode(c.record, &e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestDecodeStackAndPaths(t *testing.T) {
	r := newRecord(t, "socket_dup").u32(0, 3).text(indexPath, "/a").u32(1, 4).sized(indexPath|1, true, "b")
	r.raw(indexStack, 2)
	r.tail = binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(r.tail, 1), math.MaxUint64)
	var d Decoder
	var e event.Event
	if _, err := d.Decode(r.bytes(), &e); err != nil {
		t.Fatal(err)
	}
	want := []event.Argument{
		{Name: "oldfd", Type: "int", Value: int32(3), Path: "/a"},
		{Name: "newfd", Type: "int", Value: int32(4), Path: CutMark + "b"},
	}
	if diff := cmp.Diff(want, e.Args); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint64{1, math.MaxUint64}, e.StackAddresses); diff != "" {
		t.Errorf("stack (-want +got):\n%s", diff)
	}
}
