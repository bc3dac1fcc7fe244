package proc

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamespaces(t *testing.T) {
	root := t.TempDir()
	link := func(pid string, links map[string]string) {
		dir := filepath.Join(root, pid, "ns")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, to := range links {
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	link("1", map[string]string{"mnt": "mnt:[4026531840]", "pid_for_children": "pid:[4294967295]", "pid": "pid:[0]"})
	got, err := New(root).Namespaces(1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]uint32{"mnt": 4026531840, "pid": 0, "pid_for_children": 4294967295}, got); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	for pid, to := range map[int]string{2: "mnt:[4294967296]", 3: "mnt:[x]", 4: "mnt:[1", 5: "4026531840", 6: "mnt:[-1]"} {
		link(string(rune('0'+pid)), map[string]string{"mnt": to})
		if got, err := New(root).Namespaces(pid); err == nil || !strings.Contains(err.Error(), to) {
			t.Errorf("%s is read as %v, %v", to, got, err)
		}
	}
	if _, err := New(root).Namespaces(9); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a process that is not there: %v", err)
	}
}

// The running system has them, and we are in some.
func TestOwnNamespaces(t *testing.T) {
	got, err := New("").Namespaces(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"} {
		if got[name] == 0 {
			t.Errorf("no namespace %s in %v", name, got)
		}
	}
}
