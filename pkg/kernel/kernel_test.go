package kernel

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProbeWithoutProc(t *testing.T) {
	if _, err := Probe(Options{Root: t.TempDir(), Arch: "x86_64"}); err == nil || !strings.Contains(err.Error(), "read kernel release") {
		t.Errorf("got %v", err)
	}
	odd := tree{"/proc/sys/kernel/osrelease": "mainline\n"}
	if _, err := Probe(Options{Root: odd.write(t), Arch: "x86_64"}); err == nil || !strings.Contains(err.Error(), `parse kernel release "mainline"`) {
		t.Errorf("got %v", err)
	}
}

// Whatever machine runs the tests, its facts can be read and agree with what
// can be seen of it by other means.
func TestProbeThisMachine(t *testing.T) {
	f, err := Probe(Options{})
	if err != nil {
		t.Fatal(err)
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		t.Fatal(err)
	}
	if f.Release != strings.TrimSpace(string(release)) || f.Version.Major < 3 || f.Arch == "" {
		t.Errorf("release %q, version %v, arch %q", f.Release, f.Version, f.Arch)
	}
	if !f.Privilege.Known || f.Privilege.UID != os.Geteuid() {
		t.Errorf("privilege %+v of uid %d", f.Privilege, os.Geteuid())
	}
	t.Logf("unfit: %v", f.Unfit())
	for _, x := range f.Features() {
		t.Logf("%-12s %-8s %s", x.Name, x.State, x.Why)
	}
}

func TestCgroupLayout(t *testing.T) {
	const v1 = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
	for want, mounts := range map[CgroupLayout]string{
		CgroupV2: v2Mounts, CgroupV1: v1, CgroupHybrid: v1 + v2Mounts,
		CgroupNone: "garbage\n1 0 0:1 / /x rw - ext4 cgroup rw\n",
	} {
		h := host{root: tree{"/proc/self/mountinfo": mounts}.write(t)}
		if got := h.cgroupLayout(); got != want {
			t.Errorf("layout %s, want %s", got, want)
		}
	}
}

func TestParseConfig(t *testing.T) {
	got := Config{Path: "x", values: parseConfig([]byte(
		"#\n# Linux/x86 6.1.0 Kernel Configuration\nCONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_LSM=\"yama,bpf\"\nnonsense\n=\n"))}
	want := map[string]string{"A": "y", "B": "m", "LSM": "yama,bpf"}
	if diff := cmp.Diff(want, got.values); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	for name, want := range map[string]State{"A": Yes, "B": Yes, "C": No, "NOSUCH": No} {
		if got.State(name) != want {
			t.Errorf("state of %s is %s", name, got.State(name))
		}
	}
	if (Config{}).State("A") != Unknown {
		t.Error("an unread config knows something")
	}
	// A cut gzip file says nothing.
	h := host{root: tree{"/proc/config.gz": gzipped(t, fullConfig)[:40]}.write(t)}
	if h.config("1").Known() {
		t.Error("a cut config.gz is believed")
	}
}
