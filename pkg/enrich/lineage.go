package enrich

import (
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/proc"
)

// Lineage keeps the family tree of programs by the events that pass and puts
// the ancestors on each of them. It must see every fork, exec and exit of the
// machine, and no other event of a process before its first.
type Lineage struct {
	Tree *proc.Tree
	// Depth is how many ancestors an event gets.
	Depth int
}

// Enrich takes note of an event and writes its Ancestors.
func (l *Lineage) Enrich(e *event.Event) {
	if e.ExecID == "" {
		return
	}
	// The name of a thread says nothing of the process.
	if e.HostThreadID == e.HostProcessID || !l.Tree.Knows(e.ExecID) {
		l.Tree.Runs(program(e), e.Timestamp)
	}
	switch e.EventName {
	case "sched_process_fork":
		l.fork(e)
	case "sched_process_exit":
		if last, _ := e.Bool("process_group_exit"); last {
			l.Tree.Ended(e.ExecID, e.Timestamp)
		}
	}
	line := l.Tree.Ancestors(e.ParentExecID, l.Depth)
	e.Ancestors = make([]event.Ancestor, len(line))
	for i := range line {
		p := &line[i]
		e.Ancestors[i] = event.Ancestor{ExecID: p.ID, HostProcessID: p.PID, ProcessName: p.Comm, Executable: p.Executable}
	}
}

func program(e *event.Event) proc.Program {
	return proc.Program{
		ID: e.ExecID, Parent: e.ParentExecID, PID: e.HostProcessID,
		Comm: e.ProcessName, Executable: e.Executable,
	}
}

// fork notes a new process; a new thread belongs to one that is known.
func (l *Lineage) fork(e *event.Event) {
	pid, ok := e.Int("child_pid")
	tid, _ := e.Int("child_tid")
	start, _ := e.Int("start_time")
	if !ok || pid != tid {
		return
	}
	l.Tree.Runs(proc.Program{
		ID: proc.ChildID(e.ExecID, int(pid), uint64(start)), Parent: e.ExecID, PID: int(pid),
		Comm: e.ProcessName, Executable: e.Executable,
	}, e.Timestamp)
}
