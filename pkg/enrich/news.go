package enrich

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/event"
)

// Events that tell of containers.
const (
	createEvent   = "container_create"
	removeEvent   = "container_remove"
	existingEvent = "existing_container"
	enrichedEvent = "container_enriched"
)

// ContainerEvents are their names.
var ContainerEvents = []string{createEvent, removeEvent, existingEvent, enrichedEvent}

const (
	// patience is how long the news of a container waits for its runtime.
	patience = 2 * time.Second
	// maxWaiting bounds how many do.
	maxWaiting = 20000
)

// News are events about containers that wait for what the runtime says.
type News struct {
	ready chan struct{}

	mu      sync.Mutex
	waiting map[string]*waiting // by container
}

// waiting is the news of one container.
type waiting struct {
	info   container.Info
	made   []told
	expiry time.Time
}

// told is one event of it.
type told struct {
	name   string
	cgroup uint64
	at     int64
}

// NewNews makes an empty one. It passes on what a Lookup tells, nil without any,
// until stop is closed.
func NewNews(lookup *runtime.Lookup, stop <-chan struct{}) *News {
	n := &News{ready: make(chan struct{}, 1), waiting: map[string]*waiting{}}
	if lookup != nil {
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-lookup.Ready():
					n.poke()
				}
			}
		}()
	}
	return n
}

// Ready tells that Late has something.
func (n *News) Ready() <-chan struct{} { return n.ready }

func (n *News) poke() {
	select {
	case n.ready <- struct{}{}:
	default:
	}
}

// hold keeps an event back; false when it need not, or too many are.
func (n *News) hold(info container.Info, t told, pending bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.waiting[info.ID]
	if w == nil {
		if !pending || len(n.waiting) >= maxWaiting {
			return false
		}
		w = &waiting{info: info, expiry: time.Now().Add(patience)}
		n.waiting[info.ID] = w
		time.AfterFunc(patience, n.poke)
	}
	w.made = append(w.made, t) // behind what came before
	return true
}

// take removes the news of a container; nil when none waits.
func (n *News) take(id string) []told {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.waiting[id]
	if w == nil {
		return nil
	}
	delete(n.waiting, id)
	return w.made
}

// expired removes what has waited long enough, or all.
func (n *News) expired(all bool) []*waiting {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []*waiting
	now := time.Now()
	for id, w := range n.waiting {
		if all || !now.Before(w.expiry) {
			list = append(list, w)
			delete(n.waiting, id)
		}
	}
	slices.SortFunc(list, func(a, b *waiting) int { return a.expiry.Compare(b.expiry) })
	return list
}

// Existing tells of the containers that the table knows already.
func (c *Containers) Existing(now time.Time) []*event.Event {
	byID := map[string]uint64{}
	infos := c.Table.Containers()
	for cgroup, info := range infos { // of a container's cgroups its own is the oldest
		if other, ok := byID[info.ID]; !ok || cgroup < other {
			byID[info.ID] = cgroup
		}
	}
	var all []*event.Event
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		all = append(all, c.tell(existingEvent, infos[byID[id]], byID[id], now.UnixNano())...)
	}
	return all
}

// tell makes the event of a container, or holds it back until more is known.
func (c *Containers) tell(name string, info container.Info, cgroup uint64, at int64) []*event.Event {
	state := runtime.Nothing
	if c.Lookup != nil && name != removeEvent {
		_, state = c.Lookup.Ask(info)
	}
	if !c.Wanted[name] {
		return nil
	}
	t := told{name, cgroup, at}
	if c.News.hold(info, t, state == runtime.Pending) {
		return nil
	}
	return []*event.Event{c.event(info, t)}
}

// Late returns what was held back and need not be any more, and with end all.
func (c *Containers) Late(end bool) []*event.Event {
	var all []*event.Event
	add := func(info container.Info, made []told) {
		for _, t := range made {
			all = append(all, c.event(info, t))
		}
	}
	if c.Lookup != nil {
		for _, f := range c.Lookup.Found() {
			add(f.Info, c.News.take(f.Info.ID))
			if f.Container != nil && c.Wanted[enrichedEvent] {
				add(f.Info, []told{{name: enrichedEvent, at: time.Now().UnixNano()}})
			}
		}
	}
	for _, w := range c.News.expired(end) {
		add(w.info, w.made)
	}
	return all
}

// event makes one with what is known now. It is of no process.
func (c *Containers) event(info container.Info, t told) *event.Event {
	def := catalog.ByName(t.name)
	e := &event.Event{Timestamp: t.at, EventID: def.ID, EventName: t.name, CgroupID: t.cgroup}
	e.ContainerID, e.ContainerRuntime, e.ContainerName, e.PodUID = info.ID, info.Runtime, info.Name, info.PodUID
	var known *runtime.Container
	if c.Lookup != nil {
		known, _ = c.Lookup.Get(info.ID)
		fill(e, known)
	}
	values := map[string]any{"runtime": e.ContainerRuntime, "container_id": e.ContainerID}
	if t.name != removeEvent {
		addDetails(values, e, known)
	}
	for i := range def.Fields {
		f := &def.Fields[i]
		if v := values[f.Name]; v != nil {
			e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: v})
		}
	}
	return e
}

func addDetails(values map[string]any, e *event.Event, known *runtime.Container) {
	if e.EventName == createEvent {
		values["ctime"] = uint64(e.Timestamp)
	}
	for name, text := range map[string]string{
		"container_image": e.ContainerImage, "container_name": e.ContainerName, "pod_name": e.PodName,
		"pod_namespace": e.PodNamespace, "pod_uid": e.PodUID, "container_image_digest": e.ContainerImageDigest,
	} {
		if text != "" {
			values[name] = text
		}
	}
	if known == nil {
		return
	}
	if created := known.Created.UnixNano(); created > 0 {
		values["ctime"] = uint64(created)
	}
	values["labels"], values["privileged"] = known.LabelTexts, known.Privileged
	mounts := make([]string, len(known.Mounts))
	for i := range known.Mounts {
		mounts[i] = known.Mounts[i].String()
	}
	values["mounts"] = mounts
}
