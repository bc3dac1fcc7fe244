//go:build lab

package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

const (
	stormed = 2 * 25000 // opens while nobody reads
	calm    = 100       // opens when somebody reads again
)

// stalled is a pipe whose middle stands still during a flood of opens. The
// buffer is the smallest there is.
const stalled = `
	cp /usr/local/bin/attack /usr/local/bin/marker
	: >tracer.err
	{ tracer --buffer 1 --trace comm=attack,marker --trace event=openat,sched_process_exec,ptrace --output json 2>tracer.err; echo $? >tracer.status; } |
		tee tracer.out | { rules --output json >rules.out 2>rules.err; echo $? >rules.status; } & pipe=$!
	ready tracer
	pkill -STOP -x tee
	attack storm 25000 /etc/hostname & one=$!
	attack storm 25000 /etc/hostname & two=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do marker 2>/dev/null; done
	wait $one; wait $two
	pkill -CONT -x tee
	sleep 3
	attack storm 100 /etc/group
	attack traceme
	pkill -INT -x tracer; wait $pipe`

// What is lost is counted, to the last event, in the stream and by all who read
// it; and a flood of opens hides no execution.
func TestLossIsCounted(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, stalled)
		all := readEvents(t, g.file("tracer.out"))
		written, lost := g.totals("tracer")
		reported := checkLosses(t, all)
		opens := len(named(all, "openat"))
		t.Logf("%d opens arrived, %d events lost", opens, lost)
		if written != len(all) || reported != lost || lost == 0 || opens+lost != stormed+calm {
			t.Errorf("%d events in the stream, %d written; %d lost by the stream, %d by the totals; %d opens arrived of %d",
				len(all), written, reported, lost, opens, stormed+calm)
		}
		late := keep(named(all, "openat"), func(e *event.Event) bool { return text(e, "pathname") == "/etc/group" })
		if len(late) != calm {
			t.Errorf("%d opens arrived when the reader was back, want %d", len(late), calm)
		}
		runs := keep(named(all, "sched_process_exec"), func(e *event.Event) bool { return e.ProcessName == "marker" })
		if len(runs) != 10 {
			t.Errorf("%d executions arrived during the flood, want 10", len(runs))
		}
		checkRulesTold(g, lost)
		seen := sightings{}
		seen.add(t, "lost_events", "")
		seen.record(t, kernel)
	})
}

// checkLosses adds up what the stream says was lost.
func checkLosses(t *testing.T, all []*event.Event) int {
	t.Helper()
	sum := 0
	for _, e := range named(all, "lost_events") {
		count, _ := e.Int("count")
		from, _ := e.Int("from")
		to, _ := e.Int("to")
		sum += int(count)
		if count <= 0 || from <= 0 || from > to || to != e.Timestamp || text(e, "buffer") != "events" {
			t.Errorf("loss %v", e.Args)
		}
	}
	return sum
}

// checkRulesTold: who reads findings is told that some may be missing.
func checkRulesTold(g *guest, lost int) {
	g.t.Helper()
	words := g.text("rules.err")
	for _, want := range []string{"the tracer lost events", "findings are incomplete"} {
		if !strings.Contains(words, want) {
			g.t.Errorf("rules does not say %q: %s", want, words)
		}
	}
	if m := rulesTotals.FindStringSubmatch(words); m == nil || m[2] != strconv.Itoa(lost) || m[3] != "1" {
		g.t.Errorf("rules says %v, want %d lost and 1 finding: %s", m, lost, words)
	}
	found := g.findings("rules")
	if len(found) != 1 || found[0].SigMetadata.ID != "TRC-2" || found[0].LostEvents != lost {
		g.t.Errorf("findings %+v: want one of TRC-2, after %d lost events", found, lost)
	}
	for _, name := range []string{"tracer.status", "rules.status"} {
		if g.text(name) != "0" {
			g.t.Errorf("%s is %s", name, g.text(name))
		}
	}
}

// Where a kernel preempts tasks inside probes, events are missed. They are
// counted too, if only as a number of whichever tasks.
func TestMissedEventsAreCounted(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			launch missed --trace comm=attack --trace event=openat --output json --buffer 64
			ready missed
			storms=; for i in 1 2 3 4 5 6; do attack storm 3000 /etc/hostname & storms="$storms $!"; done
			for p in $storms; do wait $p; done
			finish missed`, preempted)
		all := g.events("missed")
		opens := len(named(all, "openat"))
		written, lost := g.totals("missed")
		t.Logf("%d opens arrived, %d events missed", opens, lost)
		if written != len(all) || opens+lost < 6*3000 || opens == 0 {
			t.Errorf("%d events in the stream, %d written, %d lost; %d opens arrived of %d", len(all), written, lost, opens, 6*3000)
		}
	})
}
