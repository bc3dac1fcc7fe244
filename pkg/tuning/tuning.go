// Package tuning fits findings to a place without touching signatures: what is
// known and accepted there is no finding, and severity and tags are what that
// place wants. It is the same for signatures of every language.
//
//	apiVersion: tracehound/v1
//	kind: Tuning
//	exceptions:
//	  - signature: TRC-12
//	    when: event.executable == "/usr/sbin/nginx" && args.pathname == "/usr/bin/dash"
//	    reason: nginx rotates its logs with a shell
//	    owner: web team
//	    expires: 2027-06-30
//	overrides:
//	  - {signature: TRC-5, severity: 4, tags: [pager]}
//	  - {signature: TRC-2, enabled: false}
//
// A condition is CEL, as in signatures; it also sees data, the finding's own.
package tuning

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
)

// Tuning is what was read. The zero Tuning changes nothing. Its methods may be
// called from one goroutine at a time, but Counts.
type Tuning struct {
	exceptions []*exception
	overrides  []override
}

// exception is findings that are known and accepted.
type exception struct {
	signature string
	when      string
	reason    string
	owner     string
	expires   time.Time // zero: never
	where     signature.Position

	condition *cel.Condition
	hits      atomic.Uint64
	failed    bool // told of
}

// override is what a signature is to be in this place.
type override struct {
	signature string
	severity  *int
	tags      []string
	enabled   *bool
	where     signature.Position
}

// Bind fits the tuning to the signatures there are: it compiles the conditions
// for their events and returns the signatures with their severity and tags, nil
// in the place of one that is not enabled. Ids that no signature has, and conditions that cannot hold,
// are errors.
func (t *Tuning) Bind(all []signature.Signature) ([]signature.Signature, error) {
	byID := map[string][]signature.Signature{} // and by alias
	for _, s := range all {
		meta := s.Metadata()
		for _, id := range append([]string{meta.ID}, meta.Aliases()...) {
			byID[id] = append(byID[id], s)
		}
	}
	for _, x := range t.exceptions {
		var events []*schema.Event
		for _, s := range byID[x.signature] {
			events = append(events, eventsOf(s)...)
		}
		if events == nil {
			return nil, unknown(x.where, x.signature, byID)
		}
		var err error
		if x.condition, err = cel.NewCondition(x.when, events); err != nil {
			return nil, fmt.Errorf("%s: exception of %s: %w", x.where, x.signature, err)
		}
	}
	for _, o := range t.overrides {
		if byID[o.signature] == nil {
			return nil, unknown(o.where, o.signature, byID)
		}
	}
	bound := make([]signature.Signature, len(all))
	for i, s := range all {
		bound[i] = t.apply(s)
	}
	return bound, nil
}

// eventsOf are the definitions of the events that a signature selects; all there
// are for one that selects any.
func eventsOf(s signature.Signature) []*schema.Event {
	var defs []*schema.Event
	for _, sel := range s.Selectors() {
		if sel.Any() {
			all := catalog.Events()
			every := make([]*schema.Event, len(all))
			for i := range all {
				every[i] = &all[i]
			}
			return every
		}
		if def := catalog.ByName(sel.Name); def != nil && !slices.Contains(defs, def) {
			defs = append(defs, def)
		}
	}
	return defs
}

// apply returns the signature as it is to be; nil when it is not enabled.
func (t *Tuning) apply(s signature.Signature) signature.Signature {
	meta := s.Metadata()
	changed := false
	for _, o := range t.overrides {
		if !meta.IsCalled(o.signature) {
			continue
		}
		if o.enabled != nil && !*o.enabled {
			return nil
		}
		changed = true
		if o.severity != nil {
			meta.Properties = maps.Clone(meta.Properties)
			if meta.Properties == nil {
				meta.Properties = map[string]any{}
			}
			meta.Properties[signature.Severity] = *o.severity
		}
		if o.tags != nil {
			meta.Tags = o.tags
		}
	}
	if !changed {
		return s
	}
	return &tuned{s, meta}
}

// tuned is a signature with other metadata.
type tuned struct {
	signature.Signature
	meta signature.Metadata
}

func (t *tuned) Metadata() signature.Metadata { return t.meta }

// Reset implements signature.Stateful.
func (t *tuned) Reset() {
	if s, ok := t.Signature.(signature.Stateful); ok {
		s.Reset()
	}
}

// Excepts reports whether a finding is known and accepted. An exception counts
// until its day, by the finding's own time. A condition that fails does not
// hold, which is said once.
func (t *Tuning) Excepts(f *signature.Finding, log *slog.Logger) bool {
	for _, x := range t.exceptions {
		if !f.Metadata.IsCalled(x.signature) || !x.expires.IsZero() && !f.Timestamp.Before(x.expires) {
			continue
		}
		ok, err := x.condition.Holds(f)
		if err != nil && !x.failed {
			x.failed = true
			log.Warn("exception does not apply: its condition fails", "exception", x.where.String(), "signature", x.signature, "error", err)
		}
		if ok {
			x.hits.Add(1)
			return true
		}
	}
	return false
}

// Count is how often an exception was used.
type Count struct {
	Where     string // file:line:column
	Signature string
	Reason    string
	Owner     string
	Expires   time.Time // zero: never
	Hits      uint64
}

// Counts reports on every exception, in the order of their files.
func (t *Tuning) Counts() []Count {
	all := make([]Count, len(t.exceptions))
	for i, x := range t.exceptions {
		all[i] = Count{x.where.String(), x.signature, x.reason, x.owner, x.expires, x.hits.Load()}
	}
	return all
}
