package catalog

import (
	"cmp"
	"slices"

	"github.com/tracehound/tracehound/pkg/schema"
)

// otherEvents are all events that are not system calls, in order of their ids.
// Ids 700–4005 are Tracee's; our own begin at 9000.
func otherEvents() []schema.Event {
	all := slices.Concat(
		processEvents,
		fileEvents,
		memoryEvents,
		netEvents,
		kernelEvents,
		cgroupEvents,
		tracerEvents,
	)
	slices.SortFunc(all, func(a, b schema.Event) int { return cmp.Compare(a.ID, b.ID) })
	return all
}
