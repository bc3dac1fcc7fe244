package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const lockName = "lock"

// Dir is a folder of queues that this process alone uses.
type Dir struct {
	Path string
	lock *os.File
}

// OpenDir makes the folder when it is not there and takes it for this process.
// It refuses one that another process has taken, that cannot be written, or that others could
// put files into.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make spool directory: %w", err)
	}
	if err := private(path); err != nil {
		return nil, err
	}
	name := filepath.Join(path, lockName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock spool directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("spool directory %s is in use by %s", path, holder(f))
		}
		return nil, fmt.Errorf("lock spool directory %s: %w", path, err)
	}
	// The number is for people; on a full disk it is not there.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Dir{path, f}, nil
}

// private refuses a folder in which others than this user and root may make files:
// findings go out of it with this program's rights.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at spool directory: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("spool directory %s is not a directory", path)
	case ok && st.Uid != 0 && int(st.Uid) != os.Geteuid():
		return fmt.Errorf("spool directory %s belongs to another user (%d)", path, st.Uid)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("spool directory %s can be written by others: chmod go-w it", path)
	}
	return nil
}

func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 32))
	if pid := strings.TrimSpace(string(text)); err == nil && pid != "" {
		return "another rules, process " + pid
	}
	return "another rules"
}

// Close lets others use the folder.
func (d *Dir) Close() error { return d.lock.Close() }
