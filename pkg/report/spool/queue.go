// Package spool holds findings until their receiver has them: on disk, within a
// limit, in order, and over the death of the process and of the machine.
//
// Put takes an item into memory and never waits for the disk; a goroutine of the
// queue writes what has come in one transaction, every few milliseconds. What
// was put and not yet written is what a kill costs; Sync waits for it. While the
// disk refuses, items stay in memory, within a limit of its own, and can be
// taken from there.
package spool

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// commitDelay is how long items are gathered for one transaction.
	commitDelay = 20 * time.Millisecond
	// commitBytes is about how much one transaction writes.
	commitBytes = 4 << 20
	// retryDelay is when a disk that refused is asked again.
	retryDelay = time.Second
	// tellEvery is how often it is said that findings are dropped.
	tellEvery = time.Minute
)

// Options say what a queue is.
type Options struct {
	// Path is the queue's file; empty for one that lives in memory.
	Path string
	// Limit is how many bytes of items may wait, and Memory how many of them may be
	// in memory, not yet written.
	Limit, Memory int64
	Log           *slog.Logger
}

// Queue is the items of one receiver. One goroutine takes, any may do the rest.
type Queue struct {
	opts Options

	mu      sync.Mutex
	entries line // all that are not done with
	waiting line // those of them that the file does not hold
	removed []uint64
	last    uint64 // sequence number given last
	bytes   int64
	memory  int64
	stats   Stats
	fault   error // why the file cannot be written
	since   time.Time
	told    time.Time     // when it was said last that items are dropped
	changed chan struct{} // closed, and made anew, when something is put, written or refused

	files  sync.Mutex // held while the file is used
	store  *store     // nil while it cannot be opened
	opened bool       // it was, once
	damage error      // what is wrong with the file, until it is replaced

	dirty chan struct{}
	stop  chan struct{}
	done  chan struct{}
}

// Stats count what became of the items since the queue was opened.
type Stats struct {
	// Items and Bytes are what waits, Oldest since when.
	Items  int
	Bytes  int64
	Oldest time.Time
	// Unsaved is how many of them the file does not hold yet.
	Unsaved int
	// Queued is how many were put, Stored how many the file has taken, Found how many it held at the start.
	Queued, Stored, Found uint64
	// Dropped is how many were given up because the limit was reached, Damaged how
	// many the file had lost.
	Dropped, Damaged uint64
	// Fault is why the file cannot be written, nil when it can, and Since when.
	Fault error
	Since time.Time
}

// ErrClosed says that the queue takes nothing more.
var ErrClosed = errors.New("queue is closed")

// Open opens a queue and takes up what its file holds. A damaged file is set aside, which
// is said in the log, and its sound items are kept. A file that cannot be opened
// is an error, except for want of room: then the queue lives in memory and tries
// again.
func Open(o Options) (*Queue, error) {
	q := &Queue{
		opts: o, entries: line{out: isGone}, waiting: line{out: isStored}, changed: make(chan struct{}), dirty: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	if o.Path == "" {
		close(q.done)
		return q, nil
	}
	q.files.Lock()
	defer q.files.Unlock()
	if err := q.open(); err != nil {
		if !noRoom(err) {
			return nil, err
		}
		q.judge(err)
		q.wake()
	}
	go q.write()
	return q, nil
}

// Put appends an item. When that exceeds a limit the oldest of the least severity go.
func (q *Queue) Put(it Item) error {
	if len(it.Payload) > MaxPayload || len(it.ID) > maxID {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.stats.Dropped++
		return errors.New("finding is too long to be queued")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.stop:
		return ErrClosed
	default:
	}
	q.last++
	it.Seq = q.last
	if it.Queued.IsZero() {
		it.Queued = time.Now()
	}
	e := &entry{seq: it.Seq, class: class(it.Severity), size: int64(frameSize(&it)), queued: it.Queued, item: &it}
	q.entries.push(e)
	q.waiting.push(e)
	q.bytes += e.size
	q.memory += e.size
	q.stats.Queued++
	q.shrink()
	q.announce()
	q.wake()
	return nil
}

// shrink gives up items until the limits are kept. Those under way stay.
func (q *Queue) shrink() {
	for q.bytes > q.opts.Limit {
		if !q.giveUp(q.entries.least()) {
			break
		}
	}
	for q.opts.Path != "" && q.memory > q.opts.Memory {
		if !q.giveUp(q.waiting.least()) {
			break
		}
	}
}

func (q *Queue) giveUp(e *entry) bool {
	if e == nil {
		return false
	}
	q.forget(e)
	q.stats.Dropped++
	if now := time.Now(); now.Sub(q.told) > tellEvery {
		q.told = now
		q.opts.Log.Warn("queue is full: the oldest findings of the least severity are dropped",
			"dropped", q.stats.Dropped, "waiting", q.entries.live, "bytes", q.bytes, "limit", q.opts.Limit)
	}
	return true
}

// forget takes an entry out of everything; out of the file with the next
// transaction.
func (q *Queue) forget(e *entry) {
	e.gone = true
	q.bytes -= e.size
	q.entries.live--
	if e.item != nil {
		q.memory -= e.size
		q.waiting.live--
	}
	if e.item == nil || e.writing {
		q.removed = append(q.removed, e.seq)
	}
	e.item = nil
}

// Take waits for items and returns the oldest: at most count, and no more than
// size bytes unless the first alone is longer. They are the taker's until Done;
// Take again returns the same.
func (q *Queue) Take(ctx context.Context, count, size int) ([]Item, error) {
	again := time.NewTicker(retryDelay)
	defer again.Stop()
	for {
		q.mu.Lock()
		changed := q.changed
		picked := q.pick(count, size)
		q.mu.Unlock()
		if len(picked) > 0 {
			items, err := q.fetch(picked)
			if err != nil || len(items) > 0 {
				return items, err
			}
		}
		select {
		case <-changed:
		case <-again.C: // the file could not be opened, or has lost them
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (q *Queue) pick(count, size int) []*entry {
	var picked []*entry
	for e := range q.entries.all() {
		if len(picked) == count || len(picked) > 0 && e.size > int64(size) {
			break
		}
		e.taken = true
		size -= int(e.size)
		picked = append(picked, e)
	}
	return picked
}

// fetch brings the entries' items, from memory or the file.
func (q *Queue) fetch(picked []*entry) ([]Item, error) {
	if items := q.inMemory(picked); len(items) > 0 {
		return items, nil // without the file, which may hang
	}
	q.files.Lock()
	defer q.files.Unlock()
	var seqs []uint64
	q.mu.Lock()
	for _, e := range picked {
		if e.gone || e.item != nil {
			break // what the file does not hold yet comes with the next Take
		}
		seqs = append(seqs, e.seq)
	}
	q.mu.Unlock()
	if len(seqs) == 0 || q.store == nil {
		return nil, nil
	}
	items, err := q.store.read(seqs)
	if damaged(err) {
		return nil, q.repair(err)
	}
	return items, err
}

func (q *Queue) inMemory(picked []*entry) (items []Item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range picked {
		if e.gone || e.item == nil {
			break
		}
		items = append(items, *e.item)
	}
	return items
}

// Done says that the first items that Take returned are done with.
func (q *Queue) Done(items []Item) {
	if len(items) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	done := map[uint64]bool{}
	for i := range items {
		done[items[i].Seq] = true
	}
	for e := range q.entries.all() {
		if len(done) == 0 {
			break
		}
		if done[e.seq] {
			delete(done, e.seq)
			q.forget(e)
		}
	}
	q.announce()
	q.wake()
}

// Room waits until size bytes fit into the limit, or nothing else is there.
func (q *Queue) Room(size int) error {
	for {
		q.mu.Lock()
		fits, changed := q.bytes == 0 || q.bytes+int64(size+frameHeader+itemHeader+maxID) <= q.opts.Limit, q.changed
		q.mu.Unlock()
		if fits {
			return nil
		}
		select {
		case <-changed:
		case <-q.stop:
			return ErrClosed
		}
	}
}

// Sync waits until the file holds, or the receiver has, all that was put before.
func (q *Queue) Sync(ctx context.Context) error {
	q.mu.Lock()
	last := q.last
	for {
		first, fault, changed := q.waiting.first(), q.fault, q.changed
		q.mu.Unlock()
		switch {
		case q.opts.Path == "" || first == nil || first.seq > last:
			return nil
		case fault != nil:
			return fault
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
		q.mu.Lock()
	}
}

// Stats says how the queue is.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.stats
	s.Items, s.Unsaved, s.Bytes, s.Fault, s.Since = q.entries.live, q.waiting.live, q.bytes, q.fault, q.since
	if e := q.entries.first(); e != nil {
		s.Oldest = e.queued
	}
	return s
}

// Close writes what is left and closes the file. Nothing may be put or taken any more.
func (q *Queue) Close() error {
	q.mu.Lock()
	select {
	case <-q.stop:
		q.mu.Unlock()
		return ErrClosed
	default:
	}
	close(q.stop)
	q.mu.Unlock()
	<-q.done
	q.files.Lock()
	defer q.files.Unlock()
	if q.store == nil {
		return nil
	}
	return q.store.close()
}

// announce tells whoever waits for a change. Called with mu held.
func (q *Queue) announce() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// wake makes the writer look.
func (q *Queue) wake() {
	select {
	case q.dirty <- struct{}{}:
	default:
	}
}
