package loader

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A record in a ring is a header of 8 bytes, its length with two flag bits in
// the top, and its data, padded to 8 bytes (kernel/bpf/ringbuf.c).
const (
	ringHeader  = 8
	ringBusy    = 1 << 31
	ringDiscard = 1 << 30
)

// ring reads a BPF ring buffer in place, through the memory that the kernel
// shares: no copy and no system call per record. One reader at a time.
type ring struct {
	fd       int
	mask     uint64
	consumer []byte // our position, in a page of its own
	producer []byte // the kernel's position, then the data, mapped twice in a row
	data     []byte
	pos      uint64
}

func openRing(fd int, size uint32) (*ring, error) {
	page := os.Getpagesize()
	consumer, err := unix.Mmap(fd, 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map ring position: %w", err)
	}
	producer, err := unix.Mmap(fd, int64(page), page+2*int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		_ = unix.Munmap(consumer)
		return nil, fmt.Errorf("map ring: %w", err)
	}
	r := &ring{fd: fd, mask: uint64(size) - 1, consumer: consumer, producer: producer, data: producer[page:]}
	r.pos = atomic.LoadUint64(position(consumer))
	return r, nil
}

func position(page []byte) *uint64 { return (*uint64)(unsafe.Pointer(&page[0])) }

// peek returns the oldest record without taking it, nil when there is none that
// is complete. The bytes are valid until next. A length that goes beyond what
// the kernel says it has written is an error, and stays one: where the next
// record begins is not known then.
func (r *ring) peek() ([]byte, error) {
	for {
		queued := atomic.LoadUint64(position(r.producer)) - r.pos
		if queued == 0 {
			return nil, nil
		}
		at := r.pos & r.mask
		head := atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.data[at])))
		if head&ringBusy != 0 {
			return nil, nil
		}
		size := uint64(head &^ (ringBusy | ringDiscard))
		if queued > r.mask+1 || padded(size) > queued {
			return nil, fmt.Errorf("record of %d bytes at position %d of a ring with %d queued: the ring is damaged", size, r.pos, queued)
		}
		if head&ringDiscard == 0 {
			return r.data[at+ringHeader : at+ringHeader+size], nil
		}
		r.skip(size)
	}
}

// next gives the space of the record that peek returned back to the kernel.
func (r *ring) next(record []byte) { r.skip(uint64(len(record))) }

func (r *ring) skip(size uint64) {
	r.pos += padded(size)
	atomic.StoreUint64(position(r.consumer), r.pos)
}

// padded is the space that a record of this size takes.
func padded(size uint64) uint64 { return (size + ringHeader + 7) &^ 7 }

func (r *ring) close() {
	_ = unix.Munmap(r.consumer)
	_ = unix.Munmap(r.producer)
}

// stamp is the time of a record: every record begins with it.
func stamp(record []byte) uint64 {
	if len(record) < 8 {
		return 0
	}
	return binary.NativeEndian.Uint64(record)
}
