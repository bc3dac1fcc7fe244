package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts and tests run this program as the command tracer.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tracer": main})
}

// No script gets as far as the kernel: what one asks for is wrong or needs no
// kernel, so that all run on any machine.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"jsonlines": jsonLines},
	})
}

// jsonLines is the script command "jsonlines FILE KEY…": every line of the file
// is a JSON object with these keys.
func jsonLines(ts *testscript.TestScript, _ bool, args []string) {
	lines := 0
	in := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		lines++
		var object map[string]any
		if err := json.Unmarshal(in.Bytes(), &object); err != nil {
			ts.Fatalf("line %d: %v", lines, err)
		}
		for _, key := range args[1:] {
			if _, ok := object[key]; !ok {
				ts.Fatalf("line %d has no %s: %s", lines, key, in.Text())
			}
		}
	}
	ts.Check(in.Err())
	if lines == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
}

// check must answer on this machine, whatever it is like, and its forms and
// its exit code must agree.
func TestCheckHere(t *testing.T) {
	object, err := exec.Command("tracer", "check", "--json").Output()
	var answer struct {
		Fit    bool   `json:"fit"`
		Reason string `json:"reason"`
	}
	if jsonErr := json.Unmarshal(object, &answer); jsonErr != nil {
		t.Fatalf("%v, %v: %s", err, jsonErr, object)
	}
	want := 0
	if !answer.Fit {
		want = 3
	}
	for _, args := range [][]string{{"check"}, {"check", "--json"}} {
		var stderr strings.Builder
		cmd := exec.Command("tracer", args...)
		cmd.Stderr = &stderr
		_ = cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != want {
			t.Errorf("%v: exit code %d, want %d", args, code, want)
		}
		sentence := ""
		if !answer.Fit {
			sentence = "tracer: " + answer.Reason + "\n"
		}
		if stderr.String() != sentence {
			t.Errorf("%v: stderr %q, want %q", args, stderr.String(), sentence)
		}
	}
}

// The process that waits to become a COMMAND, by itself: the word on descriptor 3
// and nothing else lets it go on.
func TestLaunch(t *testing.T) {
	for _, c := range []struct {
		name string
		word string
		ran  bool
	}{
		{"told", "\x01", true},
		{"tracer gave up", "", false},
	} {
		marker := filepath.Join(t.TempDir(), "ran")
		touch, err := exec.LookPath("touch")
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("tracer", "launch-when-told", touch, "touch", "--", marker)
		cmd.ExtraFiles = []*os.File{pipeOf(t, c.word)}
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v, wrote %q", c.name, err, out)
		}
		if _, err := os.Stat(marker); (err == nil) != c.ran {
			t.Errorf("%s: the command ran: %v, want %v", c.name, err == nil, c.ran)
		}
	}
}

// pipeOf is a pipe that holds a text and then ends.
func pipeOf(t *testing.T, text string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := w.WriteString(text); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return r
}

func TestLaunchByAUser(t *testing.T) {
	marker := filepath.Join(t.TempDir(), "ran")
	cmd := exec.Command("tracer", "launch-when-told", "/bin/touch", "touch", marker)
	out, _ := cmd.CombinedOutput()
	if want := "tracer: launch-when-told is for tracer itself: write tracer -- COMMAND\n"; !strings.HasPrefix(string(out), want) {
		t.Errorf("wrote %q, want %q", out, want)
	}
	if _, err := os.Stat(marker); err == nil || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("exit code %d, command ran: %v", cmd.ProcessState.ExitCode(), err == nil)
	}
}

func TestLaunchOfNoProgram(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("no interpreter line"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tracer", "launch-when-told", script, script)
	cmd.ExtraFiles = []*os.File{pipeOf(t, "\x01")}
	out, _ := cmd.CombinedOutput()
	if want := "tracer: start command: " + script + ": exec format error\n"; string(out) != want {
		t.Errorf("wrote %q, want %q", out, want)
	}
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
}
