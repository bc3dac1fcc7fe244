package tracer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/schema"
)

func TestWithNeeded(t *testing.T) {
	opened, unlinked := catalog.ByName("security_file_open"), catalog.ByName("security_inode_unlink")
	made := &schema.Event{Name: "made", DependsOn: []string{"security_file_open", "security_inode_unlink"}}
	tests := []struct {
		name        string
		asked, want []*schema.Event
	}{
		{"nothing", nil, nil},
		{"no needs", []*schema.Event{opened}, []*schema.Event{opened}},
		{"all needs", []*schema.Event{made}, []*schema.Event{made, opened, unlinked}},
		{"one is asked for", []*schema.Event{unlinked, made}, []*schema.Event{unlinked, made, opened}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, withNeeded(tt.asked), cmp.Comparer(func(a, b *schema.Event) bool { return a == b })); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMissingOf(t *testing.T) {
	opened, unlinked := catalog.ByName("security_file_open"), catalog.ByName("security_inode_unlink")
	made := &schema.Event{Name: "made", DependsOn: []string{"security_file_open"}}
	lacking := []loader.Missing{{Event: opened, Reason: "this kernel lacks it"}}
	asked := []*schema.Event{made, unlinked}
	got := missingOf(asked, lacking)
	if len(got) != 1 || got[0].Event != made || got[0].Reason != "it is made from security_file_open: this kernel lacks it" {
		t.Errorf("missing: %+v", got)
	}
	if got = missingOf([]*schema.Event{opened}, lacking); len(got) != 1 || got[0].Reason != "this kernel lacks it" {
		t.Errorf("missing: %+v", got)
	}
}
