package privilege

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// TestMain is also the process that drops: what is dropped is gone for good.
func TestMain(m *testing.M) {
	if os.Getenv("PRIVILEGE_TEST_DROP") == "" {
		os.Exit(m.Run())
	}
	if err := Drop(cap.KILL, cap.CHOWN); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/status")
	for _, path := range tasks {
		status, _ := os.ReadFile(path)
		var words []string
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "Cap") || strings.HasPrefix(line, "NoNewPrivs") {
				words = append(words, strings.Join(strings.Fields(line), ""))
			}
		}
		fmt.Println(strings.Join(words, " "))
	}
	fmt.Println("some", Some())
	child, err := exec.Command("grep", "CapEff", "/proc/self/status").Output()
	fmt.Println("child", strings.Join(strings.Fields(string(child)), ""), err)
	os.Exit(0)
}

func dropped(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test
	cmd.Env = append(os.Environ(), "PRIVILEGE_TEST_DROP=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// Every thread has lost everything but what was to be kept and was there.
func TestDrop(t *testing.T) {
	kept := uint64(0)
	for _, v := range []cap.Value{cap.KILL, cap.CHOWN} {
		if has, err := cap.GetProc().GetFlag(cap.Permitted, v); err == nil && has {
			kept |= 1 << v
		}
	}
	bound := "CapBnd:" + strings.Repeat("0", 16)
	if has, _ := cap.GetProc().GetFlag(cap.Effective, cap.SETPCAP); !has {
		bound = "" // it cannot be dropped then
	}
	lines := dropped(t)
	threads := lines[:len(lines)-2]
	if len(threads) < 2 {
		t.Errorf("only %d threads: %q", len(threads), lines)
	}
	for _, thread := range threads {
		for _, want := range []string{
			"CapInh:" + strings.Repeat("0", 16), fmt.Sprintf("CapPrm:%016x", kept), fmt.Sprintf("CapEff:%016x", kept), bound,
			"CapAmb:" + strings.Repeat("0", 16), "NoNewPrivs:1",
		} {
			if want != "" && !slices.Contains(strings.Fields(thread), want) {
				t.Errorf("a thread has %s, want %s", thread, want)
			}
		}
	}
	if want := fmt.Sprintf("some %v", kept != 0); lines[len(lines)-2] != want {
		t.Errorf("got %q, want %q", lines[len(lines)-2], want)
	}
	// Without an emptied bounding set no_new_privs leaves what was kept.
	if last := lines[len(lines)-1]; bound != "" && last != "child CapEff:0000000000000000 <nil>" {
		t.Errorf("a program executed later has %q", last)
	}
}

func TestName(t *testing.T) {
	if got := Name(cap.SYS_ADMIN); got != "CAP_SYS_ADMIN" {
		t.Errorf("got %s", got)
	}
}
