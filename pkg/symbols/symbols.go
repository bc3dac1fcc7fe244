// Package symbols names the addresses of a program's stack: which file they are
// in, and which function. The work is done beside the pipeline by one worker, which
// remembers the mappings of processes and the functions of files; whoever waits
// does so for a bounded time.
package symbols

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// Patience is how long after its start an event waits for its symbols.
	Patience = 250 * time.Millisecond
	queued   = 1024
	// processes and files are how many are remembered of each.
	processes = 512
	files     = 256
	// maxFile is the size of the largest file that is read.
	maxFile = 512 << 20
	// fresh is how long mappings are not read again for an address that is not
	// in them.
	fresh = 100 * time.Millisecond
)

// Job is the work on one stack.
type Job struct {
	began     time.Time
	exec      string
	pid       int
	addresses []uint64
	done      chan struct{}
	names     []string
}

// Wait returns a name for each address: "file!function+0x1a", "file+0x1a" where
// the file tells no function, and the address where nothing is known: the process has
// ended, or there was no time.
func (j *Job) Wait() []string {
	late := time.NewTimer(time.Until(j.began.Add(Patience)))
	defer late.Stop()
	select {
	case <-j.done:
		return j.names
	case <-late.C:
		return numbers(j.addresses)
	}
}

func numbers(addresses []uint64) []string {
	names := make([]string, len(addresses))
	for i, a := range addresses {
		names[i] = fmt.Sprintf("0x%x", a)
	}
	return names
}

// Symbolizer does the work. Begin is for one goroutine.
type Symbolizer struct {
	proc  string
	work  chan *Job
	wg    sync.WaitGroup
	maps  map[string]*process
	files map[fileKey]*table // nil for a file that has none
}

// process is what is known of one executed program.
type process struct {
	mappings []mapping
	read     time.Time
}

type fileKey struct {
	dev   string
	inode uint64
}

// New starts the worker.
func New() *Symbolizer { return newSymbolizer("/proc") }

func newSymbolizer(proc string) *Symbolizer {
	s := &Symbolizer{proc: proc, work: make(chan *Job, queued), maps: map[string]*process{}, files: map[fileKey]*table{}}
	s.wg.Go(func() {
		for j := range s.work {
			j.names = s.name(j)
			close(j.done)
		}
	})
	return s
}

// Close lets the worker end, when all that was begun is done.
func (s *Symbolizer) Close() {
	close(s.work)
	s.wg.Wait()
}

// Begin starts the work on a stack of the process pid, which runs the program
// that exec names. It never blocks.
func (s *Symbolizer) Begin(pid int, exec string, addresses []uint64) *Job {
	j := &Job{began: time.Now(), exec: exec, pid: pid, addresses: addresses, done: make(chan struct{})}
	select {
	case s.work <- j:
	default: // too much at once: numbers are better than a wait
		j.names = numbers(addresses)
		close(j.done)
	}
	return j
}

func (s *Symbolizer) name(j *Job) []string {
	names := numbers(j.addresses)
	if time.Since(j.began) > Patience {
		return names // nobody waits any more
	}
	for i, a := range j.addresses {
		if i > 0 {
			a-- // the call, not what comes after it
		}
		m := s.mapping(j, a)
		if m == nil {
			continue
		}
		offset := a - m.start + m.offset
		names[i] = fmt.Sprintf("%s+0x%x", m.path, offset)
		if t := s.table(j.pid, m); t != nil {
			if name, into, ok := t.find(offset); ok {
				names[i] = fmt.Sprintf("%s!%s+0x%x", m.path, name, into)
			}
		}
	}
	return names
}

// mapping finds where an address is. A program maps more files as it runs, so
// the mappings are read again when the address is in none.
func (s *Symbolizer) mapping(j *Job, address uint64) *mapping {
	p := s.maps[j.exec]
	for range 2 {
		if p != nil {
			for i := range p.mappings {
				if m := &p.mappings[i]; address >= m.start && address < m.end {
					return m
				}
			}
			if time.Since(p.read) < fresh {
				return nil
			}
		}
		list, err := s.readMaps(j.pid)
		if err != nil {
			return nil // it has ended
		}
		if len(s.maps) >= processes {
			clear(s.maps) // those that still run come again
		}
		p = &process{mappings: list, read: time.Now()}
		s.maps[j.exec] = p
	}
	return nil
}

func (s *Symbolizer) readMaps(pid int) ([]mapping, error) {
	f, err := os.Open(filepath.Join(s.proc, strconv.Itoa(pid), "maps"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readMaps(f)
}

// table is the functions of a mapping's file; nil when they cannot be read.
func (s *Symbolizer) table(pid int, m *mapping) *table {
	key := fileKey{m.dev, m.inode}
	if t, known := s.files[key]; known {
		return t
	}
	t, err := s.readFile(pid, m)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the process has ended: another may have the file
	}
	if len(s.files) >= files {
		clear(s.files)
	}
	s.files[key] = t // nil, too: a file that is no ELF will not become one
	return t
}

var errFile = errors.New("not a file of code")

// readFile opens a mapped file by the mapping itself: its path may lead elsewhere
// by now, and in the process's own mounts.
func (s *Symbolizer) readFile(pid int, m *mapping) (*table, error) {
	link := filepath.Join(s.proc, strconv.Itoa(pid), "map_files", fmt.Sprintf("%x-%x", m.start, m.end))
	f, err := os.OpenFile(link, openFlags, 0)
	if errors.Is(err, os.ErrPermission) { // it takes CAP_CHECKPOINT_RESTORE
		f, err = s.openPath(pid, m)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Ino != m.inode || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, errFile
	}
	return readTable(f)
}

// A path may name anything by now: a FIFO must not hold us up.
const openFlags = unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY

// openPath opens a mapping's path in the process's own mounts, which no link
// leaves.
func (s *Symbolizer) openPath(pid int, m *mapping) (*os.File, error) {
	root, err := unix.Open(filepath.Join(s.proc, strconv.Itoa(pid), "root"), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(root)
	fd, err := unix.Openat2(root, m.path, &unix.OpenHow{Flags: openFlags, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), m.path), nil
}
