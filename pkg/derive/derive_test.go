package derive

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// The list and the catalogue say the same of who needs whom.
func TestListAndCatalogueAgree(t *testing.T) {
	for _, d := range list(Options{}) {
		def := catalog.ByName(d.Event)
		if def == nil || catalog.ByName(d.From) == nil {
			t.Errorf("%s from %s: the catalogue lacks one of them", d.Event, d.From)
			continue
		}
		found := false
		for _, name := range def.DependsOn {
			found = found || name == d.From
		}
		if !found {
			t.Errorf("%s is made from %s and does not depend on it", d.Event, d.From)
		}
	}
}

func TestStage(t *testing.T) {
	again := func(name string, times int) func(*event.Event) []*event.Event {
		return func(*event.Event) (made []*event.Event) {
			for range times {
				made = append(made, &event.Event{EventName: name})
			}
			return made
		}
	}
	all := []Derivation{
		{Event: "b", From: "a", Derive: again("b", 2)},
		{Event: "c", From: "b", Derive: again("c", 1)},
		{Event: "d", From: "a", Derive: again("d", 1)},
		{Event: "e", From: "a", Derive: again("e", 0)},
	}
	tests := []struct {
		name  string
		asked []string
		from  string
		want  []string
	}{
		{"nothing asked for", nil, "a", nil},
		{"one", []string{"d"}, "a", []string{"d"}},
		{"in turn, right behind its own", []string{"b", "c", "d"}, "a", []string{"b", "c", "b", "c", "d"}},
		{"of another event", []string{"b", "d"}, "c", nil},
		{"it makes nothing of this one", []string{"e"}, "a", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var events []*schema.Event
			for _, name := range tt.asked {
				events = append(events, &schema.Event{Name: name})
			}
			var got []string
			for _, e := range newStage(all, events).Derive(&event.Event{EventName: tt.from}, 0) {
				got = append(got, e.EventName)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("made (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewHasTheProcessOfTheOther(t *testing.T) {
	from := &event.Event{
		Timestamp: 5, HostProcessID: 7, ProcessName: "cp", EventID: 722, EventName: "security_file_open", ReturnValue: -1,
		Args: []event.Argument{{Name: "pathname", Type: "const char*", Value: "/x"}},
	}
	got := New("security_inode_unlink", from, "/y")
	want := &event.Event{
		Timestamp: 5, HostProcessID: 7, ProcessName: "cp", EventID: 723, EventName: "security_inode_unlink", ReturnValue: -1,
		Args: []event.Argument{{Name: "pathname", Type: "const char*", Value: "/y"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if got := New("security_file_open", from, "/y", nil, uint32(9)); len(got.Args) != 2 || got.Args[1].Name != "dev" {
		t.Errorf("with a field left out: %+v", got.Args)
	}
	if len(from.Args) != 1 || from.Args[0].Value != "/x" {
		t.Errorf("the other was changed: %+v", from)
	}
}
