package rules

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
)

// queue is how many outcomes of reading may wait for the signatures.
const queue = 1024

// item is one outcome of reading.
type item struct {
	event    *event.Event
	known    bool // the catalogue holds its name
	err      error
	format   codec.Format
	position int
}

// feed holds what was read until it is taken, all that there is at once. Its
// reader waits when there is too much.
type feed struct {
	ready  chan struct{} // something can be taken, or the end was reached
	passed atomic.Int64  // events that nobody wants, which are not in items

	mu    sync.Mutex
	room  sync.Cond
	items []item
	over  bool // nothing more comes
	stop  bool // nothing more is wanted
	line  int  // that was read last
}

func newFeed() *feed {
	f := &feed{ready: make(chan struct{}, 1)}
	f.room.L = &f.mu
	return f
}

// put reports whether more is wanted.
func (f *feed) put(it item) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.items) >= queue && !f.stop {
		f.room.Wait()
	}
	if f.stop {
		return false
	}
	f.items, f.line = append(f.items, it), it.position
	f.tell()
	return true
}

// pass notes an event that nobody wants.
func (f *feed) pass(line int) {
	f.passed.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.line = line
}

// dealtWith is the last line of which nothing waits here.
func (f *feed) dealtWith() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.items) > 0 {
		return f.items[0].position - 1
	}
	return f.line
}

// take returns what there is, and whether more may come.
func (f *feed) take() (all []item, more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, f.items = f.items, nil
	f.room.Signal()
	return all, !f.over
}

// skipped returns how many events were passed over since the last call.
func (f *feed) skipped() int { return int(f.passed.Swap(0)) }

func (f *feed) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	f.tell()
}

func (f *feed) halt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop = true
	f.room.Signal()
}

func (f *feed) tell() {
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// open finds out the format. Messages are JSON: a first one that is not must not decide
// how the others are read, for it would come first again.
func open(in *input) (codec.Reader, codec.Format, error) {
	if in.messages {
		return codec.OpenJSON(in), codec.JSON, nil
	}
	return codec.Open(in)
}

// read puts everything that the input holds into the feed. It ends when no more
// is wanted, but not before a Read that blocks; it then lives as long as the
// process.
func (f *feed) read(stop context.Context, in *input, wants event.Selection) {
	defer f.end()
	r, format, err := open(in)
	if err != nil {
		f.put(item{err: err})
		return
	}
	r.Select(wants)
	for stop.Err() == nil {
		e, err := r.Read()
		if e == nil && err == nil {
			f.pass(r.Position())
			continue
		}
		it := item{event: e, err: err, format: format, position: r.Position()}
		if err == nil {
			definition := catalog.ByName(e.EventName)
			if it.known = definition != nil; it.known {
				event.Normalize(e, definition)
			}
		}
		if !f.put(it) {
			return
		}
		var skipped *codec.LineError
		if err != nil && !errors.As(err, &skipped) {
			return
		}
	}
}
