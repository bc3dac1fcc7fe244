package event

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

func TestRenderedKindsHaveNames(t *testing.T) {
	for _, k := range slices.Concat(tracees, numbers) {
		if info := k.Info(); info.Format == nil || info.Parse == nil {
			t.Errorf("kind %s cannot be written and read as a name", k)
		}
	}
}

func TestRender(t *testing.T) {
	def := &schema.Event{Fields: []schema.Field{
		{Name: "dirfd", Kind: schema.FD}, {Name: "flags", Kind: schema.OpenFlags}, {Name: "addr", Kind: schema.Pointer},
		{Name: "path", Kind: schema.Path}, {Name: "request", Kind: schema.PtraceRequest}, {Name: "sig", Kind: schema.Signal},
	}}
	e := &Event{Args: []Argument{
		{Name: "dirfd", Type: "int", Value: int32(-100)},
		{Name: "flags", Type: "int", Value: int32(0o101)},
		{Name: "addr", Type: "void*", Value: uint64(math.MaxUint64)},
		{Name: "path", Type: "const char*", Value: "/x", Truncated: true},
		{Name: "request", Type: "string", Value: "PTRACE_TRACEME"},
		{Name: "sig", Type: "int", Value: int32(9)},
		{Name: "more", Type: "int", Value: int32(1)},
	}}
	before := append([]Argument(nil), e.Args...)
	want := append([]Argument(nil), e.Args...)
	want[1] = Argument{Name: "flags", Type: "string", Value: "O_WRONLY|O_CREAT"}
	want[2].Value = "0xffffffffffffffff"
	if diff := cmp.Diff(want, Render(e, def, Tracee)); diff != "" {
		t.Errorf("Tracee's form (-want +got):\n%s", diff)
	}
	want[5] = Argument{Name: "sig", Type: "string", Value: "SIGKILL"}
	if diff := cmp.Diff(want, Render(e, def, Named)); diff != "" {
		t.Errorf("our form (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, e.Args); diff != "" {
		t.Errorf("the event was changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before, Render(e, nil, Named)); diff != "" {
		t.Errorf("without a definition (-want +got):\n%s", diff)
	}
}

// What Render has made comes back through JSON and Normalize as it was.
func TestRenderAndBack(t *testing.T) {
	def := &schema.Event{}
	e := &Event{EventName: "all"}
	for _, k := range schema.Kinds() {
		info := k.Info()
		v, ok := narrow(3, info.Enc)
		if !ok || info.Enc == schema.EncBool {
			continue
		}
		def.Fields = append(def.Fields, schema.Field{Name: info.Name, Kind: k})
		e.Args = append(e.Args, Argument{Name: info.Name, Type: info.Type, Value: v})
	}
	for _, form := range []Form{Named, Tracee} {
		rendered := *e
		rendered.Args = Render(e, def, form)
		var back Event
		if err := back.UnmarshalJSON(rendered.AppendJSON(nil)); err != nil {
			t.Fatal(err)
		}
		Normalize(&back, def)
		if diff := cmp.Diff(e, &back); diff != "" {
			t.Errorf("form %d (-want +got):\n%s", form, diff)
		}
	}
}
