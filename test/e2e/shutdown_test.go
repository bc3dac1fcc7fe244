//go:build lab

package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

var readyLine = regexp.MustCompile(`(?m)^tracer: ready: 1 event(?:s)? by [0-9]+ probes on kernel (.*)$`)

// However it ends, a tracer ends with status 0 and says what it wrote.
func TestShutdown(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			uname -r >release
			only='--trace event=sched_process_exec --output json'
			launch int $only; launch term $only; launch file $only --output out-file:file.json
			{ tracer $only 2>left.err; echo $? >left.status; } | head -n 1 >left.out & left=$!
			ready int term file left
			launch limited $only --duration 3s; ready limited
			date +%s%N >begin
			/usr/bin/true ran when all were ready
			until_true sh -c 'kill -0 '$left' 2>/dev/null || exit 0; /usr/bin/true; exit 1'
			wait $left; wait $(cat limited.pid); echo $? >limited.status; date +%s%N >end
			kill -TERM $(cat term.pid); wait $(cat term.pid); echo $? >term.status
			finish int file`)
		for _, name := range []string{"int", "term", "limited"} {
			all := g.events(name)
			g.clean(name, len(all))
			ran := keep(all, func(e *event.Event) bool { return texts(e, "argv") == "/usr/bin/true ran when all were ready" })
			if len(ran) != 1 {
				t.Errorf("%s: saw %d of what ran once when it was ready", name, len(ran))
			}
			if m := readyLine.FindStringSubmatch(string(g.file(name + ".err"))); m == nil || m[1] != g.text("release") {
				t.Errorf("%s: no such ready line in %s", name, g.file(name+".err"))
			}
		}
		g.clean("file", len(readEvents(t, g.file("file.json"))))
		if len(g.file("file.out")) != 0 {
			t.Errorf("standard output beside a file: %s", g.file("file.out"))
		}
		if took := g.number("end") - g.number("begin"); took < 2e9 || took > 60e9 {
			t.Errorf("--duration 3s took %d ns", took)
		}
		// Who left took one event; those behind it went nowhere.
		if status, words := g.text("left.status"), g.text("left.err"); status != "0" || strings.Count(words, "\n") != 1 {
			t.Errorf("reader gone: exit status %s, stderr %s", status, words)
		}
		if left := readEvents(t, g.file("left.out")); len(left) != 1 {
			t.Errorf("%d events before the reader left", len(left))
		}
		g.totals("left")
	})
}
