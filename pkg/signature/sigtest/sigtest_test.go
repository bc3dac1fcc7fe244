package sigtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// writes finds every write-open; its fourth and fifth event go wrong.
type writes struct{ seen int }

func (*writes) Metadata() signature.Metadata { return signature.Metadata{ID: "W", Name: "writes"} }
func (*writes) Selectors() []signature.Selector {
	return []signature.Selector{{Name: "security_file_open", Origin: "container"}}
}
func (w *writes) OnEvent(e *event.Event) (*signature.Match, error) {
	flags, _ := e.Int("flags")
	path, _ := e.String("pathname")
	switch path {
	case "error":
		return nil, errors.New("no good")
	case "panic":
		panic("boom")
	}
	if w.seen++; flags&3 == 0 {
		return nil, nil
	}
	return &signature.Match{Data: map[string]any{"file": path, "seen": w.seen}}, nil
}

const head = "apiVersion: tracehound/v1\nkind: Cases\nsignature: W\ncases:\n"

func loadText(t *testing.T, name, text string) ([]Case, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func TestRun(t *testing.T) {
	open := func(path, flags string) string {
		return "    - {event: security_file_open, containerId: c, args: {pathname: " + path + ", flags: " + flags + "}}\n"
	}
	tests := []struct {
		name, events, findings string
		want                   string // in the error; "" for none
	}{
		{"found, with data", open("/a", "O_RDONLY") + open("/b", "O_WRONLY|O_CREAT"), "[{event: 2, data: {file: /b, seen: 2}}]", ""},
		{"found, whatever the data", open("/b", "2"), "[{event: 1}]", ""},
		{"silent", open("/b", "O_RDONLY"), "[]", ""},
		{"of another origin", "    - {event: security_file_open, args: {flags: O_WRONLY}}\n", "[]", ""},
		{"not found", open("/a", "O_RDONLY"), "[{event: 1}]", "-want +got"},
		{"found too much", open("/a", "O_RDWR"), "[]", "-want +got"},
		{"other data", open("/a", "O_RDWR"), "[{event: 1, data: {file: /a, seen: 2}}]", "seen"},
		{"data where none is wanted", open("/a", "O_RDWR"), "[{event: 1, data: {}}]", "file"},
		{"error", open("error", "0"), "[]", "event 1 (security_file_open): no good"},
		{"panic", open("/a", "0") + open("panic", "0"), "[]", "event 2 (security_file_open): signature panicked: boom"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cases, err := loadText(t, "x_test.yaml", head+"- name: n\n  events:\n"+tt.events+"  findings: "+tt.findings+"\n")
			if err != nil {
				t.Fatal(err)
			}
			err = cases[0].Run(&writes{})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEventsAsWritten(t *testing.T) {
	cases, err := loadText(t, "x_test.yaml", head+`
- name: n
  every: {processName: sh, hostProcessId: 7}
  events:
  - {event: ptrace, args: {request: PTRACE_TRACEME}}
  - {event: security_socket_connect, at: 1m, processName: nc, args: {remote_addr: {sa_family: AF_INET, sin_addr: 10.0.0.1, sin_port: 80}}}
  - {event: sched_process_exec, args: [{name: argv, type: "const char**", value: [a, b]}]}
  findings: []
`)
	if err != nil {
		t.Fatal(err)
	}
	c := cases[0]
	if got := c.Where.String(); !strings.HasSuffix(got, "x_test.yaml:6") {
		t.Errorf("case at %s", got)
	}
	request, _ := c.Events[0].Int("request")
	addr, _ := c.Events[1].Sockaddr("remote_addr")
	argv, _ := c.Events[2].Strings("argv")
	got := []any{request, addr, argv, c.Events[0].ProcessName, c.Events[1].ProcessName, c.Events[1].Timestamp - c.Events[0].Timestamp,
		c.Events[1].HostThreadID, c.Events[1].ExecID, c.Events[0].EventID > 0}
	want := []any{int64(0), event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 80}, []string{"a", "b"}, "sh", "nc", int64(60e9), 7, "case:7", true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBytesAreWrittenAsText(t *testing.T) {
	if got := jsonForm("\x7fELF", schema.Bytes); got != "f0VMRg==" {
		t.Errorf("%v", got)
	}
}

func TestFaults(t *testing.T) {
	one := "- {name: n, findings: [], events: [{event: ptrace, args: {request: PTRACE_TRACEME}}]}\n"
	tests := []struct{ name, text, want string }{
		{"foreign", "a: 1\n", "unknown field"},
		{"other kind", "apiVersion: tracehound/v1\nkind: Signatures\n", "must have apiVersion"},
		{"no cases", strings.TrimSuffix(head, "cases:\n"), "holds no cases"},
		{"no name", head + "- {findings: [], events: [{event: ptrace}]}\n", "has no name"},
		{"no signature", strings.Replace(head, "signature: W\n", "", 1) + one, "names no signature"},
		{"no findings", head + "- {name: n, events: [{event: ptrace}]}\n", "has no findings"},
		{"no events", head + "- {name: n, findings: []}\n", "must have either events or stream"},
		{"unknown key of a case", head + "- {name: n, finds: []}\n", "unknown field"},
		{"unknown event", head + "- {name: n, findings: [], events: [{event: ptraces}]}\n", `event 1: unknown event "ptraces"; did you mean "ptrace"`},
		{"unknown key of an event", head + "- {name: n, findings: [], events: [{event: ptrace, procName: x}]}\n", `unknown key "procName"`},
		{"unknown argument", head + "- {name: n, findings: [], events: [{event: ptrace, args: {req: 1}}]}\n", `has no argument "req"`},
		{"unknown name of a number", head + "- {name: n, findings: [], events: [{event: ptrace, args: {request: PTRACE_TRACE}}]}\n", `"PTRACE_TRACE" is no`},
		{"list for a number", head + "- {name: n, findings: [], events: [{event: ptrace, args: {request: [1]}}]}\n", "argument request"},
		{"bad time", head + "- {name: n, findings: [], events: [{event: ptrace, at: soon}]}\n", "key at"},
		{"finding of no event", head + "- {name: n, findings: [{event: 2}], events: [{event: ptrace}]}\n", "there are events 1 to 1"},
		{"stream is not there", head + "- {name: n, findings: [], stream: absent.json}\n", "read stream"},
		{"place", head + one + "- {name: second, findings: [], events: [{event: nothing}]}\n", `x_test.yaml:6: case "second": event 1: unknown event`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadText(t, "x_test.yaml", tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	archives := []struct{ name, text, want string }{
		{"no name", "W\n-- events --\n", "must begin with"},
		{"no events", "W name\n-- findings --\n[]\n", "lacks events"},
		{"broken stream", "W name\n-- events --\n{\"eventName\":\n-- findings --\n[]\n", "events: read stream"},
		{"empty stream", "W name\n-- events --\n-- findings --\n[]\n", "holds no events"},
		{"other file", "W name\n-- event --\n", "event: unknown file"},
	}
	for _, tt := range archives {
		t.Run("archive: "+tt.name, func(t *testing.T) {
			_, err := loadText(t, "x.txtar", tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// What is recorded is a case that passes.
func TestRecord(t *testing.T) {
	cases, err := loadText(t, "x_test.yaml", head+`
- name: n
  every: {event: security_file_open}
  events:
  - {containerId: c, args: {pathname: /a, flags: O_RDONLY}}
  - {args: {pathname: /host, flags: O_WRONLY}}
  - {containerId: c, args: {pathname: /b, flags: O_WRONLY}}
  findings: []
`)
	if err != nil {
		t.Fatal(err)
	}
	data, err := Record(&writes{}, "as seen", cases[0].Events)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loadText(t, "x.txtar", string(data))
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	c := again[0]
	if c.Name != "as seen" || c.Signature != "W" || len(c.Events) != 2 || len(c.Findings) != 1 || c.Findings[0].Event != 2 {
		t.Errorf("case %+v", c)
	}
	if err := c.Run(&writes{}); err != nil {
		t.Error(err)
	}
	if _, err := Record(&writes{}, "n", cases[0].Events[1:2]); err == nil || !strings.Contains(err.Error(), "selects none of the 1 events") {
		t.Errorf("error %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(head + "- {name: n, findings: [], events: [{event: ptrace, args: {request: PTRACE_TRACEME}}]}\n"))
	f.Add([]byte(head + "- {name: n, findings: [{event: 1, data: {a: [1]}}], stream: x}\n"))
	f.Add([]byte("a: !!binary\n&x *x"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = loadYAML("x_test.yaml", data)
		_, _ = loadArchive("x.txtar", data)
	})
}

func TestLoadAll(t *testing.T) {
	all, err := LoadAll("../../../signatures/golang/*_test.yaml")
	if err != nil || len(all) < 3 {
		t.Errorf("%d cases, %v", len(all), err)
	}
	for _, pattern := range []string{"nowhere/*_test.yaml", "["} {
		if _, err := LoadAll(pattern); err == nil || !strings.Contains(err.Error(), pattern) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
