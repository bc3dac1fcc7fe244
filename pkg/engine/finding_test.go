package engine

import (
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

func TestFindingID(t *testing.T) {
	base := event.Event{Timestamp: 5, HostThreadID: 7, ExecID: "x", EventName: "open", HostName: "h"}
	data := map[string]any{"b": 1, "a": []string{"x"}}
	id := findingID("TRC-1", &base, data)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("id %q is not 32 hexadecimal digits", id)
	}
	// The place in the stream and what enrichment adds later must not matter.
	again := base
	again.Sequence, again.ContainerImage, again.ProcessorID = 99, "nginx", 3
	if got := findingID("TRC-1", &again, map[string]any{"a": []string{"x"}, "b": 1}); got != id {
		t.Errorf("same event, other id: %s, want %s", got, id)
	}
	seen := map[string]string{id: "base"}
	for name, change := range map[string]func(e *event.Event){
		"time": func(e *event.Event) { e.Timestamp = 6 }, "thread": func(e *event.Event) { e.HostThreadID = 8 },
		"program": func(e *event.Event) { e.ExecID = "y" }, "event": func(e *event.Event) { e.EventName = "close" },
		"host": func(e *event.Event) { e.HostName = "i" }, "shifted": func(e *event.Event) { e.HostName, e.ExecID = "hx", "" },
	} {
		e := base
		change(&e)
		got := findingID("TRC-1", &e, data)
		if other, dup := seen[got]; dup {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[got] = name
	}
	for name, got := range map[string]string{
		"signature": findingID("TRC-2", &base, data), "data": findingID("TRC-1", &base, map[string]any{"b": 2}),
		"no data": findingID("TRC-1", &base, nil), "no JSON": findingID("TRC-1", &base, map[string]any{"b": math.NaN()}),
	} {
		if other, dup := seen[got]; dup {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[got] = name
	}
	if findingID("TRC-1", &base, nil) != findingID("TRC-1", &base, map[string]any{}) {
		t.Error("no data and empty data have different ids")
	}
}

func TestNewFinding(t *testing.T) {
	ev := &event.Event{Timestamp: 1659680400123456789}
	f := newFinding(signature.Metadata{ID: "TRC-2"}, ev, &signature.Match{})
	if want := time.Date(2022, 8, 5, 6, 20, 0, 123456789, time.UTC); !f.Timestamp.Equal(want) || f.Timestamp.Location() != time.UTC {
		t.Errorf("timestamp %v, want %v", f.Timestamp, want)
	}
	if f.Event != ev || f.Metadata.ID != "TRC-2" {
		t.Errorf("finding %+v lacks its event or metadata", f)
	}
}
