//go:build lab

package e2e

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/test/lab"
)

//go:embed testdata/benign.sh
var benignWords []byte

// accepted are findings about an attack's twin: what happens is what the
// signature looks for, and only people can tell that it is no attack.
var accepted = []struct{ signature, program, reason string }{}

// medium is the least severity that the ordinary must not have.
const medium = 2

const benignScript = `
	. /e2e/benign.sh
	accounts; repository; source_package
	: >all.err
	{ tracer $(rules tracer-flags) 2>all.err; echo $? >all.status; } |
		{ rules --output json >all.out 2>all.rules.err; echo $? >all.rules.status; } &
	detecting=$!
	ready all
	aptget update
	aptget install --no-install-recommends cron openssh-server nginx-light sudo
	compile
	build
	aptget update
	aptget install hello-lab
	services
	load
	logins
	look
	job
	aptget remove hello-lab
	pkill -INT -x tracer; wait $detecting`

// A machine where packages are built and installed, services run and people log
// in gives no finding of medium or higher severity.
func TestOrdinaryLifeIsNoFinding(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, benignScript, func(m *lab.Machine) {
			m.Files = append(m.Files, lab.File{Data: benignWords, Guest: "/e2e/benign.sh"})
			m.Packages = []string{
				"adduser", "apache2-utils", "apt", "build-essential", "curl", "debconf", "debhelper", "dpkg", "dpkg-dev", "fakeroot",
				"libpam-runtime", "openssh-client",
			}
			m.Installable = []string{"cron", "nginx-light", "openssh-server", "sudo"}
			m.Timeout = 8 * time.Minute
		})
		found := g.findings("all")
		used := map[int]bool{}
		for _, f := range found {
			severity, err := strconv.Atoi(fmt.Sprint(f.SigMetadata.Properties["Severity"]))
			if err != nil {
				t.Errorf("%s: severity: %v", f.SigMetadata.ID, err)
			}
			what := fmt.Sprintf("%s %s (severity %d) by %s: %s", f.SigMetadata.ID, f.SigMetadata.Name, severity, f.Context.Executable, f.Data)
			step := g.stepAt(f.Context.Timestamp)
			i := acceptedAs(f.SigMetadata.ID, f.Context.Executable)
			switch {
			case severity < medium:
				t.Logf("%s: %s", step, what)
			case i >= 0:
				used[i] = true
			default:
				t.Errorf("%s: %s", step, what)
			}
		}
		for i, a := range accepted {
			if !used[i] {
				t.Errorf("accepted finding %s by %s did not come: take it off the list", a.signature, a.program)
			}
		}
		events, lost := g.pipeTotals("all", len(found))
		if lost != 0 || events < 10000 {
			t.Errorf("%d events and %d lost", events, lost)
		}
		t.Logf("%d events, %d findings", events, len(found))
	})
}

func acceptedAs(signature, program string) int {
	for i, a := range accepted {
		if a.signature == signature && a.program == program {
			return i
		}
	}
	return -1
}

// stepAt is what the script did at a time, ns since 1970.
func (g *guest) stepAt(at int64) string {
	g.t.Helper()
	step := "before"
	for line := range strings.Lines(g.text("steps")) {
		since, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if begin, err := strconv.ParseInt(since, 10, 64); err != nil {
			g.t.Fatalf("steps: %v", err)
		} else if begin <= at {
			step = name
		}
	}
	return step
}
