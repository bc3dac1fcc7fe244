package load

import (
	"slices"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Need is an argument that a signature reads and that events carry only with
// tracer --output option:OPTION.
type Need struct{ Event, Argument, Option string }

// needs finds those of a signature. One that cannot say what it reads has none.
func needs(s signature.Signature, selectors []signature.Selector) []Need {
	reader, ok := s.(signature.Reader)
	if !ok {
		return nil
	}
	var all []Need
	for _, sel := range selectors {
		var events []schema.Event
		if def := catalog.ByName(sel.Name); def != nil {
			events = []schema.Event{*def}
		} else if sel.Any() {
			events = catalog.Events()
		}
		for i := range events {
			for _, f := range events[i].Fields {
				need := Need{events[i].Name, f.Name, f.Option}
				if f.Option != "" && reader.Reads(need.Event, need.Argument) && !slices.Contains(all, need) {
					all = append(all, need)
				}
			}
		}
	}
	return all
}
