package loader

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

func TestParamsOf(t *testing.T) {
	for _, c := range []struct {
		event   string
		options []string
		want    syscallParams
	}{
		{"openat", nil, syscallParams{count: 4, encoding: [6]uint8{1 | withPath, 7, 1, 5}, flags: syscallRaw}},
		{"execve", nil, syscallParams{count: 3, encoding: [6]uint8{7, 8}, flags: syscallExec}},
		{"execve", []string{"exec-env"}, syscallParams{count: 3, encoding: [6]uint8{7, 8, 8}, flags: syscallExec}},
		{"exit_group", nil, syscallParams{count: 1, encoding: [6]uint8{1}, flags: syscallEnterOnly}},
		{"getpid", nil, syscallParams{}},
	} {
		l := &Loader{plan: Plan{Raw: []schema.ID{257}}, options: c.options}
		got := l.paramsOf(eventsOf(t, "amd64", c.event)[0])
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(syscallParams{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.event, diff)
		}
	}
}

func TestEveryCallFitsItsRow(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		for _, e := range catalog.Syscalls(arch) {
			if len(e.Fields) > len(syscallParams{}.encoding) {
				t.Errorf("%s has %d parameters", e.Name, len(e.Fields))
			}
		}
	}
}
