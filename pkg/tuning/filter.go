package tuning

import (
	"errors"
	"log/slog"

	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
)

// NewFilter compiles a condition on the findings of all of these signatures, as
// exceptions have one on those of one; it also sees signature.id, signature.name,
// signature.severity (-1: none) and signature.tags. A condition that fails holds, which is said
// once: better a finding too many.
func NewFilter(when string, all []signature.Signature, log *slog.Logger) (func(*signature.Finding) bool, error) {
	seen := map[string]bool{}
	var events []*schema.Event
	for _, s := range all {
		for _, def := range eventsOf(s) {
			if !seen[def.Name] {
				seen[def.Name] = true
				events = append(events, def)
			}
		}
	}
	if len(events) == 0 {
		return nil, errors.New("there are no signatures whose findings it could meet")
	}
	condition, err := cel.NewCondition(when, events)
	if err != nil {
		return nil, err
	}
	failed := false
	return func(f *signature.Finding) bool {
		ok, err := condition.Holds(f)
		if err != nil && !failed {
			failed = true
			log.Warn("filter of an output fails: what it cannot judge is sent", "filter", when, "error", err)
		}
		return ok || err != nil
	}, nil
}
