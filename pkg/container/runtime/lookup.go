package runtime

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/container"
)

const (
	// workers is how many questions one runtime is asked at a time.
	workers = 16
	// lookupTime is how long a runtime may take for an answer. Docker says nothing of
	// a container while it starts it.
	lookupTime = 10 * time.Second
	// minBackoff and maxBackoff bound how long a runtime that does not answer is
	// left alone.
	minBackoff = 100 * time.Millisecond
	maxBackoff = 10 * time.Second
	// maxPending bounds how many containers are asked about or wait for it.
	maxPending = 20000
	// maxTold bounds what waits to be taken by Found.
	maxTold = 20000
	// forgetNothing is when a container that no runtime knows is asked about again.
	forgetNothing = time.Minute
	// maxErrors is how often one container is asked about in vain.
	maxErrors = 20
	// rumourBudget is for what runtimes announce.
	rumourBudget = 2 << 20
	// DefaultBudget is for what is known of containers.
	DefaultBudget = 32 << 20
)

// again is when a container that no runtime knows is asked about again: its
// cgroup may be there before the runtime has written down what it is.
var again = []time.Duration{30 * time.Millisecond, 70 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond, 1200 * time.Millisecond}

// Options of a Lookup.
type Options struct {
	Sockets []Socket
	Budget  int // bytes; 0 is DefaultBudget
	Log     *slog.Logger
	Dial    func(Socket) (Client, error) // nil is the runtimes' own
}

// Lookup asks runtimes beside whoever wants to know, and remembers. It is safe for
// concurrent use.
type Lookup struct {
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	ready  chan struct{}
	ended  sync.WaitGroup

	mu      sync.Mutex
	places  []*place
	pending map[string]*job
	known   cache
	rumours cache // of what runtimes announced and nobody has asked about
	found   []Found
	untold  uint64 // found when nobody took what was found
	refused uint64
	changed chan struct{} // closed and made anew when something was found
}

// Found is a container of which something is known now. Container is nil when no
// runtime knows it.
type Found struct {
	Info      container.Info
	Container *Container
}

// New begins; no runtime is asked before Ask.
func New(o Options) *Lookup {
	if o.Budget == 0 {
		o.Budget = DefaultBudget
	}
	if o.Dial == nil {
		o.Dial = dial
	}
	l := &Lookup{
		log: o.Log, ready: make(chan struct{}, 1), pending: map[string]*job{}, known: newCache(o.Budget), rumours: newCache(rumourBudget), changed: make(chan struct{}),
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	for _, s := range o.Sockets {
		p := &place{socket: s, lookup: l, dial: o.Dial, wake: make(chan struct{}, 1), slots: make(chan struct{}, workers)}
		l.places = append(l.places, p)
		l.ended.Go(p.run)
		l.ended.Go(p.watch)
	}
	return l
}

// Close ends what is under way.
func (l *Lookup) Close() {
	l.cancel()
	l.ended.Wait()
}

// State says what Get knows.
type State int

// What is known of a container.
const (
	Unasked State = iota
	Pending
	Known
	// Nothing: no runtime knows it, or none can be asked.
	Nothing
)

// Get says what is known of a container, without asking.
func (l *Lookup) Get(id string) (*Container, State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.get(id, time.Now())
}

func (l *Lookup) get(id string, now time.Time) (*Container, State) {
	if e := l.known.get(id); e != nil && (e.container != nil || now.Before(e.until)) {
		if e.container == nil {
			return nil, Nothing
		}
		return e.container, Known
	}
	if l.pending[id] != nil {
		return nil, Pending
	}
	return nil, Unasked
}

// Ask is Get, and begins to find out what is not known. It does not block.
func (l *Lookup) Ask(info container.Info) (*Container, State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	c, state := l.get(info.ID, now)
	if state != Unasked {
		return c, state
	}
	places := l.placesFor(info)
	if len(places) == 0 {
		return nil, Nothing
	}
	if len(l.pending) >= maxPending {
		l.refused++
		return nil, Nothing
	}
	j := &job{info: info, places: places, due: now}
	l.pending[info.ID] = j
	places[0].add(j)
	if e := l.rumours.get(info.ID); e != nil {
		l.preliminary(j, e.container)
		return e.container, Known
	}
	return nil, Pending
}

// placesFor are the runtimes that can know a container: its own; all, when the
// path did not tell. Of a user's container that user's are asked.
func (l *Lookup) placesFor(info container.Info) []*place {
	var fitting []*place
	for _, p := range l.places {
		if p.socket.User == info.User && (info.Runtime == container.Unknown || info.Runtime == p.socket.Runtime) {
			fitting = append(fitting, p)
		}
	}
	return fitting
}

// Answering says whether a runtime that can know the container answers at the
// moment: whether it makes sense to wait.
func (l *Lookup) Answering(info container.Info) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.placesFor(info), func(p *place) bool { return p.failures == 0 })
}

// Wait waits until something is known of a container that is being asked about,
// but not beyond the deadline.
func (l *Lookup) Wait(id string, deadline time.Time) (*Container, State) {
	timeout := time.NewTimer(time.Until(deadline))
	defer timeout.Stop()
	for {
		l.mu.Lock()
		c, state := l.get(id, time.Now())
		changed := l.changed
		l.mu.Unlock()
		if state != Pending {
			return c, state
		}
		select {
		case <-changed:
		case <-timeout.C:
			return c, state
		case <-l.ctx.Done():
			return c, state
		}
	}
}

// Ready tells that Found has something.
func (l *Lookup) Ready() <-chan struct{} { return l.ready }

// Found returns what was found out since it was called last.
func (l *Lookup) Found() []Found {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.found
	l.found = nil
	return found
}

// learn notes what is known of a container now. l.mu is held.
func (l *Lookup) learn(info container.Info, c *Container) {
	delete(l.pending, info.ID)
	e := &entry{id: info.ID, container: c}
	if c == nil {
		e.until = time.Now().Add(forgetNothing)
	} else {
		c.trim()
	}
	l.known.put(e)
	l.tell(info, c)
}

// preliminary notes what a runtime announced of a container that is being asked
// about: it will do until the answer is there. l.mu is held.
func (l *Lookup) preliminary(j *job, c *Container) {
	j.announced = c
	l.known.put(&entry{id: j.info.ID, container: c})
	l.tell(j.info, c)
}

// tell says that something was found. l.mu is held.
func (l *Lookup) tell(info container.Info, c *Container) {
	if len(l.found) < maxTold {
		l.found = append(l.found, Found{info, c})
	} else {
		l.untold++
	}
	close(l.changed)
	l.changed = make(chan struct{})
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// announced takes what a runtime said by itself, which is less than what it
// answers, and sooner.
func (l *Lookup) announced(id string, c *Container) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.trim()
	if _, state := l.get(id, time.Now()); state == Known {
		return
	}
	if j := l.pending[id]; j != nil {
		l.preliminary(j, c)
		return
	}
	l.rumours.put(&entry{id: id, container: c})
}

// Size is how much is known: containers, bytes, those that were pushed out, and
// questions that were refused because too many waited.
func (l *Lookup) Size() (containers, bytes int, evicted, refused uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known.entries.Len(), l.known.bytes, l.known.evicted, l.refused + l.untold
}
