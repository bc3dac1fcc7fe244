package enrich

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/tracehound/tracehound/pkg/event"
)

// maxSessions bounds the processes that are remembered, and the containers.
const maxSessions = 32768

// Sessions marks what is done in a container by somebody who had the runtime start
// a program in it while it ran: docker exec, kubectl exec. Such a program's parent
// is outside of the container, in the first pid namespace, as that of the
// container's first process is, and it is not that one. A container without a pid
// namespace of its own has no such marks.
type Sessions struct {
	// processes that belong to a session, by their key; of a session's first
	// process the session is its own key.
	processes *lru.Cache[string, string]
	// first processes of containers, by container.
	first *lru.Cache[string, string]
	// FirstPID is the first process of a container that was there before us, as far
	// as its runtime says; 0 when that is not known.
	FirstPID func(containerID string) int
	// Existed says whether it was there.
	Existed func(containerID string) bool
}

// NewSessions makes an empty one.
func NewSessions() *Sessions {
	processes, err := lru.New[string, string](maxSessions)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	first, err := lru.New[string, string](maxSessions)
	if err != nil {
		panic(err)
	}
	return &Sessions{processes: processes, first: first}
}

// Enrich sets e.ExecSession. It must see a process before its descendants.
func (s *Sessions) Enrich(e *event.Event) {
	process := processKey(e.ExecID)
	if e.ContainerID == "" || process == "" {
		return
	}
	if session, ok := s.processes.Get(process); ok {
		e.ExecSession = session
		return
	}
	session, inherits := s.processes.Get(processKey(e.ParentExecID))
	if !inherits {
		if !s.begins(e, process) {
			return
		}
		session = process
	}
	s.processes.Add(process, session)
	e.ExecSession = session
}

// begins reports whether the process is the first of a session.
func (s *Sessions) begins(e *event.Event, process string) bool {
	if e.ProcessID == e.HostProcessID || e.ParentProcessID != e.HostParentProcessID {
		return false // a pid namespace of its own it must have, and its parent none
	}
	if e.ProcessID == 1 {
		s.first.Add(e.ContainerID, process)
		return false
	}
	if first, ok := s.first.Get(e.ContainerID); ok {
		return first != process
	}
	// In a pid namespace that several containers share the first process of each
	// is not number 1.
	if s.Existed != nil && s.Existed(e.ContainerID) {
		return s.FirstPID == nil || s.FirstPID(e.ContainerID) != e.HostProcessID
	}
	s.first.Add(e.ContainerID, process)
	return false
}

// processKey is what an ExecID has in common with all of its process: all but the
// count of programs.
func processKey(execID string) string {
	at := strings.LastIndexByte(execID, '-')
	if at < 0 {
		return ""
	}
	return execID[:at]
}
