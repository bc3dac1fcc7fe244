// Package exechash computes the sha256 of executed programs, beside the
// pipeline: a few workers read the files, results are remembered, and whoever
// waits does so for a bounded time.
package exechash

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sys/unix"
)

const (
	workers = 2
	// queued bounds the files that are open and wait for a worker.
	queued = 256
	// remembered bounds the results, of some 200 bytes each.
	remembered = 4096
	// Patience is how long after its start an event waits for its hash. Later ones
	// wait no longer for it: the delays do not add up.
	Patience = time.Second
	// MaxSize is the size of the largest file that is read.
	MaxSize = 1 << 30
)

// Key is what makes two files the same: nobody changes a file without a new
// ctime.
type Key struct {
	Container    string
	Dev          uint32
	Inode, Ctime uint64
}

// Program is one that was executed.
type Program struct {
	Key
	PID, ParentPID int // as the host sees them
	MountNS        uint32
	Path           string
}

// Job is the work on one program. Its result is there when done is closed.
type Job struct {
	began  time.Time
	done   chan struct{}
	sum    string
	reason error
}

// Hasher does the work. Begin is for one goroutine.
type Hasher struct {
	finder finder
	work   chan task
	wg     sync.WaitGroup

	mu   sync.Mutex
	jobs *simplelru.LRU[Key, *Job]
}

type task struct {
	job  *Job
	key  Key
	file *os.File
}

// New starts the workers.
func New() *Hasher {
	jobs, _ := simplelru.NewLRU[Key, *Job](remembered, nil) // refuses only a size below 1
	h := &Hasher{finder: newFinder("/proc"), work: make(chan task, queued), jobs: jobs}
	for range workers {
		h.wg.Go(func() {
			for t := range h.work {
				t.job.sum, t.job.reason = sum(t.file, &t.key)
				_ = t.file.Close()
				h.finish(t.job, &t.key)
			}
		})
	}
	return h
}

// Close lets the workers end, when all that was begun is done.
func (h *Hasher) Close() {
	close(h.work)
	h.wg.Wait()
}

// Begin starts the work on a program or finds that it was done before. It opens
// the file at once, for the process may end at any moment, and never blocks on
// reading it.
func (h *Hasher) Begin(p *Program) *Job {
	h.finder.saw(p)
	h.mu.Lock()
	job, known := h.jobs.Get(p.Key)
	if !known {
		job = &Job{began: time.Now(), done: make(chan struct{})}
		h.jobs.Add(p.Key, job)
	}
	h.mu.Unlock()
	if known {
		return job
	}
	file, err := h.finder.open(p)
	if err == nil {
		select {
		case h.work <- task{job, p.Key, file}:
			return job
		default:
			_ = file.Close()
			err = fmt.Errorf("%d programs wait to be hashed already", queued)
		}
	}
	job.reason = err
	h.finish(job, &p.Key)
	return job
}

// finish publishes a result. One that failed is tried again the next time.
func (h *Hasher) finish(j *Job, k *Key) {
	if j.reason != nil {
		h.mu.Lock()
		h.jobs.Remove(*k)
		h.mu.Unlock()
	}
	close(j.done)
}

var errLate = fmt.Errorf("not done within %s", Patience)

// Wait returns the hash in hexadecimal, or why there is none.
func (j *Job) Wait() (string, error) {
	select {
	case <-j.done:
		return j.sum, j.reason
	default:
	}
	late := time.NewTimer(time.Until(j.began.Add(Patience)))
	defer late.Stop()
	select {
	case <-j.done:
		return j.sum, j.reason
	case <-late.C:
		return "", errLate
	}
}

var errChanged = errors.New("the file was changed since")

// sum reads a file whose state is still that of the key when it has been read.
func sum(f *os.File, k *Key) (string, error) {
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, MaxSize+1))
	if err != nil {
		return "", fmt.Errorf("read program: %w", err)
	}
	if n > MaxSize {
		return "", fmt.Errorf("the file is larger than %d MiB", MaxSize>>20)
	}
	if !is(f, k) {
		return "", errChanged
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// is says whether the file is the one that was executed, unchanged. The device is
// not asked: overlayfs shows another one to stat than the kernel has.
func is(f *os.File, k *Key) bool {
	var st unix.Stat_t
	if unix.Fstat(int(f.Fd()), &st) != nil {
		return false
	}
	return st.Mode&unix.S_IFMT == unix.S_IFREG && st.Ino == k.Inode && uint64(st.Ctim.Nano()) == k.Ctime
}
