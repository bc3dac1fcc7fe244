//go:build lab

package e2e

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tracehound/tracehound/pkg/event"
)

// Containers of the machine: cgroups named by an id, as runtimes make them.
var (
	oldContainer = strings.Repeat("a1", 32) // there before the tracers
	newContainer = strings.Repeat("b2", 32)
	runContainer = strings.Repeat("c3", 32) // started by runc
)

// Each of these opens files of its own, its markers, in folder /m. Whoever waits
// for a word on a FIFO was there before the tracers.
var markers = `
	mkdir /m; for m in plain head user trigger triggered tree branch kid old new other command child; do echo "text of $m" >/m/$m; done
	mkfifo /m/tree.fifo /m/kid.fifo /m/old.fifo
	cp /usr/bin/dash /usr/local/bin/trigger

	sh -c '(read x </m/kid.fifo; cat /m/kid; :) & read x </m/tree.fifo; read x </m/tree; sh -c "cat /m/branch; :"; wait' >/dev/null & tree=$!

	groups=/sys/fs/cgroup
	mkdir -p $groups/docker/` + oldContainer + `
	sh -c 'echo $$ >'$groups'/docker/` + oldContainer + `/cgroup.procs; read x </m/old.fifo; cat /m/old; :' >/dev/null & old=$!

	mkdir -p bundle/rootfs/bin bundle/rootfs/m; cp /bin/busybox bundle/rootfs/bin/cat; echo inside >bundle/rootfs/m/runc
	echo '{"ociVersion": "1.0.0", "hostname": "inside", "root": {"path": "rootfs"},
		"process": {"user": {"uid": 0, "gid": 0}, "args": ["/bin/cat", "/m/runc"], "cwd": "/"},
		"linux": {"cgroupsPath": "/docker/` + runContainer + `", "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "uts"}]},
		"mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}]}' >bundle/config.json

	in_new() {
		mkdir -p $groups/docker/` + newContainer + `
		sh -c 'echo $$ >'$groups'/docker/` + newContainer + `/cgroup.procs; exec cat /m/new'
	}
	work() {
		cat /m/plain
		head -n 1 /m/head
		setpriv --reuid 1000 --clear-groups cat /m/user
		trigger -c 'read x </m/trigger; cat /m/triggered; :'
		echo go >/m/tree.fifo; echo go >/m/kid.fifo; wait $tree
		echo go >/m/old.fifo; wait $old
		in_new
		runc run --bundle bundle box || die runc
		cat /m/other | cat
	}`

// A filter, the markers that its tracer sees opened, and what holds for each of
// its events. $tree is a process of the machine.
var filters = []struct {
	name    string
	trace   string
	markers string
	holds   func(*event.Event) bool
}{
	{"none", "", "plain head user trigger triggered tree branch kid old new runc other", nil},
	{"comm", "--trace comm=cat,trigger", "plain user trigger triggered branch kid old new runc other",
		func(e *event.Event) bool { return e.ProcessName == "cat" || e.ProcessName == "trigger" }},
	{"commnot", "--trace 'comm!=cat,sh,runc'", "head trigger",
		func(e *event.Event) bool { return !slices.Contains([]string{"cat", "sh", "runc"}, e.ProcessName) }},
	{"pid", "--trace pid=$tree", "tree", nil},
	{"uid", "--trace uid=1000", "user", func(e *event.Event) bool { return e.UserID == 1000 }},
	{"uidrange", "--trace 'uid>0' --trace 'uid<=2000' --trace 'uid!=1000'", "", nil},
	{"tree", "--trace tree=$tree", "tree branch kid", nil},
	{"treenot", "--trace tree!=$tree", "plain head user trigger triggered old new runc other", nil},
	{"follow", "--trace comm=trigger --trace follow", "trigger triggered", nil},
	{"container", "--trace container", "old new runc", func(e *event.Event) bool { return e.ContainerID != "" }},
	{"host", "--trace !container", "plain head user trigger triggered tree branch kid other",
		func(e *event.Event) bool { return e.ContainerID == "" }},
	{"both", "--trace container --trace comm=cat", "old new runc", func(e *event.Event) bool { return e.ProcessName == "cat" }},
}

// containerOf is the container that opens a marker.
var containerOf = map[string]string{"old": oldContainer, "new": newContainer, "runc": runContainer}

func filterScript() string {
	var b strings.Builder
	var names []string
	b.WriteString(markers + "\n")
	for _, f := range filters {
		fmt.Fprintf(&b, "launch %s --trace event=openat %s --output json\n", f.name, f.trace)
		names = append(names, f.name)
	}
	b.WriteString("launch event --trace event=sched_process_exec --output json\n")
	b.WriteString("launch set --trace set=ipc_pipe --output json\n")
	all := strings.Join(append(names, "event", "set"), " ")
	fmt.Fprintf(&b, "ready %[1]s\nwork >work.out 2>work.err\necho $tree >root\nfinish %[1]s\nrm -r bundle", all)
	return b.String()
}

// Tracers with different filters watch the same processes at once.
func TestFiltersInTheKernel(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, filterScript())
		for _, f := range filters {
			t.Run(f.name, func(t *testing.T) {
				g := g.in(t)
				all := g.events(f.name)
				g.clean(f.name, len(all))
				checkMarkers(t, all, f.markers)
				for _, e := range all {
					if e.EventName != "openat" || f.holds != nil && !f.holds(e) {
						t.Errorf("not asked for: %+v", e)
					}
				}
			})
		}
		t.Run("pid of the tree", func(t *testing.T) {
			g := g.in(t)
			for _, e := range g.events("pid") {
				if e.HostProcessID != g.number("root") {
					t.Errorf("another process: %+v", e)
				}
			}
		})
		t.Run("event", func(t *testing.T) { checkExecs(g.in(t)) })
		t.Run("set", func(t *testing.T) {
			g := g.in(t)
			all := g.events("set")
			g.clean("set", len(all))
			pipes := keep(all, func(e *event.Event) bool { return e.EventName == "pipe" || e.EventName == "pipe2" })
			if len(all) == 0 || len(all) != len(pipes) {
				t.Errorf("%d events of set ipc_pipe, %d of them pipes", len(all), len(pipes))
			}
		})
	})
}

// checkMarkers asserts that these markers, and no others, were opened, each
// once, and by the right container.
func checkMarkers(t *testing.T, all []*event.Event, markers string) {
	t.Helper()
	var got []string
	for _, e := range named(all, "openat") {
		dir, name := path.Split(text(e, "pathname"))
		if dir != "/m/" || path.Ext(name) == ".fifo" {
			continue
		}
		got = append(got, name)
		if e.ContainerID != containerOf[name] {
			t.Errorf("%s: container id %q, want %q", name, e.ContainerID, containerOf[name])
		}
		if e.ReturnValue < 3 {
			t.Errorf("%s: openat returned %d", name, e.ReturnValue)
		}
		if inside := name == "runc"; inside != (e.HostName == "inside") || inside != (e.ProcessID == 1) || inside != (e.ProcessID != e.HostProcessID) {
			t.Errorf("%s: on host %q as process %d, %d on the host", name, e.HostName, e.ProcessID, e.HostProcessID)
		}
	}
	want := strings.Fields(markers)
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("markers opened (-want +got):\n%s", diff)
	}
}

// checkExecs asserts that the tracer of one event saw every program of the work
// and nothing else.
func checkExecs(g *guest) {
	g.t.Helper()
	all := g.events("event")
	g.clean("event", len(all))
	seen := map[string]int{}
	for _, e := range all {
		if e.EventName != "sched_process_exec" {
			g.t.Errorf("not asked for: %+v", e)
		}
		seen[texts(e, "argv")]++
	}
	for _, command := range []string{
		"cat /m/plain", "head -n 1 /m/head", "setpriv --reuid 1000 --clear-groups cat /m/user", "cat /m/user",
		"trigger -c read x </m/trigger; cat /m/triggered; :", "cat /m/triggered", "sh -c cat /m/branch; :", "cat /m/branch",
		"cat /m/kid", "cat /m/old", "cat /m/new", "runc run --bundle bundle box", "/bin/cat /m/runc", "cat /m/other",
	} {
		if seen[command] != 1 {
			g.t.Errorf("%q was executed %d times, want 1", command, seen[command])
		}
	}
}

// A COMMAND is traced from its first instruction, with all that it starts and
// nothing else, and tracer ends with it.
func TestCommand(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, markers+`
			(while :; do cat /m/other; done) >/dev/null & load=$!
			tracer --trace event=openat,sched_process_exec --output json --output out-file:file.out -- sh -c 'cat /m/command; sh -c "head -n 1 /m/child; :"; exit 5' >file.stdout 2>file.err
			echo $? >file.status
			tracer --trace event=sched_process_exec -o json -- cat /m/command >pipe.out 2>pipe.err
			echo $? >pipe.status
			tracer -- no-such-command >absent.out 2>absent.err
			echo $? >absent.status
			kill $load $tree $old; rm -r bundle`)
		all := g.events("file")
		g.clean("file", len(all))
		checkMarkers(t, all, "command child")
		var ran []string
		for _, e := range named(all, "sched_process_exec") {
			ran = append(ran, text(e, "pathname"))
		}
		if diff := cmp.Diff([]string{"/usr/bin/dash", "/usr/bin/cat", "/usr/bin/dash", "/usr/bin/head"}, ran); diff != "" {
			t.Errorf("executed (-want +got):\n%s", diff)
		}
		if got := g.text("file.stdout"); got != "text of command\ntext of child" {
			t.Errorf("the command wrote %q", got)
		}
		if !strings.Contains(g.text("file.err"), "sh: exit status 5") {
			t.Errorf("no outcome in %s", g.file("file.err"))
		}
		if all := g.events("pipe"); len(all) != 1 || texts(all[0], "argv") != "cat /m/command" {
			t.Errorf("events %v", all)
		}
		if words := g.text("pipe.err"); !strings.Contains(words, "text of command\n") || g.text("pipe.status") != "0" {
			t.Errorf("exit status %s, stderr %s", g.text("pipe.status"), words)
		}
		if words := g.text("absent.err"); g.text("absent.status") != "2" || !strings.Contains(words, "no-such-command") {
			t.Errorf("exit status %s, stderr %s", g.text("absent.status"), words)
		}
	})
}
