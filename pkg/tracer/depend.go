package tracer

import (
	"slices"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/schema"
)

// withNeeded adds the events that others are made from, each behind those asked
// for.
func withNeeded(asked []*schema.Event) []*schema.Event {
	all := slices.Clone(asked)
	for i := 0; i < len(all); i++ {
		for _, name := range all[i].DependsOn {
			if e := catalog.ByName(name); !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}

// missingOf turns what a kernel lacks into what is missing of the events that
// were asked for: an event goes with one that it is made from.
func missingOf(asked []*schema.Event, missing []loader.Missing) []loader.Missing {
	reasons := map[string]string{}
	for _, m := range missing {
		reasons[m.Event.Name] = m.Reason
	}
	var lost []loader.Missing
	for _, e := range asked {
		for _, needed := range withNeeded([]*schema.Event{e}) {
			reason := reasons[needed.Name]
			if reason == "" {
				continue
			}
			if needed != e {
				reason = "it is made from " + needed.Name + ": " + reason
			}
			lost = append(lost, loader.Missing{Event: e, Reason: reason})
			break
		}
	}
	return lost
}
