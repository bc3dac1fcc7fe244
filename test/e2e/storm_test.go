//go:build lab

package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/test/lab"
)

const (
	workers, chains, depth = 4, 5000, 5
	stormPIDs              = 2000 // so each is used some fifty times
)

const stormEvents = "--trace event=sched_process_fork,sched_process_exec,sched_process_exit --output json"

// storm runs the storm and notes the tracer's memory each second; and then a
// smaller one for the lines of descent.
const storm = `
	echo 2000 >/proc/sys/kernel/pid_max
	tracer ` + stormEvents + ` --output out-file:storm.json -- family 4 5000 5 2>storm.err & pid=$!
	while kill -0 $pid 2>/dev/null; do
		sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$pid/status >>rss 2>/dev/null
		sleep 1
	done
	wait $pid; echo $? >storm.status
	tracer ` + stormEvents + ` --output option:ancestors=9 --output out-file:line.json -- family 4 400 5 2>line.err
	echo $? >line.status
	gzip -1 storm.json line.json`

// A hundred thousand processes with few ids: everyone's parent is right, every
// program has a key of its own, the tracer's memory stays flat, and what was seen
// and what was reported lost is what happened.
func TestStorm(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		family := buildFamily(t)
		g := boot(t, kernel, storm, func(m *lab.Machine) {
			m.Timeout = 20 * time.Minute
			m.Files = append(m.Files, lab.File{Host: family, Guest: "/usr/local/bin/family"})
		})
		t.Run("accounts", func(t *testing.T) {
			all := unzipped(t, g.file("storm.json.gz"))
			s := newStormStream(g.in(t), "storm", all)
			s.checkCounts(workers * chains * depth)
			s.checkParents()
			s.checkPIDs(workers*chains*depth, stormPIDs)
		})
		t.Run("ancestors", func(t *testing.T) {
			all := unzipped(t, g.file("line.json.gz"))
			s := newStormStream(g.in(t), "line", all)
			s.checkParents()
			s.checkLines()
		})
		t.Run("memory", func(t *testing.T) { checkFlat(g.in(t)) })
	})
}

// buildFamily compiles the storm's program, which has no C library.
func buildFamily(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "family")
	gcc := exec.CommandContext(t.Context(), "gcc", "-Wall", "-Werror", "-O1", "-static", "-nostdlib", "-no-pie", "-fno-pie",
		"-fno-stack-protector", "-o", program, filepath.Join("attack", "family.c"))
	if out, err := gcc.CombinedOutput(); err != nil {
		t.Fatalf("build attack/family.c: %v: %s", err, out)
	}
	return program
}

func unzipped(t *testing.T, data []byte) []*event.Event {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return readEvents(t, text)
}

// stormStream is what a tracer says of a storm.
type stormStream struct {
	*guest
	all      []*event.Event
	lost     int
	programs map[string]*event.Event // by what they are called, e.g. "c 3 100 5"
}

func newStormStream(g *guest, name string, all []*event.Event) *stormStream {
	g.t.Helper()
	if status := g.text(name + ".status"); status != "0" {
		g.t.Errorf("exit status %s: %s", status, g.file(name+".err"))
	}
	written, lost := g.totals(name)
	reported := 0
	for _, e := range named(all, "lost_events") {
		n, _ := e.Int("count")
		reported += int(n)
	}
	if written != len(all) || reported != lost {
		g.t.Errorf("%d events in the stream, %d by the totals; %d lost by the stream, %d by the totals", len(all), written, reported, lost)
	}
	s := &stormStream{g, all, lost, map[string]*event.Event{}}
	keys := map[string]bool{}
	for _, e := range named(all, "sched_process_exec") {
		name, _ := strings.CutPrefix(texts(e, "argv"), "family ")
		if f := strings.Fields(name); f[0] == "w" {
			name = "w " + f[1]
		} else if f[0] != "c" {
			name = "first"
		}
		if s.programs[name] != nil || keys[e.ExecID] {
			g.t.Errorf("%s %s: its name or key is another's, too", name, e.ExecID)
		}
		s.programs[name], keys[e.ExecID] = e, true
	}
	return s
}

// checkCounts: each process was forked, has executed one program and has ended.
// The workers did, too; of the first process the fork was before.
func (s *stormStream) checkCounts(processes int) {
	s.t.Helper()
	seen := map[string]int{}
	for _, e := range s.all {
		if e.ProcessName == "family" {
			seen[e.EventName]++
		}
	}
	total := seen["sched_process_fork"] + seen["sched_process_exec"] + seen["sched_process_exit"]
	s.t.Logf("%v, %d lost", seen, s.lost)
	if want := 3*(processes+workers) + 2; total+s.lost != want {
		s.t.Errorf("%d seen and %d lost, %d happened", total, s.lost, want)
	}
	if s.lost > 2*processes {
		s.t.Errorf("%d of %d events lost: too many for the rest to prove much", s.lost, 3*processes)
	}
}

// checkParents: what executed a program is the program that its name says.
func (s *stormStream) checkParents() {
	s.t.Helper()
	checked, wrong := 0, 0
	for name, e := range s.programs {
		parent := s.programs[parentName(name)]
		if parent == nil || name == "first" {
			continue // not in the stream
		}
		checked++
		if e.ParentExecID != parent.ExecID {
			if wrong++; wrong < 10 {
				s.t.Errorf("%s %s: parent %s, want %s", name, e.ExecID, e.ParentExecID, parent.ExecID)
			}
		}
	}
	s.t.Logf("%d programs, %d parents checked, %d wrong", len(s.programs), checked, wrong)
	if missing := len(s.programs) - 1 - checked; missing > s.lost || checked == 0 {
		s.t.Errorf("%d parents are not in the stream, %d events lost", missing, s.lost)
	}
}

// parentName is the name of the program that executed one: "c 3 100 4" was
// executed by "c 3 100 5", "c 3 100 5" by worker 3, and that by the first.
func parentName(name string) string {
	f := strings.Fields(name)
	switch {
	case len(f) == 4 && f[0] == "c" && f[3] != strconv.Itoa(depth):
		left, _ := strconv.Atoi(f[3])
		return strings.Join(f[:3], " ") + " " + strconv.Itoa(left+1)
	case len(f) == 4 && f[0] == "c":
		return "w " + f[1]
	}
	return "first"
}

func (s *stormStream) checkPIDs(processes, limit int) {
	s.t.Helper()
	pids := map[int]bool{}
	for _, e := range s.programs {
		pids[e.HostProcessID] = true
	}
	if len(pids) > limit || len(s.programs) < processes/4 {
		s.t.Errorf("%d programs in processes of %d ids: too few for an id to come again", len(s.programs), len(pids))
	}
}

// checkLines: ancestors are those that the parents' own events tell.
func (s *stormStream) checkLines() {
	s.t.Helper()
	byKey := map[string]*event.Event{}
	for _, e := range s.programs {
		byKey[e.ExecID] = e
	}
	checked := 0
	for name, e := range s.programs {
		var want []string
		for up := byKey[e.ParentExecID]; up != nil; up = byKey[up.ParentExecID] {
			want = append(want, up.ExecID)
		}
		var got []string
		for _, a := range e.Ancestors {
			got = append(got, a.ExecID)
		}
		if s.lost > 0 || len(got) < len(want) {
			continue
		}
		checked++
		if !slices.Equal(got[:len(want)], want) {
			s.t.Errorf("%s: ancestors %v, want first %v", name, got, want)
			return
		}
	}
	s.t.Logf("%d lines checked", checked)
	if s.lost == 0 && checked != len(s.programs) {
		s.t.Errorf("%d programs, %d lines of descent as long as they were", len(s.programs), checked)
	}
}

// checkFlat: memory in the second half of the storm is about what it was in the
// first.
func checkFlat(g *guest) {
	g.t.Helper()
	var kib []int
	for _, line := range strings.Fields(g.text("rss")) {
		n, err := strconv.Atoi(line)
		if err != nil {
			g.t.Fatalf("rss: %v", err)
		}
		kib = append(kib, n)
	}
	if len(kib) < 10 {
		g.t.Fatalf("only %d samples: %v", len(kib), kib)
	}
	half := len(kib) / 2
	before, after := slices.Max(kib[:half]), slices.Max(kib[half:])
	g.t.Logf("%d samples: at most %d KiB in the first half, %d KiB in the second", len(kib), before, after)
	if after > before*5/4 || after > 200<<10 {
		g.t.Errorf("memory grew from %d to %d KiB", before, after)
	}
}
