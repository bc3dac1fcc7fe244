package printer

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var definitions = map[string]*schema.Event{
	"openat": {Fields: []schema.Field{{Name: "dirfd", Kind: schema.FD}, {Name: "pathname", Kind: schema.Path},
		{Name: "flags", Kind: schema.OpenFlags}, {Name: "mode", Kind: schema.Mode}}},
	"ptrace": {Fields: []schema.Field{{Name: "request", Kind: schema.PtraceRequest}, {Name: "pid", Kind: schema.PID},
		{Name: "addr", Kind: schema.Pointer}}},
	"sched_process_exec": {Fields: []schema.Field{{Name: "pathname", Kind: schema.Path}, {Name: "argv", Kind: schema.Strings},
		{Name: "ctime", Kind: schema.Timestamp}}},
	"setsockopt":              {Fields: []schema.Field{{Name: "level", Kind: schema.SocketLevel}, {Name: "optname", Kind: schema.SocketOption, Of: "level"}}},
	"security_socket_connect": {Fields: []schema.Field{{Name: "sockfd", Kind: schema.FD}, {Name: "remote_addr", Kind: schema.Sockaddr}}},
}

func define(name string) *schema.Event { return definitions[name] }

func host(second int, comm, name string, ret int64, args ...event.Argument) *event.Event {
	return &event.Event{
		Timestamp: time.Date(2022, 8, 5, 6, 20, second, 123456789, time.UTC).UnixNano(), UserID: 1000,
		ProcessName: comm, ProcessID: 4007, HostProcessID: 4007, ThreadID: 4008, HostThreadID: 4008,
		EventName: name, ReturnValue: ret, Args: args,
	}
}

func inContainer(e *event.Event) *event.Event {
	e.ContainerID = strings.Repeat("4f2a9c", 10) + "4f2a"
	e.ProcessID, e.ThreadID = 7, 8
	return e
}

func arg(name string, value any) event.Argument { return event.Argument{Name: name, Value: value} }

func cut(a event.Argument) event.Argument { a.Truncated = true; return a }

func lost() *event.Event {
	e := host(9, "", "lost_events", 0, arg("buffer", "events"), arg("cpu", int32(3)), arg("count", uint64(512)),
		arg("from", uint64(time.Date(2022, 8, 5, 6, 20, 7, 0, time.UTC).UnixNano())),
		arg("to", uint64(time.Date(2022, 8, 5, 6, 20, 9, 5000, time.UTC).UnixNano())))
	return e
}

func hostEvents() []*event.Event {
	return []*event.Event{
		host(0, "ls", "openat", 3, arg("dirfd", int32(-100)), arg("pathname", "/etc/ld.so.cache"), arg("flags", int32(0o2000000)), arg("mode", uint16(0))),
		host(1, "cat", "openat", -13, event.Argument{Name: "dirfd", Value: int32(5), Path: "/t\x1bmp"}, arg("pathname", "/etc/shadow"), arg("flags", int32(0o101)), arg("mode", uint16(0o644))),
		host(2, "strace", "ptrace", 0, arg("request", int64(0)), arg("pid", int32(0)), arg("addr", uint64(math.MaxUint64))),
		host(3, "bash", "sched_process_exec", 0, arg("pathname", "/usr/bin/ls"), arg("argv", []string{"ls", "-l", "a b"}), arg("ctime", uint64(1659680400000000001))),
		host(4, "nc", "security_socket_connect", 0, arg("sockfd", int32(0)), arg("remote_addr", event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 4444})),
		host(5, "nc", "security_socket_connect", -115, arg("remote_addr", event.Sockaddr{Family: "AF_INET6", Addr: "fe80::1", Port: 80})),
		host(6, "nc", "security_socket_connect", -5000, arg("remote_addr", event.Sockaddr{Family: "AF_UNIX", Path: "@x\x1b]0;owned\a"})),
		host(6, "nc", "security_socket_connect", 140234000000000, arg("remote_addr", event.Sockaddr{Family: "AF_NETLINK"})),
		host(6, "nc", "setsockopt", 0, arg("level", int32(6)), arg("optname", int32(1))),
		host(6, "nc", "setsockopt", 0, arg("optname", int32(1))),
		host(6, "nc", "security_socket_bind", 0, arg("local_addr", event.Sockaddr{Family: "AF_ALG", Other: `{"salg_name":"cbc aes","salg_type":"skcipher"}`})),
		lost(),
		host(10, "a name too wide", "openat", 0, cut(arg("pathname", "/very/long"))),
		host(11, "\x1b[2J\x9b\u202e", "unheard_of", 0,
			arg("text", "a\"b\\c\n\r\x00\x7f\u202e\u0085\xff日本"), arg("rendered", "O_RDONLY|O_CREAT"), arg("none", nil), arg("yes", true),
			arg("raw", []byte("\x7fELF")), arg("many", bytes.Repeat([]byte{1}, 33)), arg("fds", []int32{3, -4}),
			arg("number", json.Number("1.5")), arg("big", json.Number("18446744073709551615")), arg("u64", uint64(math.MaxUint64)),
			arg("object", map[string]any{"k\x1b": "v\u009b"}), arg("bad name\x1b", int32(1)), cut(arg("argv", []string{"a"}))),
		host(12, "tracee", "openat", 0, event.Argument{Name: "flags", Type: "string", Value: "O_RDONLY|O_CLOEXEC"},
			event.Argument{Name: "mode", Type: "string", Value: "evil\x1b[1m name"}),
		host(13, "", "", 0),
	}
}

func render(t *testing.T, opts Options, events ...*event.Event) string {
	t.Helper()
	opts.Definition, opts.Location = define, time.UTC
	var b bytes.Buffer
	table := NewTable(&b, opts)
	for _, e := range events {
		if err := table.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTableGolden(t *testing.T) {
	long := host(14, "sh", "openat", 0, arg("pathname", strings.Repeat("x", 12)+"é"), arg("argv", []string{"12345678901234", "2", "3", "4"}))
	tests := []struct {
		name   string
		opts   Options
		events []*event.Event
	}{
		{"host", Options{}, hostEvents()},
		{"containers", Options{Containers: true}, []*event.Event{hostEvents()[0], inContainer(hostEvents()[1]), lost()}},
		{"container-later", Options{}, []*event.Event{hostEvents()[0], inContainer(hostEvents()[1]), hostEvents()[2]}},
		{"color", Options{Color: true}, []*event.Event{lost(), host(10, "x", "lost_events", 0)}},
		{"verbose", Options{Verbose: true}, []*event.Event{hostEvents()[0]}},
		{"verbose-containers", Options{Verbose: true, Containers: true}, []*event.Event{inContainer(hostEvents()[1])}},
		{"raw", Options{Raw: true}, hostEvents()[:4]},
		{"relative", Options{Relative: true}, hostEvents()[:1]},
		{"limit", Options{MaxValue: 13}, []*event.Event{long}},
		{"empty", Options{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := render(t, tt.opts, tt.events...)
			file := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The columns of usual events stand under their titles.
func TestTableAligns(t *testing.T) {
	lines := strings.Split(render(t, Options{}, hostEvents()[:6]...), "\n")
	at := strings.Index(lines[0], "EVENT")
	for _, line := range lines[1:7] {
		if line[at-1] != ' ' || line[at] == ' ' {
			t.Errorf("EVENT is not at %d: %s", at, line)
		}
	}
	// A cell that is too wide moves its own row only as far as it must.
	wide := host(0, strings.Repeat("w", 20), "read", 0)
	row := strings.Split(render(t, Options{}, wide), "\n")[1]
	if !strings.HasPrefix(row[at:], "read") {
		t.Errorf("EVENT did not come back into place: %s", row)
	}
}

func TestTableHeaderIsImmediate(t *testing.T) {
	var b bytes.Buffer
	table := NewTable(&b, Options{})
	if err := errors.Join(table.Flush(), table.Flush()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "TIME"); got != 1 {
		t.Errorf("%d headers; want 1", got)
	}
}

type brokenWriter struct{}

var errGone = errors.New("terminal gone")

func (brokenWriter) Write([]byte) (int, error) { return 0, errGone }

func TestTableKeepsItsError(t *testing.T) {
	table := NewTable(brokenWriter{}, Options{})
	for range 2 {
		if err := table.Flush(); !errors.Is(err, errGone) {
			t.Errorf("Flush = %v; want %v", err, errGone)
		}
	}
	if err := table.Write(&event.Event{}); !errors.Is(err, errGone) {
		t.Errorf("Write = %v; want %v", err, errGone)
	}
}

// Whatever a process puts into names and arguments, a line stays one line of
// printable text.
func FuzzTable(f *testing.F) {
	f.Add("bash", "/etc/passwd", "read", "4f", "AF_UNIX", []byte{1})
	f.Add("\x1b[2J", "\x9b\xc2\x9b\u202e\n", "\r", "\x00", "\x1b", []byte("\x1b"))
	f.Fuzz(func(t *testing.T, comm, text, name, id, family string, raw []byte) {
		e := host(0, comm, name, -1, arg(text, text), arg("flags", text), arg("l", []string{text, comm}), arg("r", raw),
			arg("a", event.Sockaddr{Family: family, Addr: text, Path: text}), arg("i4", event.Sockaddr{Family: "AF_INET", Addr: text}),
			arg("j", json.Number(text)), arg("m", map[string]any{text: text}), arg("buffer", text), cut(arg("c", text)))
		e.ContainerID = id
		got := render(t, Options{MaxValue: 16, Containers: true}, e)
		if strings.Count(got, "\n") != 2 || !utf8.ValidString(got) {
			t.Fatalf("not a header and a line: %q", got)
		}
		for _, r := range strings.ReplaceAll(got, "\n", "") {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U reaches the terminal: %q", r, got)
			}
		}
	})
}

func BenchmarkTable(b *testing.B) {
	table := NewTable(discard{}, Options{Definition: define, Location: time.UTC})
	e := hostEvents()[1]
	b.ReportAllocs()
	for b.Loop() {
		if err := table.Write(e); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
