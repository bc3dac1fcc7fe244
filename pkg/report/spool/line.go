package spool

import (
	"iter"
	"slices"
	"time"
)

// entry is one item in a queue.
type entry struct {
	seq     uint64
	class   int
	size    int64
	queued  time.Time
	item    *Item // nil once the file holds it
	taken   bool  // under way to the receiver
	writing bool  // a transaction that holds it is under way
	gone    bool
}

// classes are severities 0 to 4. What has none counts as medium: it is not the
// first that may go.
const (
	classes     = 5
	classOfNone = 2
)

func class(severity int) int {
	if severity < 0 || severity >= classes {
		return classOfNone
	}
	return severity
}

// line is entries in order, in all and by severity. What is out of it is taken
// away once it is first, or once there is more of it than of the others.
type line struct {
	out     func(*entry) bool
	inOrder row
	byClass [classes]row
	live    int // how many are not out
	pushed  int // since all that was out was taken away
}

// slack is how many entries that are out are always borne.
const slack = 64

func isGone(e *entry) bool   { return e.gone }
func isStored(e *entry) bool { return e.item == nil }

func (l *line) push(e *entry) {
	l.inOrder = append(l.inOrder, e)
	l.byClass[e.class] = append(l.byClass[e.class], e)
	l.live++
	if l.pushed++; l.pushed > l.live+slack {
		l.compact()
	}
}

// compact takes away all that is out. An entry under way stays first for as long as its
// receiver is dead, and nobody looks at severities while there is room.
func (l *line) compact() {
	l.pushed = 0
	l.inOrder = slices.DeleteFunc(l.inOrder, l.out)
	for i := range l.byClass {
		l.byClass[i] = slices.DeleteFunc(l.byClass[i], l.out)
	}
}

// all are the entries in order.
func (l *line) all() iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		l.inOrder.trim(l.out)
		for _, e := range l.inOrder {
			if !l.out(e) && !yield(e) {
				return
			}
		}
	}
}

func (l *line) first() *entry {
	for e := range l.all() {
		return e
	}
	return nil
}

// least is the oldest of the least severity that nobody is busy with.
func (l *line) least() *entry {
	for i := range l.byClass {
		l.byClass[i].trim(l.out)
		for _, e := range l.byClass[i] {
			if !l.out(e) && !e.taken && !e.writing {
				return e
			}
		}
	}
	return nil
}

type row []*entry

func (r *row) trim(out func(*entry) bool) {
	n := 0
	for n < len(*r) && out((*r)[n]) {
		(*r)[n] = nil
		n++
	}
	if *r = (*r)[n:]; len(*r) == 0 {
		*r = nil
	}
}
