package rego

import (
	"encoding/base64"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

func TestFlagHelpers(t *testing.T) {
	tests := []struct {
		flags       any
		read, write bool
	}{
		{"O_RDONLY", true, false},
		{"O_WRONLY", false, true},
		{"O_RDWR", true, true},
		{"O_RDWR|O_CREAT|O_CLOEXEC", true, true},
		{"O_WRONLY | O_TRUNC", false, true},
		{"O_LARGEFILE", true, false},
		{"", true, false}, // how Tracee shows plain O_RDONLY
		{"O_ACCMODE", false, false},
		{"O_RDONLY|O_PATH", false, false},
		{"NOT_O_WRONLY", true, false},
		{int32(0), true, false},
		{int32(1), false, true},
		{int32(2), true, true},
		{int32(3), false, false},
		{int32(0o1101), false, true},
		{int32(0o2000000), true, false},
		{int32(0o10000000), false, false},
		{nil, false, false},
		{true, false, false},
		{[]string{"O_RDWR"}, false, false},
	}
	// An event without a definition, so that numbers reach the helpers.
	for _, tt := range tests {
		e := open("/x", tt.flags)
		e.EventName = "other"
		if got := fires(t, "data.tracee.helpers.is_file_read(data.tracee.helpers.get_tracee_argument(\"flags\"))", e); got != tt.read {
			t.Errorf("is_file_read(%#v) = %v", tt.flags, got)
		}
		if got := fires(t, "data.tracee.helpers.is_file_write(data.tracee.helpers.get_tracee_argument(\"flags\"))", e); got != tt.write {
			t.Errorf("is_file_write(%#v) = %v", tt.flags, got)
		}
	}
}

func TestIsELF(t *testing.T) {
	tests := []struct {
		bytes any
		want  bool
	}{
		{[]byte("\x7fELF"), true},
		{[]byte("\x7fELF\x02\x01\x01\xff\x80\x00"), true},
		{[]byte("#!/bin/sh"), false},
		{[]byte("\x7fEL"), false},
		{[]byte{}, false},
		{"not base64!", false},
		{base64.StdEncoding.EncodeToString([]byte("\x7fELF\x02")), true},
		{int32(3), false},
		{nil, false},
	}
	for _, tt := range tests {
		e := open("/x", tt.bytes)
		if got := fires(t, "data.tracee.helpers.is_elf_file(data.tracee.helpers.get_tracee_argument(\"flags\"))", e); got != tt.want {
			t.Errorf("is_elf_file(%q) = %v", tt.bytes, got)
		}
	}
}

func TestGetArgument(t *testing.T) {
	tests := []struct {
		name string
		args []event.Argument
		want bool
	}{
		{"present", []event.Argument{{Name: "a", Value: "x"}}, true},
		{"later", []event.Argument{{Name: "b", Value: "y"}, {Name: "a", Value: "x"}}, true},
		{"absent", []event.Argument{{Name: "b", Value: "x"}}, false},
		{"none", nil, false},
		{"first of two counts", []event.Argument{{Name: "a", Value: "x"}, {Name: "a", Value: "y"}}, true},
		{"second of two does not", []event.Argument{{Name: "a", Value: "y"}, {Name: "a", Value: "x"}}, false},
	}
	for _, tt := range tests {
		if got := fires(t, `data.tracee.helpers.get_tracee_argument("a") == "x"`, &event.Event{Args: tt.args}); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

var compiled = map[string]*Signature{}

// fires reports whether a condition holds for the event.
func fires(t *testing.T, condition string, e *event.Event) bool {
	t.Helper()
	s := compiled[condition]
	if s == nil {
		s = mustLoad(t, signatureText(meta, onAny, "tracee_match if "+condition))
		compiled[condition] = s
	}
	m, err := s.OnEvent(e)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	return m != nil
}
