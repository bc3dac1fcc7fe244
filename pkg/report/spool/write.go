package spool

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// noRoom says that a disk is full, which passes.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// write is the goroutine that brings what was put into the file, and takes what is done
// with out of it.
func (q *Queue) write() {
	defer close(q.done)
	for {
		select {
		case <-q.dirty:
			q.pause(commitDelay)
		case <-q.stop:
			if err := q.commitAll(); err != nil {
				q.opts.Log.Error("queue cannot be written: what waits in memory is lost",
					"file", q.opts.Path, "findings", q.unwritten(), "error", err)
			}
			return
		}
		if q.commitAll() != nil {
			q.pause(retryDelay)
			q.wake()
		}
	}
}

func (q *Queue) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-q.stop:
	}
}

func (q *Queue) unwritten() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting.live
}

func (q *Queue) commitAll() error {
	q.files.Lock()
	defer q.files.Unlock()
	batch := int64(commitBytes)
	for {
		more, err := q.commit(batch)
		q.judge(err)
		switch {
		case noRoom(err) && batch > commitBytes>>10:
			batch /= 8 // perhaps less fits
		case err != nil:
			return err
		case !more:
			return nil
		}
	}
}

// commit makes one transaction of about batch bytes.
func (q *Queue) commit(batch int64) (more bool, err error) {
	if q.store == nil {
		if err := q.open(); err != nil {
			return false, err
		}
	}
	put, c, more := q.gather(batch)
	if len(c.put) == 0 && len(c.removed) == 0 {
		return false, nil
	}
	err = q.store.apply(c)
	if noRoom(err) && len(c.put) > 0 && len(c.removed) > 0 {
		// Taking away may still fit, and makes room.
		if q.store.apply(change{removed: c.removed, sent: c.sent}) == nil {
			c.removed = nil
		}
	}
	q.settle(put, c, err)
	if damaged(err) {
		return true, q.repair(err)
	}
	if err != nil {
		return false, fmt.Errorf("write queue %s: %w", q.opts.Path, err)
	}
	return more, nil
}

func (q *Queue) gather(batch int64) (put []*entry, c change, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := range q.waiting.all() {
		if batch <= 0 {
			more = true
			break
		}
		e.writing = true
		batch -= e.size
		put = append(put, e)
		c.put = append(c.put, e.item)
	}
	c.removed, q.removed = q.removed, nil
	c.sent = q.last
	if e := q.entries.first(); e != nil {
		c.sent = e.seq - 1
	}
	return put, c, more
}

func (q *Queue) settle(put []*entry, c change, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range put {
		e.writing = false
		if err == nil && !e.gone {
			e.item = nil
			q.memory -= e.size
			q.waiting.live--
		}
	}
	if err != nil {
		q.removed = append(c.removed, q.removed...)
		return
	}
	q.stats.Stored += uint64(len(put))
	q.announce()
}

// judge keeps what is wrong with the file, and says it once.
func (q *Queue) judge(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case err != nil && q.fault == nil:
		q.since = time.Now()
		q.opts.Log.Error("queue cannot be written: findings wait in memory", "file", q.opts.Path, "error", err)
	case err == nil && q.fault != nil:
		q.opts.Log.Info("queue is written again", "file", q.opts.Path, "after", time.Since(q.since).Round(time.Millisecond))
	}
	if q.fault = err; err != nil {
		q.announce()
	}
}

// repair replaces a file that was found damaged. Called with files held.
func (q *Queue) repair(cause error) error {
	if q.store != nil {
		q.store.abandon(cause)
		q.store = nil
	}
	q.damage = cause
	err := q.open()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.announce()
	return err
}

// open opens the file and takes up what it holds; a damaged one is replaced. Called
// with files held.
func (q *Queue) open() (err error) {
	var s *store
	if q.damage == nil {
		s, err = q.load()
		if damaged(err) {
			q.damage = err
		}
	}
	if q.damage != nil { // bbolt must not see that file again
		if err = q.replace(); err == nil {
			s, err = q.load()
		}
	}
	if err != nil {
		return fmt.Errorf("open queue %s: %w", q.opts.Path, err)
	}
	q.store = s
	return nil
}

func (q *Queue) replace() error {
	r, err := rebuild(q.opts.Path)
	q.mu.Lock()
	q.last = max(q.last, r.last) // what comes must not be taken for what is there
	q.mu.Unlock()
	if err != nil {
		return err
	}
	q.opts.Log.Error("queue was damaged: its sound findings are kept, what cannot be read is lost",
		"file", q.opts.Path, "cause", errors.Unwrap(q.damage), "kept", r.saved, "set_aside", q.opts.Path+DamagedSuffix)
	q.damage = nil
	return nil
}

// load opens the file and makes entries of what it holds, unless they are there
// already.
func (q *Queue) load() (*store, error) {
	var held []*entry
	s, sent, err := openStore(q.opts.Path, func(it Item) {
		held = append(held, &entry{seq: it.Seq, class: class(it.Severity), size: int64(frameSize(&it)), queued: it.Queued})
	})
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last = max(q.last, sent)
	if q.opened {
		q.compare(held)
	} else {
		q.begin(held)
		q.opened = true
	}
	q.shrink()
	return s, nil
}

// begin puts what the file held before this process in front of what has come
// since.
func (q *Queue) begin(held []*entry) {
	since := q.entries
	q.entries = line{out: isGone}
	for _, e := range held {
		q.entries.push(e)
		q.bytes += e.size
		q.last = max(q.last, e.seq)
	}
	for e := range since.all() {
		q.entries.push(e)
	}
	q.stats.Found += uint64(len(held))
}

// compare fits the entries to a file that was repaired: those that it has lost are
// gone, and what it holds besides was done with already.
func (q *Queue) compare(held []*entry) {
	stored := map[uint64]bool{}
	for _, e := range held {
		stored[e.seq] = true
	}
	for e := range q.entries.all() {
		if e.item == nil && !stored[e.seq] {
			q.forget(e)
			q.stats.Damaged++
		}
		delete(stored, e.seq)
	}
	for seq := range stored {
		q.removed = append(q.removed, seq)
	}
}
