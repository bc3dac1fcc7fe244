package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// DamagedSuffix ends the name under which a damaged file is set aside; the one
// before it goes.
const DamagedSuffix = ".damaged"

// place is where in a damaged file an item lies.
type place struct {
	at     int64
	length int
}

// salvage looks through a file for items without believing anything else in it.
// What it finds has been queued once and has perhaps been delivered: nothing up
// to the sequence number sent is wanted any more.
func salvage(r io.ReaderAt, size int64) (items map[uint64]place, sent uint64) {
	items = map[uint64]place{}
	const window = 1 << 20
	buf := make([]byte, window+len(magic)-1)
	for at := int64(0); at < size; at += window {
		n, err := r.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) && n == 0 {
			continue // a sector that cannot be read
		}
		for from := 0; ; {
			i := bytes.Index(buf[from:n], []byte(magic))
			if i < 0 {
				break
			}
			from += i
			frame := frameAt(r, at+int64(from))
			if it, err := readItem(frame); err == nil {
				items[it.Seq] = place{at + int64(from), len(frame)}
			} else if seq, err := readSent(frame); err == nil {
				sent = max(sent, seq)
			}
			from++
		}
	}
	maps.DeleteFunc(items, func(seq uint64, _ place) bool { return seq <= sent })
	return items, sent
}

// frameAt reads the frame that begins there; nil when none does.
func frameAt(r io.ReaderAt, at int64) []byte {
	header := make([]byte, frameHeader)
	if _, err := r.ReadAt(header, at); err != nil {
		return nil
	}
	n := frameLength(header)
	if n == 0 {
		return nil
	}
	frame := make([]byte, n)
	if _, err := r.ReadAt(frame, at); err != nil {
		return nil
	}
	return frame
}

// Count says how many items wait in a file that nobody has opened, about: some of
// those that it finds may have been given up.
func Count(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	items, _ := salvage(f, info.Size())
	return len(items)
}

// rebuild puts a new file with the sound items in the place of a damaged one,
// which is set aside. When it fails the damaged file is where it was.
func rebuild(path string) (r rebuilt, err error) {
	f, err := os.Open(path)
	if err != nil {
		return r, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	found, sent := salvage(f, info.Size())
	r.last = sent
	for seq := range found {
		r.last = max(r.last, seq)
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return r, err
	}
	if r.saved, err = copyItems(f, found, sent, fresh); err != nil {
		_ = os.Remove(fresh) // perhaps it was never made
		return r, fmt.Errorf("save what is sound: %w", err)
	}
	if err := setAside(path); err != nil {
		return r, err
	}
	if err := os.Rename(fresh, path); err != nil {
		return r, err
	}
	return r, syncDir(path)
}

// setAside gives a damaged file its second name. The first stays until the new file
// takes it: a kill in between leaves one that is salvaged again.
func setAside(path string) error {
	aside := path + DamagedSuffix
	if err := os.Remove(aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if os.Link(path, aside) == nil {
		return nil
	}
	return os.Rename(path, aside) // a file system without links
}

// rebuilt says what a damaged file held: how many items are saved, and the last
// sequence number that was in use.
type rebuilt struct {
	saved int
	last  uint64
}

// copyItems writes the items into a new file, a few MiB at a time.
func copyItems(f io.ReaderAt, found map[uint64]place, sent uint64, fresh string) (saved int, err error) {
	to, _, err := openStore(fresh, func(Item) {})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	c, size := change{sent: sent}, 0
	for _, seq := range slices.Sorted(maps.Keys(found)) {
		it, err := readItem(frameAt(f, found[seq].at))
		if err != nil {
			continue // it changed while we looked
		}
		c.put = append(c.put, &it)
		saved++
		if size += found[seq].length; size >= commitBytes {
			if err := to.apply(c); err != nil {
				return saved, err
			}
			c.put, size = nil, 0
		}
	}
	return saved, to.apply(c)
}
