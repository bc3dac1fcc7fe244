// Package engine runs signatures over a stream of events: it gives each
// signature the events that it selected, in stream order, and hands on what
// they find. Signatures run beside each other; one that panics, fails or is
// slow is cut off alone.
package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Signature is one signature to run and the place that people know it by, a
// file and line.
type Signature struct {
	signature.Signature
	Where string
	// Key, unless empty, is the same for the same code: Replace then keeps a
	// signature that is there already, and what it remembers.
	Key string
}

// Options configure an Engine.
type Options struct {
	Signatures []Signature
	// Report receives every finding, in the order of the events and, for one
	// event, of Signatures; those of a signature that fell behind come later,
	// in their own order. lost is how many events the stream had reported lost
	// until then. It is called from OnBatch and Close, which return its error.
	// The finding and its event are its own.
	Report func(f *signature.Finding, lost uint64) error
	// Lost, unless nil, is told of each loss that the stream reports.
	Lost func(Loss)
	// Log, unless nil, hears of signatures that fail.
	Log *slog.Logger
	// Serial calls one signature after the other, from OnBatch itself, and waits
	// for each.
	Serial bool
	// Patience is how long the findings of a batch wait for a slow signature; 0
	// is a second. The others then go on without it.
	Patience time.Duration
	// Backlog is how many batches may wait for a slow signature; 0 is 64. It does
	// not see those beyond, which is counted and told.
	Backlog int
}

// Engine dispatches events. Its methods may be called from any goroutine; they
// wait for each other.
type Engine struct {
	opts  Options
	mu    sync.Mutex
	units []*unit
	index index
	lost  uint64
	late  late
	gone  []*unit // replaced, and perhaps still at work
}

// ErrNoneLeft says that every signature has been disabled: nothing watches the
// stream any more.
var ErrNoneLeft = errors.New("every signature has panicked and is disabled")

// New builds an engine. It fails on selectors with an origin or a source that
// does not exist, and on signatures without any.
func New(o Options) (*Engine, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Patience == 0 {
		o.Patience = time.Second
	}
	if o.Backlog == 0 {
		o.Backlog = 64
	}
	e := &Engine{opts: o}
	err := e.Replace(o.Signatures)
	return e, err
}

// Replace puts other signatures in the place of those there are, between two
// batches: each event is seen by the old ones or by the new ones. After an error
// nothing has changed.
func (e *Engine) Replace(signatures []Signature) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var next index
	units := make([]*unit, 0, len(signatures))
	for _, s := range signatures {
		u := e.same(s.Key)
		if u == nil {
			u = newUnit(s, e)
		}
		if err := next.add(u, u.sig.Selectors()); err != nil {
			return fmt.Errorf("%s: signature %s: %w", s.Where, u.meta.ID, err)
		}
		units = append(units, u)
	}
	next.seal()
	for _, u := range e.units {
		if !slices.Contains(units, u) {
			u.end()
			e.gone = append(e.gone, u)
		}
	}
	e.gone = slices.DeleteFunc(e.gone, (*unit).ended)
	e.units, e.index = units, next
	return nil
}

// same finds a signature that may stay.
func (e *Engine) same(key string) *unit {
	for _, u := range e.units {
		if key != "" && u.key == key && !u.disabled.Load() {
			return u
		}
	}
	return nil
}

// OnBatch gives events to the signatures that selected them and reports what
// they find. The events and their slice are the engine's from then on. It
// returns an error of Report, or ErrNoneLeft; signatures' own errors and panics
// are logged and counted.
func (e *Engine) OnBatch(events []*event.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := e.newBatch(events)
	e.dispatch(b)
	e.wait(b)
	if err := e.report(e.late.take()); err != nil {
		return err
	}
	if err := e.report(b.close()); err != nil {
		return err
	}
	if len(e.units) > 0 && !slices.ContainsFunc(e.units, func(u *unit) bool { return !u.disabled.Load() }) {
		return ErrNoneLeft
	}
	return nil
}

// Close waits for signatures that fell behind, for as long as given, and reports
// what they find.
func (e *Engine) Close(limit time.Duration) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	timeout := time.After(limit)
	all := slices.Concat(e.gone, e.units)
	for _, u := range all {
		u.end()
	}
	for _, u := range all {
		select {
		case <-u.done:
		case <-timeout:
			timeout = time.After(0)
			if u.queued.Load() > 0 {
				u.abandon(limit)
			}
		}
	}
	return e.report(e.late.take())
}

// Lost is how many events the stream has reported lost so far.
func (e *Engine) Lost() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lost
}

func (e *Engine) report(all []found) error {
	for _, f := range all {
		if err := e.opts.Report(newFinding(f.unit.meta, f.event, f.match), f.lost); err != nil {
			return err
		}
	}
	return nil
}
