package container

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/cgroup"
)

var errWalk = errors.New("walk refused")

// fakeCgroups is a cgroup file system by id. It counts look-ups.
type fakeCgroups struct {
	mu      sync.Mutex
	paths   map[uint64]string
	failing error
	lookups int
}

func (f *fakeCgroups) Walk(visit func(cgroup.Cgroup) error) error {
	if f.failing != nil {
		return f.failing
	}
	for id, path := range f.paths {
		if err := visit(cgroup.Cgroup{ID: id, Path: path}); err != nil {
			return err
		}
	}
	return nil
}

func (f *fakeCgroups) Path(id uint64) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookups++
	if f.failing != nil {
		return "", fmt.Errorf("find cgroup: %w", f.failing)
	}
	if path, ok := f.paths[id]; ok {
		return path, nil
	}
	return "", fmt.Errorf("find cgroup: %w", fs.ErrNotExist)
}

// Visible is of a mount that shows what is below /node.
func (f *fakeCgroups) Visible(_ uint64, path string) string { return strings.TrimPrefix(path, "/node") }

func newFake() *fakeCgroups {
	return &fakeCgroups{paths: map[uint64]string{
		1: "/", 10: "/docker", 11: "/docker/" + idA, 12: "/docker/" + idA + "/init.scope", 20: "/system.slice/cron.service",
		30: "/machine.slice/libpod-" + idB + ".scope",
	}}
}

func TestSeed(t *testing.T) {
	f := newFake()
	table := NewTable(f)
	if err := table.Seed(); err != nil {
		t.Fatal(err)
	}
	want := map[uint64]Info{11: {ID: idA, Runtime: Docker}, 12: {ID: idA, Runtime: Docker}, 30: {ID: idB, Runtime: Podman}}
	if diff := cmp.Diff(want, table.Containers()); diff != "" {
		t.Errorf("containers (-want +got):\n%s", diff)
	}
	for id := range f.paths {
		info, ok := table.Get(id)
		if info != want[id] || ok != (want[id].ID != "") {
			t.Errorf("cgroup %d: %+v, %v", id, info, ok)
		}
	}
	if f.lookups != 0 {
		t.Errorf("%d look-ups of known cgroups", f.lookups)
	}
	f.failing = errWalk
	if err := table.Seed(); !errors.Is(err, errWalk) {
		t.Errorf("the walk's error is lost: %v", err)
	}
}

func TestUnknownIsLookedUpOnce(t *testing.T) {
	f := newFake()
	table := NewTable(f)
	for range 3 {
		for id, want := range map[uint64]Info{11: {ID: idA, Runtime: Docker}, 20: {}, 999: {}} {
			if got, ok := table.Get(id); got != want || ok != (want.ID != "") {
				t.Errorf("cgroup %d: %+v, %v", id, got, ok)
			}
		}
	}
	if f.lookups != 3 {
		t.Errorf("%d look-ups of 3 cgroups", f.lookups)
	}
	// What was not found is found once somebody says what it is.
	table.Add(999, "/docker/"+idB)
	if got, ok := table.Get(999); !ok || got.ID != idB {
		t.Errorf("after Add: %+v, %v", got, ok)
	}
}

func TestMadeIsJudgedByWhatIsVisible(t *testing.T) {
	table := NewTable(newFake())
	if info, ok := table.Made(50, "/node/lxc/web"); !ok || info.ID != "web" {
		t.Errorf("%+v, %v", info, ok)
	}
	if info, ok := table.Made(51, "/node"); ok {
		t.Errorf("the root is a container's: %+v", info)
	}
}

func TestFailedLookups(t *testing.T) {
	f := newFake()
	f.failing = fs.ErrPermission
	table := NewTable(f)
	table.Get(11)
	table.Get(11)
	if f.lookups != 1 {
		t.Errorf("%d look-ups of what may not be looked up", f.lookups)
	}
	// A passing failure says nothing about the cgroup.
	f.failing = errors.New("too many open files")
	if _, ok := table.Get(30); ok {
		t.Error("found although the look-up failed")
	}
	f.failing = nil
	if got, ok := table.Get(30); !ok || got.ID != idB {
		t.Errorf("after the failure: %+v, %v", got, ok)
	}
}

func TestRemovedLinger(t *testing.T) {
	table := NewTable(nil)
	now := time.Unix(1000, 0)
	table.now = func() time.Time { return now }
	table.Add(11, "/docker/"+idA)
	table.Add(20, "/system.slice")
	table.Remove(11)
	table.Remove(20)
	table.Remove(999) // never seen
	now = now.Add(linger - time.Millisecond)
	table.Add(1, "/")
	if _, ok := table.Get(11); !ok {
		t.Error("a removed container is forgotten before its last events came")
	}
	now = now.Add(time.Millisecond)
	table.Add(2, "/x")
	if _, ok := table.Get(11); ok {
		t.Error("a removed container is still known")
	}
	if got := len(table.others.values); got != 2 || len(table.removed) != 0 {
		t.Errorf("%d other cgroups and %d removals are kept", got, len(table.removed))
	}
}

func TestTableIsBounded(t *testing.T) {
	f := newFake()
	table := NewTable(f)
	for id := uint64(1000); id < 1000+maxCgroups+10; id++ {
		table.Get(id) // does not exist
		table.Add(id<<32, "/docker/"+idA)
	}
	if len(table.others.values) != maxCgroups || len(table.containers.values) != maxCgroups {
		t.Errorf("%d others, %d containers", len(table.others.values), len(table.containers.values))
	}
	// What was pushed out is looked up again.
	f.paths[1000<<32] = "/docker/" + idA
	if got, ok := table.Get(1000 << 32); !ok || got.ID != idA {
		t.Errorf("pushed out: %+v, %v", got, ok)
	}
}

func TestConcurrentUse(t *testing.T) {
	f := newFake()
	table := NewTable(f)
	known := maps.Clone(f.paths)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 300 {
				for id, path := range known {
					switch (i + worker) % 4 {
					case 0:
						table.Add(id, path)
					case 1:
						table.Remove(id)
					case 2:
						table.Containers()
					}
					if got, ok := table.Get(id); ok != strings.Contains(path, idA) && ok != strings.Contains(path, idB) {
						t.Errorf("cgroup %d: %+v, %v", id, got, ok)
					}
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkGet(b *testing.B) {
	table := NewTable(newFake())
	table.Get(11)
	for b.Loop() {
		table.Get(11)
	}
}
