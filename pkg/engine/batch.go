package engine

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// batch is a run of events on its way through the signatures.
type batch struct {
	events []*event.Event
	lost   []uint64 // what the stream had reported lost until each event

	mu       sync.Mutex
	found    []found
	waited   int           // signatures that are waited for
	all      chan struct{} // closed when all of them have answered
	reported bool
}

// found is one match, before it is a finding.
type found struct {
	at    int // which event of the batch
	order int // which signature
	unit  *unit
	event *event.Event
	lost  uint64
	match *signature.Match
}

// task is what one signature has to do of a batch.
type task struct {
	batch  *batch
	order  int
	at     []int // events of the batch
	waited bool
}

func (e *Engine) newBatch(events []*event.Event) *batch {
	b := &batch{events: events, lost: make([]uint64, len(events)), all: make(chan struct{})}
	for i, ev := range events {
		if ev.EventName == lostEvents {
			e.onLoss(ev)
		}
		b.lost[i] = e.lost
	}
	return b
}

// dispatch hands each signature its share. One that is still busy with an
// earlier batch is not waited for.
func (e *Engine) dispatch(b *batch) {
	for i, ev := range b.events {
		for _, u := range e.index.find(ev) {
			u.share = append(u.share, i)
		}
	}
	var tasks []*task
	for order, u := range e.units {
		if len(u.share) == 0 {
			continue
		}
		t := &task{batch: b, order: order, at: u.share, waited: u.queued.Load() == 0}
		u.share = nil
		if !u.disabled.Load() {
			tasks = append(tasks, t)
			if t.waited {
				b.waited++
			}
		}
	}
	if b.waited == 0 {
		close(b.all)
	}
	for _, t := range tasks {
		e.units[t.order].give(t)
	}
}

// wait returns when all that are waited for have answered, or patience ends.
func (e *Engine) wait(b *batch) {
	if e.opts.Serial {
		<-b.all
		return
	}
	select {
	case <-b.all:
		return
	default:
	}
	timer := time.NewTimer(e.opts.Patience)
	defer timer.Stop()
	select {
	case <-b.all:
		return
	case <-timer.C:
	}
	for _, u := range e.units {
		if u.queued.Load() > 0 {
			u.fellBehind(e.opts.Patience)
		}
	}
}

// answer takes what a signature found; what comes after the batch was reported
// is late.
func (b *batch) answer(t *task, all []found, l *late) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reported {
		l.add(all)
		return
	}
	b.found = append(b.found, all...)
	if t.waited {
		if b.waited--; b.waited == 0 {
			close(b.all)
		}
	}
}

// close ends the batch and returns what was found in it, in order.
func (b *batch) close() []found {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reported = true
	slices.SortFunc(b.found, func(x, y found) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.order, y.order))
	})
	return b.found
}

// late gathers what slow signatures found in batches reported already.
type late struct {
	mu  sync.Mutex
	all []found
}

func (l *late) add(all []found) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, all...)
}

func (l *late) take() []found {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all
	l.all = nil
	return all
}
