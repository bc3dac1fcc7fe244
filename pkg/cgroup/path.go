package cgroup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// handleKernfs is FILEID_KERNFS: a file handle that holds a kernfs id.
const handleKernfs = 0xfe

// Path finds a cgroup by its id without a walk. The error is fs.ErrNotExist
// when the cgroup does not exist (any more), fs.ErrPermission without
// CAP_DAC_READ_SEARCH.
func (h *Hierarchy) Path(id uint64) (string, error) {
	mount, path, err := h.open(id)
	switch {
	case errors.Is(err, unix.ESTALE):
		err = fs.ErrNotExist
	case err == nil && path == mount:
		return "/", nil
	case err == nil && !strings.HasPrefix(path, mount+"/"):
		err = fs.ErrNotExist // outside of the visible part
	case err == nil && strings.HasSuffix(path, deleted):
		err = fs.ErrNotExist
	}
	if err != nil {
		return "", fmt.Errorf("find cgroup %d: %w", id, err)
	}
	return path[len(mount):], nil
}

// deleted is what the kernel adds to the path of a removed folder.
const deleted = " (deleted)"

// open returns the paths of the mount and of the cgroup as the kernel names
// both: of what is reached through /proc/1/root these are the other process's.
func (h *Hierarchy) open(id uint64) (mount, path string, err error) {
	mountFD, err := unix.Open(h.Mount, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", "", err
	}
	defer unix.Close(mountFD)
	handle := unix.NewFileHandle(handleKernfs, binary.NativeEndian.AppendUint64(nil, id))
	fd, err := unix.OpenByHandleAt(mountFD, handle, unix.O_PATH|unix.O_CLOEXEC)
	if err != nil {
		return "", "", err
	}
	defer unix.Close(fd)
	if mount, err = readlink(mountFD); err != nil {
		return "", "", err
	}
	path, err = readlink(fd)
	return mount, path, err
}

func readlink(fd int) (string, error) { return os.Readlink("/proc/self/fd/" + strconv.Itoa(fd)) }

// above is the path of the visible root, which nothing tells inside of a cgroup
// namespace: it is learnt from the first cgroup whose path is known both ways.
type above struct {
	mu    sync.Mutex
	known bool
	path  string
}

// Visible turns the path that the kernel has of a cgroup into the one below the
// mount. They differ where only a part of the hierarchy is visible; what is
// outside of that keeps the kernel's path.
func (h *Hierarchy) Visible(id uint64, path string) string {
	if !h.Partial {
		return path
	}
	h.above.mu.Lock()
	defer h.above.mu.Unlock()
	if !h.above.known {
		seen, err := h.Path(id)
		if err != nil {
			return path
		}
		h.above.path, h.above.known = strings.CutSuffix(path, seen)
	}
	return h.above.below(path)
}

func (a *above) below(path string) string {
	if rest, ok := strings.CutPrefix(path, a.path); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return path
}
