//go:build lab

package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// Without a runtime, containers are told of by their cgroups alone.
func TestContainersAreToldOf(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			groups=/sys/fs/cgroup; mkdir -p $groups/docker/`+oldContainer+`/inner $groups/lxc.payload.web
			words='--trace event=container_create,container_remove,existing_container,container_enriched --output json'
			launch all $words
			launch new --trace container=new $words
			launch one --trace container=`+newContainer[:12]+` --trace comm=nobody $words
			ready all new one
			mkdir -p $groups/docker/`+newContainer+`/inner
			rmdir $groups/docker/`+newContainer+`/inner $groups/docker/`+newContainer+`
			rmdir $groups/lxc.payload.web
			finish all new one`)
		for name, want := range map[string][]string{
			"all": {"existing_container docker " + oldContainer, "existing_container lxc web", "container_create docker " + newContainer, "container_remove docker " + newContainer, "container_remove lxc web"},
			"new": {"container_create docker " + newContainer, "container_remove docker " + newContainer},
			"one": {"container_create docker " + newContainer, "container_remove docker " + newContainer},
		} {
			all := g.events(name)
			g.clean(name, len(all))
			var got []string
			for _, e := range all {
				got = append(got, e.EventName+" "+text(e, "runtime")+" "+text(e, "container_id"))
				if e.ContainerID != text(e, "container_id") || e.ContainerRuntime != text(e, "runtime") || e.HostProcessID != 0 {
					t.Errorf("%+v", e)
				}
				checkCreated(t, e)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("told to %s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// checkCreated: only the making of a container has a time without a runtime.
func checkCreated(t *testing.T, e *event.Event) {
	t.Helper()
	ctime, ok := e.Arg("ctime"), e.EventName == "container_create"
	if (ctime != nil) != ok || ok && ctime.Value != uint64(e.Timestamp) {
		t.Errorf("%s: ctime %+v", e.EventName, ctime)
	}
}
