//go:build lab

package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
)

// events reads the stream that a tracer wrote; every bit of it must be valid and
// the events numbered from 1. Names are turned back into numbers, as rules does.
func (g *guest) events(name string) []*event.Event {
	g.t.Helper()
	return readEvents(g.t, g.file(name+".out"))
}

// told is what a stream says of losses, if it can be read.
func (g *guest) told(name string) string {
	r, _, err := codec.Open(bytes.NewReader(g.files[name+".out"]))
	var b strings.Builder
	for err == nil {
		var e *event.Event
		if e, err = r.Read(); err == nil && e.EventName == "lost_events" {
			b.Write(e.AppendJSON([]byte("\n")))
		}
	}
	return b.String()
}

func readEvents(t *testing.T, stream []byte) []*event.Event {
	t.Helper()
	all := readPart(t, stream)
	for i, e := range all {
		if e.Sequence != uint64(i+1) {
			t.Fatalf("event %d has sequence %d", i+1, e.Sequence)
		}
	}
	return all
}

// readPart reads a stream that may begin with any event.
func readPart(t *testing.T, stream []byte) []*event.Event {
	t.Helper()
	r, _, err := codec.Open(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	var all []*event.Event
	for {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("event %d: %v", r.Position(), err)
		}
		event.Normalize(e, catalog.ByName(e.EventName))
		all = append(all, e)
	}
}

// keep keeps the events that a condition holds for.
func keep(all []*event.Event, condition func(*event.Event) bool) []*event.Event {
	var kept []*event.Event
	for _, e := range all {
		if condition(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// named keeps the events of one name.
func named(all []*event.Event, name string) []*event.Event {
	return keep(all, func(e *event.Event) bool { return e.EventName == name })
}

// text is a text argument; "" when the event has none of that name.
func text(e *event.Event, name string) string {
	s, _ := e.String(name)
	return s
}

// texts is a list argument, its elements joined by spaces.
func texts(e *event.Event, name string) string {
	if a := e.Arg(name); a != nil {
		if list, ok := a.Value.([]string); ok {
			return strings.Join(list, " ")
		}
	}
	return ""
}

// eventSchema is the published schema of events.
func eventSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "docs", "schema", "event.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("event.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("event.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
