package tracer

import (
	"container/heap"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tracehound/tracehound/pkg/pipeline"
)

const sortEvents = "sort-events"

// sortDelay is how long events are held back for older ones to come: the time
// of an event is read when its probe begins, and another processor's record can
// overtake it until it is in the ring. It is many times what a probe takes.
const sortDelay = 100 * time.Millisecond

// sorter puts events in order of time. A nil one passes them on as they come.
type sorter struct {
	now  func() int64 // on the clock of the events
	held itemHeap
	last int64 // time of the last one passed on
	seq  uint64
	// late counts events that came when a later one was gone already: they are
	// passed on at once, out of order.
	late uint64
}

// newSorter makes a sorter for events whose times are since boot, plus bootTime.
func newSorter(bootTime int64) *sorter {
	return &sorter{now: func() int64 {
		var ts unix.Timespec
		_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) // fails for unknown clocks only
		return ts.Nano() + bootTime
	}}
}

// through wraps emit: what goes in comes out in order, when release is called.
func (s *sorter) through(emit func([]pipeline.Item)) func([]pipeline.Item) {
	if s == nil {
		return emit
	}
	return func(batch []pipeline.Item) {
		for _, it := range batch {
			heap.Push(&s.held, held{it, s.seq})
			s.seq++
		}
		s.release(emit, false)
	}
}

// release emits what has been held long enough, or everything.
func (s *sorter) release(emit func([]pipeline.Item), all bool) {
	if s == nil {
		return
	}
	until := s.now() - sortDelay.Nanoseconds()
	var batch []pipeline.Item
	for len(s.held) > 0 && (all || s.held[0].Event.Timestamp <= until) {
		it := s.held[0].Item
		heap.Pop(&s.held)
		if it.Event.Timestamp < s.last {
			s.late++
		}
		s.last = max(s.last, it.Event.Timestamp)
		batch = append(batch, it)
	}
	if len(batch) > 0 {
		emit(batch)
	}
}

func (s *sorter) tooLate() uint64 {
	if s == nil {
		return 0
	}
	return s.late
}

// held is an event that waits. Of the same time, the first to come goes first.
type held struct {
	pipeline.Item
	seq uint64
}

type itemHeap []held

func (h itemHeap) Len() int { return len(h) }
func (h itemHeap) Less(i, j int) bool {
	a, b := h[i].Event.Timestamp, h[j].Event.Timestamp
	return a < b || a == b && h[i].seq < h[j].seq
}
func (h itemHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *itemHeap) Push(x any) {
	if it, ok := x.(held); ok { // nothing else is pushed
		*h = append(*h, it)
	}
}

func (h *itemHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = held{}
	*h = old[:len(old)-1]
	return last
}
