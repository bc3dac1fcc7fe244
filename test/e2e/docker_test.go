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

// What is done by docker exec in a container that was there before, by a user that
// only its image knows: found, and told with all that the container is called.
func TestDockerExec(t *testing.T) {
	script := docker + `
		mkdir -p pkg/DEBIAN pkg/usr/bin; cp /bin/busybox pkg/usr/bin/cat2
		printf 'Package: dropped\nVersion: 1\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n' >pkg/DEBIAN/control
		dpkg-deb -b pkg dropped.deb >/dev/null || die deb
		docker run -d --network none --name web --hostname inside --label app=shop local/box:1 /bin/sleep 1000 >id || die run
		docker cp dropped.deb web:/tmp/dropped.deb
		words='event=sched_process_exec,existing_container,container_enriched --output json --output option:user-names'
		launch all --trace container --trace $words
		launch shop --trace label:app=shop --trace image=local/* --trace $words
		launch none --trace label:app=till --trace $words
		launch held --trace container --trace $words --output option:hold-for-identity --output option:container-labels
		` + pipe + `
		ready all shop none held; detect found
		docker exec web /bin/dpkg -i --force-all /tmp/dropped.deb >dpkg.out 2>&1 || :
		docker exec -u app web /bin/sh -c '/usr/bin/cat2 --help >/dev/null 2>&1; /bin/cat /etc/passwd' >exec.out 2>&1
		sleep 4; stop_detecting
		finish all shop none held; rm -r pkg dropped.deb`
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, script, withDocker)
		id := strings.TrimSpace(g.text("id"))
		for _, name := range []string{"all", "shop", "held"} {
			g.in(t).checkExec(name, id)
		}
		if left := g.events("none"); len(left) != 0 {
			t.Errorf("of containers with another label: %+v", left)
		}
		found := map[string]bool{}
		for _, f := range g.findings("found") {
			if f.SigMetadata.ID != "TRC-9" && f.SigMetadata.ID != "TH-1" {
				continue // what the runtime does to get into the container
			}
			e := &f.Context
			found[f.SigMetadata.ID+" "+e.ProcessName] = true
			if e.ContainerID != id || e.ContainerName != "web" || e.ContainerImage != "local/box:1" || e.HostName != "inside" || e.ExecSession == "" {
				t.Errorf("%s: %+v", f.SigMetadata.ID, e)
			}
		}
		for _, want := range []string{"TRC-9 dpkg", "TH-1 cat2"} {
			if !found[want] {
				t.Errorf("not found: %s; found were %v", want, found)
			}
		}
	})
}

// checkExec looks at what one tracer saw of the container.
func (g *guest) checkExec(name, id string) {
	g.t.Helper()
	all := g.events(name)
	g.clean(name, len(all))
	told, users := map[string]int{}, map[string]string{}
	for _, e := range all {
		if e.ContainerID != id || e.ContainerName != "web" || e.ContainerImage != "local/box:1" || e.ContainerRuntime != "docker" {
			g.t.Errorf("%s: %s of container %q: %q, %q, %q", name, e.EventName, e.ContainerID, e.ContainerName, e.ContainerImage, e.ContainerRuntime)
		}
		told[e.EventName]++
		if e.EventName != "sched_process_exec" {
			if labels := texts(e, "labels"); labels != "app=shop" || text(e, "container_name") != "web" || text(e, "container_image_digest") == "" {
				g.t.Errorf("%s: %+v", name, e.Args)
			}
			continue
		}
		if labels := strings.Join(e.ContainerLabels, " "); (labels == "app=shop") != (name == "held") {
			g.t.Errorf("%s: labels %q", name, labels)
		}
		if e.ExecSession == "" || !strings.HasPrefix(e.ExecID, e.ExecSession) && !strings.HasPrefix(e.ParentExecID, e.ExecSession) && e.ProcessName == "cat" {
			g.t.Errorf("%s: session %q of %s, child of %s", name, e.ExecSession, e.ExecID, e.ParentExecID)
		}
		users[text(e, "pathname")] = e.UserName
	}
	if told["existing_container"] != 1 || told["container_enriched"] == 0 {
		g.t.Errorf("%s was told of the container %v", name, told)
	}
	if users["/bin/dpkg"] != "root" || users["/bin/dash"] != "app" {
		g.t.Errorf("%s: users %v", name, users)
	}
}
