package tracer

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/cli"
)

// TestMain lets the test binary stand for tracer where tracer starts itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == launch {
		os.Exit(Main())
	}
	os.Exit(m.Run())
}

// prepared is a command that waits for its word, and a function that waits for
// its end and returns what it wrote.
func prepared(t *testing.T, args ...string) (*command, func() string) {
	t.Helper()
	path, err := findCommand(args)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c, err := prepare(path, args, out, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	return c, func() string {
		t.Helper()
		if !c.ended(time.Minute) {
			t.Fatal("the command does not end")
		}
		b, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestCommandWaitsForItsWord(t *testing.T) {
	c, end := prepared(t, "echo", "ran")
	if c.ended(300 * time.Millisecond) {
		t.Fatal("the command did not wait")
	}
	if got := c.outcome(); got != "not started" {
		t.Errorf("outcome %q", got)
	}
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	if got := end(); got != "ran\n" {
		t.Errorf("wrote %q", got)
	}
	if got := c.outcome(); got != "exit status 0" {
		t.Errorf("outcome %q", got)
	}
	c.stop() // of what has ended
	if got := c.outcome(); got != "exit status 0" {
		t.Errorf("outcome %q after stop", got)
	}
}

func TestCommandWithoutItsWordIsNotRun(t *testing.T) {
	c, end := prepared(t, "echo", "ran")
	c.stop()
	if got := end(); got != "" {
		t.Errorf("wrote %q", got)
	}
	if got := c.outcome(); got != "not started" {
		t.Errorf("outcome %q", got)
	}
}

// Whatever the arguments look like, the command gets them as they are.
func TestCommandArguments(t *testing.T) {
	args := []string{"--help", "-x", "--", "version", "", "--log-level=nonsense", "a b", launch, "completion", "-"}
	c, end := prepared(t, append([]string{"printf", "<%s>"}, args...)...)
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	if got, want := end(), "<"+strings.Join(args, "><")+">"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCommandKeepsItsPlace(t *testing.T) {
	t.Setenv("TRACED", "yes")
	// The name is as given, the environment is whole, and descriptor 3, on which
	// the word came, is closed.
	c, end := prepared(t, "sh", "-c", `echo "$0 $TRACED"; if [ -e /proc/self/fd/3 ]; then echo open; fi`)
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	if got := end(); got != "sh yes\n" {
		t.Errorf("wrote %q", got)
	}
}

func TestCommandOutcomes(t *testing.T) {
	for _, c := range []struct {
		script, want string
	}{
		{"exit 3", "exit status 3"},
		{"kill -9 $$", "signal: killed"},
	} {
		cmd, end := prepared(t, "sh", "-c", c.script)
		if err := cmd.start(); err != nil {
			t.Fatal(err)
		}
		end()
		if got := cmd.outcome(); got != c.want {
			t.Errorf("%s: outcome %q, want %q", c.script, got, c.want)
		}
	}
}

// The signal may come before the process has become the command, too.
func TestCommandIsEnded(t *testing.T) {
	c, _ := prepared(t, "sleep", "1000")
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	if got := c.outcome(); got != "still running" {
		t.Errorf("outcome %q", got)
	}
	start := time.Now()
	c.stop()
	if got := c.outcome(); got != "signal: terminated (ended by tracer)" {
		t.Errorf("outcome %q", got)
	}
	if d := time.Since(start); d >= grace {
		t.Errorf("waited %v for a command that ends at once", d)
	}
}

func TestCommandThatDoesNotEnd(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready")
	c, _ := prepared(t, "sh", "-c", `trap '' TERM; : > "$1"; while :; do sleep 0.1; done`, "sh", ready)
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := os.Stat(ready); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.stop()
	if got := c.outcome(); got != "still running" {
		t.Errorf("outcome %q", got)
	}
}

// A background process that keeps the command's output open must not hold up
// the end of the command.
func TestCommandLeavesOthersBehind(t *testing.T) {
	c, end := prepared(t, "sh", "-c", "sleep 1000 & echo $!")
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(end()))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.outcome(); got != "exit status 0" {
		t.Errorf("outcome %q", got)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("the background process is gone: %v", err)
	}
}

func TestFindCommand(t *testing.T) {
	for _, name := range []string{"no-such-program", "/etc/passwd", "/", ""} {
		_, err := findCommand([]string{name})
		if cli.ExitCode(err) != cli.BadUsage || !strings.HasPrefix(err.Error(), "find command: ") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if path, err := findCommand([]string{"sh", "-c"}); err != nil || !slices.Contains([]string{"/bin/sh", "/usr/bin/sh"}, path) {
		t.Errorf("sh is %q, %v", path, err)
	}
}
