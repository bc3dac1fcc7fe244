package cgroup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

const (
	lineV2      = "25 23 0:25 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
	lineTmpfs   = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
	lineCPU     = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	lineCpuset  = "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
	lineUnified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	lineBind    = "50 1 0:31 /docker/abc /mnt/own rw - cgroup cgroup rw,cpuset\n"
)

func TestFind(t *testing.T) {
	for _, tc := range []struct {
		name, mounts, first string
		want                *Hierarchy
	}{
		{"v2", lineV2, "0::/init.scope\n", &Hierarchy{Version: 2, Mount: "/sys/fs/cgroup"}},
		{"v1", lineTmpfs + lineCPU + lineCpuset, "", &Hierarchy{Version: 1, Mount: "/sys/fs/cgroup/cpuset", Number: 4}},
		{"hybrid", lineTmpfs + lineUnified + lineCPU + lineCpuset, "", &Hierarchy{Version: 1, Mount: "/sys/fs/cgroup/cpuset", Number: 4}},
		{"v2 with an old hierarchy beside it", lineCpuset + lineV2, "", &Hierarchy{Version: 2, Mount: "/sys/fs/cgroup"}},
		{"v1 without cpuset", lineTmpfs + lineCPU + lineUnified, "", &Hierarchy{Version: 2, Mount: "/sys/fs/cgroup/unified"}},
		{"no cpuset and no v2", lineTmpfs + lineCPU, "", nil},
		{"nothing", "1 0 0:1 / / rw - overlay overlay rw\ngarbage - cgroup2\n", "", nil},
		{"a part", "25 23 0:25 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "", &Hierarchy{Version: 2, Mount: "/sys/fs/cgroup", Partial: true}},
		{"the whole rather than a part", lineCpuset + lineBind, "", &Hierarchy{Version: 1, Mount: "/sys/fs/cgroup/cpuset", Number: 4}},
		{"cgroup namespace", lineV2, "0::/../../init.scope\n", &Hierarchy{Version: 2, Mount: "/sys/fs/cgroup", Partial: true}},
		{"blank in the path", `25 23 0:25 / /my\040cgroups\134x rw - cgroup2 cgroup2 rw` + "\n", "", &Hierarchy{Version: 2, Mount: `/my cgroups\x`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			proc := t.TempDir()
			writeFiles(t, proc, map[string]string{"self/mountinfo": tc.mounts, "1/cgroup": tc.first, "self/cgroup": ownCgroups})
			got, err := find(proc, func(*mount) {}) // of the folders nothing is known
			if (tc.want == nil) != errors.Is(err, ErrNotMounted) || (tc.want != nil && err != nil) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreUnexported(Hierarchy{})); diff != "" {
				t.Errorf("hierarchy (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := Find(filepath.Join(t.TempDir(), "nosuch")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without proc: %v", err)
	}
}

const ownCgroups = "9:cpu,cpuacct:/\n4:cpuset:/x\n0::/\n"

func writeFiles(t *testing.T, proc string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(proc, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A tracer in a container: what its own mounts are, what those of process 1, and
// which of the folders are there and the root of their hierarchy.
func TestFindFromAContainer(t *testing.T) {
	const own, first = "/sys/fs/cgroup", "/1/root/sys/fs/cgroup"
	v2 := func(root string) string { return "25 23 0:25 " + root + " /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n" }
	for _, tc := range []struct {
		name, own, first string
		there, whole     []string
		want             *Hierarchy // Mount below proc where it begins with /1
	}{
		{"namespace of its own, the host's processes", v2("/"), v2("/../.."), []string{own, first}, []string{first}, &Hierarchy{Version: 2, Mount: first}},
		{"the host's namespace", v2("/"), v2("/"), []string{own, first}, []string{own, first}, &Hierarchy{Version: 2, Mount: own}},
		{"processes of its own", v2("/"), v2("/"), []string{own, first}, nil, &Hierarchy{Version: 2, Mount: first, Partial: true}},
		{"a part of the host's", v2("/docker/abc"), v2("/"), []string{own, first}, []string{first}, &Hierarchy{Version: 2, Mount: first}},
		{"may not look at process 1", v2("/"), v2("/../.."), []string{own}, nil, &Hierarchy{Version: 2, Mount: own, Partial: true}},
		{"no mount of its own", "", v2("/../.."), []string{first}, []string{first}, &Hierarchy{Version: 2, Mount: first}},
		{
			"version 1", lineTmpfs + strings.Replace(lineCpuset, " / ", " /docker/abc ", 1), lineTmpfs + lineCpuset,
			[]string{own + "/cpuset", first + "/cpuset"},
			[]string{first + "/cpuset"},
			&Hierarchy{Version: 1, Number: 4, Mount: first + "/cpuset"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			proc := t.TempDir()
			writeFiles(t, proc, map[string]string{"self/mountinfo": tc.own, "1/mountinfo": tc.first, "1/cgroup": "0::/../../init.scope\n", "self/cgroup": ownCgroups})
			got, err := find(proc, func(m *mount) {
				if point := strings.TrimPrefix(m.point, proc); slices.Contains(tc.there, point) {
					m.seen, m.whole = true, slices.Contains(tc.whole, point)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			got.Mount = strings.TrimPrefix(got.Mount, proc)
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreUnexported(Hierarchy{})); diff != "" {
				t.Errorf("hierarchy (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBelow(t *testing.T) {
	a := above{known: true, path: "/docker/node"}
	for path, want := range map[string]string{
		"/docker/node/kubepods/x": "/kubepods/x", "/docker/node2/x": "/docker/node2/x", "/docker/node": "/docker/node", "/x": "/x",
	} {
		if got := a.below(path); got != want {
			t.Errorf("%s is %s below the visible root, want %s", path, got, want)
		}
	}
	if got := (&Hierarchy{}).Visible(1, "/docker/x"); got != "/docker/x" {
		t.Errorf("where all is visible: %s", got)
	}
}

func TestWalk(t *testing.T) {
	root := t.TempDir()
	want := map[string]uint64{}
	for _, path := range []string{"/", "/system.slice", "/system.slice/a.service", "/docker/x"} {
		if err := os.MkdirAll(root+path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(root+"/docker/cgroup.procs", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/", root+"/link"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/system.slice", "/system.slice/a.service", "/docker", "/docker/x"} {
		var st unix.Stat_t
		if err := unix.Stat(root+path, &st); err != nil {
			t.Fatal(err)
		}
		want[path] = st.Ino
	}
	h := &Hierarchy{Version: 2, Mount: root}
	got := map[string]uint64{}
	if err := h.Walk(func(c Cgroup) error {
		got[c.Path] = c.ID
		// A cgroup that goes away under the walk is no error.
		if c.Path == "/docker" {
			return os.Remove(root + "/system.slice/a.service")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	delete(want, "/system.slice/a.service")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cgroups (-want +got):\n%s", diff)
	}

	stop := errors.New("enough")
	if err := h.Walk(func(Cgroup) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("visit's error is lost: %v", err)
	}
	h.Mount = filepath.Join(root, "nosuch")
	if err := h.Walk(func(Cgroup) error { return nil }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing mount: %v", err)
	}
}

// Where a hierarchy is mounted and file handles may be opened, every cgroup can
// be found by its id; where they may not, the error says so.
func TestPath(t *testing.T) {
	h, err := Find("")
	if errors.Is(err, ErrNotMounted) {
		t.Skip("this machine mounts no cgroups")
	}
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = h.Walk(func(c Cgroup) error {
		path, err := h.Path(c.ID)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone, or outside of the visible part
		}
		if err == nil && path != c.Path {
			t.Errorf("cgroup %d is %s, want %s", c.ID, path, c.Path)
		}
		found++
		return err
	})
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		t.Skip("file handles need CAP_DAC_READ_SEARCH")
	}
	if err != nil || found == 0 {
		t.Errorf("%d cgroups found, error %v", found, err)
	}
	if _, err := h.Path(1 << 60); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an id that does not exist: %v", err)
	}
}

func FuzzParseMount(f *testing.F) {
	f.Add(lineV2)
	f.Add(lineBind)
	f.Add(`1 2 3 \04 \999 o - cgroup x cpuset`)
	f.Fuzz(func(t *testing.T, line string) {
		if m, ok := parseMount(line); ok && (m.version != 1 && m.version != 2 || m.point == "" || strings.Contains(m.point, " ") && !strings.Contains(line, `\`)) {
			t.Errorf("%q: %+v", line, m)
		}
	})
}

func BenchmarkPath(b *testing.B) {
	h, err := Find("")
	if err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		if _, err := h.Path(1); err != nil {
			b.Fatal(err)
		}
	}
}
