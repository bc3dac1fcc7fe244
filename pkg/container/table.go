package container

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/cgroup"
)

const (
	// maxCgroups bounds each half of a Table: cgroups of containers and others.
	maxCgroups = 16384
	// linger is how long a removed cgroup stays known: its last events are
	// still on their way.
	linger = 5 * time.Second
)

// Cgroups is where a Table looks up what it was not told. *cgroup.Hierarchy is
// one.
type Cgroups interface {
	Walk(visit func(cgroup.Cgroup) error) error
	// Path takes microseconds: it runs in the caller of Table.Get.
	Path(id uint64) (string, error)
	// Visible turns the path that the kernel has of a cgroup into the one below
	// the mount, where only a part of the hierarchy is visible.
	Visible(id uint64, path string) string
}

// Table knows the container of each cgroup by the cgroup's id. It is safe for
// concurrent use. Its size is bounded: what was pushed out is looked up again.
type Table struct {
	cgroups Cgroups
	now     func() time.Time

	mu         sync.RWMutex
	containers bounded[Info]
	others     bounded[struct{}] // cgroups known not to be a container's, or not to exist
	removed    []removal         // oldest first
	existed    map[string]bool   // ids of containers that Seed found
}

type removal struct {
	id uint64
	at time.Time
}

// NewTable makes an empty table. A nil Cgroups leaves it to Add alone.
func NewTable(cgroups Cgroups) *Table {
	return &Table{
		cgroups: cgroups, now: time.Now,
		containers: newBounded[Info](maxCgroups), others: newBounded[struct{}](maxCgroups),
	}
}

// Seed adds every cgroup there is. It walks the cgroup file system: call it
// once, before events flow.
func (t *Table) Seed() error {
	if t.cgroups == nil {
		return nil
	}
	existed := map[string]bool{}
	err := t.cgroups.Walk(func(c cgroup.Cgroup) error {
		if info, ok := t.Add(c.ID, c.Path); ok && len(existed) < maxCgroups {
			existed[info.ID] = true
		}
		return nil
	})
	t.mu.Lock()
	t.existed = existed
	t.mu.Unlock()
	if err != nil {
		return fmt.Errorf("seed containers: %w", err)
	}
	return nil
}

// Made is Add of a path as the kernel has it.
func (t *Table) Made(id uint64, path string) (Info, bool) { return t.Add(id, t.Visible(id, path)) }

// Visible is the path below the visible root, of one as the kernel has it.
func (t *Table) Visible(id uint64, path string) string {
	if t.cgroups == nil {
		return path
	}
	return t.cgroups.Visible(id, path)
}

// Add makes a cgroup known, as when it was created, and says whether it is a
// container's.
func (t *Table) Add(id uint64, path string) (Info, bool) {
	info, ok := Identify(path)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	if ok {
		t.others.remove(id)
		t.containers.put(id, info)
	} else {
		t.containers.remove(id)
		t.others.put(id, struct{}{})
	}
	return info, ok
}

// Remove forgets a cgroup that was removed, a few seconds from now.
func (t *Table) Remove(id uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	_, isContainer := t.containers.get(id)
	_, isOther := t.others.get(id)
	if isContainer || isOther {
		t.removed = append(t.removed, removal{id, t.now()})
	}
}

// sweep forgets what was removed long enough ago.
func (t *Table) sweep() {
	for len(t.removed) > 0 && t.now().Sub(t.removed[0].at) >= linger {
		t.containers.remove(t.removed[0].id)
		t.others.remove(t.removed[0].id)
		t.removed = t.removed[1:]
	}
}

// Get finds the container of a cgroup; ok is false when it is not a
// container's. An id seen for the first time is looked up, once.
func (t *Table) Get(id uint64) (info Info, ok bool) {
	t.mu.RLock()
	info, ok = t.containers.get(id)
	_, other := t.others.get(id)
	t.mu.RUnlock()
	if ok || other || t.cgroups == nil {
		return info, ok
	}
	path, err := t.cgroups.Path(id)
	// Gone already or not ours to see stays so, for ids are not used again.
	// Anything else, such as too many open files, is tried again.
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return Info{}, false
	}
	return t.Add(id, path)
}

// Existed reports whether a container was there when the table was seeded.
func (t *Table) Existed(id string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.existed[id]
}

// Containers lists the known cgroups that belong to containers, by id.
func (t *Table) Containers() map[uint64]Info {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make(map[uint64]Info, len(t.containers.values))
	for id, h := range t.containers.values {
		all[id] = h.value
	}
	return all
}
