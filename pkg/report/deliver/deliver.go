// Package deliver brings findings from a queue to a receiver, each output in a
// goroutine of its own: in order, again and again until the receiver has them, at
// longer and longer intervals. What a receiver refuses for good goes to a
// file beside the queue, with the reason.
package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/tracehound/tracehound/pkg/report/spool"
)

// Sender talks to one receiver. It is used from one goroutine.
type Sender interface {
	// Send hands over items, in order. It returns how many from the first on the
	// receiver has for certain; the others will be sent again, so the receiver may
	// get them twice. A RefusedError concerns the first of the others, or all of
	// them. Send returns soon after ctx has ended.
	Send(ctx context.Context, items []spool.Item) (taken int, err error)
	Close() error
}

// RefusedError says that the receiver will never take what was sent.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return "refused: " + e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// LaterError says that the receiver wants to be left alone for a while.
type LaterError struct {
	After time.Duration
	Err   error
}

func (e *LaterError) Error() string { return e.Err.Error() }
func (e *LaterError) Unwrap() error { return e.Err }

// Options say how an output delivers.
type Options struct {
	Name   string
	Queue  *spool.Queue
	Sender Sender
	// Dead takes what is refused.
	Dead *DeadLetters
	// Batch is how many items are sent at once, BatchBytes about how long they are
	// together, and Linger how long is waited for a batch to fill.
	Batch      int
	BatchBytes int
	Linger     time.Duration
	// Timeout is how long one attempt may take.
	Timeout time.Duration
	// RetryMin and RetryMax are the first and the longest wait between attempts.
	RetryMin, RetryMax time.Duration
	Log                *slog.Logger
}

// Output delivers until it is closed.
type Output struct {
	opts    Options
	ctx     context.Context
	cancel  context.CancelFunc
	ended   chan struct{}
	closing chan struct{}

	sent, retried, dead atomic.Uint64
	mu                  sync.Mutex
	fault               error // of the last attempt; nil when it went well
	since               time.Time
}

// Stats are those of the queue, and what became of what it gave.
type Stats struct {
	spool.Stats
	// Sent is how many the receiver has, Retried how many attempts failed, Dead how many
	// were refused.
	Sent, Retried, Dead uint64
	// Down is why the last attempt failed, nil when it did not, and DownSince when
	// that began.
	Down      error
	DownSince time.Time
}

// Start begins to deliver.
func Start(o Options) *Output {
	out := &Output{opts: o, ended: make(chan struct{}), closing: make(chan struct{})}
	out.ctx, out.cancel = context.WithCancel(context.Background())
	go out.run()
	return out
}

// Name is the output's.
func (o *Output) Name() string { return o.opts.Name }

// Put queues a finding; it waits for nothing.
func (o *Output) Put(it spool.Item) error { return o.opts.Queue.Put(it) }

// Sync waits until all that was put is safe.
func (o *Output) Sync(ctx context.Context) error { return o.opts.Queue.Sync(ctx) }

// Stats says how the output is.
func (o *Output) Stats() Stats {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Stats{
		Stats: o.opts.Queue.Stats(),
		Sent:  o.sent.Load(), Retried: o.retried.Load(), Dead: o.dead.Load(),
		Down: o.fault, DownSince: o.since,
	}
}

// stuckAfter is how long a Send may go on after its context has ended: one to a
// pipe that nobody reads never comes back.
const stuckAfter = 3 * time.Second

// ErrStuck says that an attempt could not be ended. It goes on until the process ends.
var ErrStuck = errors.New("the receiver neither takes findings nor lets go")

// Close delivers what is left until ctx ends; the rest stays in the queue's file.
// It returns how many that are.
func (o *Output) Close(ctx context.Context) (left int, err error) {
	close(o.closing)
	select {
	case <-o.ended:
	case <-ctx.Done():
	}
	o.cancel()
	select {
	case <-o.ended:
	case <-time.After(stuckAfter):
		return o.opts.Queue.Stats().Items, errors.Join(ErrStuck, o.opts.Queue.Close())
	}
	left = o.opts.Queue.Stats().Items
	return left, errors.Join(o.opts.Queue.Close(), o.opts.Sender.Close(), o.opts.Dead.Close())
}

func (o *Output) run() {
	defer close(o.ended)
	for {
		items, err := o.take()
		switch {
		case o.ctx.Err() != nil || errors.Is(err, errEnd):
			return
		case err != nil:
			o.note(fmt.Errorf("read queue: %w", err))
			o.sleep(o.opts.RetryMax)
		default:
			o.deliver(items)
		}
	}
}

var errEnd = errors.New("nothing is left")

// take waits for a batch.
func (o *Output) take() ([]spool.Item, error) {
	ctx, cancel := context.WithCancel(o.ctx)
	defer cancel()
	go func() {
		select {
		case <-ctx.Done():
		case <-o.closing: // what is there is still delivered
			if o.opts.Queue.Stats().Items == 0 {
				cancel()
			}
		}
	}()
	items, err := o.opts.Queue.Take(ctx, o.opts.Batch, o.opts.BatchBytes)
	if err != nil {
		if ctx.Err() != nil {
			return nil, errEnd
		}
		return nil, err
	}
	if o.opts.Linger > 0 && len(items) < o.opts.Batch {
		select {
		case <-time.After(o.opts.Linger):
			return o.opts.Queue.Take(o.ctx, o.opts.Batch, o.opts.BatchBytes)
		case <-o.closing:
		case <-o.ctx.Done():
		}
	}
	return items, nil
}

// deliver tries until the receiver has the items or has refused them, or the output
// is closed.
func (o *Output) deliver(items []spool.Item) {
	wait := &backoff.ExponentialBackOff{
		InitialInterval: o.opts.RetryMin, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: o.opts.RetryMax,
	}
	wait.Reset()
	// Of a batch that is refused the half is tried, down to the one at fault: the
	// others must not suffer, nor arrive more often than that takes.
	size := len(items)
	for len(items) > 0 && o.ctx.Err() == nil {
		attempt := items[:min(size, len(items))]
		taken, err := o.try(attempt)
		if taken > 0 {
			o.opts.Queue.Done(items[:taken])
			o.sent.Add(uint64(taken))
			items = items[taken:]
			wait.Reset()
		}
		var refused *RefusedError
		switch {
		case err == nil:
			o.note(nil)
			size *= 2
		case errors.As(err, &refused) && len(attempt)-taken > 1:
			size = (len(attempt) - taken) / 2
		case errors.As(err, &refused):
			o.note(nil) // the receiver is well
			if o.bury(items[0], refused.Err) {
				items = items[1:]
			}
		default:
			o.retried.Add(1)
			o.note(err)
			o.sleep(pause(err, wait.NextBackOff(), o.opts.RetryMax))
		}
	}
}

func (o *Output) try(items []spool.Item) (taken int, err error) {
	ctx, cancel := context.WithTimeout(o.ctx, o.opts.Timeout)
	defer cancel()
	taken, err = o.opts.Sender.Send(ctx, items)
	if err == nil {
		return len(items), nil
	}
	return max(0, min(taken, len(items))), err
}

// pauseMax is the longest that a receiver may ask for: its clock, or ours, may be
// wrong.
const pauseMax = 15 * time.Minute

func pause(err error, wait, most time.Duration) time.Duration {
	var later *LaterError
	if errors.As(err, &later) {
		return max(wait, min(later.After, pauseMax))
	}
	return min(wait, most)
}

// bury gives up a finding that the receiver refuses. When even that fails the finding
// stays where it is.
func (o *Output) bury(it spool.Item, reason error) bool {
	dropped, err := o.opts.Dead.add(o.opts.Name, it, reason)
	if dropped {
		o.opts.Log.Error("dead letters are full: the oldest file of them is gone", "output", o.opts.Name, "file", o.opts.Dead.Path(), "kept", deadKeep)
	}
	if err != nil {
		o.retried.Add(1)
		o.note(fmt.Errorf("%w; and write it to the dead letters: %w", reason, err))
		o.sleep(o.opts.RetryMax)
		return false
	}
	o.dead.Add(1)
	o.opts.Log.Error("receiver refuses a finding: it is with the dead letters",
		"output", o.opts.Name, "finding", it.ID, "reason", reason, "file", o.opts.Dead.Path())
	o.opts.Queue.Done([]spool.Item{it})
	return true
}

// note keeps how the last attempt went, and says when that changes.
func (o *Output) note(err error) {
	if o.ctx.Err() != nil {
		return // we have stopped it ourselves
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case err != nil && o.fault == nil:
		o.since = time.Now()
		o.opts.Log.Warn("receiver does not take findings: they wait", "output", o.opts.Name, "error", err)
	case err == nil && o.fault != nil:
		o.opts.Log.Info("receiver takes findings again", "output", o.opts.Name,
			"after", time.Since(o.since).Round(time.Millisecond), "waiting", o.opts.Queue.Stats().Items)
	}
	o.fault = err
}

func (o *Output) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-o.ctx.Done():
	}
}
