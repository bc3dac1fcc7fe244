package golang

import (
	"github.com/tracehound/tracehound/pkg/event"
)

// maxPeers bounds what is remembered of one process.
const maxPeers = 64

// peers remembers which processes were reported for which peers. Processes are
// known by their pid on the host and their start time.
type peers struct {
	processes *latest[int, *process] // by pid
}

type process struct {
	start int64 // 0 when only other threads than the first were seen
	// told says of each peer whether its connection was reported; false is a
	// new connection, so that what the parent did does not count.
	told map[address]bool
}

func newPeers(limit int) *peers {
	return &peers{newLatest[int, *process](limit)}
}

// seen reports whether the process, or its parent before it, was reported for
// the peer, and remembers that it now is.
func (p *peers) seen(e *event.Event, a address) bool {
	told, _ := p.of(e, a)
	p.remember(e, a, true)
	return told
}

// connected notes a new connection to a peer.
func (p *peers) connected(e *event.Event, a address) {
	if _, known := p.of(e, a); known {
		p.remember(e, a, false)
	}
}

// of is what is known of the process and the peer, or else of the parent.
func (p *peers) of(e *event.Event, a address) (told, known bool) {
	if own := p.find(e); own != nil {
		if told, known = own.told[a]; known {
			return told, true
		}
	}
	if parent, ok := p.processes.Peek(e.HostParentProcessID); ok {
		told = parent.told[a]
		return told, told
	}
	return false, false
}

// find is the event's process; nil when nothing is known of it. A process that
// has another start time than the one remembered took over its pid.
func (p *peers) find(e *event.Event) *process {
	own, ok := p.processes.Get(e.HostProcessID)
	if !ok {
		return nil
	}
	if start := startOf(e); start != 0 && own.start != 0 && start != own.start {
		p.processes.Remove(e.HostProcessID)
		return nil
	}
	return own
}

func (p *peers) remember(e *event.Event, a address, told bool) {
	own := p.find(e)
	if own == nil {
		own = &process{told: map[address]bool{}}
		p.processes.Add(e.HostProcessID, own)
	}
	if own.start == 0 {
		own.start = startOf(e)
	}
	if _, known := own.told[a]; !known && len(own.told) >= maxPeers {
		clear(own.told)
	}
	own.told[a] = told
}

// startOf is when the process started, in ns since boot; 0 when the event is of
// another thread than its first.
func startOf(e *event.Event) int64 {
	if e.HostThreadID != e.HostProcessID {
		return 0
	}
	return e.ThreadStartTime
}
