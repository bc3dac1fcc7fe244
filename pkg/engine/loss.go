package engine

import (
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

// lostEvents is the event by which the tracer says that it lost others.
const lostEvents = "lost_events"

// Loss is what one lost_events event says: between From and To, both ends
// included, Count events never reached the stream.
type Loss struct {
	Buffer   string // where they were lost
	CPU      int64
	Count    uint64
	From, To time.Time
}

// onLoss counts a loss. An event that does not hold a count still says that
// something was lost, so it counts as one.
func (e *Engine) onLoss(ev *event.Event) {
	l := Loss{
		CPU:   int64(number(ev, "cpu")),
		Count: max(1, number(ev, "count")),
		From:  stamp(ev, "from"),
		To:    stamp(ev, "to"),
	}
	l.Buffer, _ = ev.String("buffer")
	e.lost += l.Count
	if e.opts.Lost != nil {
		e.opts.Lost(l)
	}
}

// stamp reads a time; an event without it is its own best guess.
func stamp(ev *event.Event, name string) time.Time {
	ns := number(ev, name)
	if ns == 0 {
		ns = uint64(max(0, ev.Timestamp))
	}
	return time.Unix(0, int64(ns)).UTC()
}

// number reads an argument that is a whole number, 0 when there is none.
func number(ev *event.Event, name string) uint64 {
	n, _ := ev.Int(name)
	return uint64(max(0, n))
}
