// Package proc reads processes and their lineage from /proc. Processes come and
// go meanwhile: one that ended while it was read is left out.
package proc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// FS is a proc file system.
type FS struct{ root string }

// New takes the folder where a proc file system is mounted; "" means /proc.
func New(root string) FS {
	if root == "" {
		root = "/proc"
	}
	return FS{root}
}

// Process is one process (not thread) as /proc shows it.
type Process struct {
	Stat
	// Exe is the path of the program in the process's own root folder, with
	// " (deleted)" behind it when the file is gone; "" for kernel threads,
	// zombies and processes we may not look at.
	Exe string
}

// Process reads one process. The error is fs.ErrNotExist when there is none.
func (f FS) Process(pid int) (Process, error) {
	dir := filepath.Join(f.root, strconv.Itoa(pid))
	b, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		if errors.Is(err, unix.ESRCH) { // it ended between open and read
			err = fs.ErrNotExist
		}
		return Process{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	s, err := ParseStat(b)
	if err != nil {
		return Process{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	p := Process{Stat: s}
	p.Exe, _ = os.Readlink(filepath.Join(dir, "exe")) // none, or not ours to see
	return p, nil
}

// Processes reads all processes, in order of their ids. With an error about
// single processes the list holds the others.
func (f FS) Processes() ([]Process, error) {
	entries, err := os.ReadDir(f.root)
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var list []Process
	var failed []error
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid <= 0 {
			continue // not a process
		}
		p, err := f.Process(pid)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			failed = append(failed, err)
		default:
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b Process) int { return a.PID - b.PID })
	return list, errors.Join(failed...)
}

// Descendants lists the ids of the processes that descend from root, children
// before their own children, root left out. The error is fs.ErrNotExist when
// root does not exist.
func (f FS) Descendants(root int) ([]int, error) {
	list, err := f.Processes()
	if list == nil && err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(list, func(p Process) bool { return p.PID == root }) {
		return nil, fmt.Errorf("find process %d: %w", root, fs.ErrNotExist)
	}
	return Descendants(list, root), err
}

// Descendants is the same over a list already read. A process whose parent has
// ended descends from the process that adopted it.
func Descendants(list []Process, root int) []int {
	children := make(map[int][]int, len(list))
	for _, p := range list {
		children[p.PPID] = append(children[p.PPID], p.PID)
	}
	seen := map[int]bool{root: true} // a list read while ids are reused may hold a ring
	var found []int
	for queue := []int{root}; len(queue) > 0; queue = queue[1:] {
		for _, pid := range children[queue[0]] {
			if !seen[pid] {
				seen[pid] = true
				found = append(found, pid)
				queue = append(queue, pid)
			}
		}
	}
	return found
}

// Ancestors lists the ids of the processes that pid descends from, its parent
// first; empty when the list lacks pid.
func Ancestors(list []Process, pid int) []int {
	parents := make(map[int]int, len(list))
	for _, p := range list {
		parents[p.PID] = p.PPID
	}
	seen := map[int]bool{pid: true}
	var line []int
	for parent := parents[pid]; parent > 0 && !seen[parent]; parent = parents[parent] {
		seen[parent] = true
		line = append(line, parent)
	}
	return line
}
