//go:build lab

package e2e

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/test/lab"
)

//go:embed testdata/container.sh
var containerScript []byte

// performance is an attack as somebody would perform it, and all that the shipped
// signatures, selected at once, have to say of it.
type performance struct {
	name string
	// in is what runs the command: "" is the host, else container of
	// testdata/container.sh with its settings.
	in string
	// prepare is run on the host before anything watches.
	prepare string
	// command is run by dash -e as root, with the words of testdata/lib.sh.
	// fact NAME VALUE tells a value for finds.
	command string
	// finds holds each finding as "ID PROGRAM DATA": the program that the process
	// runs, and JSON. <NAME> stands for a fact, <time> for a time during the attack.
	finds []string
	// missed is the signature that finds nothing of it, and says so in its property
	// misses.
	missed string
	// only, if not empty, lists the kernels on which it can be performed.
	only []string
}

const (
	container = "container"
	hostPID   = "HOST_PID=1 container"
)

// volume is a container that sees a file or folder of the host at a path.
func volume(from, to string) string { return "VOLUMES=" + from + ":" + to + " container" }

// performances is every attack, by theme.
var performances = slices.Concat(
	executionAttacks, injectionAttacks, credentialAttacks, persistenceAttacks, privilegeAttacks, containerAttacks, escapeAttacks, rootkitAttacks,
)

// unperformed holds signatures that cannot be attacked in the lab: what replays a
// recorded stream instead. Why is in the signature's file.
var unperformed = map[string]string{}

// No shipped signature lacks an attack.
func TestEverySignatureIsAttacked(t *testing.T) {
	found, missed := map[string]bool{}, map[string]bool{}
	for _, p := range performances {
		if (len(p.finds) == 0) != (p.missed != "") {
			t.Errorf("%s: must have either findings or a signature that misses it", p.name)
		}
		missed[p.missed] = true
		for _, f := range p.finds {
			id, _, _ := strings.Cut(f, " ")
			found[id] = true
		}
	}
	out, err := exec.Command(filepath.Join(programs, "rules"), "list", "--json").Output()
	if err != nil {
		t.Fatalf("rules list: %v", err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		var s struct {
			ID         string
			Properties struct {
				Misses string `json:"misses"`
			}
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		listed[s.ID] = true
		if missed[s.ID] && s.Properties.Misses == "" {
			t.Errorf("signature %s misses an attack and does not say so", s.ID)
		}
		switch instead := unperformed[s.ID]; {
		case !found[s.ID] && instead == "":
			t.Errorf("signature %s has no attack", s.ID)
		case found[s.ID] && instead != "":
			t.Errorf("signature %s has an attack, and needs no %s", s.ID, instead)
		}
	}
	for id := range found {
		if !listed[id] {
			t.Errorf("an attack is to be found by %s, which is no shipped signature", id)
		}
	}
}

// TestEveryAttackIsFound performs one attack after the other under one pipe of
// both programs with all signatures. A finding belongs to the attack within whose
// time its event lies.
func TestEveryAttackIsFound(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		var possible []performance
		for _, p := range performances {
			if len(p.only) == 0 || slices.Contains(p.only, kernel) {
				possible = append(possible, p)
			}
		}
		g := boot(t, kernel, performScript(possible), withHostile(t, kernel), withModules("overlay"), func(m *lab.Machine) {
			m.Timeout = 8 * time.Minute
			m.Packages = append(m.Packages, "cron", "init-system-helpers", "perl-base")
			m.Files = append(m.Files, lab.File{Data: containerScript, Guest: "/usr/local/bin/container", Mode: 0o755})
			for i, p := range possible {
				m.Files = append(m.Files, lab.File{Data: []byte(performedBy(p)), Guest: commandFile(i)})
			}
		})
		found := g.findings("all")
		events, lost := g.pipeTotals("all", len(found))
		if lost != 0 {
			t.Errorf("%d of %d events lost", lost, events)
		}
		times := g.times(len(possible))
		t.Logf("%d attacks, %d events, %d findings", len(possible), events, len(found))
		of := make([][]finding, len(times)+1)
		for _, f := range found {
			i, known := slices.BinarySearch(times, f.Context.Timestamp)
			if known {
				i++
			}
			of[i] = append(of[i], f)
		}
		for _, f := range append(of[0], of[len(times)]...) {
			t.Errorf("before or after all attacks: %s", f.line())
		}
		for i, p := range possible {
			t.Run(p.name, func(t *testing.T) { g.in(t).checkPerformance(i, p, of[i+1], times[i], times[i+1]) })
		}
	})
}

func commandFile(i int) string { return fmt.Sprintf("/e2e/attacks/%03d", i) }
func factsFile(i int) string   { return fmt.Sprintf("facts.%03d", i) }
func outputFile(i int) string  { return fmt.Sprintf("output.%03d", i) }

func performedBy(p performance) string {
	return ". /e2e/lib.sh\nfact() { echo \"$1 $2\" >&3; }\n" + p.command + "\n"
}

// performScript prepares all attacks and performs them in order. Each begins with
// the time in times, as the end of all does.
func performScript(all []performance) string {
	var prepare, perform strings.Builder
	for i, p := range all {
		fmt.Fprintf(&prepare, "%s\n", p.prepare)
		fmt.Fprintf(&perform, "date +%%s%%N >>times; { %s sh -e %s; } 3>%s >%s 2>&1; echo $? >>statuses\n",
			p.in, commandFile(i), factsFile(i), outputFile(i))
	}
	return `
		load_module overlay
		PREEMPTED=1; export PREEMPTED
		` + prepare.String() + pipe + `
		detect all
		` + perform.String() + `
		date +%s%N >>times
		stop_detecting`
}

// times reads when each attack began, and the last ended.
func (g *guest) times(attacks int) []int64 {
	g.t.Helper()
	var all []int64
	for _, word := range strings.Fields(g.text("times")) {
		at, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			g.t.Fatal(err)
		}
		all = append(all, at)
	}
	if len(all) != attacks+1 || !slices.IsSorted(all) {
		g.t.Fatalf("%d attacks began at %v", attacks, all)
	}
	return all
}

// line is a finding as tables have it.
func (f *finding) line() string {
	return strings.Join([]string{f.SigMetadata.ID, f.Context.Executable, string(f.Data)}, " ")
}

var (
	placeholder = regexp.MustCompile(`<[a-z]+>`)
	timestamp   = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`)
)

// checkPerformance checks what was found between two times, in ns since 1970.
func (g *guest) checkPerformance(i int, p performance, found []finding, begin, end int64) {
	g.t.Helper()
	output := g.file(outputFile(i))
	if status := strings.Fields(g.text("statuses"))[i]; status != "0" {
		g.t.Errorf("exit status %s: %s", status, output)
	}
	facts := map[string]string{"time": "<time>"}
	for line := range strings.Lines(g.text(factsFile(i))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		facts[name] = value
	}
	want := []string{}
	for _, f := range p.finds {
		want = append(want, placeholder.ReplaceAllStringFunc(f, func(name string) string {
			value, known := facts[strings.Trim(name, "<>")]
			if !known {
				g.t.Errorf("%s: the command did not tell", name)
			}
			return value
		}))
	}
	got := []string{}
	for _, f := range found {
		got = append(got, timestamp.ReplaceAllStringFunc(f.line(), func(s string) string {
			at, err := time.Parse(time.RFC3339Nano, s)
			if err != nil || at.UnixNano() < begin || at.UnixNano() > end {
				return s
			}
			return "<time>"
		}))
		if f.Context.ContainerID != facts["container"] {
			g.t.Errorf("%s: in container %q, want %q", f.line(), f.Context.ContainerID, facts["container"])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Errorf("findings (-want +got):\n%s%s", diff, output)
	}
}
