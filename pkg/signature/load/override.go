package load

import (
	"fmt"
	"slices"

	"github.com/tracehound/tracehound/pkg/signature"
)

// override takes away the shipped signature whose id somebody's own signature
// has: people copy a signature in order to change it, and two that report under
// one id could not be told apart. Other shipped signatures that only share the
// id as an alias stay, which is told as well.
func (l *loader) override(id string, where signature.Position) {
	shipped := l.Signatures[:l.builtin]
	if i := slices.IndexFunc(shipped, func(s Loaded) bool { return s.ID == id }); i >= 0 {
		l.warn("%s: signature %s takes the place of the shipped one, %s", where, id, shipped[i].Where)
		l.Signatures = slices.Delete(l.Signatures, i, i+1)
		l.builtin--
		delete(l.ids, id)
		return
	}
	for _, s := range shipped {
		if s.Metadata().IsCalled(id) {
			l.warn("%s: the shipped signature %s finds what is called %s, too: both report it; an override with enabled: false in --exceptions ends that",
				where, s.ID, id)
		}
	}
}

func (l *loader) warn(format string, args ...any) {
	l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
}
