//go:build lab

package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/test/lab"
)

// paused is the pipe of both programs, whose reader is stopped for half a minute
// in the middle of a flood of opens, of a few programs, and of a storm of
// processes; and who asks the tracer how it is before, meanwhile and after.
const paused = `
	ask() { busybox wget -q -O $1.$2 http://127.0.0.1:3366/$2 2>$1.$2.err; echo $? >$1.$2.status; }
	cp /usr/local/bin/attack /usr/local/bin/marker
	: >tracer.err
	{ tracer --buffer 1 --metrics --healthz --heartbeat-interval 1s --trace comm=attack,marker,family \
		--trace event=openat,heartbeat,sched_process_fork,sched_process_exec,sched_process_exit --output json 2>tracer.err; echo $? >tracer.status; } |
		tee tracer.out | { rules --output json >rules.out 2>rules.err; echo $? >rules.status; } & pipe=$!
	ready tracer; sleep 2
	ask before healthz
	pkill -STOP -x rules; date +%s%N >stopped; begin=$(date +%s)
	attack storm 25000 /etc/hostname & one=$!
	attack storm 25000 /etc/hostname & two=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do marker 2>/dev/null; done
	wait $one; wait $two
	family 2 800 5 || die "the storm failed"
	while [ $(($(date +%s) - begin)) -lt 30 ]; do sleep 1; done
	ask meanwhile healthz
	date +%s%N >continued; pkill -CONT -x rules
	sleep 5
	attack storm 100 /etc/group
	sleep 2
	ask after healthz; ask after metrics
	pkill -INT -x tracer; wait $pipe`

const pausedProcesses, pausedWorkers = 2 * 800 * 5, 2

// When the reader stands still for half a minute, what is lost is counted for
// each ring, to the last, and told from when to when. Programs that start in the
// flood are not lost; and the tracer says that it is stuck.
func TestPausedReader(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		family := buildFamily(t)
		g := boot(t, kernel, paused, func(m *lab.Machine) {
			m.Files = append(m.Files, lab.File{Host: family, Guest: "/usr/local/bin/family"})
		})
		all := readEvents(t, g.file("tracer.out"))
		written, lost := g.totals("tracer")
		byPlace := pausedLosses(g, all)
		seen := map[string]int{}
		for _, e := range all {
			seen[e.EventName]++
		}
		t.Logf("seen %v, lost %v", seen, byPlace)
		if opens := seen["openat"] + byPlace["events"]; opens > stormed+calm || opens+byPlace["busy"] < stormed+calm {
			t.Errorf("%d opens seen and %d lost, %d of either ring, of %d", seen["openat"], byPlace["events"], byPlace["busy"], stormed+calm)
		}
		// Of a program started by the shell, its exec and exit count: 10 of marker, 3 of
		// attack; of the storm, see checkCounts.
		lives := seen["sched_process_fork"] + seen["sched_process_exec"] + seen["sched_process_exit"]
		// What a program missed for being preempted (busy) may be of either ring.
		if want := 3*(pausedProcesses+pausedWorkers) + 2 + 2*(10+3); lives+byPlace["lifecycle"] > want || lives+byPlace["lifecycle"]+byPlace["busy"] < want {
			t.Errorf("%d of life cycles seen and %d lost, %d of either ring, of %d", lives, byPlace["lifecycle"], byPlace["busy"], want)
		}
		if written != len(all) || lost != byPlace["events"]+byPlace["lifecycle"]+byPlace["busy"] || byPlace["events"] == 0 || byPlace["lifecycle"] == 0 {
			t.Errorf("%d events in the stream, %d written; %d lost by the totals, %v by the stream", len(all), written, lost, byPlace)
		}
		markers := keep(named(all, "sched_process_exec"), func(e *event.Event) bool { return e.ProcessName == "marker" })
		if len(markers) != 10 {
			t.Errorf("%d programs seen that started in the flood, want 10", len(markers))
		}
		if words := g.text("rules.err"); !strings.Contains(words, "the tracer lost events") || !strings.Contains(words, "findings are incomplete") {
			t.Errorf("rules does not tell: %s", words)
		}
		t.Run("health", func(t *testing.T) { checkHealth(g.in(t), byPlace) })
		had := sightings{}
		t.Run("heartbeat", func(t *testing.T) {
			defer had.add(t, "heartbeat", "")
			checkHeartbeats(t, named(all, "heartbeat"), byPlace)
		})
		had.record(t, kernel)
	})
}

// pausedLosses adds up what was lost by place; all of it while nobody read.
func pausedLosses(g *guest, all []*event.Event) map[string]int {
	g.t.Helper()
	const second = 1_000_000_000
	first, last := int64(g.number("stopped"))-second, int64(g.number("continued"))+2*second
	byPlace := map[string]int{}
	for _, e := range named(all, "lost_events") {
		count, _ := e.Int("count")
		from, _ := e.Int("from")
		to, _ := e.Int("to")
		byPlace[text(e, "buffer")] += int(count)
		if count <= 0 || from < first || to < from || to > last {
			g.t.Errorf("loss %v: want from %d to %d", e.Args, first, last)
		}
	}
	return byPlace
}

// checkHealth: the tracer is well but while it is stuck, and its numbers are
// those of the stream.
func checkHealth(g *guest, byPlace map[string]int) {
	g.t.Helper()
	for _, when := range []string{"before", "after"} {
		if g.text(when+".healthz") != "OK" {
			g.t.Errorf("%s: %s %s", when, g.text(when+".healthz"), g.text(when+".healthz.err"))
		}
	}
	if words := g.text("meanwhile.healthz.err"); g.text("meanwhile.healthz.status") == "0" || !strings.Contains(words, "503") {
		g.t.Errorf("while it was stuck: %s", words)
	}
	text := g.text("after.metrics")
	for place, n := range byPlace {
		want := `tracehound_tracer_lost_total{buffer="` + place + `"} ` + strconv.Itoa(n)
		if !strings.Contains(text, want+"\n") {
			g.t.Errorf("metrics lack %s", want)
		}
	}
	for _, want := range []string{
		`tracehound_tracer_events_total{event="openat"} [1-9]`, `tracehound_tracer_healthy 1`, `process_resident_memory_bytes [1-9]`,
		`tracehound_tracer_queue_batches{queue="decoded"} [0-9]`,
		`tracehound_tracer_program_runs_total{program="sched_process_fork"} [1-9]`,
		`tracehound_tracer_program_seconds_total{program="sched_process_fork"} [0-9.e-]*[1-9]`,
	} {
		if !regexp.MustCompile("(?m)^" + want).MatchString(text) {
			g.t.Errorf("metrics lack %s:\n%s", want, text)
		}
	}
}

// checkHeartbeats: they count up, and the last knows of all losses.
func checkHeartbeats(t *testing.T, beats []*event.Event, byPlace map[string]int) {
	t.Helper()
	if len(beats) < 5 {
		t.Fatalf("%d heartbeats", len(beats))
	}
	before := int64(-1)
	for _, e := range beats {
		written, ok := e.Int("written")
		if !ok || written < before || len(e.Args) != 9 {
			t.Errorf("heartbeat after %d events written: %v", before, e.Args)
		}
		before = written
	}
	last := beats[len(beats)-1]
	for _, place := range []string{"events", "lifecycle"} {
		if n, _ := last.Int("lost_" + place); int(n) != byPlace[place] {
			t.Errorf("the last heartbeat knows of %d lost in %s, want %d", n, place, byPlace[place])
		}
	}
}
