package integrity

import (
	"log/slog"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

// Watch scans in a goroutine of its own: at the start, when a module was loaded,
// and every so often.
type Watch struct {
	scanner *Scanner
	every   time.Duration
	log     *slog.Logger
	started bool
	failed  string // why the last look that failed did

	triggers chan *event.Event
	ready    chan struct{}
	end      chan struct{}
	done     chan struct{}
	once     sync.Once

	mu   sync.Mutex
	made []Made
}

// Made is a finding and the event that it came right behind, nil at other times.
type Made struct {
	Finding
	From *event.Event
	At   time.Time
}

const (
	// triggersMax bounds loadings that wait for a look; what one finds, the next
	// finds too.
	triggersMax = 256
)

// NewWatch prepares a watch; 0 looks at the start and at modules only.
func NewWatch(s *Scanner, every time.Duration, log *slog.Logger) *Watch {
	return &Watch{
		scanner: s, every: every, log: log, triggers: make(chan *event.Event, triggersMax),
		ready: make(chan struct{}, 1), end: make(chan struct{}), done: make(chan struct{}),
	}
}

// Start begins to look.
func (w *Watch) Start() {
	w.started = true
	go w.run()
}

// Look has the kernel looked at because of a do_init_module. It does not block,
// and the event stays the caller's.
func (w *Watch) Look(from *event.Event) {
	copied := *from
	select {
	case w.triggers <- &copied:
	default:
	}
}

// Ready tells that Late has something.
func (w *Watch) Ready() <-chan struct{} { return w.ready }

// Late returns what was found since it was asked last. At the end it waits for the
// looks that are due.
func (w *Watch) Late(end bool) []Made {
	if end {
		w.Close()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	made := w.made
	w.made = nil
	return made
}

// Close waits for the looks that are due, and ends.
func (w *Watch) Close() {
	w.once.Do(func() { close(w.end) })
	if w.started {
		<-w.done
	}
}

func (w *Watch) run() {
	defer close(w.done)
	var tick <-chan time.Time
	if w.every > 0 {
		t := time.NewTicker(w.every)
		defer t.Stop()
		tick = t.C
	}
	w.scan(nil)
	for {
		select {
		case from := <-w.triggers:
			w.loaded(from)
		case <-tick:
			w.inTime()
		case <-w.end:
			for len(w.triggers) > 0 {
				w.loaded(<-w.triggers)
			}
			return
		}
	}
}

// attribution is how long what was found in time waits for the module that may
// just have done it: its event is told when its own code has run.
const attribution = 200 * time.Millisecond

func (w *Watch) inTime() {
	found := w.look()
	if len(found) == 0 {
		return
	}
	select {
	case from := <-w.triggers:
		w.tell(found, from)
		w.loaded(from)
	case <-time.After(attribution):
		w.tell(found, nil)
	}
}

// loaded looks when a module was loaded. One whose own code refused is gone, and
// may have done its work.
func (w *Watch) loaded(from *event.Event) {
	address, ok := from.Int("address")
	if name, _ := from.String("name"); ok && from.ReturnValue >= 0 {
		w.scanner.Loaded(uint64(address), name)
	}
	w.scan(from)
}

func (w *Watch) scan(from *event.Event) { w.tell(w.look(), from) }

func (w *Watch) tell(found []Finding, from *event.Event) {
	if len(found) == 0 {
		return
	}
	w.mu.Lock()
	for _, f := range found {
		w.made = append(w.made, Made{f, from, time.Now()})
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// look says why the kernel could not be looked at, once until the reason changes.
func (w *Watch) look() []Finding {
	began := time.Now()
	found, err := w.scanner.Scan()
	w.log.Debug("looked at the kernel's tables", "took", time.Since(began), "found", len(found))
	if err != nil && err.Error() != w.failed {
		w.failed = err.Error()
		w.log.Warn("the kernel's tables could not all be looked at", "reason", err)
	}
	return found
}
