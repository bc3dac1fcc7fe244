package cel

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// at makes an event seconds after the beginning, in a program whose key is
// given.
func at(seconds int, name, exec, parent string, args ...event.Argument) *event.Event {
	return &event.Event{
		EventName: name, Timestamp: int64(time.Duration(seconds) * time.Second), ExecID: exec, ParentExecID: parent,
		ProcessName: "p" + exec, Args: args,
	}
}

// fires gives events to a signature and returns the numbers, from 0, of those
// that were findings.
func fires(t *testing.T, s *Signature, events []*event.Event) (numbers []int, data []map[string]any) {
	t.Helper()
	for i, e := range events {
		m, err := s.OnEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if m != nil {
			numbers, data = append(numbers, i), append(data, m.Data)
		}
	}
	return numbers, data
}

func thresholdFile(by string) string {
	return file("ptrace", "args.request == 0", "") + "  threshold: {count: 3, window: 10s, by: " + by + "}\n"
}

func TestThreshold(t *testing.T) {
	on := func(seconds int, exec string) *event.Event {
		return at(seconds, "ptrace", exec, "b-1-1-1", arg("request", int64(0)))
	}
	tests := []struct {
		name, by string
		events   []*event.Event
		want     []int
	}{
		{"the third", "process", []*event.Event{on(0, "b-2-1-1"), on(1, "b-2-1-1"), on(2, "b-2-1-1")}, []int{2}},
		{"over exec", "process", []*event.Event{on(0, "b-2-1-1"), on(1, "b-2-1-2"), on(2, "b-2-1-3")}, []int{2}},
		{"counts anew", "process", []*event.Event{on(0, "b-2-1-1"), on(1, "b-2-1-1"), on(2, "b-2-1-1"), on(3, "b-2-1-1"), on(4, "b-2-1-1"), on(5, "b-2-1-1")}, []int{2, 5}},
		{"too slow", "process", []*event.Event{on(0, "b-2-1-1"), on(9, "b-2-1-1"), on(18, "b-2-1-1"), on(27, "b-2-1-1")}, nil},
		{"window slides", "process", []*event.Event{on(0, "b-2-1-1"), on(9, "b-2-1-1"), on(12, "b-2-1-1"), on(13, "b-2-1-1")}, []int{3}},
		{"others", "process", []*event.Event{on(0, "b-2-1-1"), on(1, "b-3-1-1"), on(2, "b-4-1-1")}, nil},
		{"of one parent", "parent", []*event.Event{on(0, "b-2-1-1"), on(1, "b-3-1-1"), on(2, "b-4-1-1")}, []int{2}},
		{"of one host", "host", []*event.Event{on(0, "b-2-1-1"), on(1, "b-3-1-1"), on(2, "b-4-1-1")}, []int{2}},
		{"what does not match does not count", "process", []*event.Event{on(0, "b-2-1-1"), at(1, "ptrace", "b-2-1-1", "", arg("request", int64(7))), on(2, "b-2-1-1")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := load(t, thresholdFile(tt.by))
			got, data := fires(t, s, tt.events)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(data) > 0 && (data[0]["count"] != int64(3) || !strings.HasPrefix(fmt.Sprint(data[0]["since"]), "1970-01-01T00:00:0")) {
				t.Errorf("data %v", data[0])
			}
			s.Reset()
			if again, _ := fires(t, s, tt.events); !cmp.Equal(got, again) {
				t.Errorf("after Reset %v", again)
			}
		})
	}
}

func onceFile(window, by string) string {
	return file("ptrace", "args.request == 0", "") + "  once: {window: " + window + ", by: " + by + "}\n"
}

func TestOnce(t *testing.T) {
	on := func(seconds int, exec, program, container string) *event.Event {
		e := at(seconds, "ptrace", exec, "b-1-1-1", arg("request", int64(0)))
		e.Executable, e.ContainerID = program, container
		return e
	}
	events := []*event.Event{
		on(0, "b-2-1-1", "/bin/x", ""), on(1, "b-2-1-1", "/bin/x", ""), on(2, "b-3-1-1", "/bin/x", ""), on(3, "b-3-1-1", "/bin/x", "c"),
		on(4, "b-3-1-2", "/bin/y", "c"), on(9, "b-2-1-1", "/bin/x", ""), on(10, "b-2-1-1", "/bin/x", ""),
	}
	for by, want := range map[string][]int{"program": {0, 3, 4, 6}, "process": {0, 2, 6}, "container": {0, 3, 6}, "host": {0, 6}} {
		s := load(t, onceFile("10s", by))
		got, data := fires(t, s, events)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
		if len(data) > 0 && len(data[0]) != 0 {
			t.Errorf("by %s: data %v", by, data[0])
		}
		s.Reset()
		if again, _ := fires(t, s, events); !cmp.Equal(got, again) {
			t.Errorf("by %s: after Reset %v", by, again)
		}
	}
}

const dropAndRun = `
apiVersion: tracehound/v1
kind: Signatures
signatures:
- metadata: {id: T-1, name: n}
  data: {ran: args.pathname}
  sequence:
    within: 60s
    by: tree
    steps:
    - events: [{name: security_socket_connect}]
      match: args.remote_addr.port == 80
    - events: [{name: security_file_open}]
      match: isWrite(args.flags)
    - events: [{name: sched_process_exec}]
      match: args.pathname.startsWith("/tmp/")
`

func TestSequence(t *testing.T) {
	connect := func(s int, exec, parent string) *event.Event {
		return at(s, "security_socket_connect", exec, parent, arg("remote_addr", event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 80}))
	}
	write := func(s int, exec, parent string) *event.Event {
		return at(s, "security_file_open", exec, parent, arg("pathname", "/tmp/x"), arg("flags", int32(1)))
	}
	run := func(s int, exec, parent, path string) *event.Event {
		return at(s, "sched_process_exec", exec, parent, arg("pathname", path))
	}
	const a, b, c, d, other = "h-10-1-1", "h-11-2-1", "h-12-3-1", "h-13-4-1", "h-99-9-1"
	withAncestors := run(3, d, "h-50-1-1", "/tmp/x")
	withAncestors.Ancestors = []event.Ancestor{{ExecID: "h-50-1-1"}, {ExecID: b}}
	tests := []struct {
		name   string
		events []*event.Event
		want   []int
	}{
		{"by one process", []*event.Event{connect(0, a, "h-1-1-1"), write(1, a, "h-1-1-1"), run(2, "h-10-1-2", "h-1-1-1", "/tmp/x")}, []int{2}},
		{"by its children", []*event.Event{connect(0, a, "h-1-1-1"), write(1, b, a), run(2, c, b, "/tmp/x")}, []int{2}},
		{"by a grandchild, whose parent was seen to execute", []*event.Event{connect(0, a, "h-1-1-1"), write(1, a, "h-1-1-1"), run(1, b, a, "/bin/sh"), run(2, c, b, "/tmp/x")}, []int{3}},
		{"by a descendant that names its ancestors", []*event.Event{connect(0, a, "h-1-1-1"), write(1, b, a), withAncestors}, []int{2}},
		{"others between", []*event.Event{connect(0, a, "h-1-1-1"), write(1, other, "h-1-1-1"), write(1, a, "h-1-1-1"), run(1, other, "h-1-1-1", "/tmp/x"), run(2, a, "h-1-1-1", "/tmp/x")}, []int{4}},
		{"a step lacks", []*event.Event{connect(0, a, "h-1-1-1"), run(2, a, "h-1-1-1", "/tmp/x")}, nil},
		{"out of order", []*event.Event{write(0, a, "h-1-1-1"), connect(1, a, "h-1-1-1"), run(2, a, "h-1-1-1", "/tmp/x")}, nil},
		{"too slow", []*event.Event{connect(0, a, "h-1-1-1"), write(1, a, "h-1-1-1"), run(61, a, "h-1-1-1", "/tmp/x")}, nil},
		{"once", []*event.Event{connect(0, a, "h-1-1-1"), write(1, a, "h-1-1-1"), run(2, a, "h-1-1-1", "/tmp/x"), run(3, a, "h-1-1-1", "/tmp/x")}, []int{2}},
		{"a parent is no descendant", []*event.Event{connect(0, b, a), write(1, b, a), run(2, a, "h-1-1-1", "/tmp/x")}, nil},
		{"nobody's", []*event.Event{connect(0, "", ""), write(1, "", ""), run(2, "", "", "/tmp/x")}, []int{2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := load(t, dropAndRun)
			got, data := fires(t, s, tt.events)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(data) > 0 {
				steps, _ := data[0]["steps"].([]any)
				if data[0]["ran"] != "/tmp/x" || len(steps) != 3 {
					t.Errorf("data %v", data[0])
				}
			}
			s.Reset()
			if again, _ := fires(t, s, tt.events); !cmp.Equal(got, again) {
				t.Errorf("after Reset %v", again)
			}
		})
	}
}

// Memory is bounded, and what was heard of last stays.
func TestMemoryForgets(t *testing.T) {
	s := load(t, thresholdFile("process"))
	var events []*event.Event
	for i := range 3 * maxKeys {
		events = append(events, at(1, "ptrace", fmt.Sprintf("b-%d-1-1", i), "", arg("request", int64(0))))
	}
	fires(t, s, events)
	if n := s.memory.(*threshold).times.Len(); n != maxKeys {
		t.Errorf("%d keys, want %d", n, maxKeys)
	}
	last := events[len(events)-1]
	if got, _ := fires(t, s, []*event.Event{last, last, events[0], events[0]}); !cmp.Equal(got, []int{1}) {
		t.Errorf("findings %v", got)
	}
}

func TestListsAndMacros(t *testing.T) {
	const text = `
apiVersion: tracehound/v1
kind: Signatures
lists:
  shells: [sh, bash]
  ports: [80, 443]
macros:
  is_shell(path): basename(path) in lists.shells
  far(port): port in lists.ports
  shell_of(path, name): is_shell(path) && path.endsWith(name)
signatures:
- metadata: {id: T-1, name: n}
  events:
  - name: sched_process_exec
    match: is_shell(args.pathname) && args.argv.exists(a, is_shell(a))
  - name: security_socket_connect
    match: far(args.remote_addr.port)
  - name: security_file_open
    match: shell_of(args.pathname, "ash")
`
	s := load(t, text)
	exec := func(path string, argv ...string) *event.Event {
		return happened("sched_process_exec", arg("pathname", path), arg("argv", argv))
	}
	connect := func(port uint16) *event.Event {
		return happened("security_socket_connect", arg("remote_addr", event.Sockaddr{Family: "AF_INET", Port: port}))
	}
	open := func(path string) *event.Event { return happened("security_file_open", arg("pathname", path)) }
	got, _ := fires(t, s, []*event.Event{exec("/bin/sh", "x", "/usr/bin/bash"), exec("/bin/sh", "x"), exec("/bin/shh", "sh"),
		connect(443), connect(444), open("/bin/bash"), open("/bin/sh"), open("/bin/dash")})
	if diff := cmp.Diff([]int{0, 3, 5}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPathFunctions(t *testing.T) {
	open := happened("security_file_open", arg("pathname", "/etc/ssh/sshd_config"))
	connect := happened("security_socket_connect", arg("remote_addr", event.Sockaddr{Family: "AF_INET6", Addr: "::ffff:10.1.2.3"}))
	tests := []struct {
		e    *event.Event
		expr string
		want bool
	}{
		{open, `dirname(args.pathname) == "/etc/ssh"`, true},
		{open, `isUnder(args.pathname, "/etc/")`, true},
		{open, `isUnder(args.pathname, "/etc/ss")`, false},
		{open, `isUnderAny(args.pathname, ["/usr", "/etc"])`, true},
		{open, `glob(args.pathname, "/etc/*/sshd*")`, true},
		{open, `glob(args.pathname, "/etc/*")`, false},
		{open, `glob(args.pathname, "[")`, false},
		{open, `startsWithAny(args.pathname, ["/usr", "/etc"])`, true},
		{open, `endsWithAny(args.pathname, ["_config", "x"])`, true},
		{open, `endsWithAny(args.pathname, [])`, false},
		{open, `containsAny(args.pathname, ["ssh/"])`, true},
		{connect, `inCIDR(args.remote_addr.addr, "10.0.0.0/8")`, true},
		{connect, `inCIDR(args.remote_addr.addr, "rubbish")`, false},
		{connect, `inAnyCIDR(args.remote_addr.addr, ["192.168.0.0/16", "10.1.0.0/16"])`, true},
		{connect, `isPrivate(args.remote_addr.addr) && !isLoopback(args.remote_addr.addr)`, true},
		{connect, `isPrivate("rubbish")`, false},
		{connect, `isELF(b"\x7fELF\x02") && !isELF(b"\x7fEL")`, true},
	}
	for _, tt := range tests {
		m, err := load(t, file(tt.e.EventName, "|\n    "+tt.expr, "")).OnEvent(tt.e)
		if err != nil || (m != nil) != tt.want {
			t.Errorf("%s: %v, %v, want match %v", tt.expr, m, err, tt.want)
		}
	}
}

func TestSharedFaults(t *testing.T) {
	oneStep, _, _ := strings.Cut(dropAndRun, "    - events: [{name: security_file_open}]")
	head := "apiVersion: tracehound/v1\nkind: Signatures\n"
	sig := "signatures:\n- metadata: {id: T-1, name: n}\n  events: [{name: ptrace}]\n  match: \"true\"\n"
	tests := []struct{ name, text, want string }{
		{"list of lists", head + "lists:\n  a: [[1]]\n" + sig, "x.yaml:4:3: list a: must be a list of texts, or one of whole numbers"},
		{"list name", head + "lists:\n  A: [x]\n" + sig, `x.yaml:4:3: list name "A"`},
		{"unknown list", head + strings.Replace(sig, `"true"`, `event.processName in lists.no`, 1), "undeclared reference to 'lists'"},
		{"macro head", head + "macros:\n  m: \"true\"\n" + sig, `x.yaml:4:3: macro "m": must be written name():`},
		{"macro parameter", head + "macros:\n  m(1): \"true\"\n" + sig, `macro m: "1" must begin`},
		{"macro body", head + "macros:\n  m(): \"1 +\"\n" + sig, "macro m: "},
		{"macro twice", head + "macros:\n  m(): \"true\"\n  m( ): \"false\"\n" + sig, "two macros named m"},
		{"count", strings.Replace(thresholdFile("process"), "count: 3", "count: 1", 1), `threshold: count "1" must be a number from 2 to 1000`},
		{"window", strings.Replace(thresholdFile("process"), "10s", "ten", 1), `threshold: window "ten" must be a time`},
		{"no window", strings.Replace(thresholdFile("process"), ", window: 10s", "", 1), `threshold: window "" must be a time`},
		{"by", thresholdFile("pod"), `threshold: by "pod" must be one of container, host, parent, process, program, user`},
		{"one step", oneStep, "sequence: has 1 steps, must have 2 to 8"},
		{"sequence and match", dropAndRun + "  match: \"true\"\n", "its events and match belong to the steps"},
		{"once by", onceFile("10s", "pod"), `once: by "pod" must be one of container, host, parent, process, program, user`},
		{"once without a window", onceFile("0s", "host"), `once: window "0s" must be a time`},
		{"once and threshold", thresholdFile("host") + "  once: {window: 1s, by: host}\n", "it can have one of them"},
		{"sequence and threshold", dropAndRun + "  threshold: {count: 2, window: 1s, by: process}\n", "it can have one of them"},
		{"sequence by", strings.Replace(dropAndRun, "by: tree", "by: bush", 1), `sequence: by "bush" must be one of`},
		{"step's condition", strings.Replace(dropAndRun, "port == 80", "prt == 80", 1), "undefined field 'prt'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load("x.yaml", []byte(tt.text), nil, lookup)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
