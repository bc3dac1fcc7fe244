// Package outfile is the files that a privileged program writes to: opened
// without falling for anybody's links, emptied only when there is something to
// write, rotated by size.
package outfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// fileMode is that of new files: events tell a lot of a machine.
const fileMode = 0o640

// fifoInterval is how often a FIFO without a reader is tried.
const fifoInterval = 100 * time.Millisecond

// Options say how a file is opened.
type Options struct {
	// Limit is the size in bytes from which on Full says so; 0 is none.
	Limit int64
	// Append writes behind the lines that a regular file holds; a last one without its
	// end gets it.
	Append bool
	// Keep is how many rotated files are kept beside the current one.
	Keep int
	// Waiting is called once when a FIFO has no reader, which Open waits for.
	Waiting func()
}

// File is an open output. It is for one goroutine.
type File struct {
	path    string
	opts    Options
	place   place
	file    *os.File
	regular bool
	made    bool    // the file is new
	parents []place // folders that are new, outermost first
	size    int64
}

// Open opens a path for writing and makes it, and the folders to it, when it is
// not there. What it holds stays until Empty. A FIFO without a reader is waited
// for until ctx ends.
func Open(ctx context.Context, path string, opts Options) (*File, error) {
	w := &walker{path: path, dir: -1, trust: trusted}
	f := &File{path: path, opts: opts}
	last, err := w.find()
	f.parents = w.made
	if err == nil {
		f.place = last.place
		err = f.open(ctx, &last)
	}
	if err != nil {
		if err2 := f.undo(); err2 != nil {
			err = errors.Join(err, err2)
		}
		w.close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(ctx context.Context, last *found) error {
	flags, kind := unix.O_WRONLY|unix.O_CLOEXEC|unix.O_NOCTTY, last.stat.Mode&unix.S_IFMT
	if f.opts.Append && last.has && kind == unix.S_IFREG {
		flags ^= unix.O_WRONLY | unix.O_RDWR
	}
	if !last.proc {
		flags |= unix.O_NOFOLLOW
	}
	switch {
	case !last.has:
		f.made, flags = true, flags|unix.O_CREAT|unix.O_EXCL
	case kind == unix.S_IFDIR:
		return fmt.Errorf("open %s: %w", f.path, unix.EISDIR)
	case kind == unix.S_IFREG && last.stat.Nlink > 1 && !last.safe:
		return fmt.Errorf("open %s: it has other names (hard links) and others can write to its folder: name a new file", f.path)
	case kind == unix.S_IFIFO:
		flags |= unix.O_NONBLOCK
	}
	fd, err := f.openat(ctx, flags)
	if err != nil {
		f.made = false
		return fmt.Errorf("open %s: %w", f.path, err)
	}
	f.file = os.NewFile(uintptr(fd), f.path)
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	f.regular = info.Mode().IsRegular()
	if f.regular && f.opts.Append {
		return f.toEnd(info.Size())
	}
	return nil
}

// toEnd goes behind the last line. A process that was killed may have written half
// of it.
func (f *File) toEnd(size int64) error {
	var err error
	if f.size, err = f.file.Seek(0, io.SeekEnd); err != nil || size == 0 {
		return err
	}
	end := make([]byte, 1)
	if _, err := f.file.ReadAt(end, size-1); err != nil {
		return fmt.Errorf("read end of %s: %w", f.path, err)
	}
	if end[0] == '\n' {
		return nil
	}
	_, err = f.Write([]byte("\n"))
	return err
}

// openat opens the place; only a FIFO is opened without waiting, and answers
// ENXIO while nobody reads it.
func (f *File) openat(ctx context.Context, flags int) (int, error) {
	for told := false; ; told = true {
		fd, err := unix.Openat(f.place.dir, f.place.name, flags, fileMode)
		if !errors.Is(err, unix.ENXIO) || flags&unix.O_NONBLOCK == 0 {
			return fd, err
		}
		if !told && f.opts.Waiting != nil {
			f.opts.Waiting()
		}
		select {
		case <-ctx.Done():
			return -1, ctx.Err()
		case <-time.After(fifoInterval):
		}
	}
}

// Path is the name that the file was opened by.
func (f *File) Path() string { return f.path }

// Fd is the file's descriptor.
func (f *File) Fd() uintptr { return f.file.Fd() }

// Write writes to the file, however full it is.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.size += int64(n)
	return n, err
}

// WriteWhole writes all of p; of a regular file that takes only a part, that part is taken
// back.
func (f *File) WriteWhole(p []byte) error {
	before := f.size
	n, err := f.Write(p)
	if err == nil || n == 0 || !f.regular {
		return err
	}
	if err2 := f.file.Truncate(before); err2 != nil {
		return errors.Join(err, err2)
	}
	f.size = before
	if _, err2 := f.file.Seek(before, io.SeekStart); err2 != nil {
		return errors.Join(err, err2)
	}
	return err
}

// TakeBack takes the last n bytes off a regular file.
func (f *File) TakeBack(n int64) error {
	if n == 0 || !f.regular {
		return nil
	}
	if err := f.file.Truncate(f.size - n); err != nil {
		return err
	}
	f.size -= n
	_, err := f.file.Seek(f.size, io.SeekStart)
	return err
}

// Sync brings what was written to the disk.
func (f *File) Sync() error {
	if !f.regular {
		return nil
	}
	return f.file.Sync()
}

// Empty drops what the file held when it was opened. FIFOs and devices hold
// nothing.
func (f *File) Empty() error {
	if !f.regular {
		return nil
	}
	f.size = 0
	if err := f.file.Truncate(0); err != nil {
		return fmt.Errorf("empty output: %w", err)
	}
	return nil
}

// Size is how long the file is, as far as this program knows.
func (f *File) Size() int64 { return f.size }

// Full says that it is time to rotate.
func (f *File) Full() bool { return f.regular && f.opts.Limit > 0 && f.size >= f.opts.Limit }

// Rotate begins a new file under the path. The full one gets the ending .1, that
// one .2, and so on; of more than Keep the oldest goes. After an error the full file
// is written on.
func (f *File) Rotate() error {
	if err := f.shift(); err != nil {
		return err
	}
	flags := unix.O_WRONLY | unix.O_CLOEXEC | unix.O_NOFOLLOW | unix.O_CREAT | unix.O_EXCL
	fd, err := unix.Openat(f.place.dir, f.place.name, flags, fileMode)
	if err != nil {
		return fmt.Errorf("rotate %s: make a new file: %w", f.path, err)
	}
	err = f.file.Close()
	f.file, f.size, f.made = os.NewFile(uintptr(fd), f.path), 0, true
	if err != nil {
		return fmt.Errorf("rotate %s: close the full file: %w", f.path, err)
	}
	return nil
}

func (f *File) shift() error {
	name := func(i int) string {
		if i == 0 {
			return f.place.name
		}
		return fmt.Sprintf("%s.%d", f.place.name, i)
	}
	for i := f.opts.Keep; i >= 0; i-- {
		var err error
		if i == f.opts.Keep {
			err = unix.Unlinkat(f.place.dir, name(i), 0)
		} else {
			err = unix.Renameat(f.place.dir, name(i), f.place.dir, name(i+1))
		}
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("rotate %s: make room for %s.%d: %w", f.path, f.path, min(i+1, f.opts.Keep), err)
		}
	}
	return nil
}

// Close closes the file.
func (f *File) Close() error {
	err := f.file.Close()
	f.closeFolders()
	return err
}

// Abandon closes a file that nothing was written to and leaves things as they
// were.
func (f *File) Abandon() error {
	err := f.file.Close()
	return errors.Join(err, f.undo())
}

// undo removes what Open made.
func (f *File) undo() error {
	var err error
	if f.made {
		err = unix.Unlinkat(f.place.dir, f.place.name, 0)
	}
	for _, p := range slices.Backward(f.parents) {
		err = errors.Join(err, unix.Unlinkat(p.dir, p.name, unix.AT_REMOVEDIR))
	}
	f.closeFolders()
	if err != nil {
		return fmt.Errorf("remove what was made for %s: %w", f.path, err)
	}
	return nil
}

func (f *File) closeFolders() {
	for _, p := range f.parents {
		_ = unix.Close(p.dir)
	}
	f.parents = nil
	if f.file != nil {
		_ = unix.Close(f.place.dir)
	}
}
