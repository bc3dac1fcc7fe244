package users

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process makes /proc/PID of a process with a root folder of its own.
func process(t *testing.T, proc, pid, uidMap string, prepare func(root string)) {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	prepare(root)
	dir := filepath.Join(proc, pid)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(dir, "root")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "uid_map"), uidMap)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const ids = "0 0 4294967295\n"

func TestNames(t *testing.T) {
	proc := t.TempDir()
	outside := filepath.Join(t.TempDir(), "passwd")
	write(t, outside, "outside:x:1000:0:\n")
	process(t, proc, "1", ids, func(root string) { write(t, root+"/etc/passwd", "root:x:0:0:\n") })
	process(t, proc, "2", ids, func(root string) { write(t, root+"/etc/passwd", "app:x:1000:0:\n") })
	process(t, proc, "3", "0 100000 65536\n", func(root string) { write(t, root+"/etc/passwd", "app:x:1000:0:\n") })
	process(t, proc, "4", ids, func(root string) {
		write(t, root+"/etc/own", "linked:x:1000:0:\n")
		if err := os.Symlink("/etc/own", root+"/etc/passwd"); err != nil { // within its own root
			t.Fatal(err)
		}
	})
	process(t, proc, "5", ids, func(root string) {
		if err := os.Symlink(outside, root+"/etc/passwd"); err != nil {
			t.Fatal(err)
		}
	})
	process(t, proc, "6", ids, func(root string) {
		if err := syscall.Mkfifo(root+"/etc/passwd", 0o644); err != nil {
			t.Fatal(err)
		}
	})
	process(t, proc, "7", ids, func(root string) {
		write(t, root+"/etc/passwd", strings.Repeat("x", 2*maxFile)+"\nlate:x:1000:0:\n")
	})
	if err := os.MkdirAll(filepath.Join(proc, "8"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(proc, "1", "root"), filepath.Join(proc, "8", "root")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(proc, "8", "uid_map"), ids)
	n := New(proc)
	for _, tc := range []struct {
		name, key string
		pid       int
		uid       uint32
		want      string
	}{
		{"of the host", "", 1, 0, "root"},
		{"unknown there", "", 1, 1000, ""},
		{"of a container", "a", 2, 1000, "app"},
		{"remembered, though the process is gone", "a", 999, 1000, "app"},
		{"of a user namespace", "b", 3, 101000, "app"},
		{"outside of that", "b", 3, 1000, ""},
		{"a link within", "c", 4, 1000, "linked"},
		{"a link that leads out", "d", 5, 1000, ""},
		{"a FIFO", "e", 6, 1000, ""},
		{"behind what is read", "f", 7, 1000, ""},
		{"no process", "g", 999, 0, ""},
		{"has not changed its root yet", "h", 8, 0, ""},
	} {
		if got := n.Begin(tc.key, tc.pid, tc.uid).Wait(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// Who waits for a file that nobody gets to waits for a bounded time, together.
func TestPatience(t *testing.T) {
	n := New(t.TempDir())
	stuck := make(chan struct{})
	defer close(stuck)
	for range workers {
		n.work <- func() { <-stuck }
	}
	begun := time.Now()
	for range 100 {
		if got := n.Begin("a", 1, 0).Wait(); got != "" {
			t.Fatalf("%q", got)
		}
	}
	if waited := time.Since(begun); waited < Patience || waited > 20*Patience {
		t.Errorf("waited %s", waited)
	}
	for i := range 2 * queued {
		n.Begin(strings.Repeat("x", i), 1, 0) // nor does it block
	}
}
