package rego_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/rego"
)

func load(t *testing.T, path string) signature.Signature {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := rego.NewLoader(nil, catalog.ByName)
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Load(rego.File{Path: path, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTRC2(t *testing.T) {
	request := func(v any) *event.Event {
		return &event.Event{EventName: "ptrace", ProcessName: "strace", Args: []event.Argument{
			{Name: "request", Type: "long", Value: v}, {Name: "pid", Type: "pid_t", Value: int32(0)}}}
	}
	refused := request(int64(0))
	refused.ReturnValue = -1
	otherEvent := request(int64(0))
	otherEvent.EventName = "prctl"
	match := &signature.Match{}
	tests := []struct {
		name string
		e    *event.Event
		want *signature.Match
	}{
		{"traceme", request(int64(0)), match},
		{"traceme as Tracee's parse-arguments shows it", request("PTRACE_TRACEME"), match},
		{"refused, a debugger is there", refused, match},
		{"a debugger attaches", request(int64(16)), nil},
		{"strace seizes", request(int64(0x4206)), nil},
		{"a debugger writes", request(int64(4)), nil},
		{"lookalike", request("PTRACE_TRACEME|PTRACE_CONT"), nil},
		{"negative", request(int64(-1)), nil},
		{"null", request(nil), nil},
		{"list", request([]string{"PTRACE_TRACEME"}), nil},
		{"no arguments", &event.Event{EventName: "ptrace"}, nil},
		{"long text", request(strings.Repeat("PTRACE_TRACEME", 10000)), nil},
		{"another event", otherEvent, nil},
	}
	s := load(t, "trc-2.rego")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.OnEvent(tt.e)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("OnEvent: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}
