package tracer

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/schema"
)

// someFunctions know what is at the first two addresses.
type someFunctions struct{ err error }

func (s someFunctions) Functions(addresses []uint64, _ []kernel.Range) ([]kernel.Function, error) {
	list := make([]kernel.Function, len(addresses))
	for i, a := range addresses {
		switch a {
		case 0x10:
			list[i] = kernel.Function{Name: "ten", Owner: kernel.OwnerKernel}
		case 0x18:
			list[i] = kernel.Function{Name: "ten", Offset: 8, Owner: "ext"}
		default:
			list[i] = kernel.Function{Owner: kernel.OwnerHidden}
		}
	}
	return list, s.err
}

func attached(symbol any) *event.Event {
	def := catalog.ByName("kprobe_attach")
	return &event.Event{EventID: def.ID, EventName: def.Name, Args: []event.Argument{{Name: "symbol_name", Type: "const char*", Value: symbol}}}
}

func hookedFops(list ...event.HookedSymbol) *event.Event {
	def := catalog.ByName("hooked_proc_fops")
	return &event.Event{EventID: def.ID, EventName: def.Name, Args: []event.Argument{{Name: "hooked_fops_pointers", Value: list}}}
}

func TestNaming(t *testing.T) {
	events := []*schema.Event{catalog.ByName("kprobe_attach"), catalog.ByName("hooked_proc_fops"), catalog.ByName("openat")}
	for _, c := range []struct {
		name  string
		err   error
		event *event.Event
		on    bool // goes on at once
		want  any
	}{
		{"a name", nil, attached("do_exit"), true, "do_exit"},
		{"nothing", nil, attached(nil), true, nil},
		{"a function's address", nil, attached("0x0000000000000010"), false, "ten"},
		{"behind a beginning", nil, attached("0x18"), false, "ten+0x8"},
		{"nobody's", nil, attached("0x0000000000000020"), false, "0x20"},
		{"looks like one", nil, attached("0xyz"), true, "0xyz"},
		{"cannot be looked up", errors.New("no"), attached("0x10"), false, "0x10"},
		{
			"a list", nil, hookedFops(event.HookedSymbol{SymbolName: "0x18"}, event.HookedSymbol{SymbolName: "0x20"}), false,
			[]event.HookedSymbol{{SymbolName: "ten+0x8", ModuleOwner: "ext"}, {SymbolName: "0x20", ModuleOwner: "hidden"}},
		},
		{"another event", nil, &event.Event{EventID: catalog.ByName("openat").ID, Args: []event.Argument{{Name: "pathname", Value: "0x10"}}}, true, "0x10"},
	} {
		n := newNaming(events, someFunctions{c.err}, slog.New(slog.DiscardHandler))
		it := pipeline.Item{Event: c.event, Policies: 5}
		if on := n.run(&it); on != c.on {
			t.Errorf("%s: goes on %t, want %t", c.name, on, c.on)
		}
		late := n.late(true)
		if len(late) != map[bool]int{false: 1}[c.on] || !c.on && (late[0].Event != c.event || late[0].Policies != 5) {
			t.Errorf("%s: late %+v", c.name, late)
		}
		if diff := cmp.Diff(c.want, c.event.Args[0].Value); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if newNaming(events[2:], someFunctions{}, nil) != nil {
		t.Error("openat has names to be found")
	}
}

// What does not fit into the queue goes on with its address.
func TestNamingQueueIsFull(t *testing.T) {
	n := newNaming([]*schema.Event{catalog.ByName("kprobe_attach")}, someFunctions{}, slog.New(slog.DiscardHandler))
	n.start.Do(func() {}) // nobody works
	for i := range namingQueue + 1 {
		if on := n.run(&pipeline.Item{Event: attached("0x10")}); on != (i == namingQueue) {
			t.Fatalf("event %d goes on: %t", i, on)
		}
	}
}
