//go:build lab

package e2e

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Containers by their cgroup's name alone: a marker of folder /m, the cgroup in
// which a program opens it, and the container that it is in then.
var layouts = []struct{ marker, cgroup, container string }{
	{"lxc", "lxc.payload.web", "web"},
	{"proxmox", "lxc/101/ns", "101"},
	{"nspawn", `machine.slice/machine-box.scope/payload`, "box"},
	{"unit", `machine.slice/systemd-nspawn@my\x2dbox.service/payload`, "my-box"},
	{"vm", `machine.slice/machine-qemu\x2d1\x2dvm.scope`, ""},
	{"slice", "machine.slice/x.service", ""},
	// A container that was there before makes cgroups: also such as look like
	// another container.
	{"inner", "docker/" + oldContainer + "/system.slice", oldContainer},
	{"forged", "docker/" + oldContainer + "/docker/" + newContainer, oldContainer},
	{"outer", "system.slice/docker-" + newContainer + ".scope", newContainer},
	{"nested", "system.slice/docker-" + newContainer + ".scope/docker/" + runContainer, newContainer},
}

// The filters of the kernel and the ids that user space gives agree on every
// layout, from the first program on.
func TestContainersOfLayouts(t *testing.T) {
	script := `mkdir /m; groups=/sys/fs/cgroup; mkdir -p $groups/docker/` + oldContainer + `
		enter() {
			echo x >/m/$1; mkdir -p "$groups/$2"
			sh -c 'echo $$ >"$1/cgroup.procs"; exec cat /m/$0' $1 "$groups/$2"
		}
		launch all --trace event=openat --output json
		launch inside --trace container --trace event=openat --output json
		launch host --trace '!container' --trace event=openat --output json
		launch made --trace container=new --trace event=openat --output json
		launch there --trace container!=new --trace event=openat --output json
		launch old --trace container=` + oldContainer[:9] + ` --trace event=openat --output json
		ready all inside host made there old
`
	want := map[string][]string{}
	for _, l := range layouts {
		script += "enter " + l.marker + " '" + l.cgroup + "'\n"
		to := []string{"all", "host"}
		switch l.container {
		case "":
		case oldContainer:
			to = []string{"all", "inside", "there", "old"}
		default:
			to = []string{"all", "inside", "made"}
		}
		for _, name := range to {
			want[name] = append(want[name], l.marker)
		}
	}
	script += "finish all inside host made there old"
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, script)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			all := g.events(name)
			g.clean(name, len(all))
			var got []string
			for _, e := range named(all, "openat") {
				marker, ok := strings.CutPrefix(text(e, "pathname"), "/m/")
				if !ok || e.ProcessName != "cat" {
					continue
				}
				got = append(got, path.Base(marker))
				for _, l := range layouts {
					if l.marker == marker && e.ContainerID != l.container {
						t.Errorf("%s: %s is opened in container %q, want %q", name, marker, e.ContainerID, l.container)
					}
				}
			}
			if diff := cmp.Diff(want[name], got); diff != "" {
				t.Errorf("seen by %s (-want +got):\n%s", name, diff)
			}
		}
	})
}
