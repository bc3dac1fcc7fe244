package proc

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write makes a proc folder: process id and parent; names are odd on purpose.
func write(t *testing.T, parents map[int]int) string {
	t.Helper()
	root := t.TempDir()
	for pid, ppid := range parents {
		dir := filepath.Join(root, strconv.Itoa(pid))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		line := statLine(strconv.Itoa(pid), "a ) b", strconv.Itoa(ppid), "7")
		if err := os.WriteFile(filepath.Join(dir, "stat"), []byte(line), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/usr/bin/prog"+strconv.Itoa(pid), filepath.Join(dir, "exe")); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{"self", "sys", "0", "-5"} {
		if err := os.Mkdir(filepath.Join(root, other), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

var family = map[int]int{1: 0, 2: 0, 10: 1, 20: 10, 21: 10, 30: 20, 100: 2}

func TestProcesses(t *testing.T) {
	root := write(t, family)
	// One ended after the folder was listed: it has no stat any more.
	if err := os.Mkdir(filepath.Join(root, "55"), 0o755); err != nil {
		t.Fatal(err)
	}
	list, err := New(root).Processes()
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, p := range list {
		pids = append(pids, p.PID)
		want := Process{Stat{PID: p.PID, Comm: "a ) b", State: 'S', PPID: family[p.PID], StartTime: 70_000_000}, "/usr/bin/prog" + strconv.Itoa(p.PID)}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("process (-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]int{1, 2, 10, 20, 21, 30, 100}, pids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestProcessesErrors(t *testing.T) {
	root := write(t, family)
	if err := os.WriteFile(filepath.Join(root, "20", "stat"), []byte("garbage"), 0o644); err != nil {
		t.Fatal(err)
	}
	list, err := New(root).Processes()
	if err == nil || !strings.Contains(err.Error(), "read process 20: parse stat") || len(list) != len(family)-1 {
		t.Errorf("got %d processes and error %v", len(list), err)
	}
	if _, err := New(filepath.Join(root, "nosuch")).Processes(); err == nil {
		t.Error("a missing folder is no error")
	}
	if _, err := New(root).Process(999); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing process: %v", err)
	}
}

func TestLineage(t *testing.T) {
	f := New(write(t, family))
	for root, want := range map[int][]int{1: {10, 20, 21, 30}, 10: {20, 21, 30}, 30: nil, 2: {100}} {
		got, err := f.Descendants(root)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("descendants of %d (-want +got):\n%s", root, diff)
		}
	}
	if _, err := f.Descendants(999); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("descendants of a missing process: %v", err)
	}
	list, err := f.Processes()
	if err != nil {
		t.Fatal(err)
	}
	for pid, want := range map[int][]int{30: {20, 10, 1}, 1: nil, 999: nil} {
		if diff := cmp.Diff(want, Ancestors(list, pid)); diff != "" {
			t.Errorf("ancestors of %d (-want +got):\n%s", pid, diff)
		}
	}
}

// Ids may be reused while the list is read, so that parents form a ring.
func TestRing(t *testing.T) {
	list := []Process{{Stat: Stat{PID: 5, PPID: 6}}, {Stat: Stat{PID: 6, PPID: 5}}, {Stat: Stat{PID: 7, PPID: 7}}}
	if diff := cmp.Diff([]int{6}, Descendants(list, 5)); diff != "" {
		t.Errorf("descendants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{6}, Ancestors(list, 5)); diff != "" {
		t.Errorf("ancestors (-want +got):\n%s", diff)
	}
	if got := Descendants(list, 7); got != nil {
		t.Errorf("descendants of its own child: %v", got)
	}
}

func TestThisMachine(t *testing.T) {
	f := New("")
	list, err := f.Processes()
	if err != nil {
		t.Fatal(err)
	}
	me, err := f.Process(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if me.PPID != os.Getppid() || me.Exe != exe || me.Kernel || me.StartTime == 0 {
		t.Errorf("this process is %+v", me)
	}
	if !slices.Contains(Descendants(list, os.Getppid()), os.Getpid()) {
		t.Error("this process does not descend from its parent")
	}
}
