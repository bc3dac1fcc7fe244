package enrich

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/proc"
)

func ancestor(id string, pid int, comm string) event.Ancestor {
	return event.Ancestor{ExecID: id, HostProcessID: pid, ProcessName: comm, Executable: "/bin/" + comm}
}

func TestLineage(t *testing.T) {
	l := &Lineage{Tree: proc.NewTree(1<<20, time.Minute), Depth: 2}
	see := func(name, id, parent, comm string, pid, tid int, args ...event.Argument) []event.Ancestor {
		e := &event.Event{
			EventName: name, ExecID: id, ParentExecID: parent, ProcessName: comm, Executable: "/bin/" + comm,
			HostProcessID: pid, HostThreadID: tid, Args: args,
		}
		l.Enrich(e)
		return e.Ancestors
	}
	number := func(name string, v any) event.Argument { return event.Argument{Name: name, Value: v} }
	fork := func(pid, tid int32, start uint64) []event.Argument {
		return []event.Argument{number("child_pid", pid), number("child_tid", tid), number("start_time", start)}
	}
	see("openat", "b-1-1-1", "", "init", 1, 1)
	see("openat", "b-7-2-3", "b-1-1-1", "sh", 7, 7)
	see("sched_process_fork", "b-7-2-3", "b-1-1-1", "sh", 7, 7, fork(8, 8, 4)...)
	see("sched_process_fork", "b-7-2-3", "b-1-1-1", "sh", 7, 7, fork(7, 9, 5)...) // a thread
	see("openat", "b-7-2-3", "b-1-1-1", "a thread", 7, 9)
	see("sched_process_exec", "b-8-4-4", "b-7-2-3", "ls", 8, 8)
	see("sched_process_fork", "b-8-4-4", "b-7-2-3", "ls", 8, 8, fork(10, 10, 6)...)

	got := see("openat", "b-10-6-4", "b-8-4-4", "ls", 10, 10)
	want := []event.Ancestor{ancestor("b-8-4-4", 8, "ls"), ancestor("b-7-2-3", 7, "sh")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A child that never said a word is known from its fork.
	got = see("openat", "b-11-8-3", "b-8-4-3", "x", 11, 11)
	want = []event.Ancestor{ancestor("b-8-4-3", 8, "sh"), ancestor("b-7-2-3", 7, "sh")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := see("openat", "b-1-1-1", "", "init", 1, 1); got == nil || len(got) != 0 {
		t.Errorf("of the first process: %#v, want an empty list", got)
	}
	if got := see("lost_events", "", "", "", 0, 0); got != nil {
		t.Errorf("of nobody: %v", got)
	}
}
