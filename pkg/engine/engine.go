// Package engine runs signatures over a stream of events: it gives each
// signature the events that it selected, in stream order, and hands on what
// they find. A signature that misbehaves is cut off alone.
package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Signature is one signature to run and the place that people know it by, a
// file and line.
type Signature struct {
	signature.Signature
	Where string
}

// Options configure an Engine.
type Options struct {
	Signatures []Signature
	// Report receives every finding, in the order of the events and, for one
	// event, of Signatures. lost is how many events the stream had reported
	// lost until then. It is called from OnEvent, which returns its error. The finding is its own; its event must not be kept after the call.
	Report func(f *signature.Finding, lost uint64) error
	// Lost, unless nil, is told of each loss that the stream reports.
	Lost func(Loss)
	// Log, unless nil, hears of signatures that fail.
	Log *slog.Logger
}

// Engine dispatches events. It starts no goroutines and calls signatures one
// after the other: its methods must be called from one goroutine at a time.
type Engine struct {
	opts  Options
	units []*unit
	index index
	left  int // signatures not disabled
	lost  uint64
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
	e := &Engine{opts: o, left: len(o.Signatures)}
	for _, s := range o.Signatures {
		u := &unit{sig: s.Signature, meta: s.Metadata(), where: s.Where}
		if err := e.index.add(u, s.Selectors()); err != nil {
			return nil, fmt.Errorf("%s: signature %s: %w", s.Where, u.meta.ID, err)
		}
		e.units = append(e.units, u)
	}
	e.index.seal()
	return e, nil
}

// OnEvent gives an event to the signatures that selected it and reports what
// they find. It returns an error of Report, or ErrNoneLeft; signatures' own
// errors and panics are logged and counted.
func (e *Engine) OnEvent(ev *event.Event) error {
	if ev.EventName == lostEvents {
		e.onLoss(ev)
	}
	for _, u := range e.index.find(ev) {
		if u.disabled {
			continue
		}
		u.events++
		match := e.call(u, ev)
		if match == nil {
			continue
		}
		u.findings++
		if err := e.opts.Report(newFinding(u.meta, ev, match), e.lost); err != nil {
			return err
		}
	}
	if e.left == 0 && len(e.units) > 0 {
		return ErrNoneLeft
	}
	return nil
}

// Lost is how many events the stream has reported lost so far.
func (e *Engine) Lost() uint64 { return e.lost }

// call gives a signature an event; a panic disables the signature.
func (e *Engine) call(u *unit, ev *event.Event) (m *signature.Match) {
	defer func() {
		if r := recover(); r != nil {
			m = nil
			e.disable(u, ev.EventName, r)
		}
	}()
	m, err := u.sig.OnEvent(ev)
	if err != nil {
		e.failed(u, ev.EventName, err)
		return nil
	}
	return m
}

func (e *Engine) disable(u *unit, name string, reason any) {
	u.disabled = true
	e.left--
	e.opts.Log.Error("signature panicked and is disabled", "signature", u.meta.ID, "name", u.meta.Name,
		"file", u.where, "event", name, "panic", fmt.Sprint(reason), "at", panicSite())
	e.opts.Log.Debug("stack of the panic", "signature", u.meta.ID, "stack", string(debug.Stack()))
}

// failed logs a signature's first, tenth, hundredth … error.
func (e *Engine) failed(u *unit, name string, err error) {
	u.errors++
	if powerOfTen(u.errors) {
		e.opts.Log.Warn("signature returned an error", "signature", u.meta.ID, "name", u.meta.Name,
			"file", u.where, "event", name, "error", err, "errors", u.errors)
	}
}

func powerOfTen(n uint64) bool {
	for n%10 == 0 && n > 0 {
		n /= 10
	}
	return n == 1
}
