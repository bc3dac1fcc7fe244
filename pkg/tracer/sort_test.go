package tracer

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

// sorted collects what comes out of a sorter whose clock the test sets.
type sorted struct {
	*sorter
	clock int64
	out   []int64
}

func newSorted() *sorted {
	s := &sorted{}
	s.sorter = &sorter{now: func() int64 { return s.clock }}
	return s
}

func (s *sorted) emit(batch []pipeline.Item) {
	for _, it := range batch {
		s.out = append(s.out, it.Event.Timestamp)
	}
}

func (s *sorted) in(times ...int64) {
	var batch []pipeline.Item
	for _, at := range times {
		batch = append(batch, pipeline.Item{Event: &event.Event{Timestamp: at}})
	}
	s.through(s.emit)(batch)
}

func TestSorter(t *testing.T) {
	const delay = int64(sortDelay)
	s := newSorted()
	s.clock = 10
	s.in(7, 5, 9)
	s.in(6)
	if len(s.out) != 0 {
		t.Errorf("released before their time: %v", s.out)
	}
	s.clock = 6 + delay
	s.release(s.emit, false)
	s.in(8)
	s.clock = 9 + delay
	s.in(4) // 5 is gone
	s.in(20)
	s.release(s.emit, true)
	if diff := cmp.Diff([]int64{5, 6, 4, 7, 8, 9, 20}, s.out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.tooLate() != 1 {
		t.Errorf("%d came too late, want 1", s.tooLate())
	}
}

// Whatever is delayed by less than the bound comes out in order, and nothing is
// lost.
func TestSorterBound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := newSorted()
	const count = 5000
	type late struct{ at, comes int64 }
	var all []late
	for i := range int64(count) {
		at := i * int64(time.Millisecond)
		all = append(all, late{at, at + r.Int64N(int64(sortDelay))})
	}
	slices.SortFunc(all, func(a, b late) int { return int(a.comes - b.comes) })
	for _, e := range all {
		s.clock = e.comes
		s.in(e.at)
	}
	s.release(s.emit, true)
	if len(s.out) != count || !slices.IsSorted(s.out) || s.tooLate() != 0 {
		t.Errorf("%d events, sorted %v, %d too late", len(s.out), slices.IsSorted(s.out), s.tooLate())
	}
}

func TestNoSorter(t *testing.T) {
	var s *sorter
	n := 0
	s.through(func(b []pipeline.Item) { n += len(b) })(make([]pipeline.Item, 3))
	s.release(nil, true)
	if n != 3 || s.tooLate() != 0 {
		t.Errorf("%d passed", n)
	}
}
