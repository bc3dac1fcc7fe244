package pipeline

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

func at(n int64) Item { return Item{Event: &event.Event{Timestamp: n}} }

// numbered is a source of n events in batches of size, which stops when it is
// told to.
func numbered(n, size int) func(context.Context, func([]Item)) error {
	return func(ctx context.Context, emit func([]Item)) error {
		for i := 0; i < n && ctx.Err() == nil; i += size {
			var batch []Item
			for j := i; j < min(i+size, n); j++ {
				batch = append(batch, Item{Event: &event.Event{Timestamp: int64(j)}})
			}
			emit(batch)
		}
		return nil
	}
}

func TestRunKeepsOrderAndDropsWhatAStageRefuses(t *testing.T) {
	var order []string
	var got []int64
	p := &Pipeline{
		Source: numbered(10, 3),
		Stages: []Stage{
			{Name: "first", Run: func(it *Item) bool { order = append(order, "first"); return it.Event.Timestamp%2 == 0 }},
			{Name: "second", Run: func(*Item) bool { order = append(order, "second"); return true }},
		},
		Sink: func(batch []Item) error {
			for _, it := range batch {
				got = append(got, it.Event.Timestamp)
			}
			return nil
		},
	}
	if err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{0, 2, 4, 6, 8}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"first", "second", "first", "first", "second"}, order[:5]); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

// TestAddedItemsComeBehindTheirOwn: they pass the later stages only, also when the
// item itself is dropped.
func TestAddedItemsComeBehindTheirOwn(t *testing.T) {
	var seen, got []int64
	p := &Pipeline{
		Source: numbered(4, 4),
		Stages: []Stage{
			{Name: "add", Run: func(it *Item) bool {
				n := it.Event.Timestamp
				if n%2 == 1 {
					it.Add(at(n * 10))
					it.Add(at(n*10 + 1))
				}
				return n != 3
			}},
			{Name: "add to the added", Run: func(it *Item) bool {
				seen = append(seen, it.Event.Timestamp)
				if it.Event.Timestamp == 10 {
					it.Add(at(100))
				}
				return true
			}},
			{Name: "drop", Run: func(it *Item) bool { return it.Event.Timestamp != 11 }},
		},
		Sink: func(batch []Item) error {
			for _, it := range batch {
				got = append(got, it.Event.Timestamp)
			}
			return nil
		},
	}
	if err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{0, 1, 10, 11, 2, 30, 31}, seen); diff != "" {
		t.Errorf("seen by the second stage (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{0, 1, 10, 100, 2, 30, 31}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestRunEndsWhenTheSinkFails: an endless source must be told to stop, even
// while both queues are full.
func TestRunEndsWhenTheSinkFails(t *testing.T) {
	gone := errors.New("reader gone")
	calls := 0
	p := &Pipeline{
		Source: numbered(1<<40, 1),
		Sink: func([]Item) error {
			calls++
			return gone
		},
		Queue: 2,
	}
	if err := p.Run(t.Context()); !errors.Is(err, gone) {
		t.Errorf("Run: %v, want %v", err, gone)
	}
	if calls != 1 {
		t.Errorf("sink called %d times after its error, want once in all", calls)
	}
}

func TestRunDrainsWhatWasEmittedBeforeTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	count := 0
	p := &Pipeline{
		Source: func(ctx context.Context, emit func([]Item)) error {
			emit([]Item{{Event: &event.Event{}}, {Event: &event.Event{}}})
			cancel()
			<-ctx.Done()
			emit([]Item{{Event: &event.Event{}}})
			return nil
		},
		Sink: func(batch []Item) error { count += len(batch); return nil },
	}
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if count != 3 {
		t.Errorf("%d events reached the sink, want 3", count)
	}
}

func TestRunReportsTheSourcesError(t *testing.T) {
	broken := errors.New("ring gone")
	p := &Pipeline{
		Source: func(context.Context, func([]Item)) error { return broken },
		Sink:   func([]Item) error { return nil },
	}
	if err := p.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("Run: %v, want %v", err, broken)
	}
}

// What a stage makes beside the pipeline passes the stages behind it: when it is
// ready, though no batch comes, and at the end.
func TestLate(t *testing.T) {
	ready, seen := make(chan struct{}, 1), make(chan int, 8)
	var ends []bool
	p := Pipeline{
		Source: func(_ context.Context, emit func([]Item)) error {
			emit([]Item{at(1)})
			ready <- struct{}{}
			for n := range seen { // no more comes before this has gone through
				if n == 10 {
					return nil
				}
			}
			return nil
		},
		Stages: []Stage{
			{Name: "before", Run: func(it *Item) bool {
				if it.Event.Timestamp >= 10 {
					t.Error("what is late passes a stage before")
				}
				return true
			}},
			{Name: "late", Run: func(*Item) bool { return true }, Ready: ready, Late: func(end bool) []Item {
				ends = append(ends, end)
				if end {
					return []Item{at(11), at(12)}
				}
				return []Item{at(10)}
			}},
			{Name: "behind", Run: func(it *Item) bool {
				seen <- int(it.Event.Timestamp)
				return it.Event.Timestamp != 12
			}},
		},
	}
	var got []int
	p.Sink = func(batch []Item) error {
		for _, it := range batch {
			got = append(got, int(it.Event.Timestamp))
		}
		return nil
	}
	if err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 10, 11}, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bool{false, true}, ends); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

// Several stages may have made something; what is late of one passes those behind
// it, also at the end.
func TestLateOfSeveral(t *testing.T) {
	first, second := make(chan struct{}, 1), make(chan struct{}, 1)
	out := make(chan int, 8)
	held := []Item{}
	p := Pipeline{
		Source: func(context.Context, func([]Item)) error {
			second <- struct{}{}
			if n := <-out; n != 20 {
				t.Errorf("%d comes first", n)
			}
			first <- struct{}{}
			if n := <-out; n != 10 {
				t.Errorf("%d comes then", n)
			}
			return nil
		},
		Stages: []Stage{
			{Name: "first", Run: func(*Item) bool { return true }, Ready: first, Late: func(end bool) []Item {
				if end {
					return []Item{at(11)}
				}
				if len(held) == 0 {
					return nil
				}
				return []Item{at(10)}
			}},
			{Name: "second", Run: func(it *Item) bool {
				if it.Event.Timestamp == 11 {
					held = append(held, *it)
					return false
				}
				return true
			}, Ready: second, Late: func(end bool) []Item {
				if end {
					return held
				}
				if len(held) > 0 {
					return nil
				}
				held = append(held, at(21))
				return []Item{at(20)}
			}},
		},
		Sink: func(batch []Item) error {
			for _, it := range batch {
				out <- int(it.Event.Timestamp)
			}
			return nil
		},
	}
	if err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(out)
	var rest []int
	for n := range out {
		rest = append(rest, n)
	}
	if diff := cmp.Diff([]int{21, 11}, rest); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
}
