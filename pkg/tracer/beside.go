package tracer

import (
	"log/slog"
	"time"

	"github.com/tracehound/tracehound/pkg/derive"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

// symbolsPlace is where libraries are lost that nobody could look into.
const symbolsPlace = "symbols"

// watched says which symbols symbols_loaded is to look for: those that filters on
// its argument name; where a policy has no such filter, the usual ones.
func watched(f *filter.Filter) func(symbol string) bool {
	const name = "symbols_loaded"
	var patterns []filter.Pattern
	usual := func(string) bool { return false }
	for i := range f.Policies {
		p := &f.Policies[i]
		if !p.Wants(name) {
			continue
		}
		named := false
		for _, c := range p.Conditions[name] {
			if c.Name() == "symbols" && len(c.Texts.Equal) > 0 {
				named = true
				patterns = append(patterns, c.Texts.Equal...)
			}
		}
		if !named {
			usual = derive.Watch(derive.WatchedSymbols)
		}
	}
	return func(symbol string) bool {
		if usual(symbol) {
			return true
		}
		for _, p := range patterns {
			if p.Match(symbol) {
				return true
			}
		}
		return false
	}
}

// beside brings what is derived beside the stages back into them, and tells what
// could not be looked at.
type beside struct {
	work     derive.Beside
	counters *counters
	log      *slog.Logger
	told     bool
	losses   losses
}

// late is the Late of the stage.
func (b *beside) late(end bool) []pipeline.Item {
	var items []pipeline.Item
	for _, m := range b.work.Late(end) {
		items = append(items, pipeline.Item{Event: m.Event, Policies: m.Mark})
	}
	for _, e := range b.lost(end) {
		items = append(items, pipeline.Item{Event: e})
	}
	return items
}

func (b *beside) lost(end bool) []*event.Event {
	count, last, why := b.work.Lost(end)
	now := time.Now()
	if count == 0 || !end && now.Sub(b.losses.read) < lossInterval {
		return nil
	}
	if last == 0 { // what is still under way
		last = now.UnixNano()
	}
	events := b.losses.update([]loader.Loss{{Buffer: symbolsPlace, CPU: -1, Count: count, Last: uint64(last)}}, 0, now)
	for _, e := range events {
		n, _ := e.Int("count")
		b.counters.lose(symbolsPlace, uint64(n))
	}
	if len(events) > 0 && why != nil && !b.told {
		b.told = true
		b.log.Warn("a library was loaded that nobody can look into; lost_events count them", "reason", why)
	}
	return events
}

// lost is how many records and events were lost in all.
func (s *session) lost() uint64 {
	n := s.source.losses.total()
	if s.beside != nil {
		n += s.beside.losses.total()
	}
	return n
}
