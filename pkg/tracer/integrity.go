package tracer

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/derive"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/integrity"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/schema"
)

// minScanInterval is the shortest time between two looks that makes sense: one
// takes about a millisecond.
const minScanInterval = 100 * time.Millisecond

// moduleLoaded is the event behind which the kernel's tables are looked at.
const moduleLoaded = "do_init_module"

// places finds, in one pass, all symbols of the kernel that events need.
func places(symbols *kernel.Symbols) (map[string]kernel.Extent, error) {
	names := slices.Clone(integrity.Wanted)
	for _, e := range catalog.Events() {
		names = append(names, e.Symbols...)
	}
	slices.Sort(names)
	return symbols.Find(slices.Compact(names)...)
}

// addressesKnown says for a plan why an address is not known.
func addressesKnown() func(symbols []string) string {
	find := sync.OnceValues(func() (map[string]kernel.Extent, error) {
		symbols, err := kernel.OpenSymbols()
		if err != nil {
			return nil, err
		}
		defer func() { _ = symbols.Close() }() // it was only read
		return places(symbols)
	})
	return func(symbols []string) string {
		found, err := find()
		if err != nil {
			return err.Error()
		}
		for _, name := range symbols {
			if _, ok := found[name]; !ok {
				return "this kernel shows no address of " + name
			}
		}
		return ""
	}
}

// openSymbols opens the kernel's symbols, while there is the right to see their
// addresses, and tells programs where the kernel's own code is.
func (s *session) openSymbols(c *loader.Config, p *loader.Plan) error {
	if !slices.ContainsFunc(p.Events, needsSymbols) {
		return nil
	}
	var err error
	if s.symbols == nil {
		if s.symbols, err = kernel.OpenSymbols(); err != nil {
			return fmt.Errorf("name functions of the kernel: %w", err)
		}
	}
	if !slices.ContainsFunc(p.Events, func(e *schema.Event) bool { return len(e.Symbols) > 0 && len(p.By[e.Name]) > 0 }) {
		return nil
	}
	if s.places, err = places(s.symbols); err != nil {
		return fmt.Errorf("find tables of the kernel: %w", err)
	}
	c.TextStart, c.TextEnd = s.places["_stext"].Start, s.places["_etext"].Start
	c.WatchModules = flag(p.Memory)
	return nil
}

// needsSymbols tells events that are looked for by address, or have fields in which
// a name takes the place of an address.
func needsSymbols(e *schema.Event) bool {
	return len(e.Symbols) > 0 || slices.ContainsFunc(e.Fields, func(f schema.Field) bool { return f.Named })
}

// watchKernel prepares to look at the kernel's tables, when one of the events is
// found there.
func (s *session) watchKernel(p *loader.Plan, types *kernel.Types) error {
	if !p.Memory {
		return nil
	}
	memory, err := s.loader.Memory()
	if err != nil {
		return err
	}
	layout, err := integrity.LayoutOf(types)
	if err != nil {
		return fmt.Errorf("find tables of the kernel: %w", err)
	}
	o := integrity.Options{Memory: memory, Symbols: s.symbols, Places: s.places, Layout: layout}
	o.Calls, o.Calls32 = callNumbers()
	for _, e := range s.filter.Events {
		o.Events = append(o.Events, e.Name)
	}
	s.watch = integrity.NewWatch(integrity.NewScanner(o), s.scanInterval, s.log)
	return nil
}

// callNumbers are the names of system calls by their numbers here, and by those
// of 32-bit x86 programs.
func callNumbers() (native, of32 map[int]string) {
	native, of32 = map[int]string{}, map[int]string{}
	for _, e := range catalog.Events() {
		if e.Syscall == nil {
			continue
		}
		if !e.Only386() && e.ID != schema.None {
			native[int(e.ID)] = e.Name
		}
		if e.Syscall.I386 != schema.None {
			of32[int(e.Syscall.I386)] = e.Name
		}
	}
	return native, of32
}

// lookStage is the stage that has the kernel looked at when a module was loaded.
func (s *session) lookStage() pipeline.Stage {
	stage := pipeline.Stage{Name: "look at the kernel's tables", Run: func(it *pipeline.Item) bool {
		if s.watch != nil && it.Event.EventName == moduleLoaded {
			s.watch.Look(it.Event)
		}
		return true
	}}
	if s.watch == nil {
		return stage
	}
	stage.Ready = s.watch.Ready()
	stage.Late = func(end bool) []pipeline.Item {
		var items []pipeline.Item
		for _, m := range s.watch.Late(end) {
			items = append(items, pipeline.Item{Event: foundInKernel(m)})
		}
		return items
	}
	return stage
}

// foundInKernel makes the event of a finding: of the process that loaded a module,
// or of none.
func foundInKernel(m integrity.Made) *event.Event {
	from := m.From
	if from == nil {
		from = &event.Event{Timestamp: m.At.UnixNano(), ProcessorID: -1}
	}
	e := derive.New(m.Event, from, m.Values...)
	e.ReturnValue = 0
	return e
}
