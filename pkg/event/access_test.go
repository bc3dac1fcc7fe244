package event

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

func TestEventInt(t *testing.T) {
	tests := []struct {
		value any
		want  int64
		ok    bool
	}{
		{int32(-1), -1, true},
		{uint32(math.MaxUint32), math.MaxUint32, true},
		{int64(math.MinInt64), math.MinInt64, true},
		{uint64(math.MaxUint64), -1, true},
		{uint16(math.MaxUint16), math.MaxUint16, true},
		{json.Number("12345678901"), 12345678901, true},
		{json.Number("18446744073709551615"), -1, true},
		{json.Number("1.5"), 0, false},
		{"7", 0, false},
		{true, 0, false},
		{nil, 0, false},
	}
	for _, tt := range tests {
		e := &Event{Args: []Argument{{Name: "other", Value: int32(5)}, {Name: "x", Value: tt.value}}}
		if got, ok := e.Int("x"); ok != tt.ok || ok && got != tt.want {
			t.Errorf("Int of %T %v = %d, %v; want %d, %v", tt.value, tt.value, got, ok, tt.want, tt.ok)
		}
	}
	if _, ok := new(Event).Int("x"); ok {
		t.Error("an event without arguments has an Int")
	}
}

func TestEventAccess(t *testing.T) {
	e := sample()
	type all struct {
		Text  string
		List  []string
		Raw   []byte
		Yes   bool
		Addr  Sockaddr
		Found [5]bool
	}
	var got all
	got.Text, got.Found[0] = e.String("pathname")
	got.List, got.Found[1] = e.Strings("argv")
	got.Raw, got.Found[2] = e.Bytes("bytes")
	got.Yes, got.Found[3] = e.Bool("yes")
	got.Addr, got.Found[4] = e.Sockaddr("inet")
	want := all{e.Args[1].Value.(string), []string{"ls", "", "\xfe"}, []byte{0x7f, 'E', 'L', 'F', 0xff}, true,
		Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 65535}, [5]bool{true, true, true, true, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{"dirfd", "absent", "null"} {
		_, s := e.String(name)
		_, l := e.Strings(name)
		_, b := e.Bytes(name)
		_, y := e.Bool(name)
		_, a := e.Sockaddr(name)
		if s || l || b || y || a {
			t.Errorf("%s was found as another type", name)
		}
	}
}

func TestArgumentInt(t *testing.T) {
	tests := []struct {
		value any
		kind  schema.Kind
		want  int64
		ok    bool
	}{
		{"O_WRONLY|O_CREAT", schema.OpenFlags, 0o101, true},
		{"O_RDONLY", schema.OpenFlags, 0, true},
		{"", schema.OpenFlags, 0, true},
		{"", schema.PtraceRequest, 0, false},
		{"PTRACE_TRACEME", schema.PtraceRequest, 0, true},
		{"NO_SUCH_NAME", schema.PtraceRequest, 0, false},
		{"AT_FDCWD", schema.FD, -100, true},
		{"0x7fff", schema.Pointer, 0x7fff, true},
		{"0xffffffffffffffff", schema.Pointer, -1, true},
		{"42", schema.Int, 42, true},
		{"many", schema.Int, 0, false},
		{int32(7), schema.OpenFlags, 7, true},
		{[]string{}, schema.Int, 0, false},
	}
	for _, tt := range tests {
		a := Argument{Value: tt.value}
		if got, ok := a.Int(tt.kind); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%v as %s = %d, %v; want %d, %v", tt.value, tt.kind, got, ok, tt.want, tt.ok)
		}
	}
}
