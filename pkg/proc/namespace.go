package proc

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Namespaces reads the inode numbers of a process's namespaces, by the names that
// /proc/PID/ns has.
func (f FS) Namespaces(pid int) (map[string]uint32, error) {
	dir := filepath.Join(f.root, strconv.Itoa(pid), "ns")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	all := make(map[string]uint32, len(entries))
	for _, e := range entries {
		link, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read namespace: %w", err)
		}
		// "mnt:[4026531840]"; of pid_for_children the kind is "pid"
		_, text, _ := strings.Cut(link, ":[")
		number, ok := strings.CutSuffix(text, "]")
		n, err := strconv.ParseUint(number, 10, 32)
		if !ok || err != nil {
			return nil, fmt.Errorf("read namespace %s: %q is not of the form kind:[number]", filepath.Join(dir, e.Name()), link)
		}
		all[e.Name()] = uint32(n)
	}
	return all, nil
}
