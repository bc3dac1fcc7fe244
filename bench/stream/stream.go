// Package stream makes streams of events as a busy node has them, the same for
// the same seed, and knows how many findings the shipped signatures owe.
package stream

import (
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
)

// Stream says what to make.
type Stream struct {
	// Firehose makes nine of ten events such that no signature asks for; else
	// all are selected by one.
	Firehose bool
	Events   int
	Seed     uint64
}

// hitEvery is how rare attacks are.
const hitEvery = 10_000

// Write writes the stream in a format and returns how many findings are in it.
func (s Stream) Write(w io.Writer, f codec.Format) (findings int, err error) {
	out, err := codec.NewWriter(w, f)
	if err != nil {
		return 0, err
	}
	n := newNode(s.Seed)
	for i := range s.Events {
		e := n.event(s.pick(n, i))
		if i%hitEvery == hitEvery/2 {
			findings++
		}
		if err := out.Write(e); err != nil {
			return 0, fmt.Errorf("write event %d: %w", i, err)
		}
	}
	return findings, out.Flush()
}

// Each calls f with every event of the stream.
func (s Stream) Each(f func(*event.Event)) {
	n := newNode(s.Seed)
	for i := range s.Events {
		f(n.event(s.pick(n, i)))
	}
}

func (s Stream) pick(n *node, i int) *shape {
	switch {
	case i%hitEvery == hitEvery/2:
		return &attack
	case s.Firehose && i%10 != 0:
		return choose(n.rand, unselected)
	}
	return choose(n.rand, selected)
}

func choose(r *rand.Rand, shapes []shape) *shape {
	total := 0
	for i := range shapes {
		total += shapes[i].weight
	}
	at := r.IntN(total)
	for i := range shapes {
		if at -= shapes[i].weight; at < 0 {
			return &shapes[i]
		}
	}
	return &shapes[0]
}
