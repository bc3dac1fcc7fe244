//go:build lab

package e2e

import (
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

// What io_uring's own threads do for a process is the process's doing: filters on
// names take it as such, whichever way the kernel evaluates them.
func TestFilterOnNameOfWorkers(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			launch named --trace comm=uring --trace event=security_socket_connect --output json
			launch late --trace 'comm=*ring' --trace event=security_socket_connect --output json
			launch others --trace 'comm!=uring' --trace event=security_socket_connect --output json
			ready named late others
			uring worker 6100; uring poll sockets 6200
			finish named late others`)
		for name, want := range map[string]bool{"named": true, "late": true, "others": false} {
			all := g.events(name)
			g.clean(name, len(all))
			for _, port := range []uint16{6100, 6200} {
				byThread := keep(all, func(e *event.Event) bool {
					a := e.Arg("remote_addr")
					if a == nil || e.HostThreadID == e.HostProcessID {
						return false
					}
					to, _ := a.Value.(event.Sockaddr)
					return to.Port == port
				})
				if (len(byThread) > 0) != want {
					t.Errorf("%s: %d connections to port %d by threads of io_uring, want some: %t: %v", name, len(byThread), port, want, all)
				}
			}
		}
	})
}
