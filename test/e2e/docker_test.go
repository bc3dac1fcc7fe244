//go:build lab

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/test/lab"
)

// withDocker gives a machine Docker, whose containers crun starts: under emulation
// that takes a tenth of the time.
func withDocker(m *lab.Machine) {
	m.Packages = append(m.Packages, "docker.io", "crun")
	m.MemoryMiB, m.Timeout = 3000, 20*time.Minute
	m.Append += " apparmor=0" // whose parser the machine lacks
}

// docker starts the daemon and makes the image local/box:1, of busybox, dpkg and
// what that needs.
const docker = `
	dockerd --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs --exec-opt native.cgroupdriver=cgroupfs \
		--add-runtime crun=/usr/bin/crun --default-runtime crun >dockerd.log 2>&1 &
	n=0; until docker version >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 600 ] || die "dockerd: $(tail -5 dockerd.log)"; sleep 0.2; done
	mkdir -p /box/bin /box/etc /box/tmp /box/usr/bin /box/var/lib/dpkg/updates /box/var/lib/dpkg/info; cp /bin/busybox /box/bin
	for name in cat sleep true id; do ln -s busybox /box/bin/$name; done
	for file in /bin/dash /bin/tar /bin/rm /usr/bin/dpkg /usr/bin/dpkg-deb /usr/bin/dpkg-split /usr/bin/diff; do
		cp -L $file /box/bin
		ldd $file | grep -o '/[^ ]*' | while read -r lib; do mkdir -p "/box${lib%/*}"; cp -nL "$lib" "/box$lib"; done
	done
	ln -s dash /box/bin/sh; for name in ldconfig start-stop-daemon; do ln -s true /box/bin/$name; done
	: >/box/var/lib/dpkg/status; : >/box/var/lib/dpkg/available
	echo 'root:x:0:0::/:/bin/sh
app:x:1000:1000::/:/bin/sh' >/box/etc/passwd
	tar -C /box -c . | docker import - local/box:1 >image || die import`

const shortLived = 200

// Containers that hardly live: all of their events carry their ids, nearly all
// their names, none those of another.
func TestDockerContainersThatHardlyLive(t *testing.T) {
	script := docker + fmt.Sprintf(`
		launch all --trace container --trace event=sched_process_exec,container_enriched --output json
		ready all
		begin=$(date +%%s)
		seq %d | xargs -P 10 -I{} docker run --rm --network none --name job-{} --label n={} --cidfile /tmp/cid-{} local/box:1 /bin/cat /etc/passwd /tmp/job-{} >runs.out 2>runs.err || :
		echo $(($(date +%%s) - begin)) >seconds
		sleep 3
		for i in $(seq %[1]d); do echo "$i $(cat /tmp/cid-$i)"; done >ids
		finish all`, shortLived)
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, script, withDocker)
		all := g.events("all")
		g.clean("all", len(all))
		t.Logf("%d containers in %s s, %d events", shortLived, strings.TrimSpace(g.text("seconds")), len(all))
		checkShortLived(t, all, jobs(t, g.text("ids")))
	})
}

// jobs are the names of containers by their ids.
func jobs(t *testing.T, ids string) map[string]string {
	t.Helper()
	byID := map[string]string{}
	for line := range strings.Lines(ids) {
		n, id, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || len(id) != 64 {
			t.Errorf("container %s did not run", n)
		}
		byID[id] = "job-" + n
	}
	return byID
}

func checkShortLived(t *testing.T, all []*event.Event, byID map[string]string) {
	first, named, ran := map[string]int64{}, map[string]int64{}, map[string]int{}
	for _, e := range all {
		want, ok := byID[e.ContainerID]
		if !ok {
			t.Errorf("of no container that was made: %+v", e)
			continue
		}
		if first[e.ContainerID] == 0 {
			first[e.ContainerID] = e.Timestamp
		}
		if e.ContainerName != "" || e.ContainerImage != "" {
			if e.ContainerName != want || e.ContainerImage != "local/box:1" {
				t.Errorf("container %s is called %s of %s, want %s", e.ContainerID, e.ContainerName, e.ContainerImage, want)
			}
			if named[e.ContainerID] == 0 {
				named[e.ContainerID] = e.Timestamp
			}
		}
		if argv := texts(e, "argv"); strings.Contains(argv, "/tmp/job-") {
			ran[e.ContainerID]++
			if !strings.HasSuffix(argv, "/tmp/"+want) {
				t.Errorf("%s ran in %s", argv, want)
			}
		}
	}
	good := 0
	for id, name := range byID {
		if ran[id] != 1 {
			t.Errorf("%s ran %d programs that were seen, want 1", name, ran[id])
		}
		if at := named[id]; at != 0 && at-first[id] <= int64(2*time.Second) {
			good++
		} else {
			t.Logf("%s: named %s after its first event", name, time.Duration(at-first[id]))
		}
	}
	if good*100 < 99*len(byID) {
		t.Errorf("%d of %d containers were named within 2 s", good, len(byID))
	}
}
