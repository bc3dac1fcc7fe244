package runtime

import (
	"math"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cache keeps what is known of containers, the least recently used of which go
// when their bytes exceed the budget.
type cache struct {
	budget  int
	bytes   int
	evicted uint64
	entries *simplelru.LRU[string, *entry]
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

func newCache(budget int) cache {
	entries, _ := simplelru.NewLRU[string, *entry](math.MaxInt32, nil) // refuses only a size below 1
	return cache{budget: budget, entries: entries}
}

func (c *cache) get(id string) *entry {
	e, _ := c.entries.Get(id)
	return e
}

func (c *cache) put(e *entry) {
	e.size = entryBytes + len(e.id)
	if e.container != nil {
		e.size += e.container.bytes()
	}
	if old, ok := c.entries.Peek(e.id); ok {
		c.bytes -= old.size
	}
	c.entries.Add(e.id, e)
	c.bytes += e.size
	for c.bytes > c.budget && c.entries.Len() > 1 {
		if _, oldest, ok := c.entries.RemoveOldest(); ok {
			c.bytes -= oldest.size
			c.evicted++
		}
	}
}
