package derive

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/exports"
)

// libraryCache bounds what is remembered of libraries, in bytes.
const libraryCache = 4 << 20

// library finds the files that processes have mapped and reads which watched
// symbols they export. What a file exports is remembered as long as it is the
// same file: a change of its content changes ctime.
type library struct {
	proc string

	mu    sync.Mutex
	known *simplelru.LRU[fileID, []string]
	bytes int
}

type fileID struct {
	dev          uint32
	inode, ctime uint64
}

// sizeOf is what a library's symbols take, in bytes.
func sizeOf(symbols []string) int {
	n := 128 // the entry itself, in the map and in the list
	for _, s := range symbols {
		n += 16 + len(s)
	}
	return n
}

func newLibrary(proc string) *library {
	l := &library{proc: proc}
	// The bytes are the bound; a size below 1 is all that would be refused.
	l.known, _ = simplelru.NewLRU(math.MaxInt, func(_ fileID, symbols []string) { l.bytes -= sizeOf(symbols) })
	return l
}

// exported names the watched symbols that the file of a shared_object_loaded
// exports, in its order.
func (l *library) exported(e *event.Event, watched func(string) bool) ([]string, error) {
	file, id := identify(e)
	if found, ok := l.recall(id); ok {
		return found, nil
	}
	f, err := l.open(e, file, id)
	if err != nil {
		return nil, fmt.Errorf("look into library %s: %w", file, err)
	}
	defer f.Close()
	var found []string
	seen := map[string]bool{}
	err = exports.Read(f, func(name []byte) {
		if text := string(name); watched(text) && !seen[text] {
			seen[text] = true
			found = append(found, text)
		}
	})
	if err != nil && !errors.Is(err, exports.ErrNoELF) { // code that is no library is common: JIT caches
		return nil, fmt.Errorf("look into library %s: %w", file, err)
	}
	l.remember(id, found)
	return found, nil
}

func identify(e *event.Event) (string, fileID) {
	var id fileID
	file, _ := e.String("pathname")
	if a := e.Arg("dev"); a != nil {
		id.dev, _ = a.Value.(uint32)
	}
	if a := e.Arg("inode"); a != nil {
		id.inode, _ = a.Value.(uint64)
	}
	if a := e.Arg("ctime"); a != nil {
		id.ctime, _ = a.Value.(uint64)
	}
	return file, id
}

func (l *library) recall(id fileID) ([]string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known.Get(id)
}

func (l *library) remember(id fileID, symbols []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known.Contains(id) {
		return
	}
	l.known.Add(id, symbols)
	l.bytes += sizeOf(symbols)
	for l.bytes > libraryCache {
		l.known.RemoveOldest()
	}
}

var errOther = errors.New("it is another file by now")

// open finds the file as its process sees it; one that has lost its name, or has
// none, by the mapping. A process that has ended already is stood in for by
// another that sees the same files: whichever it is, the file is compared.
func (l *library) open(e *event.Event, file string, id fileID) (*os.File, error) {
	dir := filepath.Join(l.proc, strconv.Itoa(e.HostProcessID))
	f, err := openSame(dir, file, id)
	if err == nil {
		return f, nil
	}
	f, mapErr := l.openMapping(dir, id)
	if mapErr == nil {
		return f, nil
	}
	for _, other := range []string{strconv.Itoa(e.HostParentProcessID), "self", l.inNamespace(e.MountNS)} {
		if f, otherErr := openSame(filepath.Join(l.proc, other), file, id); other != "" && otherErr == nil {
			return f, nil
		}
	}
	return nil, errors.Join(err, mapErr)
}

// inNamespace is the name of a process with this mount namespace, "" if none is
// left.
func (l *library) inNamespace(number uint32) string {
	entries, err := os.ReadDir(l.proc)
	if err != nil {
		return ""
	}
	want := fmt.Sprintf("mnt:[%d]", number)
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		if got, err := os.Readlink(filepath.Join(l.proc, e.Name(), "ns", "mnt")); err == nil && got == want {
			return e.Name()
		}
	}
	return ""
}

// openSame opens a path as a process sees it, if it is the file that was mapped.
func openSame(dir, file string, id fileID) (*os.File, error) {
	f, err := openInRoot(filepath.Join(dir, "root"), file)
	if err != nil {
		return nil, err
	}
	if err := same(f, id); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// flags: a pipe or a device in the file's place must not make us wait.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK | syscall.O_NOCTTY | syscall.O_CLOEXEC

// openInRoot opens a path as a process does. Links in it lead nowhere outside of
// the process's root, and not into ours.
func openInRoot(root, file string) (*os.File, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return r.OpenFile(strings.TrimLeft(file, "/"), openFlags, 0)
}

// same reports whether the file is the one that was mapped. A file system in
// layers tells programs other inodes than the kernel, but no other ctime.
func same(f *os.File, id fileID) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok || !st.Mode().IsRegular() {
		return fmt.Errorf("%w: no regular file", errOther)
	}
	if uint64(sys.Ctim.Nano()) != id.ctime || kernelDev(sys.Dev) == id.dev && sys.Ino != id.inode {
		return errOther
	}
	return nil
}

// kernelDev is a device number as the kernel writes it.
func kernelDev(dev uint64) uint32 {
	major := uint32(dev>>8)&0xfff | uint32(dev>>32)&^uint32(0xfff)
	minor := uint32(dev)&0xff | uint32(dev>>12)&^uint32(0xff)
	return major<<20 | minor
}

// openMapping finds the file among the process's mappings.
func (l *library) openMapping(dir string, id fileID) (*os.File, error) {
	maps, err := os.Open(filepath.Join(dir, "maps"))
	if err != nil {
		return nil, err
	}
	defer maps.Close()
	inode := strconv.FormatUint(id.inode, 10)
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 5 || words[4] != inode {
			continue
		}
		f, err := os.OpenFile(filepath.Join(dir, "map_files", words[0]), openFlags, 0)
		if err != nil {
			return nil, err
		}
		if same(f, id) == nil {
			return f, nil
		}
		f.Close()
	}
	return nil, fmt.Errorf("find it among mappings: %w", fs.ErrNotExist)
}
