//go:build lab

package e2e

import (
	"testing"

	"github.com/tracehound/tracehound/test/lab"
)

// With the old hierarchies, that of cpusets tells containers. Debian's kernels
// from 6.12 on have none (CPUSETS_V1).
func TestContainersInCgroupV1(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		if kernel != "5.10" && kernel != "6.1" {
			return
		}
		g := boot(t, kernel, `
			mkdir /m; for m in old new other; do echo $m >/m/$m; done
			container() {
				for dir in /sys/fs/cgroup/cpuset/docker /sys/fs/cgroup/cpuset/docker/$1; do
					mkdir -p $dir; echo 0 >$dir/cpuset.cpus; echo 0 >$dir/cpuset.mems
				done
			}
			inside='echo $$ >/sys/fs/cgroup/cpuset/docker/$0/cgroup.procs; read x <$1; exec cat /m/$2'
			mkfifo go
			container `+oldContainer+`; sh -c "$inside" `+oldContainer+` go old & old=$!
			launch all --trace event=openat --output json
			launch inside --trace container --trace event=openat --output json
			launch host --trace '!container' --trace event=openat --output json
			ready all inside host
			echo >go; wait $old
			container `+newContainer+`; sh -c "$inside" `+newContainer+` /etc/hostname new
			cat /m/other
			finish all inside host; rm go`, func(m *lab.Machine) { m.CgroupV1 = true })
		for name, markers := range map[string]string{"all": "old new other", "inside": "old new", "host": "other"} {
			all := g.events(name)
			g.clean(name, len(all))
			checkMarkers(t, all, markers)
		}
	})
}
