package loader

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kernelRing is a ring whose other end is the test in place of a kernel.
type kernelRing struct {
	t    testing.TB
	ring *ring
	data []byte // as the kernel sees it: once
	head uint64 // where the next record goes
	prod []byte // the producer's page
}

// newKernelRing makes a ring of one page over real shared memory, mapped twice
// in a row as the kernel's is. Both ends begin at position start.
func newKernelRing(t testing.TB, start uint64) *kernelRing {
	t.Helper()
	page := os.Getpagesize()
	fd, err := unix.MemfdCreate("ring", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, int64(2*page)); err != nil {
		t.Fatal(err)
	}
	// Reserve, then map position and data over it, and the data again behind.
	all, err := unix.Mmap(-1, 0, 3*page, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(all) })
	base := unsafe.Pointer(&all[0])
	const prot, flags = unix.PROT_READ | unix.PROT_WRITE, unix.MAP_SHARED | unix.MAP_FIXED
	if _, err := unix.MmapPtr(fd, 0, base, uintptr(2*page), prot, flags); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.MmapPtr(fd, int64(page), unsafe.Add(base, 2*page), uintptr(page), prot, flags); err != nil {
		t.Fatal(err)
	}
	k := &kernelRing{t: t, data: all[page : 2*page], prod: all[:page], head: start}
	k.ring = &ring{fd: -1, mask: uint64(page) - 1, consumer: make([]byte, page), producer: all, data: all[page:], pos: start}
	binary.NativeEndian.PutUint64(k.ring.consumer, start)
	k.publish()
	return k
}

func (k *kernelRing) publish() { binary.NativeEndian.PutUint64(k.prod, k.head) }

// write appends a record with flag bits in its header, wrapping bytes around
// the end as the kernel's double mapping does, and returns where it is.
func (k *kernelRing) write(flags uint32, record string) (at uint64) {
	k.t.Helper()
	at = k.head
	if k.head+padded(uint64(len(record)))-k.ring.pos > uint64(len(k.data)) {
		k.t.Fatal("the test's ring is full")
	}
	k.header(at, flags|uint32(len(record)))
	for i := range len(record) {
		k.data[(at+ringHeader+uint64(i))&k.ring.mask] = record[i]
	}
	k.head += padded(uint64(len(record)))
	k.publish()
	return at
}

func (k *kernelRing) header(at uint64, v uint32) {
	binary.NativeEndian.PutUint32(k.data[at&k.ring.mask:], v)
}

// consumed is how far user space told the kernel that it has read.
func (k *kernelRing) consumed() uint64 { return binary.NativeEndian.Uint64(k.ring.consumer) }

// take reads one record; "" when there is none.
func (k *kernelRing) take() string {
	k.t.Helper()
	b, err := k.ring.peek()
	if err != nil {
		k.t.Fatal(err)
	}
	if b == nil {
		return ""
	}
	s := string(b)
	k.ring.next(b)
	return s
}

func TestRingInOrder(t *testing.T) {
	k := newKernelRing(t, 0)
	if got := k.take(); got != "" {
		t.Errorf("an empty ring holds %q", got)
	}
	k.write(0, "one")
	k.write(0, "12345678")
	k.write(0, "last")
	if again := k.consumed(); again != 0 {
		t.Errorf("%d bytes given back before anything was read", again)
	}
	for _, want := range []string{"one", "12345678", "last", ""} {
		if got := k.take(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if k.consumed() != k.head {
		t.Errorf("given back up to %d of %d", k.consumed(), k.head)
	}
}

func TestRingPeekTakesNothing(t *testing.T) {
	k := newKernelRing(t, 0)
	k.write(0, "one")
	for range 2 {
		if b, err := k.ring.peek(); string(b) != "one" || err != nil {
			t.Errorf("peek returns %q, %v", b, err)
		}
	}
	if k.consumed() != 0 {
		t.Errorf("peek gave back %d bytes", k.consumed())
	}
}

func TestRingBusyAndDiscarded(t *testing.T) {
	k := newKernelRing(t, 0)
	k.write(ringDiscard, "never mind")
	busy := k.write(ringBusy, "in progress")
	k.write(0, "after")
	if got := k.take(); got != "" {
		t.Errorf("a record being written was read as %q", got)
	}
	if k.consumed() != busy {
		t.Errorf("given back up to %d, want the discarded record's end %d", k.consumed(), busy)
	}
	k.header(busy, uint32(len("in progress")))
	for _, want := range []string{"in progress", "after", ""} {
		if got := k.take(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	busy = k.write(ringBusy|ringDiscard, "both")
	if got := k.take(); got != "" || k.consumed() != busy {
		t.Errorf("a busy record was taken: %q", got)
	}
}

// Records go around the ring many times, across the end and past the point
// where positions no longer fit 32 bits.
func TestRingWrapsAround(t *testing.T) {
	for _, start := range []uint64{0, 1<<32 - 4096} {
		k := newKernelRing(t, start)
		crossed := 0
		for i := range 1000 {
			record := fmt.Sprintf("%d:%s", i, strings.Repeat("x", i%300))
			at := k.write(0, record)
			if at&^k.ring.mask != (at+uint64(len(record))+ringHeader)&^k.ring.mask {
				crossed++
			}
			if got := k.take(); got != record {
				t.Fatalf("record %d is %q, want %q", i, got, record)
			}
		}
		if crossed == 0 {
			t.Error("no record crossed the end")
		}
	}
}

func TestRingFull(t *testing.T) {
	k := newKernelRing(t, 8)
	record := strings.Repeat("y", len(k.data)-ringHeader)
	k.write(0, record)
	if got := k.take(); got != record {
		t.Errorf("got %d bytes of %d", len(got), len(record))
	}
}

func TestRingDamaged(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(k *kernelRing)
	}{
		{"longer than what is queued", func(k *kernelRing) { k.header(0, 24) }},
		{"longer than the ring", func(k *kernelRing) { k.header(0, 1<<30-1) }},
		{"discarded and longer", func(k *kernelRing) { k.header(0, ringDiscard|1<<29) }},
		{"more queued than fits", func(k *kernelRing) { k.head = 1 << 20; k.publish() }},
		{"producer behind us", func(k *kernelRing) { k.ring.pos = 8; k.head = 0; k.publish() }},
		{"queued without room for a header", func(k *kernelRing) { k.head = 4; k.publish() }},
	} {
		k := newKernelRing(t, 0)
		k.write(0, "first one")
		c.damage(k)
		for range 2 { // it stays damaged
			if b, err := k.ring.peek(); err == nil || !strings.Contains(err.Error(), "the ring is damaged") {
				t.Errorf("%s: read %q, error %v", c.name, b, err)
			}
		}
		if k.consumed() != 0 {
			t.Errorf("%s: %d bytes were given back", c.name, k.consumed())
		}
	}
}

// Whatever the memory holds, reading ends and stays within it.
func FuzzRing(f *testing.F) {
	k := newKernelRing(f, 0)
	for _, record := range []string{"", "one", at(5, "open"), strings.Repeat("z", 900)} {
		k.write(0, record)
	}
	k.write(ringDiscard, "gone")
	f.Add(bytes.Clone(k.data), uint64(0), k.head)
	f.Add(bytes.Clone(k.data), uint64(1<<32-8), uint64(1<<32+64))
	f.Add([]byte{0xff, 0xff, 0xff, 0x3f}, uint64(0), uint64(4096))
	f.Add([]byte{}, uint64(0), uint64(4096))
	f.Fuzz(func(t *testing.T, data []byte, pos, produced uint64) {
		k := newKernelRing(t, pos&^7)
		copy(k.data, data)
		k.head = produced
		k.publish()
		r := &Reader{events: k.ring, lifecycle: newKernelRing(t, 0).ring}
		total := 0
		n, err := r.Drain(1<<20, func(record []byte) { total += len(record) + ringHeader })
		if n == 1<<20 || total > len(k.data) {
			t.Fatalf("%d records of %d bytes from a ring of %d, error %v", n, total, len(k.data), err)
		}
	})
}
