package tracer

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/schema"
)

const (
	namingQueue = 1024 // events that wait for the names of their functions
	// namingGrace is how long the end waits for them.
	namingGrace = 2 * time.Second
)

// kernelSymbols is a *kernel.Symbols.
type kernelSymbols interface {
	Functions(addresses []uint64, modules []kernel.Range) ([]kernel.Function, error)
}

// naming finds the names of functions where a record has only their addresses. A
// look at the kernel's symbols takes long, so such events leave the stages and
// come back a moment later; one that does not fit into the queue keeps the address.
type naming struct {
	symbols kernelSymbols
	log     *slog.Logger
	fields  map[schema.ID][]string // the fields that may hold addresses

	start  sync.Once
	queue  chan pipeline.Item
	ready  chan struct{}
	done   chan struct{}
	mu     sync.Mutex
	named  []pipeline.Item
	failed bool
}

// newNaming returns nil when none of the events needs it.
func newNaming(events []*schema.Event, symbols kernelSymbols, log *slog.Logger) *naming {
	n := &naming{
		symbols: symbols, log: log, fields: map[schema.ID][]string{},
		queue: make(chan pipeline.Item, namingQueue), ready: make(chan struct{}, 1), done: make(chan struct{}),
	}
	for _, e := range events {
		for _, f := range e.Fields {
			if f.Named {
				n.fields[e.ID] = append(n.fields[e.ID], f.Name)
			}
		}
	}
	if len(n.fields) == 0 {
		return nil
	}
	return n
}

// run is the Run of the stage: false when the event comes back later.
func (n *naming) run(it *pipeline.Item) bool {
	fields := n.fields[it.Event.EventID]
	if it.Hidden || len(fields) == 0 || len(unnamed(it.Event, fields)) == 0 {
		return true
	}
	n.start.Do(func() { go n.work() })
	select {
	case n.queue <- *it:
		return false
	default:
		return true
	}
}

// late is the Late of the stage.
func (n *naming) late(end bool) []pipeline.Item {
	if end {
		close(n.queue)
		n.start.Do(func() { close(n.done) }) // there was nothing to do
		select {
		case <-n.done:
		case <-time.After(namingGrace):
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	items := n.named
	n.named = nil
	return items
}

// work names the functions of all events that wait, in one look.
func (n *naming) work() {
	defer close(n.done)
	for it := range n.queue {
		items := []pipeline.Item{it}
		for len(n.queue) > 0 {
			items = append(items, <-n.queue)
		}
		n.name(items)
		n.mu.Lock()
		n.named = append(n.named, items...)
		n.mu.Unlock()
		select {
		case n.ready <- struct{}{}:
		default:
		}
	}
}

func (n *naming) name(items []pipeline.Item) {
	var addresses []uint64
	for _, it := range items {
		for _, u := range unnamed(it.Event, n.fields[it.Event.EventID]) {
			addresses = append(addresses, u.address)
		}
	}
	functions, err := n.symbols.Functions(addresses, nil)
	if err != nil {
		if !n.failed {
			n.log.Warn("functions are shown as addresses", "reason", err)
		}
		n.failed = true
		return
	}
	for _, it := range items {
		for _, u := range unnamed(it.Event, n.fields[it.Event.EventID]) {
			u.set(functions[0].At(u.address), functions[0].Owner)
			functions = functions[1:]
		}
	}
}

// unnamedFunction is an address in an argument, and where its name goes.
type unnamedFunction struct {
	address uint64
	set     func(name, owner string)
}

func unnamed(e *event.Event, fields []string) []unnamedFunction {
	var list []unnamedFunction
	for _, name := range fields {
		a := e.Arg(name)
		if a == nil {
			continue
		}
		switch v := a.Value.(type) {
		case string:
			if address, ok := addressIn(v); ok {
				list = append(list, unnamedFunction{address, func(name, _ string) { a.Value = name }})
			}
		case []event.HookedSymbol:
			for i := range v {
				if address, ok := addressIn(v[i].SymbolName); ok && v[i].ModuleOwner == "" {
					list = append(list, unnamedFunction{address, func(name, owner string) { v[i] = event.HookedSymbol{SymbolName: name, ModuleOwner: owner} }})
				}
			}
		}
	}
	return list
}

// addressIn reads what a record has in place of a name.
func addressIn(text string) (uint64, bool) {
	digits, ok := strings.CutPrefix(text, "0x")
	address, err := strconv.ParseUint(digits, 16, 64)
	return address, ok && err == nil
}

// namingStage is the stage of it.
func (s *session) namingStage() pipeline.Stage {
	stage := pipeline.Stage{Name: "name functions", Run: func(*pipeline.Item) bool { return true }}
	if s.naming != nil {
		stage.Run, stage.Late, stage.Ready = s.naming.run, s.naming.late, s.naming.ready
	}
	return stage
}
