package tracer

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cgroup"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

func TestSockets(t *testing.T) {
	for _, tc := range []struct {
		flags       []string
		fault, want string
	}{
		{[]string{"none"}, "", ""},
		{[]string{"none", "docker:/x"}, "none stands beside others", ""},
		{[]string{"docker:/no/such.sock", "cri-o:/no/such.sock"}, "", "docker:/no/such.sock crio:/no/such.sock"},
		{[]string{"rkt:/x"}, `flag --crs "rkt:/x": runtime "rkt" is not one of docker`, ""},
	} {
		got, err := (&options{runtimes: tc.flags}).sockets()
		if (err == nil) != (tc.fault == "") || err != nil && !strings.Contains(err.Error(), tc.fault) {
			t.Errorf("%v: error %v, want %q", tc.flags, err, tc.fault)
		}
		var names []string
		for _, s := range got {
			names = append(names, s.String())
		}
		if s := strings.Join(names, " "); s != tc.want {
			t.Errorf("%v: sockets %q, want %q", tc.flags, s, tc.want)
		}
	}
}

// late is a runtime that answers when it is let.
type late chan struct{}

func (l late) Container(ctx context.Context, _ string) (*runtime.Container, error) {
	select {
	case <-l:
		return &runtime.Container{Name: "web", Image: "nginx"}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (late) Watch(context.Context, func(string, *runtime.Container)) error { return nil }
func (late) Close() error                                                  { return nil }

// An event waits for what its container is called where a filter asks, or all are
// told to, and nowhere else.
func TestWhoWaitsForNames(t *testing.T) {
	id := strings.Repeat("ab", 32)
	for _, tc := range []struct {
		name, trace string
		options     []string
		waits, goes bool
	}{
		{"nobody asks", "event=openat", nil, false, true},
		{"a name that fits", "container-name=web", nil, true, true},
		{"a name that does not", "container-name!=web", nil, true, false},
		{"an image that does not", "image=redis", nil, true, false},
		{"all are told to", "event=openat", []string{holdForIdentity}, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, err := filter.Parse([]string{"event=openat", tc.trace}, catalog.Events())
			if err != nil {
				t.Fatal(err)
			}
			runs := make(late)
			s := &session{filter: f, stage: filter.NewStage(f, 0), log: slog.New(slog.DiscardHandler), stop: make(chan struct{})}
			defer close(s.stop)
			s.spec.options = tc.options
			s.lookup = runtime.New(runtime.Options{
				Sockets: []runtime.Socket{{Runtime: container.Docker, Path: "/s"}}, Log: s.log,
				Dial: func(runtime.Socket) (runtime.Client, error) { return runs, nil },
			})
			defer s.lookup.Close()
			s.identity = s.newIdentity(&cgroup.Hierarchy{Version: 2}, container.NewTable(nil))
			s.identity.Table.Add(7, "/docker/"+id)

			it := pipeline.Item{Event: &event.Event{EventID: catalog.ByName("openat").ID, EventName: "openat", CgroupID: 7}, Policies: 1}
			s.identity.Enrich(it.Event)
			on := s.match(&it)
			if waits := it.Keep != nil; waits != tc.waits {
				t.Fatalf("waits: %v", waits)
			}
			close(runs)
			if it.Keep != nil {
				on = on && it.Keep()
			}
			if on != tc.goes {
				t.Errorf("goes on: %v", on)
			}
			if tc.waits && it.Event.ContainerName != "web" {
				t.Errorf("container name %q", it.Event.ContainerName)
			}
		})
	}
}
