//go:build lab

package e2e

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tracehound/tracehound/pkg/event"
)

//go:embed attack/calls.c
var callsSource []byte

// callPattern finds the calls of calls.c where they are made or noted.
var callPattern = regexp.MustCompile(`(?:CALL\(|FAILS\([A-Z]+, )([a-z0-9_]+),\s+\(|note\(\w+, "([a-z0-9_]+)"`)

// call is a line of attack/calls.c: a system call as its caller knows it.
type call struct {
	TID  int            `json:"tid"`
	Name string         `json:"name"`
	Ret  int64          `json:"ret"`
	Args map[string]any `json:"args"`
	Cut  string         `json:"cut"`
}

// readCalls sorts the lines by thread.
func (g *guest) readCalls(name string) map[int][]call {
	g.t.Helper()
	calls := map[int][]call{}
	for line := range bytes.Lines(g.file(name)) {
		var c call
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&c); err != nil {
			g.t.Fatalf("%v: %s", err, line)
		}
		calls[c.TID] = append(calls[c.TID], c)
	}
	return calls
}

// toCall makes an event comparable with what the caller wrote down.
func toCall(t *testing.T, e *event.Event) call {
	t.Helper()
	c := call{TID: e.HostThreadID, Name: e.EventName, Ret: e.ReturnValue, Args: map[string]any{}}
	for _, a := range e.Args {
		d := json.NewDecoder(bytes.NewReader(a.AppendJSON(nil)))
		d.UseNumber()
		var as struct{ Value any }
		if err := d.Decode(&as); err != nil {
			t.Fatal(err)
		}
		c.Args[a.Name] = as.Value
		if a.Truncated {
			c.Cut += a.Name
		}
	}
	return c
}

// told are the calls that a stream tells of a thread: what libc does as each
// program starts, and what writes the lines, left out.
func told(t *testing.T, all []*event.Event, tid int) []call {
	t.Helper()
	var calls []call
	starting := false
	for _, e := range all {
		if e.HostThreadID != tid {
			continue
		}
		fd, _ := e.Int("fd")
		switch {
		case e.EventName == "execve" && e.ReturnValue == 0, e.EventName == "execveat" && e.ReturnValue == 0:
			starting = true
		case e.EventName == "sched_yield":
			starting = false
		case starting, e.EventName == "write" && fd == 9:
			continue
		}
		calls = append(calls, toCall(t, e))
	}
	return calls
}

// The program writes down what it calls; two tracers tell the same, one in JSON
// with a probe for each call, the other in gob with the raw tracepoints for all
// calls.
func TestSyscalls(t *testing.T) {
	// The names are needed before the program has run: from its source.
	names := calledNames(t)
	schema := eventSchema(t)
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, fmt.Sprintf(`
			mkfifo go; : >lines;
			sh -c 'read x <go; exec calls lines' & calls=$!
			launch probes --trace tree=$calls --trace event=%s --output json --output option:exec-env
			launch raw --trace tree=$calls --trace set=syscalls --output gob --output option:exec-env
			ready probes raw
			echo go >go; wait $calls; echo $? >calls.status
			echo $calls >calls.pid
			finish probes raw; rm go`, strings.Join(names, ",")))
		if status := g.text("calls.status"); status != "7" {
			t.Fatalf("calls ended with %s", status)
		}
		probes, raw := g.events("probes"), g.events("raw")
		g.clean("probes", len(probes))
		g.clean("raw", len(raw))
		want := g.readCalls("lines")
		count := 0
		for _, tid := range slices.Sorted(maps.Keys(want)) {
			calls := want[tid]
			got := told(t, probes, tid)
			if tid == g.number("calls.pid") {
				got = fromExecOf(got, "/usr/local/bin/calls")
			}
			if diff := cmp.Diff(calls, got); diff != "" {
				t.Errorf("thread %d (-called +told):\n%s", tid, diff)
			}
			count += len(calls)
		}
		for line := range bytes.Lines(g.file("probes.out")) {
			checkLine(t, schema, line)
		}
		t.Logf("%d calls by %d threads, %d names", count, len(want), len(names))
		// The shell's open of the FIFO was under way before the probes were there.
		inBoth := func(e *event.Event) bool { return slices.Contains(names, e.EventName) && e.ProcessName != "sh" }
		checkSame(t, keep(probes, inBoth), keep(raw, inBoth))
	})
}

// calledNames are the calls of calls.c, sorted.
func calledNames(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	for _, c := range callPattern.FindAllStringSubmatch(string(callsSource), -1) {
		names[c[1]+c[2]] = true
	}
	if len(names) < 60 || len(names) > 127 {
		t.Fatalf("%d calls in calls.c: more than 127 are not traced one by one, and fewer than 60 are not what is there", len(names))
	}
	return slices.Sorted(maps.Keys(names))
}

// fromExecOf drops what a thread did before it executed a program.
func fromExecOf(calls []call, program string) []call {
	for i, c := range calls {
		if c.Name == "execve" && c.Ret == 0 && c.Args["pathname"] == program {
			return calls[i+1:]
		}
	}
	return nil
}

// checkSame asserts that two tracers told the same of each thread. When and
// where a probe ran is its own.
func checkSame(t *testing.T, a, b []*event.Event) {
	t.Helper()
	threads := map[int]bool{}
	for _, e := range slices.Concat(a, b) {
		threads[e.HostThreadID] = true
	}
	for tid := range threads {
		of := func(e *event.Event) bool { return e.HostThreadID == tid }
		diff := cmp.Diff(keep(a, of), keep(b, of), cmpopts.IgnoreFields(event.Event{}, "Timestamp", "ProcessorID", "Sequence"), cmpopts.EquateEmpty())
		if diff != "" {
			t.Errorf("thread %d, one probe per call and raw tracepoints (-probes +raw):\n%s", tid, diff)
		}
	}
}
