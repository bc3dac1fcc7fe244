//go:build lab

package e2e

import (
	"fmt"
	"testing"
)

// A process ends once, with its last thread, also when all its threads end at the
// same time.
func TestProcessesEndOnce(t *testing.T) {
	const processes, threads = 150, 8
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, fmt.Sprintf(`
			launch ends --trace event=sched_process_exit --trace comm=process --output json
			ready ends
			process ends %d %d || die "process ends: $?"
			finish ends`, processes, threads))
		all := g.events("ends")
		g.clean("ends", len(all))
		threadsOf, ends := map[int]int{}, map[int]int{}
		for _, e := range all {
			threadsOf[e.HostProcessID]++
			last, ok := e.Bool("process_group_exit")
			if !ok {
				t.Fatalf("no process_group_exit in %s", e.AppendJSON(nil))
			}
			if last {
				ends[e.HostProcessID]++
			}
		}
		if want := processes + 1; len(threadsOf) != want { // and their parent
			t.Errorf("%d processes ended, want %d", len(threadsOf), want)
		}
		for pid, n := range threadsOf {
			if n != threads && n != 1 {
				t.Errorf("process %d: %d threads ended, want %d", pid, n, threads)
			}
			if ends[pid] != 1 {
				t.Errorf("process %d ended %d times", pid, ends[pid])
			}
		}
	})
}
