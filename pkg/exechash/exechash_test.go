package exechash

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// keyOf is what the kernel says of a file.
func keyOf(t *testing.T, path string) Key {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		t.Fatal(err)
	}
	return Key{Inode: st.Ino, Ctime: uint64(st.Ctim.Nano())}
}

func ownMounts(t *testing.T) uint32 {
	t.Helper()
	f := newFinder("/proc")
	if f.own == 0 || f.mounts(os.Getpid()) != f.own {
		t.Fatalf("own mount namespace is %d, of this process %d", f.own, f.mounts(os.Getpid()))
	}
	return f.own
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hasher(t *testing.T) *Hasher {
	t.Helper()
	h := New()
	t.Cleanup(h.Close)
	return h
}

func TestRunningProgram(t *testing.T) {
	path, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "100")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	// By the process alone: the path leads nowhere.
	p := &Program{Key: keyOf(t, path), PID: cmd.Process.Pid, Path: "/no/such"}
	got, err := hasher(t).Begin(p).Wait()
	if want := hashOf(t, path); got != want || err != nil {
		t.Errorf("hash %s, %v, want %s", got, err, want)
	}
}

// A process that has ended leaves the file to be found by its path.
func TestEndedProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	h, mounts := hasher(t), ownMounts(t)
	const gone = 1 << 30
	for _, c := range []struct {
		name string
		p    Program
		err  string
	}{
		{"by our own mounts", Program{Key: keyOf(t, path), PID: gone, MountNS: mounts, Path: path}, ""},
		{"by the parent's", Program{Key: Key{"c", 0, keyOf(t, path).Inode, keyOf(t, path).Ctime}, PID: gone, ParentPID: os.Getpid(), MountNS: mounts, Path: path}, ""},
		{"other mounts", Program{Key: Key{"d", 0, keyOf(t, path).Inode, keyOf(t, path).Ctime}, PID: gone, MountNS: 1, Path: path}, "the process ended"},
		{"another file", Program{Key: Key{Inode: 1}, PID: gone, MountNS: mounts, Path: path}, "the process ended"},
		{"changed since", Program{Key: Key{Inode: keyOf(t, path).Inode, Ctime: 1}, PID: gone, MountNS: mounts, Path: path}, "the process ended"},
		{"no file", Program{Key: keyOf(t, "/"), PID: gone, MountNS: mounts, Path: "/"}, "the process ended"},
	} {
		got, err := h.Begin(&c.p).Wait()
		if c.err == "" && (err != nil || got != hashOf(t, path)) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %s, %v, want error %q", c.name, got, err, c.err)
		}
	}
}

// Links of a container lead nowhere outside of it.
func TestOpenInStaysInside(t *testing.T) {
	root := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	if fd, err := openIn(root, "/link"); err == nil {
		_ = unix.Close(fd)
		t.Error("a link out of the root was followed")
	}
}

// What is known is not read again, and what failed is.
func TestRemembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("x"), 0o700); err != nil {
		t.Fatal(err)
	}
	h := hasher(t)
	p := &Program{Key: keyOf(t, path), PID: 1 << 30, MountNS: ownMounts(t), Path: path}
	first := h.Begin(p)
	if again := h.Begin(p); again != first {
		t.Error("a job was begun twice")
	}
	bad := &Program{Key: Key{Inode: 1}, PID: 1 << 30, MountNS: 1}
	failed := h.Begin(bad)
	if again := h.Begin(bad); again == failed {
		t.Error("a job that failed was not begun anew")
	}
}

func TestPatience(t *testing.T) {
	j := &Job{began: time.Now().Add(-Patience), done: make(chan struct{})}
	if _, err := j.Wait(); err == nil || err.Error() != "not done within 1s" {
		t.Errorf("%v", err)
	}
}
