// Package enrich adds to events what other sources know: here, which container
// an event's cgroup belongs to.
package enrich

import (
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/event"
)

// Containers sets the container id of events and keeps the table up to date by
// the cgroups that come and go.
type Containers struct {
	Table *container.Table
	// Hierarchy is the number of the cgroup hierarchy that tells containers.
	Hierarchy uint32
	// Changed is told, of each cgroup that comes or goes, whether it is a
	// container's now; may be nil. The kernel half decides by the name alone, may
	// differ, and may have seen it go before we saw it come.
	Changed func(cgroup uint64, isContainer bool)
}

// Enrich fills e.ContainerID; it never blocks longer than one look-up of an
// unknown cgroup.
func (c *Containers) Enrich(e *event.Event) {
	switch e.EventName {
	case "cgroup_mkdir":
		c.created(e)
	case "cgroup_rmdir":
		if id, ok := c.watched(e); ok {
			c.Table.Remove(id)
			c.changed(id, false)
		}
	}
	if info, ok := c.Table.Get(e.CgroupID); ok {
		e.ContainerID = info.ID
	}
}

func (c *Containers) created(e *event.Event) {
	id, ok := c.watched(e)
	if !ok {
		return
	}
	path, _ := e.String("cgroup_path")
	_, is := c.Table.Made(id, path)
	c.changed(id, is)
}

func (c *Containers) changed(id uint64, is bool) {
	if c.Changed != nil {
		c.Changed(id, is)
	}
}

// watched returns the id of the cgroup that an event is about, if it is one of
// the watched hierarchy.
func (c *Containers) watched(e *event.Event) (uint64, bool) {
	id := e.Arg("cgroup_id")
	hierarchy := e.Arg("hierarchy_id")
	if id == nil || hierarchy == nil || hierarchy.Value != c.Hierarchy {
		return 0, false
	}
	n, ok := id.Value.(uint64)
	return n, ok
}
