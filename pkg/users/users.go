package users

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sys/unix"
)

const (
	// Patience is how long whoever asks waits for a file that is being read. Later
	// ones wait no longer for it.
	Patience = 250 * time.Millisecond
	// refresh is when a file is read again: users are added.
	refresh = time.Minute
	// again is when one is tried again that could not be read.
	again = time.Second
	// remembered bounds the files, at most maxUsers*maxName bytes each and
	// mostly a thousandth of that.
	remembered = 512
	queued     = 256
	workers    = 2
)

// Names looks users up, beside whoever asks: the root folder of a container can be
// a file system that never answers.
type Names struct {
	proc string
	work chan func()

	mu    sync.Mutex
	known *lru.Cache[string, *table]
}

// table is one file. What is in it is there when done is closed.
type table struct {
	began, until time.Time
	done         chan struct{}
	before       *table // what was known until this is read
	names        map[uint32]string
	ranges       []idRange
}

// New starts the workers. They end with the program: nobody can stop one that
// waits for a file.
func New(proc string) *Names {
	known, err := lru.New[string, *table](remembered)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	n := &Names{proc: proc, work: make(chan func(), queued), known: known}
	for range workers {
		go func() {
			for f := range n.work {
				f()
			}
		}()
	}
	return n
}

// Lookup is a question on its way.
type Lookup struct {
	table *table
	uid   uint32
}

// Begin asks for the name of a user as a process sees it. key names whoever
// shares the passwd file: the container, or the host. It does not block.
func (n *Names) Begin(key string, pid int, uid uint32) Lookup {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	old, ok := n.known.Get(key)
	if ok && now.Before(old.until) {
		return Lookup{old, uid}
	}
	t := &table{began: now, until: now.Add(refresh), done: make(chan struct{})}
	if ok && closed(old.done) {
		old.before = nil
		t.before = old
	}
	select {
	case n.work <- func() { n.read(t, key, pid) }:
		n.known.Add(key, t)
		return Lookup{t, uid}
	default: // too many wait
		return Lookup{old, uid}
	}
}

func closed(done chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// Wait is the name, "" when there is none, or it cannot be had in time.
func (l Lookup) Wait() string {
	t := l.table
	if t == nil {
		return ""
	}
	if !closed(t.done) {
		if t.before != nil {
			t = t.before
		} else if left := Patience - time.Since(t.began); left <= 0 {
			return ""
		} else {
			timer := time.NewTimer(left)
			defer timer.Stop()
			select {
			case <-t.done:
			case <-timer.C:
				return ""
			}
		}
	}
	if uid, ok := inside(t.ranges, l.uid); ok {
		return t.names[uid]
	}
	return ""
}

func (n *Names) read(t *table, key string, pid int) {
	defer close(t.done)
	dir := filepath.Join(n.proc, strconv.Itoa(pid))
	var file, ranges []byte
	root, err := n.root(key, dir)
	if err == nil {
		defer unix.Close(root)
		file, err = readInside(root)
	}
	if err == nil {
		ranges, err = os.ReadFile(filepath.Join(dir, "uid_map"))
	}
	if err != nil { // it has none, or is gone; another process may tell
		n.mu.Lock()
		defer n.mu.Unlock()
		t.until = time.Now().Add(again)
		return
	}
	t.names, t.ranges = parsePasswd(file), parseUIDMap(ranges)
}

var errHost = errors.New("the container still has the host's root folder")

// root opens the root folder of the process in dir of proc. What starts a container
// is in it before it changes its root, and sees the host's users.
func (n *Names) root(key, dir string) (int, error) {
	root, err := unix.Open(filepath.Join(dir, "root"), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("open root folder: %w", err)
	}
	if key == "" {
		return root, nil
	}
	var own, host unix.Stat_t
	err = errors.Join(unix.Fstat(root, &own), unix.Stat(filepath.Join(n.proc, "1", "root"), &host))
	if err == nil && own.Dev == host.Dev && own.Ino == host.Ino {
		err = errHost
	}
	if err != nil {
		return -1, errors.Join(err, unix.Close(root))
	}
	return root, nil
}

// readInside reads the passwd file below a root folder, whose links lead nowhere but
// within that, and which is a file and no device.
func readInside(root int) ([]byte, error) {
	fd, err := unix.Openat2(root, "etc/passwd", &unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	})
	if err != nil {
		return nil, fmt.Errorf("open passwd file: %w", err)
	}
	file := os.NewFile(uintptr(fd), "passwd")
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("open passwd file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open passwd file: it is no file: %s", info.Mode())
	}
	b, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return nil, fmt.Errorf("read passwd file: %w", err)
	}
	return b, nil
}
