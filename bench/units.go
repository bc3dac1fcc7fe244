package main

import (
	"io"
	"testing"

	"github.com/tracehound/tracehound/bench/stream"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
)

// units measures single steps in this process.
func units(b float64) []row {
	var events []*event.Event
	stream.Stream{Events: 1000, Seed: seed}.Each(func(e *event.Event) { events = append(events, e) })
	encode := testing.Benchmark(func(t *testing.B) {
		w, err := codec.NewWriter(io.Discard, codec.JSON)
		if err != nil {
			t.Fatal(err)
		}
		for i := range t.N {
			if err := w.Write(events[i%len(events)]); err != nil {
				t.Fatal(err)
			}
		}
	})
	ns := float64(encode.T.Nanoseconds()) / float64(encode.N)
	return []row{{measure: "tracer: JSON encode per event", figure: ns / b, unit: "B", limit: 0.07, ns: ns}}
}
