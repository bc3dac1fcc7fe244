package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// samples hold every type of value that the tracer or a foreign stream brings.
func samples() []*event.Event {
	return []*event.Event{
		{
			Timestamp: 1700000000123456789, ProcessorID: 1, ProcessID: 7, CgroupID: math.MaxUint64, HostProcessID: 4007,
			UserID: 4294967294, ThreadStartTime: 5, ThreadID: 8, ParentProcessID: 1, HostThreadID: 4008,
			HostParentProcessID: 4001, PIDNS: 4, HostName: "h", ContainerImage: "i:1", ContainerName: "c", PodName: "p", PodNamespace: "n", PodUID: "u", MountNS: math.MaxUint32, ProcessName: "nc", ContainerID: "4f", EventID: 726,
			EventName: "security_socket_connect", ReturnValue: -13, StackAddresses: []uint64{math.MaxUint64, 0},
			Args: []event.Argument{
				{Name: "sockfd", Type: "int", Value: int32(math.MinInt32)},
				{Name: "zero", Type: "int", Value: int32(0), Path: "/dev/null"},
				{Name: "remote_addr", Type: "struct sockaddr*", Value: event.Sockaddr{Family: "AF_INET6", Addr: "::1", Port: 80, ScopeID: 2}},
				{Name: "u32", Type: "unsigned int", Value: uint32(math.MaxUint32)},
				{Name: "i64", Type: "long", Value: int64(math.MinInt64)},
				{Name: "u64", Type: "void*", Value: uint64(math.MaxUint64)},
				{Name: "u16", Type: "umode_t", Value: uint16(math.MaxUint16)},
				{Name: "yes", Type: "bool", Value: true},
				{Name: "no", Type: "bool", Value: false},
				{Name: "text", Type: "const char*", Value: "", Truncated: true},
				{Name: "argv", Type: "const char**", Value: []string{"a", ""}},
				{Name: "none", Type: "const char**", Value: []string{}},
				{Name: "raw", Type: "bytes", Value: []byte{0, 255}},
				{Name: "empty", Type: "bytes", Value: []byte{}},
				{Name: "fds", Type: "int[2]", Value: []int32{3, -1}},
				{Name: "cred", Type: "slim_cred_t", Value: event.Cred{UID: 1, SecureBits: 2, Permitted: math.MaxUint64}},
				{Name: "zero cred", Type: "slim_cred_t", Value: event.Cred{}},
			},
			MatchedPolicies: []string{"web"}, ABI: "i386", ContainerRuntime: "docker", ContainerImageDigest: "sha256:aa",
			ContainerLabels: []string{"app=web"}, UserName: "www", ExecSession: "b:1:0", StackSymbols: []string{"/bin/nc!main+0x1", "0x0"},
			Ancestors:  []event.Ancestor{{ExecID: "b:0:1", HostProcessID: 1, ProcessName: "sh", Executable: "/bin/sh"}, {ExecID: "b:0:0"}},
			Executable: "/bin/nc", ExecID: "b:1:2", ParentExecID: "b:0:1", Sequence: math.MaxUint64,
		},
		{EventName: "read"},
		{
			EventName: "foreign", Extra: event.Extra{"contextFlags": json.RawMessage(`{"x":[1,2]}`), "b": json.RawMessage("null")},
			Args: []event.Argument{
				{Name: "nil", Type: "const char*", Value: nil},
				{Name: "number", Type: "int", Value: json.Number("12345678901234567890123")},
				{Name: "object", Type: "slim_cred_t", Value: map[string]any{"Uid": json.Number("0"), "deep": []any{nil, "<x>", true}}},
				{Name: "list", Type: "unsigned long[]", Value: []any{json.Number("18446744073709551615")}},
			},
		},
	}
}

// Every key of an event is in a sample, so that a format that forgets one fails.
func TestSamplesHaveEveryField(t *testing.T) {
	set := map[string]bool{}
	for _, e := range samples() {
		v := reflect.ValueOf(*e)
		for i := range v.NumField() {
			set[v.Type().Field(i).Name] = set[v.Type().Field(i).Name] || !v.Field(i).IsZero()
		}
	}
	for name, is := range set {
		if !is {
			t.Errorf("no sample sets %s", name)
		}
	}
}

func encode(t testing.TB, f Format, events ...*event.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll reads to the end; errors that are not the end are in order.
func readAll(t testing.TB, in io.Reader) (events []*event.Event, errs []error, f Format) {
	t.Helper()
	r, f, err := Open(in)
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := r.Read()
		var line *LineError
		switch {
		case err == nil:
			events = append(events, e)
		case errors.As(err, &line):
			errs = append(errs, err)
			if line.Line != r.Position() {
				t.Errorf("%v: the position is %d", err, r.Position())
			}
		default:
			if !errors.Is(err, io.EOF) {
				errs = append(errs, err)
			}
			if _, again := r.Read(); !errors.Is(again, err) {
				t.Errorf("error %v is not permanent: then %v", err, again)
			}
			return events, errs, f
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, f := range []Format{JSON, Gob, Protobuf} {
		got, errs, detected := readAll(t, bytes.NewReader(encode(t, f, samples()...)))
		if errs != nil || detected != f {
			t.Errorf("%s: errors %v, detected as %q", f, errs, detected)
		}
		if diff := cmp.Diff(samples(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

// A value that is no more than legal Go comes through all formats as the same.
func TestFormatsAreEqual(t *testing.T) {
	e := &event.Event{EventName: "odd", Args: []event.Argument{}, StackAddresses: []uint64{}, Extra: event.Extra{}}
	for i, v := range []any{[]string(nil), []byte(nil), []int32(nil), 7, 1.5, math.Inf(1), map[string]string{"a": "b"}, []uint64{1}, complex(1, 2)} {
		e.Args = append(e.Args, event.Argument{Name: strconv.Itoa(i), Type: "const char**", Value: v})
	}
	fromJSON, errs, _ := readAll(t, bytes.NewReader(encode(t, JSON, e)))
	if errs != nil {
		t.Fatal(errs)
	}
	// JSON has no type for empty bytes in a field of another type.
	fromJSON[0].Args[1].Value, fromJSON[0].Args[2].Value = []byte{}, []int32{}
	for _, f := range []Format{Gob, Protobuf} {
		got, errs, _ := readAll(t, bytes.NewReader(encode(t, f, e)))
		if errs != nil {
			t.Fatal(errs)
		}
		if diff := cmp.Diff(fromJSON, got); diff != "" {
			t.Errorf("(-json +%s):\n%s", f, diff)
		}
	}
}

func TestWriterRefusesUnknownFormat(t *testing.T) {
	if _, err := NewWriter(io.Discard, "xml"); err == nil || err.Error() != `write events: unknown format "xml": want json, gob or protobuf` {
		t.Errorf("error is %v", err)
	}
}

type brokenWriter struct{ writes int }

var errBroken = errors.New("reader gone")

func (w *brokenWriter) Write([]byte) (int, error) { w.writes++; return 0, errBroken }

func TestWriterKeepsItsError(t *testing.T) {
	for _, f := range []Format{JSON, Gob, Protobuf} {
		out := &brokenWriter{}
		w, err := NewWriter(out, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(samples()[0]); err != nil {
			t.Errorf("%s: Write before Flush: %v", f, err)
		}
		for range 2 {
			if err := w.Flush(); !errors.Is(err, errBroken) {
				t.Errorf("%s: Flush = %v; want %v", f, err, errBroken)
			}
		}
		if err := w.Write(samples()[0]); !errors.Is(err, errBroken) {
			t.Errorf("%s: Write = %v; want %v", f, err, errBroken)
		}
		if out.writes != 1 {
			t.Errorf("%s: %d writes after the first error", f, out.writes-1)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range []Format{JSON, Gob, Protobuf} {
		b.Run(string(f), func(b *testing.B) {
			size := len(encode(b, f, samples()[0], samples()[0])) - len(encode(b, f, samples()[0]))
			w, err := NewWriter(io.Discard, f)
			if err != nil {
				b.Fatal(err)
			}
			e := samples()[0]
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Write(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// usual is an event as most are: an open in a container.
func usual() *event.Event {
	return &event.Event{
		Timestamp: 1764000000123456789, ThreadStartTime: 51234567890, ProcessorID: 1, ProcessID: 4711, CgroupID: 8123, ThreadID: 4711,
		ParentProcessID: 4700, HostProcessID: 14711, HostThreadID: 14711, HostParentProcessID: 14700, MountNS: 4026532621, PIDNS: 4026532624,
		ProcessName: "nginx", HostName: "web-1", ContainerID: strings.Repeat("4f1c8b1d", 8), ContainerImage: "nginx:1.27", ContainerName: "web",
		EventID: 713, EventName: "security_file_open", Args: []event.Argument{
			{Name: "pathname", Type: "const char*", Value: "/etc/nginx/conf.d/default.conf"},
			{Name: "flags", Type: "int", Value: int32(32768)},
			{Name: "dev", Type: "dev_t", Value: uint32(46)},
			{Name: "inode", Type: "unsigned long", Value: uint64(1312345)},
			{Name: "ctime", Type: "unsigned long", Value: uint64(1763999999000000000)},
		},
		Executable: "/usr/sbin/nginx", ExecID: "0123456789ab:14711:51234567890:1", ParentExecID: "0123456789ab:14700:50234567890:1", Sequence: 123456,
	}
}

// BenchmarkRead reads an event that is wanted and one that is not; pkg/event's
// BenchmarkUsual measures encoding/json on the same.
func BenchmarkRead(b *testing.B) {
	const count = 1000
	var all []*event.Event
	for range count {
		all = append(all, usual())
	}
	for _, f := range []Format{JSON, Gob, Protobuf} {
		text := encode(b, f, all...)
		for _, wanted := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/wanted=%v", f, wanted), func(b *testing.B) {
				b.SetBytes(int64(len(text) / count))
				b.ReportAllocs()
				var r Reader
				for i := 0; b.Loop(); i++ {
					if i%count == 0 {
						var err error
						if r, _, err = Open(bytes.NewReader(text)); err != nil {
							b.Fatal(err)
						}
						r.Select(func([]byte) (bool, bool) { return wanted, wanted })
					}
					if e, err := r.Read(); err != nil || (e != nil) != wanted {
						b.Fatal(e, err)
					}
				}
			})
		}
	}
}

// A reader passes over what is not wanted, in every format, and counts it.
func TestSelect(t *testing.T) {
	inside := &event.Event{EventName: "read", ContainerID: "c0ffee"}
	for _, f := range []Format{JSON, Gob, Protobuf} {
		stream := encode(t, f, samples()[0], &event.Event{EventName: "read"}, inside, samples()[2])
		r, _, err := Open(bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		r.Select(func(name []byte) (host, container bool) { return string(name) == "foreign", string(name) == "read" })
		var got []string
		for {
			e, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e == nil {
				got = append(got, "-")
			} else {
				got = append(got, e.EventName)
			}
		}
		if diff := cmp.Diff([]string{"-", "-", "read", "foreign"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
		if r.Position() != 4 || r.Skipped() != 0 {
			t.Errorf("%s: position %d, skipped %d", f, r.Position(), r.Skipped())
		}
	}
}
