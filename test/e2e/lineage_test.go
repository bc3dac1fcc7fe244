//go:build lab

package e2e

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// program is one execution as sched_process_exec tells it.
type program struct{ Cmdpath, Pathname, Argv, Interp string }

// The programs that the script of TestLineage executes, in order. Of a script
// the executed file is its interpreter.
var executed = []program{
	{"./script", "/usr/bin/dash", "/bin/sh ./script", "/bin/sh"},
	{"/usr/bin/true", "/usr/bin/true", "/usr/bin/true", "/usr/bin/true"},
	{"/usr/bin/sh", "/usr/bin/dash", "sh -c exec sh -c 'exec true'", "/usr/bin/sh"},
	{"/usr/bin/sh", "/usr/bin/dash", "sh -c exec true", "/usr/bin/sh"},
	{"/usr/bin/true", "/usr/bin/true", "true", "/usr/bin/true"},
	{"/usr/local/bin/attack", "/usr/local/bin/attack", "attack threads /usr/bin/true", "/usr/local/bin/attack"},
	{"/usr/bin/true", "/usr/bin/true", "by-a-thread", "/usr/bin/true"},
	{"/usr/local/bin/attack", "/usr/local/bin/attack", "attack orphan /usr/bin/true", "/usr/local/bin/attack"},
	{"/usr/bin/true", "/usr/bin/true", "of-an-orphan", "/usr/bin/true"},
	{"/usr/bin/sh", "/usr/bin/dash", "sh -c exit 3", "/usr/bin/sh"},
	{"/usr/bin/sh", "/usr/bin/dash", "sh -c kill -KILL $$", "/usr/bin/sh"},
}

func TestLineage(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			printf '#!/bin/sh\n/usr/bin/true; :\n' >script; chmod +x script
			launch life --trace 'comm!=sleep,grep,cat' --trace event=sched_process_fork,sched_process_exec,sched_process_exit --output json
			ready life
			./script
			sh -c "exec sh -c 'exec true'"
			attack threads /usr/bin/true
			attack orphan /usr/bin/true; sleep 2
			sh -c 'exit 3'
			sh -c 'kill -KILL $$'
			finish life`)
		all := g.events("life")
		g.clean("life", len(all))
		execs := keep(named(all, "sched_process_exec"), func(e *event.Event) bool { return e.ProcessName != "sleep" })
		var got []program
		for _, e := range execs {
			got = append(got, program{text(e, "cmdpath"), text(e, "pathname"), texts(e, "argv"), text(e, "interp")})
		}
		if diff := cmp.Diff(executed, got); diff != "" {
			t.Fatalf("executed (-want +got):\n%s", diff)
		}
		t.Run("keys", func(t *testing.T) { checkKeys(t, all) })
		t.Run("threads", func(t *testing.T) { checkThreads(t, all, execs[5], execs[6]) })
		t.Run("orphan", func(t *testing.T) { checkOrphan(t, execs[7], execs[8]) })
		t.Run("exits", func(t *testing.T) { checkExits(t, all, execs) })
	})
}

// checkKeys asserts, of all that happened, that every execution has a key of its
// own and that whoever is forked names, all its life, the program that forked it.
func checkKeys(t *testing.T, all []*event.Event) {
	t.Helper()
	programs := map[string]bool{}
	forkedBy := map[int]*event.Event{}
	checked := 0
	for _, e := range all {
		if fork := forkedBy[e.HostProcessID]; fork != nil {
			checked++
			if e.ParentExecID != fork.ExecID {
				t.Errorf("%s %d of process %d: parent %s, want %s, which forked it", e.EventName, e.Sequence, e.HostProcessID, e.ParentExecID, fork.ExecID)
			}
			if start, _ := fork.Int("start_time"); e.HostThreadID == e.HostProcessID && e.ThreadStartTime != start {
				t.Errorf("%s %d: process %d started at %d, its fork said %d", e.EventName, e.Sequence, e.HostProcessID, e.ThreadStartTime, start)
			}
		}
		switch e.EventName {
		case "sched_process_exec":
			if programs[e.ExecID] || !strings.Contains(e.ExecID, "-") || e.ExecID == e.ParentExecID {
				t.Errorf("execution %d: key %q, of parent %q", e.Sequence, e.ExecID, e.ParentExecID)
			}
			programs[e.ExecID] = true
		case "sched_process_fork":
			if child, process := ints(e, "child_tid", "child_pid"); child == process {
				forkedBy[process] = e
			}
		case "sched_process_exit":
			if last, _ := e.Bool("process_group_exit"); last {
				delete(forkedBy, e.HostProcessID)
			}
		}
	}
	if len(programs) < len(executed) || checked < 2*len(executed) {
		t.Errorf("%d programs and %d events of forked processes: too few to prove anything", len(programs), checked)
	}
}

func ints(e *event.Event, a, b string) (int, int) {
	x, _ := e.Int(a)
	y, _ := e.Int(b)
	return int(x), int(y)
}

// checkThreads: a thread executed a program; it is the process's only one then
// and has its number.
func checkThreads(t *testing.T, all []*event.Event, before, after *event.Event) {
	t.Helper()
	if after.HostProcessID != before.HostProcessID || after.HostThreadID != after.HostProcessID || after.ExecID == before.ExecID ||
		after.ParentExecID != before.ParentExecID {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	of := func(e *event.Event) bool { return e.HostProcessID == before.HostProcessID }
	made := len(keep(named(all, "sched_process_fork"), of))
	ended := len(keep(named(all, "sched_process_exit"), of))
	if made != 4 || ended != 5 {
		t.Errorf("%d threads began and %d ended, want 4 and, with the first, 5", made, ended)
	}
}

// checkOrphan: the process has a new parent and names the program that forked it
// all the same.
func checkOrphan(t *testing.T, parent, orphan *event.Event) {
	t.Helper()
	if orphan.ParentExecID != parent.ExecID || orphan.HostParentProcessID == parent.HostProcessID {
		t.Errorf("forked by %+v\norphan %+v", parent, orphan)
	}
}

func checkExits(t *testing.T, all, execs []*event.Event) {
	t.Helper()
	groups, codes := map[int]int{}, map[int]int64{}
	for _, e := range named(all, "sched_process_exit") {
		if last, _ := e.Bool("process_group_exit"); last {
			groups[e.HostProcessID]++
			codes[e.HostProcessID], _ = e.Int("exit_code")
		}
	}
	for i, want := range map[int]int64{0: 0, 4: 0, 6: 0, 8: 0, 9: 3 << 8, 10: 9} {
		pid := execs[i].HostProcessID
		if groups[pid] != 1 || codes[pid] != want {
			t.Errorf("process %d of %v ended %d times, with %d, want once with %d", pid, executed[i], groups[pid], codes[pid], want)
		}
	}
}

// Everybody's line of descent is known: of those who were there first, of those
// out of scope, of those whose parents are gone, and the line has no gaps.
func TestAncestors(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			cp /usr/local/bin/attack marker; cp /usr/bin/true leaf
			mkfifo go; sh -c 'read x <go; ./leaf of one that was there; :' & old=$!
			launch line --trace comm=leaf --trace event=sched_process_exec,sched_process_exit --output json --output option:ancestors=9
			ready line
			echo $old >old; echo $$ >shell
			echo x >go; wait $old
			sh -c './marker orphan ./leaf; exec sh -c "sh -c \"./leaf of many; :\"; :"'
			until_true grep -q of-an-orphan line.out
			finish line`)
		all := g.events("line")
		g.clean("line", len(all))
		script := "dash busybox"
		for argv, want := range map[string]string{
			"./leaf of one that was there": "dash " + script, "./leaf of many": "dash dash " + script, "of-an-orphan": "marker dash " + script,
		} {
			execs := keep(named(all, "sched_process_exec"), func(e *event.Event) bool { return texts(e, "argv") == argv })
			if len(execs) != 1 {
				t.Errorf("%s ran %d times", argv, len(execs))
				continue
			}
			var names []string
			for _, a := range execs[0].Ancestors {
				names = append(names, path.Base(a.Executable))
				if a.ExecID == "" || a.ProcessName == "" || !strings.Contains(a.ExecID, fmt.Sprintf("-%d-", a.HostProcessID)) {
					t.Errorf("%s: ancestor %+v", argv, a)
				}
			}
			line := execs[0].Ancestors
			if got := strings.Join(names, " "); got != want || line[0].ExecID != execs[0].ParentExecID || line[len(line)-1].HostProcessID != 1 {
				t.Errorf("%s descends from %s, want %s: %+v", argv, got, want, line)
				continue
			}
			if shell := line[len(line)-2]; shell.HostProcessID != g.number("shell") {
				t.Errorf("%s: the script's shell is %+v, want process %d", argv, shell, g.number("shell"))
			}
			if argv == "./leaf of one that was there" && line[0].HostProcessID != g.number("old") {
				t.Errorf("%s: parent %+v, want process %d", argv, line[0], g.number("old"))
			}
			for _, e := range named(all, "sched_process_exit") {
				if e.ExecID == execs[0].ExecID && cmp.Diff(line, e.Ancestors) != "" {
					t.Errorf("%s: its exit has the ancestors %+v, want %+v", argv, e.Ancestors, line)
				}
			}
		}
	})
}
