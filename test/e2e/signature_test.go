//go:build lab

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// underLoad are performances that are given again and again while the machine is
// busy.
var underLoad = []string{
	"reverse shell in C", "reverse shell of bash", "asks to be traced", "strace", "program in a memfd",
	"program in /dev/shm", "nginx runs a command", "nginx runs a script",
}

const (
	rounds = 20
	// background is what a busy machine does: it must give no finding, and cost
	// no event.
	background = `
		(while :; do find / -xdev >/dev/null 2>&1; done) & load="$!"
		(while :; do ps aux >/dev/null; done) & load="$load $!"`

	// pipe is the main job as the manual has it.
	pipe = `
		attack listen 4444 >listen.err 2>&1 &
		until_true grep -q ready listen.err
		detect() {
			: >$1.err
			{ tracer $(rules tracer-flags) 2>$1.err; echo $? >$1.status; } |
				{ rules --output json >$1.out 2>$1.rules.err; echo $? >$1.rules.status; } &
			detecting=$!
			ready $1
		}
		stop_detecting() { pkill -INT -x tracer; wait $detecting; }`
)

// loaded are the performances of underLoad.
func loaded(t *testing.T) []performance {
	t.Helper()
	var all []performance
	for _, name := range underLoad {
		i := slices.IndexFunc(performances, func(p performance) bool { return p.name == name && p.in == "" })
		if i < 0 {
			t.Fatalf("no performance is named %q", name)
		}
		all = append(all, performances[i])
	}
	return all
}

func loadScript(all []performance) string {
	var prepare, perform strings.Builder
	for _, p := range all {
		fmt.Fprintf(&prepare, "%s\n", p.prepare)
		fmt.Fprintf(&perform, "(set -e; %s\n) >/dev/null || die %q\n", p.command, p.name)
	}
	return prepare.String() + pipe + background + `
		detect quiet; sleep 5; stop_detecting
		detect attacked; i=0
		while [ $i -lt ` + strconv.Itoa(rounds) + ` ]; do i=$((i + 1))
		` + perform.String() + `done
		stop_detecting; kill $load`
}

// finding is what a program sees of a finding.
type finding struct {
	Data        json.RawMessage
	Context     event.Event
	SigMetadata struct {
		ID, Name   string
		Properties map[string]any
	}
	ID         string `json:"id"`
	LostEvents int    `json:"lostEvents"`
}

func (g *guest) findings(name string) []finding {
	g.t.Helper()
	var all []finding
	ids := map[string]bool{}
	for line := range bytes.Lines(g.file(name + ".out")) {
		var f finding
		if err := json.Unmarshal(line, &f); err != nil {
			g.t.Fatalf("finding %d: %v: %s", len(all), err, line)
		}
		if f.ID == "" || ids[f.ID] {
			g.t.Errorf("finding id %q: empty or there already", f.ID)
		}
		ids[f.ID] = true
		all = append(all, f)
	}
	return all
}

var rulesTotals = regexp.MustCompile(`msg=done events=([0-9]+) bad_lines=0 unknown_events=0 broken_ends=0 lost=([0-9]+) findings=([0-9]+) unrendered=0`)

// pipeTotals checks both ends of a pipe: exit statuses, and what tracer wrote
// is what rules read. It returns the number of events and of those lost.
func (g *guest) pipeTotals(name string, findings int) (events, lost int) {
	g.t.Helper()
	for _, s := range []string{".status", ".rules.status"} {
		if status := g.text(name + s); status != "0" {
			g.t.Errorf("%s%s is %s", name, s, status)
		}
	}
	events, lost = g.totals(name)
	words := g.file(name + ".rules.err")
	if m := rulesTotals.FindStringSubmatch(string(words)); m == nil {
		g.t.Errorf("%s: no such totals in %s", name, words)
	} else if want := []string{strconv.Itoa(events), strconv.Itoa(lost), strconv.Itoa(findings)}; !slices.Equal(m[1:], want) {
		g.t.Errorf("%s: rules says events, lost and findings were %v, want %v", name, m[1:], want)
	}
	return events, lost
}

// Under load every attack gives its findings, each time, and nothing else does.
func TestAttacksUnderLoad(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		all := loaded(t)
		g := boot(t, kernel, loadScript(all))
		for _, name := range []string{"quiet", "attacked"} {
			found := g.findings(name)
			want := map[string]int{}
			if name == "attacked" {
				for _, p := range all {
					for _, f := range p.finds {
						want[f] += rounds
					}
				}
			}
			got := map[string]int{}
			for _, f := range found {
				got[f.line()]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: findings (-want +got):\n%s", name, diff)
			}
			events, lost := g.pipeTotals(name, len(found))
			if lost != 0 || events < 100 {
				t.Errorf("%s: %d events and %d lost", name, events, lost)
			}
			t.Logf("%s: %d events, %d lost, %d findings", name, events, lost, len(found))
		}
	})
}
