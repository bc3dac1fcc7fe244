package cel

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

var definitions = []schema.Event{
	{Name: "ptrace", Fields: []schema.Field{{Name: "request", Kind: schema.PtraceRequest}, {Name: "pid", Kind: schema.PID}, {Name: "addr", Kind: schema.Pointer}}},
	{Name: "security_file_open", Fields: []schema.Field{{Name: "pathname", Kind: schema.Path}, {Name: "flags", Kind: schema.OpenFlags}}},
	{Name: "sched_process_exec", Fields: []schema.Field{{Name: "pathname", Kind: schema.Path}, {Name: "argv", Kind: schema.Strings}}},
	{Name: "commit_creds", Fields: []schema.Field{{Name: "old_cred", Kind: schema.Cred}, {Name: "new_cred", Kind: schema.Cred}}},
	{Name: "security_socket_connect", Fields: []schema.Field{{Name: "sockfd", Kind: schema.FD}, {Name: "remote_addr", Kind: schema.Sockaddr}}},
	{Name: "sched_process_exit", Fields: []schema.Field{{Name: "exit_code", Kind: schema.Long}, {Name: "process_group_exit", Kind: schema.Bool}}},
	{Name: "magic_write", Fields: []schema.Field{{Name: "bytes", Kind: schema.Bytes}, {Name: "pair", Kind: schema.FDPair}, {Name: "inode", Kind: schema.Inode}}},
	{Name: "nothing"},
}

func lookup(name string) (*schema.Event, error) {
	for i := range definitions {
		if definitions[i].Name == name {
			return &definitions[i], nil
		}
	}
	return nil, fmt.Errorf("unknown event %q", name)
}

// file makes a file of one signature on an event, its match and data given as
// YAML.
func file(on, match, data string) string {
	text := "apiVersion: tracehound/v1\nkind: Signatures\nsignatures:\n- metadata: {id: T-1, name: n}\n  events: [{name: " + on + "}]\n  match: " + match + "\n"
	if data != "" {
		text += "  data:\n    d: " + data + "\n"
	}
	return text
}

func load(t *testing.T, text string) *Signature {
	t.Helper()
	all, err := Load("x.yaml", []byte(text), nil, lookup)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(all) != 1 {
		t.Fatalf("%d signatures, want 1", len(all))
	}
	return all[0]
}

func arg(name string, value any) event.Argument { return event.Argument{Name: name, Value: value} }

func happened(name string, args ...event.Argument) *event.Event {
	return &event.Event{EventName: name, Args: args}
}

func TestMatch(t *testing.T) {
	traceme := happened("ptrace", arg("request", int64(0)), arg("pid", int32(0)), arg("addr", ^uint64(0)))
	open := happened("security_file_open", arg("pathname", "/etc/hosts"), arg("flags", int32(0o1101)))
	exec := happened("sched_process_exec", arg("pathname", "/usr/bin/ls"), arg("argv", []string{"ls", "-l"}))
	connect := happened("security_socket_connect", arg("sockfd", int32(3)), arg("remote_addr", event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 443}))
	vsock := happened("security_socket_connect", arg("remote_addr", event.Sockaddr{Family: "AF_SURPRISE"}))
	netlink := happened("security_socket_connect", arg("remote_addr", event.Sockaddr{Family: "AF_NETLINK", Other: `{"nl_groups":"1","nl_pid":"7"}`}))
	write := happened("magic_write", arg("bytes", []byte("\x7fELF")), arg("pair", []int32{4, 5}), arg("inode", ^uint64(0)))
	exit := happened("sched_process_exit", arg("exit_code", int64(256)), arg("process_group_exit", true))
	creds := happened("commit_creds", arg("old_cred", event.Cred{UID: 1000}), arg("new_cred", event.Cred{Effective: 1 << 21}))
	none := func(name string) *event.Event { return happened(name) }

	tests := []struct {
		expr string
		e    *event.Event
		want bool
	}{
		{`args.request == PTRACE_TRACEME`, traceme, true},
		{`args.request != PTRACE_TRACEME`, traceme, false},
		{`args.addr == -1`, traceme, true},
		{`args.request == PTRACE_TRACEME`, happened("ptrace", arg("request", "PTRACE_TRACEME")), true},

		{`args.pathname == "/etc/hosts" && isWrite(args.flags)`, open, true},
		{`isRead(args.flags)`, open, false},
		{`hasFlag(args.flags, O_CREAT)`, open, true},
		{`hasFlag(args.flags, O_EXCL)`, open, false},
		{`isRead(args.flags) && !isWrite(args.flags)`, happened("security_file_open", arg("flags", int32(0))), true},
		{`isRead(args.flags) && isWrite(args.flags)`, happened("security_file_open", arg("flags", int32(2))), true},
		{`isRead(args.flags) || isWrite(args.flags)`, happened("security_file_open", arg("flags", int32(3))), false},
		{`isRead(args.flags) || isWrite(args.flags)`, happened("security_file_open", arg("flags", int32(0o10000001))), false},

		{`args.argv.exists(a, a == "-l") && args.argv[0] == "ls" && size(args.argv) == 2`, exec, true},
		{`basename(args.pathname) == "ls"`, exec, true},
		{`basename(args.pathname) in ["sh", "bash"]`, exec, false},
		{`args.pathname.matches("^/usr/(s)?bin/") && args.pathname.startsWith("/usr")`, exec, true},
		{`args.pathname.lowerAscii().replace("/", "") == "usrbinls"`, exec, true},

		{`args.remote_addr.family in [AF_INET, AF_INET6] && args.remote_addr.port == 443 && args.remote_addr.addr == "10.0.0.1"`, connect, true},
		{`args.remote_addr.family == AF_UNIX || args.remote_addr.path != ""`, connect, false},
		{`args.remote_addr.family == -1`, vsock, true},
		{`args.remote_addr == args.remote_addr`, connect, true},
		{`args.remote_addr.family == AF_NETLINK && args.remote_addr.fields["nl_pid"] == "7"`, netlink, true},
		{`"nl_pid" in args.remote_addr.fields`, connect, false},
		{`text.remote_addr == "AF_NETLINK nl_groups=1 nl_pid=7"`, netlink, true},
		{`text.remote_addr == "10.0.0.1:443" && text.sockfd == "3"`, connect, true},

		{`args.bytes.size() == 4 && args.bytes == b"\x7fELF" && args.pair[1] == 5`, write, true},
		{`text.bytes == "7f454c46" && text.inode == "18446744073709551615"`, write, true},
		{`args.process_group_exit && args.exit_code / 256 == 1`, exit, true},

		{`args.old_cred.uid == 1000 && args.new_cred.uid == 0 && args.old_cred != args.new_cred`, creds, true},
		{`hasFlag(args.new_cred.capEffective, 0x200000)`, creds, true},
		{`text.new_cred.endsWith("CapEffective=0x200000")`, creds, true},

		// An argument that is not there is neither equal nor different.
		{`args.request == PTRACE_TRACEME`, none("ptrace"), false},
		{`args.request != PTRACE_TRACEME`, none("ptrace"), false},
		{`!(args.request == PTRACE_TRACEME)`, none("ptrace"), false},
		{`args.request == PTRACE_TRACEME || event.eventName == "ptrace"`, none("ptrace"), true},
		{`args.request == PTRACE_TRACEME && event.eventName == "ptrace"`, none("ptrace"), false},
		{`has(args.request)`, none("ptrace"), false},
		{`!has(args.request)`, none("ptrace"), true},
		{`!has(args.request)`, happened("ptrace", arg("request", nil)), true},
		{`has(args.request) && args.request == 0`, traceme, true},
		{`has(text.request)`, none("ptrace"), false},
		{`args.pathname.startsWith("")`, none("security_file_open"), false},
		{`isRead(args.flags)`, none("security_file_open"), false},
		{`args.remote_addr.family == AF_INET`, none("security_socket_connect"), false},
		{`args.process_group_exit`, none("sched_process_exit"), false},
		{`!args.process_group_exit`, none("sched_process_exit"), false},
		{`args.argv.exists(a, true) || true`, none("sched_process_exec"), true},
		{`args.argv[5] == "x"`, exec, false},
		{`args.argv[-1] == "x"`, exec, false},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			s := load(t, file(tt.e.EventName, "|\n    "+tt.expr, ""))
			m, err := s.OnEvent(tt.e)
			if err != nil || (m != nil) != tt.want {
				t.Errorf("OnEvent = %v, %v, want match %v", m, err, tt.want)
			}
		})
	}
}

func TestEventFields(t *testing.T) {
	e := &event.Event{
		Timestamp: 1700000000123456789, ThreadStartTime: 2, ProcessorID: 3, ProcessID: 4, CgroupID: 5, ThreadID: 6, ParentProcessID: 7,
		HostProcessID: 8, HostThreadID: 9, HostParentProcessID: 10, UserID: 11, MountNS: 12, PIDNS: 13, ProcessName: "pn", HostName: "hn",
		ContainerID: "ci", ContainerImage: "cim", ContainerName: "cn", PodName: "po", PodNamespace: "pns", PodUID: "pu", EventID: 14,
		EventName: "nothing", ReturnValue: -2, StackAddresses: []uint64{15}, Executable: "ex", ExecID: "ei", ParentExecID: "pei", Sequence: 16, ABI: "i386",
		Ancestors:       []event.Ancestor{{ExecID: "a1", HostProcessID: 10, ProcessName: "sh", Executable: "/bin/sh"}, {ExecID: "a2", HostProcessID: 1}},
		MatchedPolicies: []string{"web", "db"}, ContainerRuntime: "cr", ContainerImageDigest: "cd", ContainerLabels: []string{"a=b"}, UserName: "un", ExecSession: "es",
	}
	tests := []string{
		`event.timestamp == timestamp("2023-11-14T22:13:20.123456789Z") && event.timestamp.getHours() == 22`,
		`[event.threadStartTime, event.processorId, event.processId, event.cgroupId, event.threadId, event.parentProcessId] == [2, 3, 4, 5, 6, 7]`,
		`[event.hostProcessId, event.hostThreadId, event.hostParentProcessId, event.userId, event.mountNamespace, event.pidNamespace] == [8, 9, 10, 11, 12, 13]`,
		`[event.processName, event.hostName, event.containerId, event.containerImage, event.containerName] == ["pn", "hn", "ci", "cim", "cn"]`,
		`[event.podName, event.podNamespace, event.podUID, event.eventName, event.executable] == ["po", "pns", "pu", "nothing", "ex"]`,
		`[event.execId, event.parentExecId, event.origin, event.abi] == ["ei", "pei", "container", "i386"]`,
		`[event.eventId, event.sequence] == [14, 16] && event.returnValue == -ENOENT && event.stackAddresses == [15]`,
		`has(event.podName)`,
		`[event.containerRuntime, event.containerImageDigest, event.userName, event.execSession] == ["cr", "cd", "un", "es"] && "a=b" in event.containerLabels`,
		`event.ancestors.exists(a, a.executable == "/bin/sh" && a.processName == "sh" && a.execId == "a1") && event.ancestors[1].hostProcessId == 1`,
		`event.ancestors[0] != event.ancestors[1] && "db" in event.matchedPolicies`,
	}
	asked := strings.Join(tests, "\n")
	for _, f := range eventFields {
		if !strings.Contains(asked, "event."+f.name) {
			t.Errorf("no test asks for event.%s", f.name)
		}
	}
	for _, expr := range tests {
		m, err := load(t, file("nothing", "|\n    "+expr, "")).OnEvent(e)
		if m == nil || err != nil {
			t.Errorf("%s: %v, %v, want a match", expr, m, err)
		}
	}
}

func TestData(t *testing.T) {
	e := happened("security_socket_connect", arg("sockfd", int32(-100)), arg("remote_addr", event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 443}))
	e.Timestamp = 1700000000000000001
	tests := []struct {
		expr string
		want map[string]any
	}{
		{`args.remote_addr`, map[string]any{"d": map[string]any{"sa_family": "AF_INET", "sin_addr": "10.0.0.1", "sin_port": "443"}}},
		{`args.sockfd`, map[string]any{"d": int64(-100)}},
		{`text.sockfd`, map[string]any{"d": "AT_FDCWD"}},
		{`event.timestamp`, map[string]any{"d": "2023-11-14T22:13:20.000000001Z"}},
		{`duration("90s")`, map[string]any{"d": "1m30s"}},
		{`[1, args.sockfd]`, map[string]any{"d": []any{int64(1), int64(-100)}}},
		{`[args.remote_addr.port]`, map[string]any{"d": []any{int64(443)}}},
		{`{"a": {"b": [true]}}`, map[string]any{"d": map[string]any{"a": map[string]any{"b": []any{true}}}}},
		{`1.5`, map[string]any{"d": 1.5}},
		{`b"x"`, map[string]any{"d": []byte("x")}},
		{`1 / (args.sockfd + 100)`, map[string]any{"d": "error: division by zero"}},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			expr := "|\n        " + tt.expr
			m, err := load(t, file(e.EventName, `"true"`, expr)).OnEvent(e)
			if err != nil || m == nil {
				t.Fatalf("OnEvent = %v, %v", m, err)
			}
			if diff := cmp.Diff(tt.want, m.Data); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
	m, err := load(t, file(e.EventName, `"true"`, "args.remote_addr")).OnEvent(happened(e.EventName))
	if err != nil || m == nil || len(m.Data) != 0 {
		t.Errorf("absent argument: %v, %v, want a match without data", m, err)
	}
	m, err = load(t, file(e.EventName, `"true"`, "")).OnEvent(e)
	if err != nil || m == nil || m.Data != nil {
		t.Errorf("no data: %v, %v, want a match without data", m, err)
	}
}

func TestHostileValues(t *testing.T) {
	tests := []struct {
		name string
		e    *event.Event
		expr string
	}{
		{"text for a number", happened("ptrace", arg("request", "bogus")), `args.request == 0`},
		{"list for a number", happened("ptrace", arg("request", []any{1})), `args.request == 0`},
		{"number for text", happened("security_file_open", arg("pathname", int32(3))), `args.pathname == ""`},
		{"object for an address", happened("security_socket_connect", arg("remote_addr", map[string]any{"x": 1})), `args.remote_addr.port == 1`},
		{"text for a list", happened("sched_process_exec", arg("argv", "ls")), `args.argv[0] == "ls"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := load(t, file(tt.e.EventName, "|\n    "+tt.expr, "")).OnEvent(tt.e)
			if m != nil || err == nil || !strings.Contains(err.Error(), "argument "+tt.e.Args[0].Name) {
				t.Errorf("OnEvent = %v, %v, want an error that names the argument", m, err)
			}
		})
	}
	long := happened("security_file_open", arg("pathname", strings.Repeat("/\xff", 1<<16)))
	if m, err := load(t, file("security_file_open", `args.pathname.matches("(a*)*$")`, "basename(args.pathname)")).OnEvent(long); m == nil || err != nil {
		t.Errorf("long path: %v, %v", m, err)
	}
}

// Two selectors with conditions of their own, one of them for one origin.
const perEvent = `
apiVersion: tracehound/v1
kind: Signatures
signatures:
  - metadata: {id: T-2, version: &v 1.10, name: !!str n, tags: [linux, 7], properties: {Severity: 3, list: [1, 2.5], "MITRE ATT&CK": "x: y"}, description: two lines}
    events:
      - name: ptrace
        origin: container
        match: args.pid == 1
        data: {pid: args.pid}
      - {name: ptrace, origin: host}
      - {name: nothing, source: tracee, origin: "*"}
    match: event.returnValue == 0
    data: {fallback: "true"}
---
# another document of ours
kind: Signatures
apiVersion: tracehound/v1
signatures:
  - metadata: {id: T-3, name: m}
    events: [{name: nothing}]
    match: "true"
`

func TestSeveralSignatures(t *testing.T) {
	all, err := Load("x.yaml", []byte(perEvent), nil, lookup)
	if err != nil || len(all) != 2 {
		t.Fatalf("Load = %d signatures, %v", len(all), err)
	}
	s := all[0]
	want := signature.Metadata{ID: "T-2", Version: "1.10", Name: "n", Description: "two lines", Tags: []string{"linux", "7"},
		Properties: map[string]any{"Severity": 3, "list": []any{1, 2.5}, "MITRE ATT&CK": "x: y"}}
	if diff := cmp.Diff(want, s.Metadata()); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	wantSelectors := []signature.Selector{{Name: "ptrace", Origin: "container"}, {Name: "ptrace", Origin: "host"}, {Source: "tracee", Name: "nothing", Origin: "*"}}
	if diff := cmp.Diff(wantSelectors, s.Selectors()); diff != "" {
		t.Errorf("selectors (-want +got):\n%s", diff)
	}
	if got := []string{s.Position().String(), s.SelectorPosition(0).String(), s.SelectorPosition(1).String()}; !cmp.Equal(got, []string{"x.yaml:5:20", "x.yaml:7:15", "x.yaml:11:16"}) {
		t.Errorf("places %q", got)
	}
	if all[1].Metadata().ID != "T-3" {
		t.Errorf("second signature is %s", all[1].Metadata().ID)
	}

	inBox := func(e *event.Event) *event.Event { e.ContainerID = "c0"; return e }
	fallback := map[string]any{"fallback": true}
	tests := []struct {
		name string
		e    *event.Event
		want *signature.Match
	}{
		{"container, own condition", inBox(happened("ptrace", arg("pid", int32(1)))), &signature.Match{Data: map[string]any{"pid": int64(1)}}},
		{"container, own condition fails", inBox(happened("ptrace", arg("pid", int32(2)))), nil},
		{"host", happened("ptrace", arg("pid", int32(2))), &signature.Match{Data: fallback}},
		{"any origin", inBox(happened("nothing")), &signature.Match{Data: fallback}},
		{"not selected", happened("sched_process_exec"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.OnEvent(tt.e)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("OnEvent: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func BenchmarkOnEvent(b *testing.B) {
	all, err := Load("x.yaml", []byte(file("security_file_open", `args.pathname.startsWith("/etc/") && isWrite(args.flags)`, "")), nil, lookup)
	if err != nil {
		b.Fatal(err)
	}
	e := happened("security_file_open", arg("pathname", "/etc/hosts"), arg("flags", int32(0)))
	b.ReportAllocs()
	for b.Loop() {
		if m, err := all[0].OnEvent(e); m != nil || err != nil {
			b.Fatal(m, err)
		}
	}
}
