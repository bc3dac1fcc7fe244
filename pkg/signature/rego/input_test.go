package rego

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/event"
)

// full holds a value of every Go type that an event can carry.
func full() *event.Event {
	return &event.Event{
		Timestamp: 1700000000123456789, ThreadStartTime: math.MaxInt64, ProcessorID: 3, ProcessID: 7, CgroupID: math.MaxUint64,
		ThreadID: 8, ParentProcessID: 1, HostProcessID: 4007, HostThreadID: 4008, HostParentProcessID: 4001, UserID: 4294967294,
		MountNS: 4026532621, PIDNS: 4026532624, ProcessName: "cp \xff\xfe\x1b[2J", HostName: "node<1>&", ContainerID: "4f",
		ContainerImage: "nginx:1", ContainerName: "web", PodName: "p", PodNamespace: "ns", PodUID: "u-1",
		EventID: 257, EventName: "openat", ReturnValue: math.MinInt64, StackAddresses: []uint64{1, math.MaxUint64},
		Args: []event.Argument{
			{Name: "i32", Type: "int", Value: int32(-100)},
			{Name: "text", Type: "const char*", Value: "/tmp/\xc3é😀\x00", Truncated: true},
			{Name: "u32", Type: "unsigned int", Value: uint32(math.MaxUint32)},
			{Name: "u16", Type: "umode_t", Value: uint16(0o644)},
			{Name: "i64", Type: "off_t", Value: int64(math.MinInt64)},
			{Name: "u64", Type: "void*", Value: uint64(math.MaxUint64)},
			{Name: "bool", Type: "bool", Value: true},
			{Name: "argv", Type: "const char*const*", Value: []string{"ls", "", "\xfe"}},
			{Name: "bytes", Type: "bytes", Value: []byte{0x7f, 'E', 'L', 'F', 0xff}},
			{Name: "pair", Type: "int[2]", Value: []int32{3, -4}},
			{Name: "unix", Type: "struct sockaddr*", Value: event.Sockaddr{Family: "AF_UNIX", Path: "@x"}},
			{Name: "inet6", Type: "struct sockaddr*", Value: event.Sockaddr{Family: "AF_INET6", Addr: "::1", Port: 80, ScopeID: 2}},
			{Name: "cred", Type: "slim_cred_t", Value: event.Cred{UID: 1, Bounding: math.MaxUint64}},
			{Name: "null", Type: "const char*", Value: nil},
			{Name: "foreign", Type: "x", Value: map[string]any{"n": json.Number("12345678901234567890123"), "l": []any{true, "x"}}},
			{Name: "stranger", Type: "y", Value: struct{ A int }{3}},
		},
		Executable: "/bin/cp", ExecID: "b:7:9", ParentExecID: "b:1:0", Sequence: math.MaxUint64, ABI: "i386", ContainerRuntime: "docker", ContainerImageDigest: "sha256:aa", ContainerLabels: []string{"a=b"}, UserName: "www", ExecSession: "b:1:0",
		Ancestors:       []event.Ancestor{{ExecID: "b:1:1", HostProcessID: 1, ProcessName: "init", Executable: "/sbin/init"}, {}},
		MatchedPolicies: []string{"web"}, StackSymbols: []string{"/bin/cp!main+0x1", "0x0"},
		Extra: map[string]json.RawMessage{
			"k": json.RawMessage(`{"a":[1.50,null,"\u00e9"]}`), "eventName": json.RawMessage(`"other"`), "bad": json.RawMessage("{\n"),
		},
	}
}

func TestInputIsTheJSONForm(t *testing.T) {
	for name, e := range map[string]*event.Event{"full": full(), "zero": {}} {
		want, err := ast.ValueFromReader(strings.NewReader(string(e.AppendJSON(nil))))
		if err != nil {
			t.Fatal(err)
		}
		if got := whole(e, nil); got.Compare(want) != 0 {
			t.Errorf("%s: input differs from the JSON form\nwant %s\ngot  %s", name, want, got)
		}
	}
}

// Every key of an event is a key of the input.
func TestMembersAreTheJSONKeys(t *testing.T) {
	e := full()
	e.Extra = nil
	var all map[string]json.RawMessage
	if err := json.Unmarshal(e.AppendJSON(nil), &all); err != nil {
		t.Fatal(err)
	}
	for key := range all {
		if memberByKey[key] == nil {
			t.Errorf("input lacks %s", key)
		}
	}
	if len(all) != len(members) {
		t.Errorf("%d keys, %d members", len(all), len(members))
	}
}

func TestInputShowsNames(t *testing.T) {
	got := whole(open("/x", int32(0o1101)), definitions("security_file_open"))
	want := ast.MustParseTerm(`[{"name":"pathname","type":"const char*","value":"/x"},{"name":"flags","type":"string","value":"O_WRONLY|O_CREAT|O_TRUNC"}]`)
	args := got.(ast.Object).Get(ast.StringTerm("args"))
	if args.Value.Compare(want.Value) != 0 {
		t.Errorf("args = %s, want %s", args, want)
	}
}
