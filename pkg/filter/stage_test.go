package filter

import (
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// What the tracer finds in the kernel's memory is of the machine, though it finds
// it behind an event of some process.
func TestConditionsOnProcessesAndWhatTheTracerMakes(t *testing.T) {
	catalogue := []schema.Event{
		{ID: 1, Name: "loaded", Programs: []schema.Program{{Name: "loaded"}}},
		{ID: 2, Name: "derived", DependsOn: []string{"loaded"}},
		{ID: 3, Name: "found", DependsOn: []string{"loaded"}, Symbols: []string{"_stext"}, Fields: []schema.Field{{Name: "name", Kind: schema.String}}},
		{ID: 4, Name: "told"},
	}
	f, err := Parse([]string{"event=loaded,derived,found,told", "comm=bash", "found.name=evil"}, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	stage := NewStage(f, 0)
	for _, c := range []struct {
		id   schema.ID
		name string // argument
		in   bool   // the kernel half lets it through
		want bool
	}{
		{1, "", true, true},
		{1, "", false, false},
		{2, "", true, true},
		{2, "", false, false},
		{3, "evil", true, true},
		{3, "evil", false, true},
		{3, "other", false, false},
		{4, "", false, true},
	} {
		e := &event.Event{EventID: c.id, EventName: catalogue[c.id-1].Name}
		if c.name != "" {
			e.Args = []event.Argument{{Name: "name", Value: c.name}}
		}
		policies := uint64(0)
		if c.in {
			policies = 1
		}
		if got := stage.Match(e, policies); got != c.want {
			t.Errorf("%s %q, let through by the kernel: %t: matches %t", e.EventName, c.name, c.in, got)
		}
	}
}

// A name that the tracer may find only itself can decide on.
func TestConditionOnNameOfAddress(t *testing.T) {
	catalogue := []schema.Event{{ID: 1, Name: "attached", Programs: []schema.Program{{Name: "attached"}}, Fields: []schema.Field{
		{Name: "symbol", Kind: schema.String, Named: true}, {Name: "program", Kind: schema.String},
	}}}
	f, err := Parse([]string{"attached.symbol=do_exit", "attached.program=x"}, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	p := &f.Policies[0]
	for i, want := range []string{"the tracer itself finds symbol where only its address is known", ""} {
		if got := f.Undecided(p, &catalogue[0], &p.Conditions["attached"][i]); got != want {
			t.Errorf("condition %d: %q, want %q", i, got, want)
		}
	}
	if got := f.KernelIndexes(&catalogue[0]); len(got) != 1 || got[0] != 1 {
		t.Errorf("the kernel looks at arguments %v", got)
	}
}
