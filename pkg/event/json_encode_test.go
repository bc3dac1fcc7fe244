package event

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

// mirror is the JSON form as encoding/json would write it.
type mirror struct {
	Timestamp           int64       `json:"timestamp"`
	ThreadStartTime     int64       `json:"threadStartTime"`
	ProcessorID         int         `json:"processorId"`
	ProcessID           int         `json:"processId"`
	CgroupID            uint64      `json:"cgroupId"`
	ThreadID            int         `json:"threadId"`
	ParentProcessID     int         `json:"parentProcessId"`
	HostProcessID       int         `json:"hostProcessId"`
	HostThreadID        int         `json:"hostThreadId"`
	HostParentProcessID int         `json:"hostParentProcessId"`
	UserID              int         `json:"userId"`
	MountNS             uint32      `json:"mountNamespace"`
	PIDNS               uint32      `json:"pidNamespace"`
	ProcessName         string      `json:"processName"`
	HostName            string      `json:"hostName"`
	ContainerID         string      `json:"containerId"`
	ContainerImage      string      `json:"containerImage"`
	ContainerName       string      `json:"containerName"`
	PodName             string      `json:"podName"`
	PodNamespace        string      `json:"podNamespace"`
	PodUID              string      `json:"podUID"`
	EventID             int         `json:"eventId,string"`
	EventName           string      `json:"eventName"`
	ArgsNum             int         `json:"argsNum"`
	ReturnValue         int64       `json:"returnValue"`
	StackAddresses      []uint64    `json:"stackAddresses"`
	Args                []mirrorArg `json:"args"`
	Executable          string      `json:"executable"`
	ExecID              string      `json:"execId"`
	ParentExecID        string      `json:"parentExecId"`
	Sequence            uint64      `json:"sequence"`
	ABI                 string      `json:"abi,omitempty"`
	ContainerRuntime    string      `json:"containerRuntime,omitempty"`
	ImageDigest         string      `json:"containerImageDigest,omitempty"`
	ContainerLabels     []string    `json:"containerLabels,omitempty"`
	UserName            string      `json:"userName,omitempty"`
	ExecSession         string      `json:"execSession,omitempty"`
}

type mirrorArg struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Value     any    `json:"value"`
	Truncated bool   `json:"truncated,omitempty"`
	Path      string `json:"path,omitempty"`
}

func mirrorOf(t *testing.T, e *Event) string {
	t.Helper()
	m := mirror{
		Timestamp: e.Timestamp, ThreadStartTime: e.ThreadStartTime, ProcessorID: e.ProcessorID,
		ProcessID: e.ProcessID, CgroupID: e.CgroupID, ThreadID: e.ThreadID, ParentProcessID: e.ParentProcessID,
		HostProcessID: e.HostProcessID, HostThreadID: e.HostThreadID, HostParentProcessID: e.HostParentProcessID,
		UserID: e.UserID, MountNS: e.MountNS, PIDNS: e.PIDNS, ProcessName: e.ProcessName, HostName: e.HostName,
		ContainerID: e.ContainerID, ContainerImage: e.ContainerImage, ContainerName: e.ContainerName,
		PodName: e.PodName, PodNamespace: e.PodNamespace, PodUID: e.PodUID, EventID: int(e.EventID),
		EventName: e.EventName, ArgsNum: len(e.Args), ReturnValue: e.ReturnValue, StackAddresses: e.StackAddresses,
		Args: []mirrorArg{}, Executable: e.Executable, ExecID: e.ExecID, ParentExecID: e.ParentExecID,
		Sequence: e.Sequence, ABI: e.ABI, ContainerRuntime: e.ContainerRuntime, ImageDigest: e.ContainerImageDigest,
		ContainerLabels: e.ContainerLabels, UserName: e.UserName, ExecSession: e.ExecSession,
	}
	for _, a := range e.Args {
		v := a.Value
		if s, ok := v.(Sockaddr); ok {
			v = s.Map()
		}
		m.Args = append(m.Args, mirrorArg{a.Name, a.Type, v, a.Truncated, a.Path})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sample holds a value of every Go type that the tracer sends.
func sample() *Event {
	return &Event{
		Timestamp: 1700000000123456789, ThreadStartTime: math.MaxInt64, ProcessorID: 3, ProcessID: 7, CgroupID: math.MaxUint64,
		ThreadID: 8, ParentProcessID: 1, HostProcessID: 4007, HostThreadID: 4008, HostParentProcessID: 4001, UserID: 4294967294,
		MountNS: 4026532621, PIDNS: 4026532624, ProcessName: "cp \xff\x1b[2J", HostName: "node<1>&", ContainerID: strings.Repeat("4f", 32),
		ContainerImage: "nginx:1", ContainerName: "web", PodName: "p", PodNamespace: "ns", PodUID: "u-1",
		EventID: 257, EventName: "openat", ReturnValue: math.MinInt64, StackAddresses: []uint64{1, math.MaxUint64},
		Args: []Argument{
			{Name: "dirfd", Type: "int", Value: int32(-100), Path: "/tmp"},
			{Name: "pathname", Type: "const char*", Value: "/tmp/a\"b\\c\n\t\b\f\r\x00\x7f\u2028é😀\xc3", Truncated: true},
			{Name: "flags", Type: "unsigned int", Value: uint32(math.MaxUint32)},
			{Name: "mode", Type: "umode_t", Value: uint16(0o644)},
			{Name: "off", Type: "off_t", Value: int64(math.MinInt64)},
			{Name: "addr", Type: "struct timespec*", Value: uint64(math.MaxUint64)},
			{Name: "yes", Type: "bool", Value: true},
			{Name: "argv", Type: "const char*const*", Value: []string{"ls", "", "\xfe"}},
			{Name: "env", Type: "const char**", Value: []string{}},
			{Name: "bytes", Type: "bytes", Value: []byte{0x7f, 'E', 'L', 'F', 0xff}},
			{Name: "fds", Type: "int[2]", Value: []int32{3, -4}},
			{Name: "unix", Type: "struct sockaddr*", Value: Sockaddr{Family: "AF_UNIX", Path: "@x\x00y"}},
			{Name: "inet", Type: "struct sockaddr*", Value: Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 65535}},
			{Name: "inet6", Type: "struct sockaddr*", Value: Sockaddr{Family: "AF_INET6", Addr: "::1", Port: 80, FlowInfo: math.MaxUint32, ScopeID: 2}},
			{Name: "other", Type: "struct sockaddr*", Value: Sockaddr{Family: "AF_NETLINK"}},
			{Name: "null", Type: "const char*", Value: nil},
		},
		Executable: "/bin/cp", ExecID: "b:7:9", ParentExecID: "b:1:0", Sequence: math.MaxUint64,
	}
}

func TestAppendJSONEqualsEncodingJSON(t *testing.T) {
	for name, e := range map[string]*Event{"full": sample(), "zero": {}} {
		if diff := cmp.Diff(mirrorOf(t, e), string(e.AppendJSON(nil))); diff != "" {
			t.Errorf("%s: JSON differs from encoding/json (-want +got):\n%s", name, diff)
		}
	}
}

func TestAppendJSONGolden(t *testing.T) {
	e := &Event{EventID: schema.ID(101), EventName: "ptrace", ProcessName: "strace", ReturnValue: -1,
		Args:  []Argument{{Name: "request", Type: "long", Value: int64(0)}},
		Extra: map[string]json.RawMessage{"z": json.RawMessage(" [1, 2]"), "a": json.RawMessage(`{"b": "<>"}`), "eventName": json.RawMessage(`"no"`), "bad": json.RawMessage("{\n")}}
	const want = `{"timestamp":0,"threadStartTime":0,"processorId":0,"processId":0,"cgroupId":0,"threadId":0,` +
		`"parentProcessId":0,"hostProcessId":0,"hostThreadId":0,"hostParentProcessId":0,"userId":0,"mountNamespace":0,` +
		`"pidNamespace":0,"processName":"strace","hostName":"","containerId":"","containerImage":"","containerName":"",` +
		`"podName":"","podNamespace":"","podUID":"","eventId":"101","eventName":"ptrace","argsNum":1,"returnValue":-1,` +
		`"stackAddresses":null,"args":[{"name":"request","type":"long","value":0}],"executable":"","execId":"",` +
		`"parentExecId":"","sequence":0,"a":{"b":"<>"},"bad":"{\n","z":[1,2]}`
	if diff := cmp.Diff(want, string(e.AppendJSON(nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Values that only a foreign stream or a programming error brings still make
// valid JSON.
func TestAppendValueForeign(t *testing.T) {
	tests := []struct {
		value any
		want  string
	}{
		{json.Number("12345678901234567890"), "12345678901234567890"},
		{json.Number("1e400"), "1e400"},
		{map[string]any{"k": []any{nil, "<x>", json.Number("1")}}, `{"k":[null,"<x>",1]}`},
		{[]uint64{1}, "[1]"},
		{[]string(nil), "[]"},
		{[]byte(nil), `""`},
		{math.Inf(1), `"+Inf"`},
		{json.Number("]"), `"]"`},
	}
	for _, tt := range tests {
		if got := string(appendValue(nil, tt.value)); got != tt.want {
			t.Errorf("appendValue(%#v) = %s; want %s", tt.value, got, tt.want)
		}
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\x00\x1f\x7f\"\\", "é\u2028\u2029\ufffd", "\xff\xc3\x28\xed\xa0\x80", "</script>&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got, want := string(appendString(nil, s))+"\n", b.String(); got != want {
			t.Errorf("appendString(%q) = %s; want %s", s, got, want)
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	e := sample()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendJSON(buf[:0])
	}
	b.SetBytes(int64(len(buf)))
}
