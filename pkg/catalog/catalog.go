// Package catalog is the list of every event, one literal each.
package catalog

import (
	"runtime"
	"slices"
	"sync"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Events lists every event: system calls by native number, those that this
// architecture lacks last, then the others by id.
func Events() []schema.Event { return loaded().events }

// ByName finds an event; nil when there is none of that name.
func ByName(name string) *schema.Event {
	c := loaded()
	if i, ok := c.byName[name]; ok {
		return &c.events[i]
	}
	return nil
}

// ByID finds an event by the number that records carry; nil when there is none.
func ByID(id schema.ID) *schema.Event {
	c := loaded()
	if i, ok := c.byID[id]; ok {
		return &c.events[i]
	}
	return nil
}

// ByI386 finds the system call that has a number in 32-bit x86 programs; nil when
// there is none.
func ByI386(number schema.ID) *schema.Event {
	c := loaded()
	if i, ok := c.byI386[number]; ok {
		return &c.events[i]
	}
	return nil
}

// Sets lists the names of all sets that have members, sorted.
func Sets() []schema.Set {
	var all []schema.Set
	for i := range Events() {
		for _, s := range Events()[i].Sets {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	slices.Sort(all)
	return all
}

type index struct {
	events []schema.Event
	byName map[string]int
	byID   map[schema.ID]int
	byI386 map[schema.ID]int // numbers that 32-bit x86 programs use
}

var loaded = sync.OnceValue(func() *index {
	return newIndex(slices.Concat(Syscalls(runtime.GOARCH), i386Events(), otherEvents()))
})

func newIndex(all []schema.Event) *index {
	c := &index{events: all, byName: make(map[string]int, len(all)), byID: make(map[schema.ID]int, len(all)), byI386: map[schema.ID]int{}}
	for i := range all {
		c.byName[all[i].Name] = i
		if all[i].ID != schema.None {
			c.byID[all[i].ID] = i
		}
		if call := all[i].Syscall; call != nil && call.I386 != schema.None {
			c.byI386[call.I386] = i
		}
	}
	schema.NameSyscalls(c.syscallNames())
	return c
}

func (c *index) syscallNames() map[int64]string {
	byNumber := map[int64]string{}
	for i := range c.events {
		if e := &c.events[i]; e.Syscall != nil && e.ID != schema.None {
			byNumber[int64(e.ID)] = e.Name
		}
	}
	return byNumber
}
