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
	// Beside is set in place of Derive when the work takes long.
	Beside Beside
}

// Beside is work that is done beside the stages.
type Beside interface {
	// Look takes an event with a mark that what is made of it gets too. It does
	// not block, and the event stays the caller's.
	Look(from *event.Event, mark uint64)
	// Ready tells that Late has something.
	Ready() <-chan struct{}
	// Late returns what was made since it was asked last. At the end it waits for
	// what is under way, but not for ever.
	Late(end bool) []Made
	// Lost says of how many events nothing could be made, at the end those under
	// way too, the time of the last as events have it, and why of the first.
	Lost(end bool) (count uint64, last int64, why error)
}

// Made is an event that was made beside the stages.
type Made struct {
	Event *event.Event
	Mark  uint64
}

// Options say what derivations look for.
type Options struct {
	// Watched are the symbols of symbols_loaded; nil is WatchedSymbols.
	Watched func(symbol string) bool
}

// list is every derivation, in the order in which they run. What one makes
// is shown to those behind it.
func list(o Options) []Derivation {
	loaded := newSymbols(o.Watched)
	return []Derivation{
		{Event: symbolsLoaded, From: sharedObjectLoaded, Beside: loaded},
	}
}

// Stage runs the derivations of the events that were asked for.
type Stage struct {
	byFrom map[string][]Derivation
	beside Beside
}

// NewStage takes the derivations that make one of the events.
func NewStage(events []*schema.Event, o Options) *Stage { return newStage(list(o), events) }

func newStage(all []Derivation, events []*schema.Event) *Stage {
	s := &Stage{byFrom: map[string][]Derivation{}}
	for _, d := range all {
		if slices.ContainsFunc(events, func(e *schema.Event) bool { return e.Name == d.Event }) {
			s.byFrom[d.From] = append(s.byFrom[d.From], d)
			if d.Beside != nil {
				s.beside = d.Beside
			}
		}
	}
	return s
}

// Derive returns what is made of an event and, in turn, of what was made. The
// mark is for what is made later.
func (s *Stage) Derive(e *event.Event, mark uint64) []*event.Event {
	var made []*event.Event
	for _, d := range s.byFrom[e.EventName] {
		if d.Beside != nil {
			d.Beside.Look(e, mark)
			continue
		}
		for _, more := range d.Derive(e) {
			made = append(made, more)
			made = append(made, s.Derive(more, mark)...)
		}
	}
	return made
}

// Beside is the work that derivations do beside the stages, nil without any.
// One at most does.
func (s *Stage) Beside() Beside { return s.beside }

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
