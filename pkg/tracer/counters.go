package tracer

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// stuckAfter is how long the reader of the stream may take nothing before the
// tracer counts as ill. What comes meanwhile waits in the rings, and then is lost.
const stuckAfter = 10 * time.Second

// counters are what a running tracer says of itself, to metrics, health and
// heartbeat. Any goroutine may read and write them.
type counters struct {
	live    atomic.Bool  // the probes are
	writing atomic.Int64 // since when events are being written, ns since 1970; 0 when none are
	written atomic.Uint64
	faults  atomic.Uint64 // events with an argument that could not be read

	treePrograms, treeBytes, treeEvicted atomic.Uint64

	mu      sync.Mutex
	byEvent map[string]uint64
	lost    map[string]uint64 // by place
	queues  [2]func() int
}

// wrote counts events that are out.
func (c *counters) wrote(e *event.Event) {
	c.written.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byEvent == nil {
		c.byEvent = map[string]uint64{}
	}
	c.byEvent[e.EventName]++
}

// lose counts lost records.
func (c *counters) lose(place string, n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost == nil {
		c.lost = map[string]uint64{}
	}
	c.lost[place] += n
}

// snapshot copies what is counted by name.
func (c *counters) snapshot() (byEvent, lost map[string]uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.byEvent), maps.Clone(c.lost)
}

// watch takes how one asks for the lengths of the queues.
func (c *counters) watch(before, behind func() int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queues = [2]func() int{before, behind}
}

// queued is how many batches wait before and behind the stages.
func (c *counters) queued() (before, behind int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queues[0] == nil {
		return 0, 0
	}
	return c.queues[0](), c.queues[1]()
}

// healthy says what is wrong at a time.
func (c *counters) healthy(now time.Time) error {
	if !c.live.Load() {
		return fmt.Errorf("probes are not live")
	}
	if since := c.writing.Load(); since != 0 {
		if took := now.Sub(time.Unix(0, since)); took > stuckAfter {
			return fmt.Errorf("output is stuck: nothing could be written for %s", took.Round(time.Second))
		}
	}
	return nil
}

// heartbeat makes the event that says all this.
func (c *counters) heartbeat(def *schema.Event, now time.Time) *event.Event {
	_, lost := c.snapshot()
	values := map[string]uint64{"written": c.written.Load(), "faults": c.faults.Load()}
	for place, n := range lost {
		values["lost_"+place] = n
		values["lost"] += n
	}
	e := &event.Event{Timestamp: now.UnixNano(), ProcessorID: -1, EventID: def.ID, EventName: def.Name}
	for _, f := range def.Fields {
		e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: values[f.Name]})
	}
	return e
}
