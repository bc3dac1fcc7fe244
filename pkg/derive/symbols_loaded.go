package derive

import (
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

const (
	symbolsLoaded      = "symbols_loaded"
	sharedObjectLoaded = "shared_object_loaded"
)

const (
	symbolReaders = 4
	symbolQueue   = 4096 // libraries that wait to be read
	// symbolsMax bounds what one event names: a library may export a million.
	symbolsMax = 256
	// symbolsGrace is how long the end waits for libraries that are being read. A
	// file may be on a file system that never answers.
	symbolsGrace = 2 * time.Second
)

// WatchedSymbols are what symbols_loaded looks for unless it is asked for others:
// functions of the C library that a preloaded library puts itself in front of, to
// hide files, processes and connections, to record what is typed, or to be run.
var WatchedSymbols = []string{
	"accept", "access", "bind", "chdir", "chmod", "connect", "execl", "execle", "execlp", "execv", "execve",
	"execvp", "execvpe", "fgets", "fopen", "fopen64", "fork", "fread", "fstat", "fstat64", "fstatat", "fstatat64",
	"fwrite", "fxstat", "fxstat64", "__fxstat", "__fxstat64", "__fxstatat", "__fxstatat64", "getdents", "getdents64",
	"getpwnam", "getspnam", "kill", "link", "lstat", "lstat64", "__lxstat", "__lxstat64", "open", "open64", "openat",
	"openat64", "opendir", "opendir64", "pam_authenticate", "pam_get_password", "pcap_loop", "ptrace", "read", "readdir", "readdir64",
	"readdir64_r", "readdir_r", "readlink", "readlinkat", "recv", "recvfrom", "recvmsg", "rename", "renameat",
	"rmdir", "scandir", "scandir64", "send", "sendmsg", "sendto", "socket", "stat", "stat64", "statx", "syscall",
	"system", "unlink", "unlinkat", "vfork", "write", "__xstat", "__xstat64",
}

// libraryFolders are those of the distribution's own libraries.
var libraryFolders = []string{"/lib/", "/lib32/", "/lib64/", "/libx32/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libx32/"}

// ownLibraries begin the names of the libraries whose the watched functions are.
var ownLibraries = []string{
	"libc.so", "libc-2.", "libc.musl-", "libpthread.so", "libpthread-2.", "ld-linux", "ld-2.", "ld-musl-", "libpam.so",
	"libpcap.so", "libuClibc-", "libselinux.so",
}

// wellKnown tells the libraries that are the C library itself, or another whose
// functions are watched: their symbols are theirs by right.
func wellKnown(file string) bool {
	folder, name := path.Split(file)
	known := false
	for _, f := range libraryFolders {
		known = known || strings.HasPrefix(folder, f)
	}
	for _, l := range ownLibraries {
		if known && strings.HasPrefix(name, l) {
			return true
		}
	}
	return false
}

// symbols derives symbols_loaded. Files are read by goroutines of their own, and
// what comes of it is taken from Late.
type symbols struct {
	watched func(symbol string) bool
	library *library

	start   sync.Once
	jobs    chan Made // what to look at
	ready   chan struct{}
	left    atomic.Int64 // queued or being read
	lost    atomic.Uint64
	lastOf  atomic.Int64 // time of the last loss, as events have it
	mu      sync.Mutex
	made    []Made
	unknown error // the first library that could not be read
}

func newSymbols(watched func(string) bool) *symbols {
	if watched == nil {
		watched = Watch(WatchedSymbols)
	}
	return &symbols{
		watched: watched, library: newLibrary("/proc"),
		jobs: make(chan Made, symbolQueue), ready: make(chan struct{}, 1),
	}
}

// Watch makes the question whether a symbol is one of a list.
func Watch(names []string) func(string) bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return func(name string) bool { return set[name] }
}

// Look queues the library.
func (s *symbols) Look(from *event.Event, mark uint64) {
	file, _ := from.String("pathname")
	if from.ReturnValue != 0 || wellKnown(file) {
		return
	}
	s.start.Do(func() {
		for range symbolReaders {
			go s.work()
		}
	})
	copied := *from // the rest of the pipeline goes on to change from
	copied.Args = slices.Clone(from.Args)
	s.left.Add(1)
	select {
	case s.jobs <- Made{&copied, mark}:
	default:
		s.left.Add(-1)
		s.lose(from)
	}
}

func (s *symbols) work() {
	for job := range s.jobs {
		found, err := s.library.exported(job.Event, s.watched)
		s.done(job, found, err)
	}
}

func (s *symbols) done(job Made, found []string, err error) {
	if err != nil {
		s.lose(job.Event)
	}
	s.mu.Lock()
	if err != nil && s.unknown == nil {
		s.unknown = err
	}
	if len(found) > 0 {
		file, _ := job.Event.String("pathname")
		e := New(symbolsLoaded, job.Event, file, found[:min(len(found), symbolsMax)])
		e.Args[1].Truncated = len(found) > symbolsMax
		s.made = append(s.made, Made{e, job.Mark})
	}
	s.mu.Unlock()
	s.left.Add(-1)
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

func (s *symbols) lose(from *event.Event) {
	s.lost.Add(1)
	s.lastOf.Store(from.Timestamp)
}

// Ready tells that Late has something.
func (s *symbols) Ready() <-chan struct{} { return s.ready }

// Late takes what was made since it was asked last. At the end it waits for what
// is under way, though not for ever.
func (s *symbols) Late(end bool) []Made {
	if end {
		for until := time.Now().Add(symbolsGrace); s.left.Load() > 0 && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.made
	s.made = nil
	return made
}

// Lost is how many libraries were loaded that nobody could look into, when the
// last was, and why the first was not. What is under way still counts at the end.
func (s *symbols) Lost(end bool) (count uint64, last int64, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	count = s.lost.Load()
	if end {
		count += uint64(max(0, s.left.Load()))
	}
	return count, s.lastOf.Load(), s.unknown
}
