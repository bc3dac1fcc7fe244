package tracer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tracehound/tracehound/pkg/cli"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/proc"
)

// maxReadings bounds how often /proc is read: in a tree that forks all the time
// every reading shows new processes, though the kernel side knows all but those
// few by itself.
const maxReadings = 16

// trees are the processes that policies name as roots of trees.
type trees struct {
	roots filterkernel.Trees
	// unlisted are the policies that take processes of no listed tree.
	unlisted filterkernel.Policies
}

// seed tells the kernel side which policies' trees the processes there are belong
// to. The fork probe must be attached: what a listed process forks from now on
// inherits, and what it forked before shows up in a later reading of /proc, which
// is read until nothing new does.
func (t *trees) seed(procs processes, set func(pid uint32, policies uint64) error) error {
	known := map[uint32]uint64{}
	for reading := range maxReadings {
		list, err := procs.Processes()
		if err != nil && len(list) == 0 {
			return fmt.Errorf("list processes: %w", err)
		}
		if reading == 0 {
			if err := t.existing(list); err != nil {
				return err
			}
		}
		grown := t.inherit(known, list)
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
func (t *trees) existing(list []proc.Process) error {
	for _, pid := range slices.Sorted(maps.Keys(t.roots)) {
		is := func(p proc.Process) bool { return uint32(p.PID) == pid }
		if t.roots[pid].In != 0 && !slices.ContainsFunc(list, is) {
			return cli.Usagef("tree=%d: there is no process %d", pid, pid)
		}
	}
	return nil
}

// processes is a proc.FS.
type processes interface {
	Processes() ([]proc.Process, error)
}

// inherit finds, for processes not yet known that are in a listed tree, what the
// roots among them and their ancestors say together.
func (t *trees) inherit(known map[uint32]uint64, list []proc.Process) map[uint32]uint64 {
	parents := make(map[uint32]uint32, len(list))
	for _, p := range list {
		parents[uint32(p.PID)] = uint32(p.PPID)
	}
	grown := map[uint32]uint64{}
	for pid := range parents {
		if _, ok := known[pid]; ok {
			continue
		}
		if policies, listed := t.of(pid, known, parents); listed {
			grown[pid] = policies
		}
	}
	return grown
}

// of walks up to the first ancestor that is known, and from there down again.
func (t *trees) of(pid uint32, known map[uint32]uint64, parents map[uint32]uint32) (policies uint64, listed bool) {
	policies = t.unlisted
	var line []filterkernel.Root // from the process up
	// A list read while ids are reused may hold a ring: no line of ancestors is
	// longer than the list.
	for range len(parents) + 1 {
		if p, ok := known[pid]; ok {
			policies, listed = p, true
			break
		}
		if root, ok := t.roots[pid]; ok {
			line, listed = append(line, root), true
		}
		if pid = parents[pid]; pid == 0 {
			break
		}
	}
	for _, root := range slices.Backward(line) {
		policies = root.Of(policies)
	}
	return policies, listed
}
