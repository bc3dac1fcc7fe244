package exechash

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// A program that runs is open at /proc/PID/exe. One that has ended already is
// looked for by its path in the file system of whoever has the same mounts: its
// parent, processes seen in that mount namespace before, ourselves. The file found must
// be the one that the kernel executed.

const (
	// namespaces bounds the mount namespaces that are remembered, and pids the
	// processes of each.
	namespaces = 1024
	pids       = 5
)

type finder struct {
	proc string
	own  uint32                // our mount namespace
	seen map[uint32]*[pids]int // by mount namespace, the latest first
}

func newFinder(proc string) finder {
	f := finder{proc: proc, seen: map[uint32]*[pids]int{}}
	var st unix.Stat_t
	if unix.Stat(filepath.Join(proc, "self", "ns", "mnt"), &st) == nil {
		f.own = uint32(st.Ino)
	}
	return f
}

func (f *finder) saw(p *Program) {
	list := f.seen[p.MountNS]
	if list == nil {
		if len(f.seen) >= namespaces {
			clear(f.seen) // those in use come again with their next exec
		}
		list = new([pids]int)
		f.seen[p.MountNS] = list
	}
	for i := range list {
		if list[i] == p.PID {
			return
		}
	}
	copy(list[1:], list[:pids-1])
	list[0] = p.PID
}

var errGone = errors.New("the process ended before its program could be opened, and no other of its mount namespace has the file")

// open opens the program for reading.
func (f *finder) open(p *Program) (*os.File, error) {
	var denied error
	try := func(open func() (int, error)) *os.File {
		fd, err := open()
		if err != nil {
			if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
				denied = err
			}
			return nil
		}
		file := os.NewFile(uintptr(fd), p.Path)
		if is(file, &p.Key) {
			return file
		}
		_ = file.Close()
		return nil
	}
	exe := filepath.Join(f.proc, strconv.Itoa(p.PID), "exe")
	if file := try(func() (int, error) { return unix.Open(exe, openFlags, 0) }); file != nil {
		return file, nil
	}
	for _, root := range f.roots(p) {
		if file := try(func() (int, error) { return openIn(root, p.Path) }); file != nil {
			return file, nil
		}
	}
	if denied != nil {
		return nil, fmt.Errorf("open program: %w", denied)
	}
	return nil, errGone
}

// A path may name anything by now: a FIFO must not hold us up.
const openFlags = unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY

// roots are directories that may be the root of the program's file system.
func (f *finder) roots(p *Program) []string {
	var list []string
	add := func(pid int) { list = append(list, filepath.Join(f.proc, strconv.Itoa(pid), "root")) }
	for _, pid := range append([]int{p.PID, p.ParentPID}, f.seen[p.MountNS][:]...) {
		if pid > 0 && f.mounts(pid) == p.MountNS {
			add(pid)
		}
	}
	if p.MountNS == f.own {
		list = append(list, "/")
	}
	return list
}

// mounts is a process's mount namespace; 0 when it is gone.
func (f *finder) mounts(pid int) uint32 {
	var st unix.Stat_t
	if unix.Stat(filepath.Join(f.proc, strconv.Itoa(pid), "ns", "mnt"), &st) != nil {
		return 0
	}
	return uint32(st.Ino)
}

// openIn opens a path below a root, which no link in it leaves.
func openIn(root, path string) (int, error) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(dir)
	return unix.Openat2(dir, path, &unix.OpenHow{Flags: openFlags, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
}
