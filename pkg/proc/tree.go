package proc

import (
	"container/list"
	"time"
)

// Program is one executed program, that is one process from one exec to the
// next. ID is unique for the machine's life and the same for all who name it.
type Program struct {
	ID         string
	Parent     string // the program that forked the process; "" when nobody did
	PID        int
	Comm       string
	Executable string
}

// Tree is the family tree of programs, fed with what happens in the order in
// which it happened. A program stays while its process runs it or while a
// program that descends from it stays, and some time after: events that were
// under way still find it. Times are any clock's, as long as it is one.
type Tree struct {
	limit, used int
	keep        time.Duration

	programs map[string]*node
	running  map[int]*node // by process
	idle     list.List     // of *node that nobody needs any more, in order of time
	all      list.List     // of *node, the oldest first
	evicted  uint64
}

type node struct {
	Program
	known    bool // it was seen, and not only named by a child
	ended    bool // its process has ended or runs another program
	children int
	since    int64 // idle since then, ns
	idle     *list.Element
	all      *list.Element
	size     int
}

const (
	// nodeSize is what a program takes beside its texts: the node, two list
	// elements and its places in the maps.
	nodeSize = 400
	// textMax bounds what one program can take.
	textMax = 4096
)

// NewTree makes a tree that holds at most about so many bytes; programs are kept
// for a time when nobody needs them any more.
func NewTree(bytes int, keep time.Duration) *Tree {
	return &Tree{limit: bytes, keep: keep, programs: map[string]*node{}, running: map[int]*node{}}
}

// Runs notes that a process runs a program. It may be told as often as one
// likes: a program that has ended does not come back by it.
func (t *Tree) Runs(p Program, now int64) {
	if p.ID == "" {
		return
	}
	n := t.node(p.ID, p.PID)
	if n.known {
		if !n.ended && p.Comm != "" && p.Executable != "" && (n.Comm != p.Comm || n.Executable != p.Executable) {
			t.describe(n, p)
		}
		return
	}
	t.fill(n, p, now)
	before := t.running[p.PID]
	switch {
	case n.ended:
	case before == nil:
		t.running[p.PID] = n
	case newer(n.ID, before.ID):
		t.running[p.PID] = n
		t.end(before, now)
	default:
		n.ended = true
	}
	t.rest(n, now)
	t.forget(n, now)
}

// Knows says whether a program has been told of by Runs.
func (t *Tree) Knows(id string) bool {
	n := t.programs[id]
	return n != nil && n.known
}

// Ended notes that the process of a program has ended.
func (t *Tree) Ended(id string, now int64) {
	if n := t.programs[id]; n != nil {
		if t.running[n.PID] == n {
			delete(t.running, n.PID)
		}
		t.end(n, now)
	}
	t.forget(nil, now)
}

// Ancestors lists the programs above one whose parent has this ID, nearest first,
// at most so many. Of one that is only known by its ID there is no more, and
// the line ends with it.
func (t *Tree) Ancestors(parent string, limit int) []Program {
	var line []Program
	for id := parent; id != "" && len(line) < limit; {
		n := t.programs[id]
		if n == nil || !n.known {
			return append(line, Program{ID: id, PID: pidOf(id)})
		}
		line = append(line, n.Program)
		id = n.Parent
	}
	return line
}

// Size is how many programs are held, in about how many bytes, and how many
// were given up before their time to stay within the bound.
func (t *Tree) Size() (programs, bytes int, evicted uint64) {
	return len(t.programs), t.used, t.evicted
}

func (t *Tree) node(id string, pid int) *node {
	if n := t.programs[id]; n != nil {
		return n
	}
	n := &node{Program: Program{ID: id, PID: pid}, size: nodeSize + len(id)}
	t.programs[id] = n
	n.all = t.all.PushBack(n)
	t.used += n.size
	return n
}

// fill says who a program is that was only named before, if that.
func (t *Tree) fill(n *node, p Program, now int64) {
	n.known = true
	n.PID, n.Parent = p.PID, p.Parent
	t.describe(n, p)
	if p.Parent != "" {
		parent := t.node(p.Parent, pidOf(p.Parent))
		parent.children++
		t.rest(parent, now)
	}
}

func (t *Tree) describe(n *node, p Program) {
	n.Comm, n.Executable = cutText(p.Comm), cutText(p.Executable)
	t.used -= n.size
	n.size = nodeSize + len(n.ID) + len(n.Parent) + len(n.Comm) + len(n.Executable)
	t.used += n.size
}

func cutText(s string) string { return s[:min(len(s), textMax)] }

func (t *Tree) end(n *node, now int64) {
	n.ended = true
	t.rest(n, now)
}

// rest puts a program among the idle ones, or takes it back.
func (t *Tree) rest(n *node, now int64) {
	needed := n.children > 0 || n.known && !n.ended
	switch {
	case needed && n.idle != nil:
		t.idle.Remove(n.idle)
		n.idle = nil
	case !needed && n.idle == nil:
		n.since = now
		n.idle = t.idle.PushBack(n)
	}
}

// forget drops what was idle for long enough, and to stay within the bound what
// is idle for the longest time, or else is oldest. It spares the program that is
// being added.
func (t *Tree) forget(added *node, now int64) {
	for e := t.idle.Front(); e != nil; e = t.idle.Front() {
		n := nodeOf(e)
		over := t.used > t.limit
		if n == added || !over && now-n.since < int64(t.keep) {
			break
		}
		if now-n.since < int64(t.keep) {
			t.evicted++
		}
		t.drop(n, now)
	}
	for t.used > t.limit {
		n := nodeOf(t.all.Front())
		if n == added {
			return
		}
		t.evicted++
		t.drop(n, now)
	}
}

// nodeOf is the program in a list: there is nothing else in any.
func nodeOf(e *list.Element) *node {
	n, _ := e.Value.(*node)
	return n
}

func (t *Tree) drop(n *node, now int64) {
	delete(t.programs, n.ID)
	if t.running[n.PID] == n {
		delete(t.running, n.PID)
	}
	t.all.Remove(n.all)
	if n.idle != nil {
		t.idle.Remove(n.idle)
	}
	t.used -= n.size
	if parent := t.programs[n.Parent]; n.known && parent != nil && parent.children > 0 {
		parent.children--
		t.rest(parent, now)
	}
}
