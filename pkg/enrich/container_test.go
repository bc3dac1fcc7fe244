package enrich

import (
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/event"
)

func made(name string, id uint64, path string, hierarchy uint32) *event.Event {
	return &event.Event{EventName: name, CgroupID: 1, Args: []event.Argument{
		{Name: "cgroup_id", Type: "u64", Value: id},
		{Name: "cgroup_path", Type: "const char*", Value: path},
		{Name: "hierarchy_id", Type: "u32", Value: hierarchy},
	}}
}

func TestContainers(t *testing.T) {
	id := strings.Repeat("ab", 32)
	changed := map[uint64]bool{}
	c := &Containers{
		Table: container.NewTable(nil), Hierarchy: 4, News: NewNews(nil, nil),
		Changed: func(cgroup uint64, is bool) { changed[cgroup] = is },
	}
	c.Enrich(made("cgroup_mkdir", 7, "/docker/"+id, 4))
	c.Enrich(made("cgroup_mkdir", 8, "/system.slice/cron.service", 4))
	c.Enrich(made("cgroup_mkdir", 9, "/docker/"+id, 2)) // another hierarchy's 9

	for _, tt := range []struct {
		cgroup uint64
		want   string
	}{{7, id}, {8, ""}, {9, ""}, {10, ""}} {
		e := &event.Event{EventName: "openat", CgroupID: tt.cgroup}
		c.Enrich(e)
		if e.ContainerID != tt.want {
			t.Errorf("container of cgroup %d: %q, want %q", tt.cgroup, e.ContainerID, tt.want)
		}
	}
	if is, ok := changed[7]; !ok || !is {
		t.Errorf("cgroup 7 was not told to be a container: %v", changed)
	}
	if is, ok := changed[8]; !ok || is {
		t.Errorf("cgroup 8 was not told to be none: %v", changed)
	}
	if _, ok := changed[9]; ok {
		t.Errorf("a cgroup of another hierarchy was told of: %v", changed)
	}
}
