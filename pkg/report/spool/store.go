package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

var (
	bucketItems = []byte("items")
	bucketState = []byte("state")
	keySent     = []byte("sent")
)

// store is the file of a queue.
type store struct {
	path string
	db   *bolt.DB
}

// damage says that a file does not hold what was written to it.
type damage struct{ cause error }

func (d *damage) Error() string { return "file is damaged: " + d.cause.Error() }
func (d *damage) Unwrap() error { return d.cause }

var errBuckets = &damage{errors.New("its buckets are gone")}

func damaged(err error) bool {
	var d *damage
	return errors.As(err, &d)
}

// guard turns what bbolt does on damaged pages into an error: it panics, and
// reads of its mapping beyond the end of the file fault. What it runs must not
// start goroutines: those would end the process. bbolt's own check does.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &damage{fmt.Errorf("%v", r)}
		}
	}()
	return f()
}

// lockWait is how long the file may be somebody else's: a rules that ends.
const lockWait = 2 * time.Second

// growth is by how much the file grows at once; bbolt's own 16 MiB are much for a
// queue that is mostly empty.
const growth = 1 << 20

// openStore opens the file or makes it, and calls visit for each item in order. A file
// that is damaged gives a damage error.
func openStore(path string, visit func(Item)) (s *store, sent uint64, err error) {
	s = &store{path: path}
	err = guard(func() error {
		var err error
		s.db, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
		return err
	})
	if err != nil {
		return nil, 0, openError(err)
	}
	s.db.AllocSize = growth
	err = guard(func() error {
		var err error
		sent, err = s.walk(visit)
		return err
	})
	if err != nil {
		s.abandon(err)
		return nil, 0, err
	}
	return s, sent, nil
}

// openError tells damage from what is wrong around the file.
func openError(err error) error {
	var errno syscall.Errno
	var path *os.PathError
	switch {
	case damaged(err):
		return err
	case errors.Is(err, bolterrors.ErrTimeout):
		return errors.New("another program has it open")
	case errors.As(err, &errno), errors.As(err, &path):
		return err
	}
	return &damage{err}
}

func (s *store) walk(visit func(Item)) (sent uint64, err error) {
	fresh := false
	err = s.db.View(func(tx *bolt.Tx) error {
		fresh = tx.Bucket(bucketItems) == nil && tx.Bucket(bucketState) == nil
		return nil
	})
	if err == nil && fresh {
		err = s.db.Update(func(tx *bolt.Tx) error {
			_, err := tx.CreateBucket(bucketItems)
			_, err2 := tx.CreateBucket(bucketState)
			return errors.Join(err, err2)
		})
		if err == nil {
			err = syncDir(s.path)
		}
	}
	if err != nil {
		return 0, err
	}
	err = s.db.View(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketItems) == nil || tx.Bucket(bucketState) == nil {
			return errBuckets
		}
		if frame := tx.Bucket(bucketState).Get(keySent); frame != nil {
			if sent, err = readSent(frame); err != nil {
				return &damage{err}
			}
		}
		last := uint64(0)
		return tx.Bucket(bucketItems).ForEach(func(k, frame []byte) error {
			it, err := readItem(frame)
			if err != nil {
				return &damage{err}
			}
			if len(k) != 8 || binary.BigEndian.Uint64(k) != it.Seq || it.Seq <= last {
				return &damage{fmt.Errorf("item %d is out of place", it.Seq)}
			}
			last = it.Seq
			visit(it)
			return nil
		})
	})
	return sent, err
}

// syncDir brings the name of a new file to the disk; its content is there.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// change is what one transaction does.
type change struct {
	put     []*Item
	removed []uint64
	sent    uint64
}

// apply makes a change, all of it or nothing, and has it on the disk when it
// returns.
func (s *store) apply(c change) error {
	return guard(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			items := tx.Bucket(bucketItems)
			if items == nil || tx.Bucket(bucketState) == nil {
				return errBuckets
			}
			for _, it := range c.put {
				if err := items.Put(key(it.Seq), appendItem(nil, it)); err != nil {
					return err
				}
			}
			for _, seq := range c.removed {
				if err := items.Delete(key(seq)); err != nil {
					return err
				}
			}
			return tx.Bucket(bucketState).Put(keySent, appendSent(nil, c.sent))
		})
	})
}

// read reads the items of the sequence numbers given, in that order.
func (s *store) read(seqs []uint64) (all []Item, err error) {
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			items := tx.Bucket(bucketItems)
			if items == nil {
				return errBuckets
			}
			for _, seq := range seqs {
				it, err := readItem(items.Get(key(seq)))
				if err != nil || it.Seq != seq {
					return &damage{fmt.Errorf("item %d: %w", seq, errFrame)}
				}
				all = append(all, it)
			}
			return nil
		})
	})
	return all, err
}

// close closes the file.
func (s *store) close() error { return guard(s.db.Close) }

// abandon gives the file up after an error. One that is damaged stays open as long
// as the process lives: a panic may have left bbolt's locks held, and closing would
// wait for them.
func (s *store) abandon(err error) {
	if !damaged(err) {
		_ = s.close() // the error that is known says more
	}
}

func key(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
