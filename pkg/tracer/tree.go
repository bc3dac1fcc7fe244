package tracer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tracehound/tracehound/pkg/proc"
)

// seedTrees tells the kernel side which of the processes there are belong to
// asked-for trees. The fork probe must be attached: what a listed process forks
// from now on inherits, and what it forked before shows up in a later reading of
// /proc, which is read until nothing new does.
func seedTrees(roots map[uint32]bool, procs proc.FS, set func(pid uint32, in bool) error) error {
	known := maps.Clone(roots)
	for pid, in := range roots {
		if err := set(pid, in); err != nil {
			return err
		}
	}
	for {
		list, err := procs.Processes()
		if err != nil && len(list) == 0 {
			return fmt.Errorf("list processes: %w", err)
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
}

// inherit finds, for processes not yet known, the word of their nearest known
// ancestor.
func inherit(known map[uint32]bool, list []proc.Process) map[uint32]bool {
	grown := map[uint32]bool{}
	for _, p := range list {
		if _, ok := known[uint32(p.PID)]; ok {
			continue
		}
		for _, ancestor := range proc.Ancestors(list, p.PID) {
			if in, ok := known[uint32(ancestor)]; ok {
				grown[uint32(p.PID)] = in
				break
			}
		}
	}
	return grown
}
