package container

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"time"
)

// Cgroups of all layouts come and go, one inside of the other, in any order, in a
// table that is far too small for them: nothing is ever attributed wrongly.
func TestRandomCgroups(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // repeatable
	f := &fakeCgroups{paths: map[uint64]string{1: "/"}}
	table := NewTable(f)
	now := time.Unix(1000, 0)
	table.now = func() time.Time { return now }
	live := []uint64{1}
	ids := map[uint64]string{} // what the table must say
	next := uint64(2)
	for step := range 200000 {
		now = now.Add(time.Duration(r.IntN(int(10 * time.Millisecond))))
		at := r.IntN(len(live))
		parent := live[at]
		switch {
		case r.IntN(3) > 0 && strings.Count(f.paths[parent], "/") < 6:
			name, id := randomName(r, path.Base(f.paths[parent]))
			f.paths[next] = path.Join(f.paths[parent], name)
			if outer := ids[parent]; outer != "" {
				id = outer
			}
			ids[next] = id
			if r.IntN(10) > 0 { // one in ten is never told of, as when its event is lost
				table.Made(next, f.paths[next])
			}
			live = append(live, next)
			next++
		case parent != 1:
			table.Remove(parent)
			delete(f.paths, parent)
			live[at] = live[len(live)-1]
			live = live[:len(live)-1]
		}
		asked := live[r.IntN(len(live))]
		if info, ok := table.Get(asked); info.ID != ids[asked] || ok != (ids[asked] != "") {
			t.Fatalf("step %d: cgroup %d (%s) is of %q, want %q", step, asked, f.paths[asked], info.ID, ids[asked])
		}
	}
	if len(table.containers.values) > maxCgroups || len(table.others.values) > maxCgroups || len(table.removed) > 2*maxCgroups {
		t.Errorf("%d containers, %d others, %d removals", len(table.containers.values), len(table.others.values), len(table.removed))
	}
	if next < 3*maxCgroups {
		t.Fatalf("%d cgroups do not fill the table", next)
	}
}

// randomName is a new cgroup's name, and the container that it is of when it is
// inside of none.
func randomName(r *rand.Rand, parent string) (name, id string) {
	id = fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
	switch r.IntN(7) {
	case 0:
		return "docker-" + id + ".scope", id
	case 1:
		return "cri-containerd-" + id + ".scope", id
	case 2:
		return "libpod-" + id, id
	case 3:
		if parent == "libpod_parent" {
			return id, ""
		}
		return id, id
	case 4:
		return "lxc.payload." + id[:6], id[:6]
	case 5:
		return "libpod_parent", ""
	}
	return "user-" + id[:4] + ".slice", ""
}
