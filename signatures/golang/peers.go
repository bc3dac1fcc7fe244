package golang

import (
	"container/list"

	"github.com/tracehound/tracehound/pkg/event"
)

// maxPeers bounds what is remembered of one process.
const maxPeers = 64

// peers remembers which processes were reported for which peers. Processes are
// known by their pid on the host and their start time.
type peers struct {
	limit     int
	processes map[int]*list.Element // by pid; the list holds *process
	recent    *list.List            // most recently heard of first
}

type process struct {
	pid   int
	start int64 // 0 when only other threads than the first were seen
	// told says of each peer whether its connection was reported; false is a
	// new connection, so that what the parent did does not count.
	told map[address]bool
}

func newPeers(limit int) *peers {
	return &peers{limit: limit, processes: map[int]*list.Element{}, recent: list.New()}
}

// seen reports whether the process, or its parent before it, was reported for
// the peer, and remembers that it now is.
func (p *peers) seen(e *event.Event, a address) bool {
	told, known := p.of(e, a)
	p.remember(e, a, true)
	return known && told
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
	if el := p.processes[e.HostParentProcessID]; el != nil && e.HostParentProcessID != e.HostProcessID {
		told = valueOf(el).told[a]
		return told, told
	}
	return false, false
}

// valueOf is the process of an element of recent, which holds nothing else.
func valueOf(el *list.Element) *process { return el.Value.(*process) } //nolint:errcheck // always true

// find is the event's process; nil when nothing is known of it. A process that
// has another start time than the one remembered took over its pid.
func (p *peers) find(e *event.Event) *process {
	el := p.processes[e.HostProcessID]
	if el == nil {
		return nil
	}
	own := valueOf(el)
	if start := startOf(e); start != 0 && own.start != 0 && start != own.start {
		p.forget(own.pid)
		return nil
	}
	p.recent.MoveToFront(el)
	return own
}

func (p *peers) remember(e *event.Event, a address, told bool) {
	own := p.find(e)
	if own == nil {
		if p.recent.Len() >= p.limit {
			p.forget(valueOf(p.recent.Back()).pid)
		}
		own = &process{pid: e.HostProcessID, told: map[address]bool{}}
		p.processes[own.pid] = p.recent.PushFront(own)
	}
	if own.start == 0 {
		own.start = startOf(e)
	}
	if _, known := own.told[a]; !known && len(own.told) >= maxPeers {
		clear(own.told)
	}
	own.told[a] = told
}

func (p *peers) forget(pid int) {
	if el := p.processes[pid]; el != nil {
		p.recent.Remove(el)
		delete(p.processes, pid)
	}
}

// startOf is when the process started, in ns since boot; 0 when the event is of
// another thread than its first.
func startOf(e *event.Event) int64 {
	if e.HostThreadID != e.HostProcessID {
		return 0
	}
	return e.ThreadStartTime
}
