package tracer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/decode"
	"github.com/tracehound/tracehound/pkg/enrich"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/proc"
)

const (
	// ancestorsOption puts so many ancestors on each event: option:ancestors=N.
	ancestorsOption = "ancestors"
	maxAncestors    = 64
	// treeBytes bounds the family tree: some 60,000 programs.
	treeBytes = 32 * mebibyte
	// treeKeep is how long a program that nobody needs stays: longer than a
	// record waits in the rings of a tracer that keeps up.
	treeKeep = 30 * time.Second
)

// parseAncestors reads the N of option:ancestors=N; false when the option is
// another.
func parseAncestors(option string) (int, bool, error) {
	name, value, _ := strings.Cut(option, "=")
	if name != ancestorsOption {
		return 0, false, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxAncestors {
		return 0, true, fmt.Errorf("must be %s=N with N from 1 to %d", ancestorsOption, maxAncestors)
	}
	return n, true, nil
}

// newLineage makes the stage of option:ancestors=N; nil without it.
func newLineage(depth int) *enrich.Lineage {
	if depth == 0 {
		return nil
	}
	return &enrich.Lineage{Tree: proc.NewTree(treeBytes, treeKeep), Depth: depth}
}

// plant puts the processes that were there into the family tree. What happened
// to them since is in the rings, and is replayed upon it.
func plant(tree *proc.Tree, list []loader.Known, d *decode.Decoder, now int64) {
	id := func(p loader.Program) string { return d.ExecID(p.PID, p.Start, p.Execs) }
	for _, k := range list {
		exe := k.Executable
		if k.Cut {
			exe = decode.CutMark + exe
		}
		tree.Runs(proc.Program{ID: id(k.Program), Parent: id(k.Parent), PID: int(k.PID), Comm: k.Comm, Executable: exe}, now)
	}
}
