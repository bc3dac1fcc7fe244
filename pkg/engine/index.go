package engine

import (
	"errors"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// origins numbers the origins: the second key of the index.
const (
	host = iota
	container
	origins
)

// byOrigin lists, by origin, who wants an event, in the order of the engine's
// signatures and each of them once.
type byOrigin [origins][]*unit

// index finds the signatures that selected an event with one map look-up.
// Between the first add and seal, named holds only those who said the name.
type index struct {
	named map[string]*byOrigin
	any   byOrigin // selected every event, whatever its name
	order map[*unit]int
}

// add enters a signature's selectors.
func (x *index) add(u *unit, selectors []signature.Selector) error {
	if x.named == nil {
		x.named, x.order = map[string]*byOrigin{}, map[*unit]int{}
	}
	x.order[u] = len(x.order)
	if len(selectors) == 0 {
		return errors.New("selects no events")
	}
	for _, s := range selectors {
		if err := s.Check(); err != nil {
			return err
		}
		list := &x.any
		if !s.Any() {
			if list = x.named[s.Name]; list == nil {
				list = &byOrigin{}
				x.named[s.Name] = list
			}
		}
		for _, o := range originsOf(s.Origin) {
			list[o] = x.merge(list[o], []*unit{u})
		}
	}
	return nil
}

// seal adds those who want every name to each name's own list.
func (x *index) seal() {
	for _, list := range x.named {
		for o := range list {
			list[o] = x.merge(list[o], x.any[o])
		}
	}
	x.order = nil
}

// merge joins two ordered lists of signatures without repetition.
func (x *index) merge(a, b []*unit) []*unit {
	all := make([]*unit, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && x.order[a[0]] < x.order[b[0]]:
			all, a = append(all, a[0]), a[1:]
		case len(a) > 0 && a[0] == b[0]:
			a = a[1:]
		default:
			all, b = append(all, b[0]), b[1:]
		}
	}
	return all
}

// find returns the signatures that selected an event.
func (x *index) find(ev *event.Event) []*unit {
	list, ok := x.named[ev.EventName]
	if !ok {
		list = &x.any
	}
	if ev.Origin() == event.Container {
		return list[container]
	}
	return list[host]
}

// Wants reports on which origins a signature, or the engine itself, wants the
// events of a name.
func (e *Engine) Wants(name string) (onHost, inContainer bool) {
	if name == lostEvents {
		return true, true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	list, ok := e.index.named[name]
	if !ok {
		list = &e.index.any
	}
	return len(list[host]) > 0, len(list[container]) > 0
}

func originsOf(o string) []int {
	switch o {
	case string(event.Host):
		return []int{host}
	case string(event.Container):
		return []int{container}
	}
	return []int{host, container}
}
