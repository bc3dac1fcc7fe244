package tracer

import (
	"log/slog"
	"slices"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/proc"
	"github.com/tracehound/tracehound/pkg/schema"
)

// startEvents are those that the tracer tells once, before all others: facts of
// the machine that events are measured by. One that cannot be had is left out
// with a warning.
func startEvents(selected []*schema.Event, from proc.FS, log *slog.Logger) []*event.Event {
	var all []*event.Event
	if def := catalog.ByName("init_namespaces"); slices.Contains(selected, def) {
		namespaces, err := from.Namespaces(1)
		if err != nil {
			log.Warn("events are not traced", "reason", err, "events", def.Name)
		} else {
			all = append(all, initNamespaces(def, namespaces))
		}
	}
	return all
}

// initNamespaces tells those of the first process that this kernel has.
func initNamespaces(def *schema.Event, namespaces map[string]uint32) *event.Event {
	e := &event.Event{Timestamp: time.Now().UnixNano(), EventID: def.ID, EventName: def.Name}
	for _, f := range def.Fields {
		if n, ok := namespaces[f.Name]; ok {
			e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: n})
		}
	}
	return e
}
