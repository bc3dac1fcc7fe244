//go:build lab

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/test/lab"
)

// emitted is an event that a real program makes the kernel emit.
type emitted struct {
	event string
	// command is run by dash as root.
	command string
	// args holds the value of every argument of the event, and may hold some of
	// the event's other keys ("returnValue"), in one of these forms:
	//
	//	.key      the event's own value of that key, as .hostProcessId
	//	$command  what the command prints in the machine right after the first
	//	~regexp   JSON that matches, where nothing else in the machine tells
	//	else      JSON
	//
	// A value that has a name may be written as the name or as the number.
	args map[string]string
	// absent names fields that this event of this command does not carry.
	absent []string
	// unavailable holds, by kernel of the lab, the reason that `tracer check`
	// prints for not having the event there.
	unavailable map[string]string
}

// cases has one row at least per event that is not a system call; those are in
// syscall_test.go.
var cases = map[string][]emitted{
	"cgroup":  cgroupCases,
	"file":    fileCases,
	"kernel":  kernelCases,
	"memory":  memoryCases,
	"net":     slices.Concat(netCases, uringCases),
	"process": processCases,
}

// modules are what commands of the cases load.
var modules = []string{"fuse"}

// byTracer are events that no program causes, and where their tests are.
var byTracer = map[string]string{
	"lost_events": "loss_test.go",
	"heartbeat":   "pause_test.go",

	"container_create": "container_test.go", "container_remove": "container_test.go",
	"existing_container": "container_test.go", "container_enriched": "container_test.go",
}

// No event of the catalogue lacks a row.
func TestEveryEventHasARow(t *testing.T) {
	names := map[string]bool{}
	for _, rows := range cases {
		for _, c := range rows {
			names[c.event] = true
		}
	}
	for _, e := range catalog.Events() {
		if e.Syscall == nil && !names[e.Name] && byTracer[e.Name] == "" {
			t.Errorf("event %s has no row", e.Name)
		}
	}
}

// TestEveryEventIsEmitted proves each event by a real one, with the value of
// every field.
func TestEveryEventIsEmitted(t *testing.T) {
	for _, family := range slices.Sorted(maps.Keys(cases)) {
		t.Run(family, func(t *testing.T) {
			onKernels(t, func(t *testing.T, kernel string) {
				var change []func(*lab.Machine)
				if family == "kernel" {
					change = append(change, withHostile(t, kernel))
				}
				checkRows(t, kernel, cases[family], change...)
			})
		})
	}
}

// checkRows runs a family's commands in one machine, under one tracer.
func checkRows(t *testing.T, kernel string, rows []emitted, change ...func(*lab.Machine)) {
	if len(rows) == 0 {
		return
	}
	g := boot(t, kernel, rowsScript(rows), append(change, withModules(modules...))...)
	all := g.events("all")
	g.clean("all", len(all))
	available := g.available()
	seen := sightings{}
	for i, c := range rows {
		t.Run(c.event, func(t *testing.T) {
			defer seen.add(t, c.event, c.unavailable[kernel])
			if reason, want := available[c.event], c.unavailable[kernel]; reason != want {
				t.Fatalf("tracer check says of this kernel: %q, want %q", reason, want)
			}
			if c.unavailable[kernel] == "" {
				g.in(t).checkRow(i, c, all)
			}
		})
	}
	seen.record(t, kernel)
}

// rowsScript runs each row's command, then the commands that tell values.
func rowsScript(rows []emitted) string {
	var selected []string
	var commands strings.Builder
	for i, c := range rows {
		if !slices.Contains(selected, c.event) {
			selected = append(selected, c.event)
		}
		fmt.Fprintf(&commands, "%s\n", c.command)
		for _, name := range slices.Sorted(maps.Keys(c.args)) {
			if fact, ok := strings.CutPrefix(c.args[name], "$"); ok {
				fmt.Fprintf(&commands, "{ %s\n} >%s\n", fact, factFile(i, name))
			}
		}
	}
	trace := "--trace event=" + strings.Join(selected, ",")
	return `
		tracer check --json ` + trace + ` >check.json || die "tracer check: $?"
		attack listen 4444 >listen.err 2>&1 & listener=$!
		until_true grep -q ready listen.err
		launch all --trace tree=$$ ` + trace + ` --output json --output option:detect-syscall
		ready all
		` + commands.String() + `
		finish all
		kill $listener`
}

func factFile(row int, name string) string { return fmt.Sprintf("fact.%d.%s", row, name) }

// available maps the events that were selected to why they cannot be had, "" if
// they can, as `tracer check` says.
func (g *guest) available() map[string]string {
	g.t.Helper()
	var check struct {
		Events []struct{ Event, Unavailable string }
	}
	if err := json.Unmarshal(g.file("check.json"), &check); err != nil {
		g.t.Fatalf("check.json: %v", err)
	}
	reasons := map[string]string{}
	for _, e := range check.Events {
		reasons[e.Event] = e.Unavailable
	}
	return reasons
}

// checkRow looks for an event with the values of the row.
func (g *guest) checkRow(row int, c emitted, all []*event.Event) {
	g.t.Helper()
	want := map[string]string{}
	for name, value := range c.args {
		if strings.HasPrefix(value, "$") {
			value = asJSON(g.text(factFile(row, name)))
		}
		want[name] = value
	}
	checkComplete(g.t, c)
	var wrong []string
	for _, e := range named(all, c.event) {
		difference := differs(e, want)
		if difference == "" {
			return
		}
		if difference = e.ProcessName + ": " + difference; !slices.Contains(wrong, difference) {
			wrong = append(wrong, difference)
		}
	}
	g.t.Errorf("%s did not make the kernel emit it; of this name came:\n%s", c.command, strings.Join(wrong[:min(len(wrong), 20)], "\n"))
}

// checkComplete reports fields of the definition that the row says nothing of.
// Of the options that switch fields on, the tracer is run with detect-syscall.
func checkComplete(t *testing.T, c emitted) {
	t.Helper()
	for _, f := range catalog.ByName(c.event).Fields {
		if _, ok := c.args[f.Name]; !ok && (f.Option == "" || f.Option == "detect-syscall") && !slices.Contains(c.absent, f.Name) {
			t.Errorf("the row does not say what %s is", f.Name)
		}
	}
}

// asJSON makes what a command printed JSON: as it is, or as a text.
func asJSON(printed string) string {
	if json.Valid([]byte(printed)) {
		return printed
	}
	text, _ := json.Marshal(printed)
	return string(text)
}

// differs says how the event differs from the wanted values; "" if in nothing.
func differs(e *event.Event, want map[string]string) string {
	keys := map[string]json.RawMessage{}
	if err := json.Unmarshal(e.AppendJSON(nil), &keys); err != nil {
		return err.Error()
	}
	args := map[string][]string{} // in all their forms
	def := catalog.ByName(e.EventName)
	for _, form := range [][]event.Argument{event.Render(e, def, event.Named), e.Args} {
		for _, a := range form {
			if _, ok := want[a.Name]; !ok {
				return "carries " + a.Name
			}
			var as struct{ Value json.RawMessage }
			if err := json.Unmarshal(a.AppendJSON(nil), &as); err != nil {
				return err.Error()
			}
			args[a.Name] = append(args[a.Name], string(as.Value))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		got, ok := args[name]
		if !ok {
			got = []string{string(keys[name])}
		}
		if !slices.ContainsFunc(got, func(form string) bool { return same(form, want[name], keys) }) {
			return fmt.Sprintf("%s is %s, want %s", name, got[0], want[name])
		}
	}
	return ""
}

func same(got, want string, keys map[string]json.RawMessage) bool {
	if key, ok := strings.CutPrefix(want, "."); ok {
		return got == string(keys[key])
	}
	if pattern, ok := strings.CutPrefix(want, "~"); ok {
		return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(got)
	}
	return got == want
}
