package runtime

import (
	"container/list"
	"time"
)

// cache keeps what is known of containers, the least recently used of which go
// when their bytes exceed the budget.
type cache struct {
	budget  int
	bytes   int
	evicted uint64
	byID    map[string]*list.Element
	order   list.List // of *entry, the most recently used first
}

// entry is what is known of one id; container is nil when no runtime knows it,
// which holds until a while has passed.
type entry struct {
	id        string
	container *Container
	until     time.Time
	size      int
}

// entryBytes is what an entry takes beside the container and its id.
const entryBytes = 256

func newCache(budget int) cache { return cache{budget: budget, byID: map[string]*list.Element{}} }

func (c *cache) get(id string) *entry {
	at := c.byID[id]
	if at == nil {
		return nil
	}
	c.order.MoveToFront(at)
	return at.Value.(*entry)
}

func (c *cache) put(e *entry) {
	e.size = entryBytes + len(e.id)
	if e.container != nil {
		e.size += e.container.bytes()
	}
	if old := c.byID[e.id]; old != nil {
		c.drop(old)
	}
	c.byID[e.id] = c.order.PushFront(e)
	c.bytes += e.size
	for c.bytes > c.budget && c.order.Len() > 1 {
		c.drop(c.order.Back())
		c.evicted++
	}
}

func (c *cache) drop(at *list.Element) {
	e := at.Value.(*entry)
	c.order.Remove(at)
	delete(c.byID, e.id)
	c.bytes -= e.size
}
