package rego

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

// policy is a signature with the given match rules.
func policy(rules string) string { return signatureText(meta, onAny, rules) }

func TestDemands(t *testing.T) {
	traceme, attach := ptrace(int64(0)), ptrace(int64(16))
	other := open("/etc/shadow", int32(1))
	tests := []struct {
		name, rules      string
		passes, ruledOut []*event.Event
	}{
		{"event", `tracee_match if input.eventName == "ptrace"`, []*event.Event{traceme}, []*event.Event{other}},
		{"event, turned round", `tracee_match if "ptrace" == input.eventName`, []*event.Event{traceme}, []*event.Event{other}},
		{"argument", `tracee_match if data.tracee.helpers.get_tracee_argument("request") == "PTRACE_TRACEME"`,
			[]*event.Event{traceme, ptrace("PTRACE_TRACEME")}, []*event.Event{attach, other, ptrace(nil), ptrace([]string{"PTRACE_TRACEME"})}},
		{"argument by a variable", "tracee_match if {\nx = data.tracee.helpers.get_tracee_argument(\"request\")\nx == \"PTRACE_TRACEME\"\n}",
			[]*event.Event{traceme}, []*event.Event{attach}},
		{"element", "tracee_match if {\ninput.args[i].name == \"request\"\ninput.args[i].value == \"PTRACE_TRACEME\"\n}",
			[]*event.Event{traceme}, []*event.Event{attach, other}},
		{"element by some", "tracee_match if {\nsome a in input.args\na.name == \"pathname\"\nstartswith(a.value, \"/etc/\")\n}",
			[]*event.Event{other}, []*event.Event{traceme, open("/tmp/etc/", int32(1))}},
		{"elements that need not be the same", "tracee_match if {\ninput.args[_].name == \"flags\"\ninput.args[_].value == \"/etc/shadow\"\n}",
			[]*event.Event{other}, []*event.Event{open("/x", int32(1))}},
		{"set", `tracee_match if input.eventName in {"ptrace", "security_file_open"}`, []*event.Event{traceme, other}, []*event.Event{{EventName: "close"}}},
		{"named set", "names := [\"ptrace\", 7]\ntracee_match if input.eventName in names", []*event.Event{traceme}, []*event.Event{other}},
		{"suffixes", `tracee_match if strings.any_suffix_match(data.tracee.helpers.get_tracee_argument("pathname"), ["/shadow", "/gshadow"])`,
			[]*event.Event{other}, []*event.Event{traceme, open("/x", int32(1))}},
		{"a list of texts may be matched", `tracee_match if strings.any_prefix_match(data.tracee.helpers.get_tracee_argument("request"), "PT")`,
			[]*event.Event{traceme, ptrace([]string{"x"})}, []*event.Event{other}},
		{"bytes", `tracee_match if startswith(data.tracee.helpers.get_tracee_argument("request"), "f0VM")`,
			[]*event.Event{ptrace([]byte("\x7fELF"))}, []*event.Event{ptrace([]byte("#!/bin/sh"))}},
		{"number", `tracee_match if input.returnValue == -1`, nil, []*event.Event{traceme}},
		{"either rule", "tracee_match if input.eventName == \"ptrace\"\ntracee_match if input.eventName == \"security_file_open\"", []*event.Event{traceme, other}, []*event.Event{{EventName: "close"}}},
		{"either branch", "tracee_match if { input.eventName == \"ptrace\" } else if { input.eventName == \"security_file_open\" }",
			[]*event.Event{traceme, other}, []*event.Event{{EventName: "close"}}},
		{"rule of its own", "is_ptrace if input.eventName == \"ptrace\"\ntracee_match if is_ptrace", []*event.Event{traceme}, []*event.Event{other}},
		{"default false", "default tracee_match := false\ntracee_match if input.eventName == \"ptrace\"", []*event.Event{traceme}, []*event.Event{other}},

		// What is not understood demands nothing.
		{"one rule without conditions", "tracee_match if input.eventName == \"ptrace\"\ntracee_match if count(input.args) > 7", []*event.Event{traceme, other}, nil},
		{"default true", "default tracee_match := true\ntracee_match := false if input.eventName == \"ptrace\"", []*event.Event{other}, nil},
		{"default object", "default tracee_match := {}\ntracee_match := false if input.eventName == \"ptrace\"", []*event.Event{other}, nil},
		{"not", `tracee_match if not input.eventName == "ptrace"`, []*event.Event{other}, nil},
		{"with", `tracee_match if input.eventName == "ptrace" with input as {"eventName": "ptrace"}`, []*event.Event{other}, nil},
		{"else without conditions", "tracee_match if { input.eventName == \"ptrace\" } else := {\"x\": 1}", []*event.Event{other}, nil},
		{"partial object", "tracee_match[\"x\"] := 1 if input.eventName == \"ptrace\"", []*event.Event{other}, nil},
		{"dotted", "tracee_match.x := 1 if input.eventName == \"ptrace\"", []*event.Event{other}, nil},
		{"set of findings", "tracee_match contains 1 if input.eventName == \"ptrace\"", []*event.Event{other}, nil},
		{"rule with default true", "default yes := true\nyes := false if input.eventName == \"ptrace\"\ntracee_match if yes", []*event.Event{other}, nil},
		{"constant that may be two", "n := \"a\" if input.userId == 0\nn := \"b\" if input.userId == 1\ntracee_match if input.eventName == n", []*event.Event{other}, nil},
		{"function", "f(n) if input.eventName == n\ntracee_match if f(\"ptrace\")", []*event.Event{other}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustLoad(t, policy(tt.rules))
			passes := func(e *event.Event) bool { return s.demands == nil || s.demands.holds(e, s.events(e.EventName)) }
			for _, e := range tt.passes {
				if !passes(e) {
					t.Errorf("ruled out: %s", e.AppendJSON(nil))
				}
			}
			for _, e := range tt.ruledOut {
				if passes(e) {
					t.Errorf("passes: %s", e.AppendJSON(nil))
				}
			}
			compareFiltered(t, s, append(tt.passes, tt.ruledOut...))
		})
	}
}

// compareFiltered compares the findings with and without the prefilter, and
// returns how many events it ruled out and how many matched.
func compareFiltered(t *testing.T, s *Signature, events []*event.Event) (ruledOut, matched int) {
	t.Helper()
	plain := *s
	plain.demands = nil
	for _, e := range events {
		want, err := plain.OnEvent(e)
		if err != nil {
			continue // such as two values at once, which a prefilter may hide
		}
		got, err := s.OnEvent(e)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%v on %s (-evaluated +filtered):\n%s", err, e.AppendJSON(nil), diff)
		}
		if want != nil {
			matched++
		}
		if s.demands != nil && !s.demands.holds(e, s.events(e.EventName)) {
			ruledOut++
		}
	}
	return ruledOut, matched
}

// recorded are the events of all cases of the shipped signatures.
func recorded(t *testing.T) []*event.Event {
	t.Helper()
	cases, err := sigtest.LoadAll("../../../signatures/*/*_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []*event.Event
	for _, c := range cases {
		all = append(all, c.Events...)
	}
	return all
}

// mutated are recorded events with values exchanged among them.
func mutated(r *rand.Rand, pool []*event.Event, n int) []*event.Event {
	all := make([]*event.Event, n)
	for i := range all {
		e := *pool[r.IntN(len(pool))]
		e.Args = append([]event.Argument(nil), e.Args...)
		other := pool[r.IntN(len(pool))]
		switch r.IntN(6) {
		case 0:
			e.EventName = other.EventName
		case 1:
			e.ProcessName, e.ReturnValue = other.ProcessName, other.ReturnValue
		case 2, 3:
			if len(e.Args) > 0 && len(other.Args) > 0 {
				from := other.Args[r.IntN(len(other.Args))]
				to := &e.Args[r.IntN(len(e.Args))]
				if r.IntN(2) == 0 {
					*to = from
				} else {
					to.Value = from.Value
				}
			}
		case 4:
			r.Shuffle(len(e.Args), func(i, j int) { e.Args[i], e.Args[j] = e.Args[j], e.Args[i] })
			e.Args = e.Args[:r.IntN(len(e.Args)+1)]
		}
		all[i] = &e
	}
	return all
}

// randomPolicy conjoins conditions with constants of events, so that some match.
func randomPolicy(r *rand.Rand, pool []*event.Event) string {
	e := pool[r.IntN(len(pool))]
	name, text, literal := "x", "x", `"x"` // of an argument: the value as text and as Rego writes it
	if len(e.Args) > 0 {
		a := event.RenderArgument(e, e.Args[r.IntN(len(e.Args))], catalog.ByName(e.EventName), event.Tracee)
		v := value(a.Value)
		name, literal = a.Name, v.String()
		if s, ok := v.Value.(ast.String); ok {
			text = string(s)
		}
	}
	cut := text[:r.IntN(len(text)+1)]
	conditions := []string{
		fmt.Sprintf("input.eventName == %q", e.EventName),
		fmt.Sprintf("%q = input.processName", e.ProcessName),
		fmt.Sprintf("input.eventName in {%q, %q}", e.EventName, pool[0].EventName),
		fmt.Sprintf("input.returnValue == %d", e.ReturnValue),
		fmt.Sprintf("data.tracee.helpers.get_tracee_argument(%q) == %s", name, literal),
		fmt.Sprintf("startswith(data.tracee.helpers.get_tracee_argument(%q), %q)", name, cut),
		fmt.Sprintf("v := data.tracee.helpers.get_tracee_argument(%q)\n\tendswith(v, %q)", name, text[len(text)/2:]),
		fmt.Sprintf("w = data.tracee.helpers.get_tracee_argument(%q)\n\tcontains(w, %q)", name, cut),
		fmt.Sprintf("strings.any_prefix_match(data.tracee.helpers.get_tracee_argument(%q), [%q, \"/zz\"])", name, cut),
		fmt.Sprintf("some a in input.args\n\ta.name == %q\n\ta.value in [%s, 7]", name, literal),
		fmt.Sprintf("input.args[i].name == %q\n\tstartswith(input.args[i].value, %q)", name, cut),
		fmt.Sprintf("not input.processName == %q", e.ProcessName),
		fmt.Sprintf("count(input.args) > %d", r.IntN(4)),
		"named",
	}
	var b strings.Builder
	fmt.Fprintf(&b, "named if input.eventName != %q\nnamed if input.args[_].name == %q\n", e.EventName, name)
	for range 1 + r.IntN(3) {
		r.Shuffle(len(conditions), func(i, j int) { conditions[i], conditions[j] = conditions[j], conditions[i] })
		fmt.Fprintf(&b, "tracee_match if {\n\t%s\n}\n", strings.Join(conditions[:1+r.IntN(4)], "\n\t"))
	}
	return b.String()
}

func TestPrefilterLosesNoFinding(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	pool := recorded(t)
	l, err := NewLoader(nil, catalog.ByName)
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := filepath.Glob("../../../signatures/rego/*.rego")
	if err != nil || len(shipped) == 0 {
		t.Fatal(err, shipped)
	}
	for _, path := range shipped {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := l.Load(File{Path: path, Data: text})
		if err != nil {
			t.Fatal(err)
		}
		ruledOut, matched := compareFiltered(t, s, append(mutated(r, pool, 2000), pool...))
		if ruledOut == 0 || matched == 0 {
			t.Errorf("%s: %d events ruled out, %d matched", path, ruledOut, matched)
		}
	}
	ruledOut, matched := 0, 0
	for i := range 300 {
		s, err := l.Load(File{Path: fmt.Sprint(i, ".rego"), Data: []byte(policy(randomPolicy(r, pool)))})
		if err != nil {
			t.Fatal(err)
		}
		out, m := compareFiltered(t, s, mutated(r, pool, 100))
		ruledOut, matched = ruledOut+out, matched+m
	}
	if ruledOut < 5000 || matched < 500 {
		t.Errorf("%d events ruled out, %d matched: the test proves little", ruledOut, matched)
	}
	t.Logf("%d events ruled out, %d matched", ruledOut, matched)
}
