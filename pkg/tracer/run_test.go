package tracer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/kernel"
)

// runOn runs the program on a machine that need not be this one.
func runOn(t *testing.T, where kernel.Options, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	root := newCommand(&options{kernel: where})
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&err)
	code = cli.Run(t.Context(), root)
	return code, out.String(), err.String()
}

// On a machine that cannot be traced nothing is begun: one sentence, exit code
// 3, and neither is the command run nor the old file emptied.
func TestUnfitMachines(t *testing.T) {
	for _, m := range unfit {
		dir := t.TempDir()
		ran, fresh, old := filepath.Join(dir, "ran"), filepath.Join(dir, "new"), filepath.Join(dir, "old")
		if err := os.WriteFile(old, []byte("kept"), 0o600); err != nil {
			t.Fatal(err)
		}
		where := machine(t, m.changes)
		for _, file := range []string{fresh, old} {
			code, stdout, stderr := runOn(t, where, "--output", "out-file:"+file, "--", "touch", ran)
			if code != cli.BadHost || stdout != "" {
				t.Errorf("%s: exit code %d, stdout %q", m.name, code, stdout)
			}
			if !strings.HasPrefix(stderr, "tracer: "+m.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s: stderr:\n%s", m.name, stderr)
			}
		}
		if _, err := os.Stat(ran); !os.IsNotExist(err) {
			t.Errorf("%s: the command was run", m.name)
		}
		if _, err := os.Stat(fresh); !os.IsNotExist(err) {
			t.Errorf("%s: an output file was left behind", m.name)
		}
		if b, err := os.ReadFile(old); string(b) != "kept" {
			t.Errorf("%s: the old output file holds %q, %v", m.name, b, err)
		}
	}
}

// What is wrong with the command line is said before what is wrong with the
// machine.
func TestUsageComesFirst(t *testing.T) {
	where := machine(t, unfit[0].changes)
	for _, args := range [][]string{
		{"--trace", "event=nonsense"}, {"--output", "nonsense"}, {"--output", "out-file:/"}, {"--buffer", "3"},
		{"--duration", "-1s"}, {"--", "no-such-program"}, {"nonsense"}, {"--nonsense"},
	} {
		if code, _, stderr := runOn(t, where, args...); code != cli.BadUsage {
			t.Errorf("%v: exit code %d:\n%s", args, code, stderr)
		}
	}
}

func TestHelpNeedsNoFitMachine(t *testing.T) {
	where := machine(t, unfit[0].changes)
	for args, want := range map[string]string{
		"--trace help":                 "--trace EXPRESSION selects",
		"--trace comm=ls --trace help": "--trace EXPRESSION selects",
		"--output help":                "--output WORD, may be repeated",
		"--output json --output help":  "--output WORD, may be repeated",
		"list":                         "openat",
		"--list":                       "openat",
		"version":                      "tracer ",
		"--help":                       "Exit status: 0 done",
	} {
		if code, stdout, stderr := runOn(t, where, strings.Fields(args)...); code != cli.Done || !strings.Contains(stdout, want) {
			t.Errorf("%s: exit code %d, stdout lacks %q:\n%s", args, code, want, stderr)
		}
	}
}

// The command's tree joins the trees that were asked for.
func TestPrepareCommandNarrowsTheScope(t *testing.T) {
	for expr, want := range map[string]int{"event=execve": 1, "tree=1": 2, "tree!=1": 1} {
		o := &options{trace: []string{expr}, output: []string{"none"}, buffer: 8}
		s, err := o.session(t.Context(), []string{"echo"}, &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.prepareCommand(); err != nil {
			t.Fatal(err)
		}
		s.tearDown()
		equal := s.filter.Policies[0].Scope.Tree.Equal
		if len(equal) != want || equal[len(equal)-1] != int64(s.command.pid()) {
			t.Errorf("%s: trees %v for command %d", expr, equal, s.command.pid())
		}
		if got := s.command.outcome(); got != "not started" {
			t.Errorf("%s: outcome %q", expr, got)
		}
	}
}

func TestTotals(t *testing.T) {
	var b bytes.Buffer
	s := &session{out: &output{}, stderr: &b}
	s.counters.written.Store(163)
	s.totals()
	s.counters.faults.Store(5)
	s.source.losses.seen = map[place]uint64{{"events", 0}: 3, {"scratch", 1}: 4}
	s.source.undecodable = 2
	s.path, s.command = "/bin/ls", &command{}
	s.totals()
	want := "tracer: 163 events written, 0 lost\n" +
		"tracer: 163 events written, 7 lost (2 of them not understood), 5 with arguments that could not be read; /bin/ls: not started\n"
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", b.String(), want)
	}
}

func TestReadySaysWhatIsNotTraced(t *testing.T) {
	for _, c := range []struct {
		missing, partial int
		want             string
	}{
		{0, 0, ""},
		{2, 0, "; without 2 that it does not have"},
		{0, 1, "; 1 in part, as it refuses programs of theirs"},
		{2, 1, "; without 2 that it does not have; 1 in part, as it refuses programs of theirs"},
	} {
		if got := without(c.missing, c.partial); got != c.want {
			t.Errorf("without(%d, %d) = %q, want %q", c.missing, c.partial, got, c.want)
		}
	}
}
