package tracer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/proc"
)

// maxReadings bounds how often /proc is read: in a tree that forks all the time
// every reading shows new processes, though the kernel side knows all but those
// few by itself.
const maxReadings = 16

// seedTrees tells the kernel side which of the processes there are belong to
// asked-for trees. The fork probe must be attached: what a listed process forks
// from now on inherits, and what it forked before shows up in a later reading of
// /proc, which is read until nothing new does.
func seedTrees(roots map[uint32]bool, procs processes, set func(pid uint32, in bool) error) error {
	known := maps.Clone(roots)
	for _, pid := range slices.Sorted(maps.Keys(roots)) {
		if err := set(pid, roots[pid]); err != nil {
			return err
		}
	}
	for reading := range maxReadings {
		list, err := procs.Processes()
		if err != nil && len(list) == 0 {
			return fmt.Errorf("list processes: %w", err)
		}
		if reading == 0 {
			if err := existing(roots, list); err != nil {
				return err
			}
		}
		grown := inherit(known, list)
		if len(grown) == 0 {
			return nil
		}
		for _, pid := range slices.Sorted(maps.Keys(grown)) {
			known[pid] = grown[pid]
			if err := set(pid, grown[pid]); err != nil {
				return err
			}
		}
	}
	return nil
}

// existing refuses a tree whose root there is not: it would never match.
func existing(roots map[uint32]bool, list []proc.Process) error {
	for _, pid := range slices.Sorted(maps.Keys(roots)) {
		is := func(p proc.Process) bool { return uint32(p.PID) == pid }
		if roots[pid] && !slices.ContainsFunc(list, is) {
			return cli.Usagef("flag --trace \"tree=%d\": there is no process %d", pid, pid)
		}
	}
	return nil
}

// processes is a proc.FS.
type processes interface {
	Processes() ([]proc.Process, error)
}

// inherit finds, for processes not yet known, the word of their nearest known
// ancestor.
func inherit(known map[uint32]bool, list []proc.Process) map[uint32]bool {
	parents := make(map[uint32]uint32, len(list))
	for _, p := range list {
		parents[uint32(p.PID)] = uint32(p.PPID)
	}
	grown := map[uint32]bool{}
	for pid := range parents {
		if _, ok := known[pid]; ok {
			continue
		}
		ancestor := parents[pid]
		// A list read while ids are reused may hold a ring: no line of ancestors
		// is longer than the list.
		for range list {
			if in, ok := known[ancestor]; ok {
				grown[pid] = in
				break
			}
			if ancestor = parents[ancestor]; ancestor == 0 {
				break
			}
		}
	}
	return grown
}
