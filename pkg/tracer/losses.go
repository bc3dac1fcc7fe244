package tracer

import (
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/loader"
)

// losses turns the kernel side's running counts into lost_events.
type losses struct {
	read time.Time // when the counters were last read
	seen map[place]uint64
}

// place is one of the kernel side's counters.
type place struct {
	buffer string
	cpu    int
}

// update makes an event of every counter that has grown since the last reading.
// bootTime turns the kernel side's clock into wall-clock time.
func (l *losses) update(counts []loader.Loss, bootTime int64, now time.Time) []*event.Event {
	var events []*event.Event
	from := l.read
	if from.IsZero() {
		from = now
	}
	for _, c := range counts {
		at := place{c.Buffer, c.CPU}
		grown := c.Count - l.seen[at]
		if grown == 0 {
			continue
		}
		if l.seen == nil {
			l.seen = map[place]uint64{}
		}
		l.seen[at] = c.Count
		events = append(events, lostEvents(c, grown, from.UnixNano(), int64(c.Last)+bootTime))
	}
	l.read = now
	return events
}

// total is how many records were lost in all.
func (l *losses) total() uint64 {
	var sum uint64
	for _, n := range l.seen {
		sum += n
	}
	return sum
}

func lostEvents(c loader.Loss, count uint64, from, to int64) *event.Event {
	def := catalog.ByName("lost_events")
	e := &event.Event{Timestamp: to, ProcessorID: c.CPU, EventID: def.ID, EventName: def.Name}
	for i, v := range []any{c.Buffer, int32(c.CPU), count, uint64(min(from, to)), uint64(to)} {
		f := def.Fields[i]
		e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: v})
	}
	return e
}
