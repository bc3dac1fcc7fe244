package runtime

import (
	"container/heap"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tracehound/tracehound/pkg/container"
)

// job is a question on its way.
type job struct {
	info    container.Info
	places  []*place // that can know, in this order
	at      int      // which of them is asked now
	due     time.Time
	rounds  int  // that all of them said no
	errors  int  // that one of them gave no good answer
	failing bool // in this round
	// announced is what a runtime said by itself, and what is known until it answers.
	announced *Container
}

// place is a runtime that can be asked.
type place struct {
	socket Socket
	lookup *Lookup
	dial   func(Socket) (Client, error)
	wake   chan struct{}
	slots  chan struct{}

	// Under the lookup's lock.
	client   Client
	jobs     jobs
	busy     int
	failures int       // in a row
	until    time.Time // when it is tried again
}

// add takes a job. The lookup's lock is held.
func (p *place) add(j *job) {
	heap.Push(&p.jobs, j)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run hands out the jobs as they become due, a few at a time; while the runtime
// does not answer, one.
func (p *place) run() {
	l := p.lookup
	defer func() {
		for range cap(p.slots) { // those under way
			p.slots <- struct{}{}
		}
		if p.client != nil {
			_ = p.client.Close() // nothing hangs on it
		}
	}()
	for {
		j, wait := p.next(time.Now())
		if j == nil {
			timer := time.NewTimer(wait)
			select {
			case <-l.ctx.Done():
				timer.Stop()
				return
			case <-p.wake:
			case <-timer.C:
			}
			timer.Stop()
			continue
		}
		select {
		case p.slots <- struct{}{}:
		case <-l.ctx.Done():
			return
		}
		go func() {
			defer func() { <-p.slots }()
			p.ask(j)
		}()
	}
}

const idle = time.Minute

// next is a job that is due, or how long to wait.
func (p *place) next(now time.Time) (*job, time.Duration) {
	p.lookup.mu.Lock()
	defer p.lookup.mu.Unlock()
	if len(p.jobs) == 0 || p.failures > 0 && p.busy > 0 {
		return nil, idle
	}
	due := p.jobs[0].due
	if p.until.After(due) {
		due = p.until
	}
	if wait := due.Sub(now); wait > 0 {
		return nil, wait
	}
	j, ok := heap.Pop(&p.jobs).(*job)
	if !ok {
		return nil, idle
	}
	p.busy++
	return j, 0
}

// ask asks the runtime, and what comes next is for settle to say.
func (p *place) ask(j *job) {
	l := p.lookup
	client, err := p.connected()
	var c *Container
	if err == nil {
		ctx, cancel := context.WithTimeout(l.ctx, lookupTime)
		c, err = client.Container(ctx, j.info.ID)
		cancel()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p.busy--
	select { // it may wait for the end of this
	case p.wake <- struct{}{}:
	default:
	}
	if l.ctx.Err() != nil {
		return
	}
	switch {
	case err == nil || errors.Is(err, ErrNotFound):
		p.answers()
	case j.announced != nil && errors.Is(err, context.DeadlineExceeded):
		// It lives and is busy with this container.
	default:
		p.fails(err)
	}
	p.settle(j, c, err)
}

func (p *place) connected() (Client, error) {
	p.lookup.mu.Lock()
	defer p.lookup.mu.Unlock()
	if p.client != nil {
		return p.client, nil
	}
	var err error
	p.client, err = p.dial(p.socket)
	return p.client, err
}

// settle learns from an answer or sends the job on. The lookup's lock is held.
func (p *place) settle(j *job, c *Container, err error) {
	l, now := p.lookup, time.Now()
	if err == nil {
		l.learn(j.info, c)
		return
	}
	failed := !errors.Is(err, ErrNotFound)
	if failed {
		j.errors++
		j.failing = true
	}
	if j.at++; j.at < len(j.places) { // another one may know
		j.places[j.at].add(j)
		return
	}
	if j.announced != nil && !j.failing {
		delete(l.pending, j.info.ID) // it is gone, and that is what is known of it
		return
	}
	if !j.failing {
		if j.rounds++; j.rounds > len(again) {
			l.learn(j.info, nil)
			return
		}
		j.due = now.Add(again[j.rounds-1])
	} else {
		if j.errors > maxErrors {
			l.learn(j.info, j.announced)
			return
		}
		j.due = now.Add(delay(j.errors))
	}
	j.at, j.failing = 0, false
	j.places[0].add(j)
}

// delay is how long to wait after so many failures in a row.
func delay(failures int) time.Duration {
	return min(minBackoff<<min(failures-1, 10), maxBackoff)
}

// fails notes that the runtime gave no good answer, and says so the first time.
func (p *place) fails(err error) {
	if time.Now().Before(p.until) {
		return // one that was asked at the same time
	}
	p.failures++
	p.until = time.Now().Add(delay(p.failures))
	p.passOn()
	if p.failures == 1 {
		p.log(slog.LevelWarn, "a container runtime does not answer; events of its containers have an id and no name until it does", "reason", err)
	}
}

// passOn gives the jobs that another runtime may know to that one.
func (p *place) passOn() {
	var stay jobs
	for _, j := range p.jobs {
		if j.at+1 == len(j.places) {
			stay = append(stay, j)
			continue
		}
		j.failing = true
		j.at++
		j.places[j.at].add(j)
	}
	heap.Init(&stay)
	p.jobs = stay
}

func (p *place) answers() {
	if p.failures > 0 {
		p.log(slog.LevelInfo, "the container runtime answers again")
	}
	p.failures, p.until = 0, time.Time{}
}

func (p *place) log(level slog.Level, message string, more ...any) {
	p.lookup.log.Log(context.Background(), level, message, append([]any{"runtime", p.socket.Runtime, "socket", p.socket.Path}, more...)...)
}

// watch listens to what the runtime says by itself, and begins again when that
// ends. It never warns: whoever asks finds out.
func (p *place) watch() {
	l := p.lookup
	for failures := 1; l.ctx.Err() == nil; failures++ {
		client, err := p.connected()
		if err == nil {
			begun := time.Now()
			if err = client.Watch(l.ctx, l.announced); err == nil {
				return
			}
			if time.Since(begun) > maxBackoff {
				failures = 1
			}
		}
		select {
		case <-l.ctx.Done():
		case <-time.After(delay(failures)):
		}
	}
}

// jobs is a heap by due.
type jobs []*job

func (h jobs) Len() int           { return len(h) }
func (h jobs) Less(i, k int) bool { return h[i].due.Before(h[k].due) }
func (h jobs) Swap(i, k int)      { h[i], h[k] = h[k], h[i] }

func (h *jobs) Push(x any) {
	if j, ok := x.(*job); ok {
		*h = append(*h, j)
	}
}

func (h *jobs) Pop() any {
	last := len(*h) - 1
	j := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return j
}
