package tracer

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/cgroup"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/enrich"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

const (
	// noRuntimes is the --crs that asks none.
	noRuntimes = "none"
	// hostRoot is the host's root folder, for a tracer in a container that sees
	// the host's processes.
	hostRoot = "/proc/1/root"
	// holdForIdentity makes every event wait for it.
	holdForIdentity = "hold-for-identity"
	containerLabels = "container-labels"
	// holdTime is how long an event at most waits for what its container is called.
	holdTime = 2 * time.Second
)

// sockets are those that --crs names; without it those in the usual places.
func (o *options) sockets() ([]runtime.Socket, error) {
	var list []runtime.Socket
	for _, text := range o.runtimes {
		if text == noRuntimes {
			if len(o.runtimes) > 1 {
				return nil, cli.Usagef("flag --crs: none stands beside others")
			}
			return nil, nil
		}
		s, err := runtime.ParseSocket(text)
		switch {
		case errors.Is(err, runtime.ErrMissing):
			slog.Warn("a container runtime's socket is not there yet", "socket", s.Path, "reason", err)
		case err != nil:
			return nil, cli.Usagef("flag --crs %q: %w", text, err)
		}
		list = append(list, s)
	}
	if len(o.runtimes) > 0 {
		return list, nil
	}
	if list = runtime.Discover(""); len(list) == 0 {
		list = runtime.Discover(hostRoot)
	}
	return list, nil
}

// askRuntimes begins to ask, where there is somebody to ask.
func (s *session) askRuntimes() error {
	var err error
	if s.sockets, err = s.options.sockets(); err != nil {
		return err
	}
	if len(s.sockets) == 0 {
		return nil
	}
	for _, at := range s.sockets {
		s.log.Debug("a container runtime is asked", "runtime", at.Runtime, "socket", at.Path)
	}
	s.lookup = runtime.New(runtime.Options{Sockets: s.sockets, Log: s.log})
	return nil
}

// asksOthers reports whether a socket is where root without capabilities does not
// get.
func (s *session) asksOthers() bool {
	for _, at := range s.sockets {
		if at.User != "" || strings.HasPrefix(at.Path, hostRoot) {
			return true
		}
	}
	return false
}

// newIdentity is the stage's, for the containers of a hierarchy.
func (s *session) newIdentity(h *cgroup.Hierarchy, table *container.Table) *enrich.Containers {
	c := &enrich.Containers{
		Table: table, Hierarchy: uint32(h.Number), Changed: s.containerChanged, Lookup: s.lookup,
		Wanted: map[string]bool{}, News: enrich.NewNews(s.lookup, s.stop),
	}
	for _, e := range s.filter.Events {
		c.Wanted[e.Name] = slices.Contains(enrich.ContainerEvents, e.Name)
	}
	return c
}

func (s *session) identityStage() pipeline.Stage {
	sessions := enrich.NewSessions()
	sessions.Existed = s.identity.Table.Existed
	sessions.FirstPID = s.identity.FirstPID
	return pipeline.Stage{
		Name: "enrich containers",
		Run: func(it *pipeline.Item) bool {
			for _, e := range s.identity.Enrich(it.Event) {
				it.Add(pipeline.Item{Event: e})
			}
			sessions.Enrich(it.Event)
			return true
		},
		Late: func(end bool) []pipeline.Item {
			var items []pipeline.Item
			for _, e := range s.identity.Late(end) {
				items = append(items, pipeline.Item{Event: e})
			}
			return items
		},
		Ready: s.identity.News.Ready(),
	}
}

// match is the user half of the filter. Where that asks what the runtime calls a
// container of which it has not said yet, or every event is to wait for it, the
// sink decides.
func (s *session) match(it *pipeline.Item) bool {
	e, policies := it.Event, it.Policies
	if s.identity.Pending(e) && (s.spec.has(holdForIdentity) || s.stage.AsksNames(e, policies)) {
		deadline := time.Now().Add(holdTime)
		it.Keep = func() bool {
			s.identity.Wait(e, deadline)
			return s.stage.Match(e, policies)
		}
		return true
	}
	return s.stage.Match(e, policies)
}
