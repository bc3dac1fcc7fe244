//go:build lab

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

// Other tools have taken all the room for programs on three functions. A system
// call then comes from the raw tracepoint, and an event that has nothing else is
// named as missing; what was asked for beside them is traced as ever.
func TestProgramsThatTheKernelRefuses(t *testing.T) {
	bySync := func(e *event.Event) bool { return e.ProcessName == "sync" }
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			occupy __x64_sys_fsync security_inode_unlink >occupied 2>occupy.err & occupy=$!
			until_true grep -q ready occupied
			launch all --trace event=fsync,security_inode_unlink,security_file_open --output json
			ready all
			echo x >/root/kept; sync /root/kept; rm /root/kept
			finish all
			kill $occupy
			launch none --trace event=security_inode_unlink --output json
			ready none
			finish none`)
		all := g.events("all")
		g.clean("all", len(all))
		synced := named(all, "fsync")
		if !slices.ContainsFunc(synced, bySync) {
			t.Errorf("no fsync of sync among %d", len(synced))
		}
		if !slices.ContainsFunc(named(all, "security_file_open"), bySync) {
			t.Error("no security_file_open of sync")
		}
		if n := len(named(all, "security_inode_unlink")); n != 0 {
			t.Errorf("%d events of a program that could not be attached", n)
		}
		said := string(g.file("all.err"))
		for _, want := range []string{
			`program=syscall_fsync reason="attach: argument list too long (no more programs fit on __x64_sys_fsync: others trace it)"`,
			`msg="events are not traced" reason="this kernel refuses program security_inode_unlink: attach: argument list too long (no more programs fit on security_inode_unlink: others trace it)" events=security_inode_unlink`,
			"tracer: ready: 2 events by ",
			"; without 1 that it does not have\n",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("the tracer does not say %q:\n%s", want, said)
			}
		}
		if said := string(g.file("none.err")); strings.Contains(said, "refuses") {
			t.Errorf("with room again: %s", said)
		}
	})
}
