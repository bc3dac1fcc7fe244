// Package pipeline runs events through an ordered list of stages, between a
// source and a sink, with a bounded queue on either side of the stages.
package pipeline

import (
	"context"
	"errors"
	"sync"

	"github.com/tracehound/tracehound/pkg/event"
)

// Item is an event on its way.
type Item struct {
	Event *event.Event
	// Hidden marks an event that nobody selected: stages keep their books by
	// it, and the last of them drops it.
	Hidden bool
	// Policies are those that the kernel half of the filter lets the event through
	// for, a bit each. What is made from an event has the event's.
	Policies uint64
	// Finish, when it is not nil, completes the event with what was begun beside the
	// pipeline. The sink calls it, for it may block a while.
	Finish func()
	// Keep, when it is not nil, decides behind the stages whether the event goes out,
	// when that takes something that was begun beside the pipeline. The sink calls
	// it before Finish; it may block a while.
	Keep func() bool

	added []Item
}

// Add puts an item right behind this one; it passes the stages that come after
// the one that is running.
func (it *Item) Add(more Item) { it.added = append(it.added, more) }

// Stage is one step for every event, in order. Run reports whether the event
// goes on; it must not block.
type Stage struct {
	Name string
	Run  func(*Item) bool
	// Late returns items that the stage has made beside the pipeline, which pass
	// the stages behind it. It is called when Ready tells, and with end after
	// the last batch. Both are nil for most.
	Late  func(end bool) []Item
	Ready <-chan struct{}
}

// Pipeline connects the parts. Its goroutines own their channels: whoever sends,
// closes.
type Pipeline struct {
	// Source calls emit with batches until ctx ends or there are no more; emit
	// blocks while the queue is full. The batch belongs to the pipeline then.
	Source func(ctx context.Context, emit func([]Item)) error
	// Stages run in one goroutine, in this order.
	Stages []Stage
	// Sink takes what is left of each batch, in order. Its first error ends the
	// pipeline: the source's context is cancelled and what is queued is dropped.
	Sink func([]Item) error
	// Queue is how many batches wait before and behind the stages; 0 means 16.
	Queue int
	// Watch, unless nil, is told how to ask for the lengths of both queues, in
	// batches, at any time.
	Watch func(before, behind func() int)
}

// Run blocks until the source has ended and all it emitted has passed the sink,
// and returns the sink's error and the source's.
func (p *Pipeline) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	size := p.Queue
	if size == 0 {
		size = 16
	}
	decoded := make(chan []Item, size)
	staged := make(chan []Item, size)
	if p.Watch != nil {
		p.Watch(func() int { return len(decoded) }, func() int { return len(staged) })
	}

	var sourceErr error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(decoded)
		sourceErr = p.Source(ctx, func(batch []Item) { decoded <- batch })
	})
	wg.Go(func() {
		defer close(staged)
		p.run(decoded, func(batch []Item) {
			if len(batch) > 0 {
				staged <- batch
			}
		})
	})
	var sinkErr error
	for batch := range staged {
		if sinkErr != nil {
			continue // the source is told to stop; nobody takes this
		}
		if sinkErr = p.Sink(batch); sinkErr != nil {
			cancel()
		}
	}
	wg.Wait()
	return errors.Join(sinkErr, sourceErr)
}

// run is the goroutine of the stages.
func (p *Pipeline) run(decoded <-chan []Item, send func([]Item)) {
	ended := make(chan struct{})
	defer close(ended)
	ready := p.ready(ended)
	for {
		select {
		case batch, ok := <-decoded:
			if !ok {
				send(p.late(true))
				return
			}
			send(p.stage(batch))
		case <-ready:
			send(p.late(false))
		}
	}
}

// ready tells when one of the stages has something late, until ended.
func (p *Pipeline) ready(ended <-chan struct{}) <-chan struct{} {
	told := make(chan struct{}, 1)
	for _, s := range p.Stages {
		if s.Ready == nil {
			continue
		}
		go func() {
			for {
				select {
				case <-ended:
					return
				case <-s.Ready:
				}
				select {
				case told <- struct{}{}:
				default: // told already
				}
			}
		}()
	}
	return told
}

// late takes what stages have made beside the pipeline.
func (p *Pipeline) late(end bool) []Item {
	var kept []Item
	for i, s := range p.Stages {
		if s.Late == nil {
			continue
		}
		for _, it := range s.Late(end) {
			kept = pass(it, p.Stages[i+1:], kept)
		}
	}
	return kept
}

// stage runs all stages over a batch and returns what is left of it, with what
// was added.
func (p *Pipeline) stage(batch []Item) []Item {
	kept := make([]Item, 0, len(batch))
	for _, it := range batch {
		kept = pass(it, p.Stages, kept)
	}
	return kept
}

// pass appends to kept what goes through the stages.
func pass(it Item, stages []Stage, kept []Item) []Item {
	for i, s := range stages {
		on := s.Run(&it)
		if added := it.added; added != nil {
			it.added = nil
			if on {
				kept = pass(it, stages[i+1:], kept)
			}
			for _, more := range added {
				kept = pass(more, stages[i+1:], kept)
			}
			return kept
		}
		if !on {
			return kept
		}
	}
	return append(kept, it)
}
