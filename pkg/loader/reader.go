package loader

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Reader reads both rings as one stream in order of time. It is for one
// goroutine; Close of the Loader ends its use.
type Reader struct {
	events, lifecycle *ring
	epoll             int
}

func newReader(events, lifecycle *ring) (*Reader, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create epoll: %w", err)
	}
	for _, r := range []*ring{events, lifecycle} {
		// Edge-triggered: the kernel wakes us when much is queued, and a level
		// would keep waking while anything is.
		ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(r.fd)}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, r.fd, &ev); err != nil {
			_ = unix.Close(epoll)
			return nil, fmt.Errorf("watch ring: %w", err)
		}
	}
	return &Reader{events: events, lifecycle: lifecycle, epoll: epoll}, nil
}

// Wait blocks until the kernel wakes the reader, which it does when much is
// queued, or until the time is over; what was queued meanwhile is then there to
// be drained.
func (r *Reader) Wait(d time.Duration) error {
	var ev [2]unix.EpollEvent
	_, err := unix.EpollWait(r.epoll, ev[:], int(d.Milliseconds()))
	if err != nil && !errors.Is(err, unix.EINTR) {
		return fmt.Errorf("wait for records: %w", err)
	}
	return nil
}

// Drain hands queued records to handle, oldest first, at most limit of them,
// and returns how many. handle must not keep the bytes. Records of the two
// rings are merged by their times; one that is still being written when a later
// one is taken comes after it, microseconds out of order. An error means that a
// ring cannot be read on.
func (r *Reader) Drain(limit int, handle func(record []byte)) (int, error) {
	for n := range limit {
		from, record, err := r.oldest()
		if record == nil || err != nil {
			return n, err
		}
		handle(record)
		from.next(record)
	}
	return limit, nil
}

func (r *Reader) oldest() (*ring, []byte, error) {
	e, err := r.events.peek()
	if err != nil {
		return nil, nil, fmt.Errorf("read ring events: %w", err)
	}
	l, err := r.lifecycle.peek()
	if err != nil {
		return nil, nil, fmt.Errorf("read ring lifecycle: %w", err)
	}
	if l != nil && (e == nil || stamp(l) <= stamp(e)) {
		return r.lifecycle, l, nil
	}
	return r.events, e, nil
}

func (r *Reader) close() {
	_ = unix.Close(r.epoll)
	r.events.close()
	r.lifecycle.close()
}
