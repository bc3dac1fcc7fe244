// Package derive makes events from events: what one of the kernel's events does
// not say by itself.
package derive

import (
	"slices"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Derivation makes events of one name from those of another. Each is a file of
// this package, and a line of the list.
type Derivation struct {
	// Event is the name of what it makes.
	Event string
	// From is the name of the event that it looks at, one of Event's DependsOn
	// in the catalogue.
	From string
	// Derive returns what it makes of an event; nil when that is nothing. It
	// runs for every such event in the one goroutine of the stages: it must not
	// block, and keeps what it remembers bounded. It changes nothing of from;
	// New makes an event of the same process at the same time.
	Derive func(from *event.Event) []*event.Event
}

// list is every derivation, in the order in which they run. What one makes
// is shown to those behind it.
func list() []Derivation {
	return []Derivation{}
}

// Stage runs the derivations of the events that were asked for.
type Stage struct {
	byFrom map[string][]Derivation
}

// NewStage takes the derivations that make one of the events.
func NewStage(events []*schema.Event) *Stage { return newStage(list(), events) }

func newStage(all []Derivation, events []*schema.Event) *Stage {
	s := &Stage{byFrom: map[string][]Derivation{}}
	for _, d := range all {
		if slices.ContainsFunc(events, func(e *schema.Event) bool { return e.Name == d.Event }) {
			s.byFrom[d.From] = append(s.byFrom[d.From], d)
		}
	}
	return s
}

// Derive returns what is made of an event and, in turn, of what was made.
func (s *Stage) Derive(e *event.Event) []*event.Event {
	var made []*event.Event
	for _, d := range s.byFrom[e.EventName] {
		for _, more := range d.Derive(e) {
			made = append(made, more)
			made = append(made, s.Derive(more)...)
		}
	}
	return made
}

// New makes an event of the catalogue with the process and the time of another.
// Values are those of its first fields, in their order; nil leaves a field out.
func New(name string, from *event.Event, values ...any) *event.Event {
	def := catalog.ByName(name)
	e := new(event.Event)
	*e = *from
	e.EventID, e.EventName, e.Args = def.ID, def.Name, nil
	for i, v := range values {
		if v != nil {
			f := &def.Fields[i]
			e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: v})
		}
	}
	return e
}
