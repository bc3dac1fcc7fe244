//go:build lab

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// attack is a way to perform what a signature finds, once.
type attack struct {
	name      string
	command   string // run by dash
	signature string
	// program is what the process runs that the finding is about, data what the
	// signature says of it.
	program, data string
}

// Each command is one attack and so one finding. strace is a finding at all
// because it tries out what the kernel's ptrace can do on a child of its own
// that asks to be traced; the program that it then traces does not ask.
var performed = []attack{
	{"reverse shell in C", "attack reverse 4444", "TRC-1", "/usr/local/bin/attack", `{"fd":0,"ip":"127.0.0.1","port":"4444"}`},
	{"reverse shell of bash", "bash -c 'bash -c : >&/dev/tcp/127.0.0.1/4444 0>&1'", "TRC-1", "/usr/bin/bash", `{"fd":1,"ip":"127.0.0.1","port":"4444"}`},
	{"asks to be traced", "attack traceme", "TRC-2", "/usr/local/bin/attack", "null"},
	{"strace", "strace -o /dev/null true", "TRC-2", "/usr/bin/strace", "null"},
	{"program in a memfd", "attack memfd /usr/bin/true", "TRC-5", "memfd:payload", `{"pathname":"memfd:payload"}`},
	{"program in /dev/shm", "/dev/shm/payload", "TRC-5", "/dev/shm/payload", `{"pathname":"/dev/shm/payload"}`},
	{"nginx runs a command", "/tmp/nginx -c '/bin/sh -c :; :'", "TRC-12", "/tmp/nginx", `{"pathname":"/usr/bin/dash"}`},
	{"nginx runs a script", "/tmp/nginx -c '/tmp/script; :'", "TRC-12", "/tmp/nginx", `{"pathname":"/usr/bin/dash"}`},
}

const (
	rounds = 20
	// background is what a busy machine does: it must give no finding, and cost
	// no event.
	background = `
		(while :; do find / -xdev >/dev/null 2>&1; done) & load="$!"
		(while :; do ps aux >/dev/null; done) & load="$load $!"`

	attackSetup = `
		cp /usr/bin/true /dev/shm/payload
		cp /usr/bin/dash /tmp/nginx
		printf '#!/bin/sh\n:\n' >/tmp/script
		chmod +x /tmp/script
		attack listen 4444 >listen.err 2>&1 &
		until_true grep -q ready listen.err`

	// pipe is the main job as the manual has it.
	pipe = `
		watched=TRC-1,TRC-2,TRC-5,TRC-12
		detect() {
			: >$1.err
			{ tracer --trace event=$(rules --list-events --rules $watched) 2>$1.err; echo $? >$1.status; } |
				{ rules --output json --rules $watched >$1.out 2>$1.rules.err; echo $? >$1.rules.status; } &
			detecting=$!
			ready $1
		}
		stop_detecting() { pkill -INT -x tracer; wait $detecting; }`
)

func attackScript() string {
	var b strings.Builder
	b.WriteString(attackSetup + pipe + background)
	b.WriteString("\ndetect quiet; sleep 5; stop_detecting\n")
	fmt.Fprintf(&b, "detect attacked; i=0; while [ $i -lt %d ]; do i=$((i + 1))\n", rounds)
	for _, a := range performed {
		fmt.Fprintf(&b, "%s >/dev/null || die %q\n", a.command, a.name)
	}
	b.WriteString("done; stop_detecting; kill $load")
	return b.String()
}

// finding is what a program sees of a finding.
type finding struct {
	Data        json.RawMessage
	Context     event.Event
	SigMetadata struct{ ID string }
	ID          string `json:"id"`
	LostEvents  int    `json:"lostEvents"`
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

func TestSignaturesFindWhatIsPerformed(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, attackScript())
		for _, name := range []string{"quiet", "attacked"} {
			found := g.findings(name)
			want := map[string]int{}
			if name == "attacked" {
				for _, a := range performed {
					want[strings.Join([]string{a.signature, a.program, a.data}, " ")] += rounds
				}
			}
			got := map[string]int{}
			for _, f := range found {
				got[strings.Join([]string{f.SigMetadata.ID, f.Context.Executable, string(f.Data)}, " ")]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: findings by signature, program and data (-want +got):\n%s", name, diff)
			}
			events, lost := g.pipeTotals(name, len(found))
			if lost != 0 || events < 100 {
				t.Errorf("%s: %d events and %d lost", name, events, lost)
			}
			t.Logf("%s: %d events, %d lost, %d findings: %v", name, events, lost, len(found), slices.Sorted(maps.Keys(got)))
		}
	})
}
