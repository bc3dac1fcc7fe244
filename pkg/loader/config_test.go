package loader

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// The kernel side has one bit per event: an id beyond would never be submitted.
func TestEveryEventCanBeSelected(t *testing.T) {
	for _, e := range catalog.Events() {
		if e.ID == schema.None || (e.Syscall == nil && len(e.Programs) == 0) {
			continue
		}
		var c Config
		c.Select(e.ID)
		var bits int
		for i, word := range c.Selected {
			for b := range 64 {
				if word>>b&1 == 1 {
					bits++
					if i*64+b != int(e.ID) {
						t.Errorf("%s: bit %d is set for id %d", e.Name, i*64+b, e.ID)
					}
				}
			}
		}
		if bits != 1 {
			t.Errorf("%s: id %d cannot be selected", e.Name, e.ID)
		}
	}
	var c Config
	for _, id := range []schema.ID{schema.None, maxEvents, maxEvents + 1} {
		c.Select(id)
	}
	if diff := cmp.Diff(Config{}, c); diff != "" {
		t.Errorf("ids out of range set bits:\n%s", diff)
	}
}
