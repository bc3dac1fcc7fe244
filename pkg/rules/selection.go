package rules

import (
	"sync/atomic"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/engine"
)

// selection says which events need decoding. The session writes it, the reader
// reads it: after a reload, events that are in between have been selected for the
// signatures before, and are seen by those after them if they want them.
type selection struct {
	table atomic.Pointer[map[string]wanted]
}

// wanted says on which origins an event is wanted.
type wanted struct{ host, container bool }

// follow takes over what the engine's signatures want.
func (s *selection) follow(e *engine.Engine) {
	all := catalog.Events()
	table := make(map[string]wanted, len(all))
	for i := range all {
		var w wanted
		w.host, w.container = e.Wants(all[i].Name)
		w.container = w.container || tellers[all[i].Name]
		table[all[i].Name] = w
	}
	s.table.Store(&table)
}

// of implements event.Selection. An event of unknown name is decoded, so that it
// is told whole or refused.
func (s *selection) of(name []byte) (host, container bool) {
	w, known := (*s.table.Load())[string(name)]
	return w.host || !known, w.container || !known
}
