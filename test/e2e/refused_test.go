//go:build lab

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// Other tools have taken all the room for programs on three functions. A system
// call then comes from the raw tracepoint, an event that has nothing else is named
// as missing, and one that has is named as coming in part; what was asked for beside
// them is traced as ever.
func TestProgramsThatTheKernelRefuses(t *testing.T) {
	bySync := func(e *event.Event) bool { return e.ProcessName == "sync" }
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			others occupy __x64_sys_fsync security_inode_unlink security_socket_connect >occupied 2>occupy.err & occupy=$!
			until_true grep -q ready occupied
			launch all --trace event=fsync,security_inode_unlink,security_file_open --output json
			ready all
			echo x >/root/kept; sync /root/kept; rm /root/kept
			finish all
			launch part --trace comm=net --trace event=security_socket_connect --output json
			ready part
			net fastopen 5301
			finish part
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
		checkPart(g.in(t))
		if said := string(g.file("none.err")); strings.Contains(said, "refuses") {
			t.Errorf("with room again: %s", said)
		}
	})
}

// checkPart: of connections those are left that sending makes (TCP Fast Open).
func checkPart(g *guest) {
	g.t.Helper()
	all := g.events("part")
	g.clean("part", len(all))
	var to []string
	for _, e := range named(all, "security_socket_connect") {
		fd, _ := e.Int("sockfd")
		to = append(to, fmt.Sprint(fd))
	}
	if diff := cmp.Diff([]string{"4", "5"}, to); diff != "" {
		g.t.Errorf("descriptors of connections (-want +got):\n%s", diff)
	}
	said := string(g.file("part.err"))
	for _, want := range []string{
		`msg="events are traced in part: some of what causes them is not seen" reason="this kernel refuses program security_socket_connect: attach: argument list too long (no more programs fit on security_socket_connect: others trace it)" events=security_socket_connect`,
		"tracer: ready: 1 events by ",
		"; 1 in part, as it refuses programs of theirs\n",
	} {
		if !strings.Contains(said, want) {
			g.t.Errorf("the tracer does not say %q:\n%s", want, said)
		}
	}
}
