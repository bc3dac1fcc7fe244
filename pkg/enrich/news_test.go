package enrich

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/event"
)

// held is a runtime that answers when it is let.
type held struct {
	mu    sync.Mutex
	lets  map[string]chan struct{}
	names map[string]string
}

func (h *held) let(id string) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lets == nil {
		h.lets = map[string]chan struct{}{}
	}
	if h.lets[id] == nil {
		h.lets[id] = make(chan struct{})
	}
	return h.lets[id]
}

func (h *held) Container(ctx context.Context, id string) (*runtime.Container, error) {
	select {
	case <-h.let(id):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return &runtime.Container{
		Name: h.names[id], Image: "nginx", Created: time.Unix(5, 0), Labels: map[string]string{"b": "2", "a": "1"},
		Mounts: []runtime.Mount{{Source: "/srv", Target: "/data", ReadOnly: true}}, PodName: "shop-1",
	}, nil
}

func (h *held) Watch(context.Context, func(string, *runtime.Container)) error { return nil }
func (h *held) Close() error                                                  { return nil }

func asking(t *testing.T, h *held, wanted ...string) *Containers {
	t.Helper()
	l := runtime.New(runtime.Options{
		Sockets: []runtime.Socket{{Runtime: container.Docker, Path: "/s"}}, Log: slog.New(slog.DiscardHandler),
		Dial: func(runtime.Socket) (runtime.Client, error) { return h, nil },
	})
	t.Cleanup(l.Close)
	c := &Containers{Table: container.NewTable(nil), Hierarchy: 4, Lookup: l, Wanted: map[string]bool{}, News: NewNews(l, t.Context().Done())}
	for _, name := range wanted {
		c.Wanted[name] = true
	}
	return c
}

// late waits for the next news.
func late(c *Containers) []string {
	for {
		<-c.News.Ready()
		if told := c.Late(false); len(told) > 0 {
			return words(told)
		}
	}
}

func words(all []*event.Event) []string {
	var list []string
	for _, e := range all {
		list = append(list, e.EventName+" "+e.ContainerID[:1]+" "+e.ContainerName)
	}
	return list
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestNewsWaitsForTheRuntime(t *testing.T) {
	idA, idB := strings.Repeat("a", 64), strings.Repeat("b", 64)
	h := &held{names: map[string]string{idA: "web", idB: "db"}}
	c := asking(t, h, ContainerEvents...)
	if told := c.Enrich(made("cgroup_mkdir", 7, "/docker/"+idA, 4)); told != nil {
		t.Errorf("told before the runtime said anything: %v", words(told))
	}
	e := &event.Event{EventName: "openat", CgroupID: 7}
	c.Enrich(e)
	if e.ContainerID != idA || e.ContainerRuntime != container.Docker || e.ContainerName != "" || !c.Pending(e) {
		t.Errorf("before the runtime said anything: %+v", e)
	}
	// What comes behind it waits behind it; of a cgroup inside nothing is told.
	same(t, "inside", nil, words(c.Enrich(made("cgroup_mkdir", 8, "/docker/"+idA+"/init", 4))))
	same(t, "removal", nil, words(c.Enrich(made("cgroup_rmdir", 7, "/docker/"+idA, 4))))
	close(h.let(idA))
	same(t, "news", []string{"container_create a web", "container_remove a web", "container_enriched a web"}, late(c))
	c.Wait(e, time.Now().Add(time.Minute))
	if e.ContainerName != "web" || e.ContainerImage != "nginx" || e.PodName != "shop-1" || c.Pending(e) {
		t.Errorf("after: %+v", e)
	}
	same(t, "removal of one that is known", nil, words(c.Enrich(made("cgroup_rmdir", 8, "/docker/"+idA+"/init", 4))))

	c.Enrich(made("cgroup_mkdir", 9, "/docker/"+idB, 4))
	same(t, "at the end", []string{"container_create b "}, words(c.Late(true)))
}

func TestNewsDoesNotWaitForEver(t *testing.T) {
	id := strings.Repeat("a", 64)
	c := asking(t, &held{}, createEvent)
	begun := time.Now()
	c.Enrich(made("cgroup_mkdir", 7, "/docker/"+id, 4))
	same(t, "news", []string{"container_create a "}, late(c))
	if waited := time.Since(begun); waited < patience {
		t.Errorf("waited %s", waited)
	}
}

func TestExisting(t *testing.T) {
	idA, idB := strings.Repeat("a", 64), strings.Repeat("b", 64)
	h := &held{names: map[string]string{idA: "web"}}
	c := asking(t, h, existingEvent)
	c.Table.Add(8, "/docker/"+idA+"/inner")
	c.Table.Add(7, "/docker/"+idA)
	c.Table.Add(9, "/lxc.payload.box")
	c.Table.Add(10, "/machine.slice/libpod-"+idB+".scope") // whose runtime is not asked
	same(t, "at once", []string{"existing_container b ", "existing_container b box"}, words(c.Existing(time.Unix(9, 0))))
	close(h.let(idA))
	<-c.News.Ready()
	told := c.Late(false)
	same(t, "news", []string{"existing_container a web"}, words(told))
	got := map[string]any{}
	for _, a := range told[0].Args {
		got[a.Name] = a.Value
	}
	want := map[string]any{
		"runtime": "docker", "container_id": idA, "ctime": uint64(5e9), "container_image": "nginx", "container_name": "web", "pod_name": "shop-1",
		"labels": []string{"a=1", "b=2"}, "privileged": false, "mounts": []string{"/srv:/data:ro"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if told[0].CgroupID != 7 {
		t.Errorf("cgroup %d, want the container's own", told[0].CgroupID)
	}
}

func TestNobodyAsksForNews(t *testing.T) {
	id := strings.Repeat("a", 64)
	h := &held{}
	c := asking(t, h)
	close(h.let(id))
	c.Enrich(made("cgroup_mkdir", 7, "/docker/"+id, 4))
	<-c.News.Ready()
	same(t, "news", nil, words(append(c.Late(false), c.Late(true)...)))
}
