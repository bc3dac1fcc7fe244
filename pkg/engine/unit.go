package engine

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// unit is a signature at work. It has a goroutine of its own, which gives it
// the events in order.
type unit struct {
	sig    signature.Signature
	meta   signature.Metadata
	where  string
	key    string
	log    *slog.Logger
	late   *late
	serial bool

	share []int // of the batch that is being dispatched
	tasks chan *task
	begun bool
	over  bool          // no more tasks will come
	done  chan struct{} // closed when all tasks are done

	queued   atomic.Int64 // tasks given and not done
	behind   atomic.Bool  // told of as slow
	disabled atomic.Bool
	events   atomic.Uint64
	findings atomic.Uint64
	errors   atomic.Uint64
	skipped  atomic.Uint64 // events that it did not see for being slow
	busy     atomic.Int64  // ns
}

func newUnit(s Signature, e *Engine) *unit {
	return &unit{
		sig: s.Signature, meta: s.Metadata(), where: s.Where, key: s.Key, log: e.opts.Log, late: &e.late,
		serial: e.opts.Serial, tasks: make(chan *task, e.opts.Backlog), done: make(chan struct{}),
	}
}

// give hands the signature a task, or takes it away again when too many wait.
func (u *unit) give(t *task) {
	if u.serial {
		u.do(t)
		return
	}
	if !u.begun {
		u.begun = true
		go u.run()
	}
	u.queued.Add(1)
	select {
	case u.tasks <- t:
	default:
		u.queued.Add(-1)
		if u.skipped.Add(uint64(len(t.at))); u.skipped.Load() == uint64(len(t.at)) {
			u.log.Error("signature is too slow: it does not see all events", "signature", u.meta.ID, "name", u.meta.Name, "file", u.where)
		}
		t.batch.answer(t, nil, u.late)
	}
}

func (u *unit) run() {
	defer close(u.done)
	for t := range u.tasks {
		u.do(t)
	}
}

// end lets the signature finish what it was given.
func (u *unit) end() {
	if u.over {
		return
	}
	u.over = true
	if u.begun {
		close(u.tasks)
	} else {
		close(u.done)
	}
}

func (u *unit) ended() bool {
	select {
	case <-u.done:
		return true
	default:
		return false
	}
}

// do gives the signature its events of one batch.
func (u *unit) do(t *task) {
	begin := time.Now()
	var all []found
	for _, i := range t.at {
		if u.disabled.Load() {
			break
		}
		ev := t.batch.events[i]
		u.events.Add(1)
		m := u.call(ev)
		if m == nil {
			continue
		}
		u.findings.Add(1)
		all = append(all, found{at: i, order: t.order, unit: u, event: ev, lost: t.batch.lost[i], match: m})
	}
	u.busy.Add(int64(time.Since(begin)))
	if !u.serial && u.queued.Add(-1) == 0 { // before the answer, which may bring the next batch
		u.behind.Store(false)
	}
	t.batch.answer(t, all, u.late)
}

// call gives a signature an event; a panic disables the signature.
func (u *unit) call(ev *event.Event) (m *signature.Match) {
	defer func() {
		if r := recover(); r != nil {
			m = nil
			u.disable(ev.EventName, r)
		}
	}()
	m, err := u.sig.OnEvent(ev)
	if err != nil {
		u.failed(ev.EventName, err)
		return nil
	}
	return m
}

func (u *unit) disable(name string, reason any) {
	u.disabled.Store(true)
	u.log.Error("signature panicked and is disabled", "signature", u.meta.ID, "name", u.meta.Name,
		"file", u.where, "event", name, "panic", fmt.Sprint(reason), "at", panicSite())
	u.log.Debug("stack of the panic", "signature", u.meta.ID, "stack", string(debug.Stack()))
}

// failed logs a signature's first, tenth, hundredth … error.
func (u *unit) failed(name string, err error) {
	if n := u.errors.Add(1); powerOfTen(n) {
		u.log.Warn("signature returned an error", "signature", u.meta.ID, "name", u.meta.Name,
			"file", u.where, "event", name, "error", err, "errors", n)
	}
}

// fellBehind says once, until it has caught up, that the others go on.
func (u *unit) fellBehind(patience time.Duration) {
	if !u.behind.Swap(true) {
		u.log.Warn("signature is slow: its findings will be late", "signature", u.meta.ID, "name", u.meta.Name,
			"file", u.where, "waited", patience)
	}
}

// abandon says what a signature that does not end has not seen.
func (u *unit) abandon(limit time.Duration) {
	u.log.Error("signature did not end: it has not seen all events", "signature", u.meta.ID, "name", u.meta.Name,
		"file", u.where, "waited", limit, "batches", u.queued.Load())
}

func powerOfTen(n uint64) bool {
	for n%10 == 0 && n > 0 {
		n /= 10
	}
	return n == 1
}

// Count is what became of one signature.
type Count struct {
	ID, Name string
	Where    string
	Events   uint64 // events given to it
	Findings uint64
	Errors   uint64
	Skipped  uint64        // events it did not see because it was too slow
	Busy     time.Duration // time it took
	Disabled bool          // it panicked
}

// Counts reports on every signature, in the order of Options.Signatures.
func (e *Engine) Counts() []Count {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Count, len(e.units))
	for i, u := range e.units {
		all[i] = Count{
			ID: u.meta.ID, Name: u.meta.Name, Where: u.where,
			Events: u.events.Load(), Findings: u.findings.Load(), Errors: u.errors.Load(), Skipped: u.skipped.Load(),
			Busy: time.Duration(u.busy.Load()), Disabled: u.disabled.Load(),
		}
	}
	return all
}

// panicSite is the file and line that panicked, when called while a panic is
// being recovered: the first frame above the run-time's own.
func panicSite() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}
