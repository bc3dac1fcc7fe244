// Package enrich adds to events what other sources know: which container an
// event's cgroup belongs to and what its runtime says of it, and from whom the
// process descends.
package enrich

import (
	"path"
	"time"

	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/event"
)

// Containers says of events which container they come from, keeps the table up to
// date by the cgroups that come and go, and tells of containers.
type Containers struct {
	Table *container.Table
	// Hierarchy is the number of the cgroup hierarchy that tells containers.
	Hierarchy uint32
	// Changed is told, of each cgroup that comes or goes, whether it is a
	// container's now; may be nil. The kernel half decides by the name alone, may
	// differ, and may have seen it go before we saw it come.
	Changed func(cgroup uint64, isContainer bool)
	// Lookup asks the runtimes; nil without any.
	Lookup *runtime.Lookup
	// Wanted are the events that are told of containers, by name.
	Wanted map[string]bool
	News   *News
}

// Enrich says which container an event comes from and what is known of it; it
// never blocks longer than one look-up of an unknown cgroup. What it returns is
// told right behind the event.
func (c *Containers) Enrich(e *event.Event) []*event.Event {
	var told []*event.Event
	switch e.EventName {
	case "cgroup_mkdir":
		told = c.created(e)
	case "cgroup_rmdir":
		told = c.removed(e)
	}
	if info, ok := c.Table.Get(e.CgroupID); ok {
		c.identify(e, info)
	}
	return told
}

// identify writes what is known of a container, and sees to it that the rest is
// found out.
func (c *Containers) identify(e *event.Event, info container.Info) runtime.State {
	e.ContainerID, e.ContainerRuntime, e.ContainerName, e.PodUID = info.ID, info.Runtime, info.Name, info.PodUID
	if c.Lookup == nil {
		return runtime.Nothing
	}
	known, state := c.Lookup.Ask(info)
	fill(e, known)
	return state
}

// fill writes what a runtime says.
func fill(e *event.Event, known *runtime.Container) {
	if known == nil {
		return
	}
	e.ContainerName, e.ContainerImage, e.ContainerImageDigest = known.Name, known.Image, known.ImageDigest
	e.PodName, e.PodNamespace = known.PodName, known.PodNamespace
	if known.PodUID != "" {
		e.PodUID = known.PodUID
	}
	if e.ContainerRuntime == container.Unknown {
		e.ContainerRuntime = known.Runtime
	}
	e.ContainerLabels = known.LabelTexts
}

// Pending reports whether more will soon be known of the event's container, so
// that it makes sense to wait.
func (c *Containers) Pending(e *event.Event) bool {
	if e.ContainerID == "" || c.Lookup == nil {
		return false
	}
	if _, state := c.Lookup.Get(e.ContainerID); state != runtime.Pending {
		return false
	}
	info, ok := c.Table.Get(e.CgroupID)
	return ok && c.Lookup.Answering(info)
}

// FirstPID is the first process of a container, as far as its runtime has said; 0
// when that is not known.
func (c *Containers) FirstPID(id string) int {
	if c.Lookup == nil {
		return 0
	}
	if known, _ := c.Lookup.Get(id); known != nil {
		return known.InitPID
	}
	return 0
}

// Wait waits until it is known, but not beyond the deadline.
func (c *Containers) Wait(e *event.Event, deadline time.Time) {
	known, _ := c.Lookup.Wait(e.ContainerID, deadline)
	fill(e, known)
}

func (c *Containers) created(e *event.Event) []*event.Event {
	id, ok := c.watched(e)
	if !ok {
		return nil
	}
	at, _ := e.String("cgroup_path")
	info, is := c.Table.Made(id, at)
	c.changed(id, is)
	if !is || !c.first(id, at) {
		return nil
	}
	return c.tell(createEvent, info, id, e.Timestamp)
}

func (c *Containers) removed(e *event.Event) []*event.Event {
	id, ok := c.watched(e)
	if !ok {
		return nil
	}
	info, is := c.Table.Get(id)
	c.Table.Remove(id)
	c.changed(id, false)
	at, _ := e.String("cgroup_path")
	if !is || !c.first(id, at) {
		return nil
	}
	return c.tell(removeEvent, info, id, e.Timestamp)
}

// first reports whether a container's cgroup is its own, not one inside of it.
func (c *Containers) first(id uint64, at string) bool {
	_, inside := container.Identify(path.Dir(c.Table.Visible(id, at)))
	return !inside
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
