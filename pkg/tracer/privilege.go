package tracer

import (
	"fmt"
	"slices"
	"strings"

	"kernel.org/pub/linux/libs/security/libcap/cap"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/privilege"
)

// needs are the capabilities that are used when the probes are live. All others
// are dropped then.
var needs = []struct {
	capability cap.Value
	why        string
	when       func(*session) bool
}{
	{cap.BPF, "before kernel 5.19 no table of the kernel side can be read without it", func(s *session) bool {
		return !s.facts.Version.AtLeast(5, 19)
	}},
	{cap.KILL, "to end a COMMAND that has become another user", func(s *session) bool { return s.command != nil }},
	{cap.SYS_PTRACE, "to read what other processes run and load, for exec-hash, stack-symbols, user-names and symbols_loaded", (*session).readsPrograms},
	{cap.DAC_READ_SEARCH, "to read what other users run and load, for the same", (*session).readsPrograms},
	{cap.CHECKPOINT_RESTORE, "to open what is mapped though its file is gone, for the same", (*session).readsPrograms},
	{cap.DAC_OVERRIDE, "to ask container runtimes of other users", (*session).asksOthers},
	{cap.SYS_PTRACE, "to reach what is below /proc/1/root: cgroups, sockets of container runtimes", (*session).looksOutside},
	{cap.DAC_READ_SEARCH, "to find cgroups by their ids, where only a part of them is visible", (*session).looksOutside},
	{cap.DAC_OVERRIDE, "to begin new files in folders of others", func(s *session) bool { return s.spec.rotate > 0 }},
}

func (s *session) readsPrograms() bool {
	return s.spec.has(execHash) || s.spec.has(stackSymbols) || s.spec.has(userNames) || s.beside != nil
}

// looksOutside reports whether the tracer is in a container and reads the host's.
func (s *session) looksOutside() bool {
	return s.outside || slices.ContainsFunc(s.sockets, func(at runtime.Socket) bool { return strings.HasPrefix(at.Path, hostRoot) })
}

// dropPrivileges gives up what is not needed any more. A COMMAND waits in a
// process of its own already and keeps the user's rights.
func (s *session) dropPrivileges() error {
	var keep []cap.Value
	for _, n := range needs {
		if n.when(s) {
			s.log.Debug("a capability is kept", "capability", privilege.Name(n.capability), "reason", n.why)
			keep = append(keep, n.capability)
		}
	}
	err := privilege.Drop(keep...)
	switch {
	case err == nil:
		return nil
	case s.highCapabilities:
		s.log.Warn("tracer runs with more rights than it needs", "error", err)
		return nil
	}
	return cli.WithHint(fmt.Errorf("give up rights that are not needed: %w", err), "--allow-high-capabilities goes on with them")
}
