package tracer

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/kernel"
)

// fitMachine is what a machine shows that can be traced. A path that ends in /
// is a folder.
var fitMachine = map[string]string{
	"proc/sys/kernel/osrelease":            "6.1.0-56-cloud-amd64\n",
	"proc/self/status":                     "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n",
	"proc/self/ns/pid":                     "link:pid:[4026531836]",
	"proc/self/uid_map":                    "0 0 4294967295\n",
	"proc/self/mountinfo":                  "25 23 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
	"proc/sys/kernel/ftrace_enabled":       "1\n",
	"proc/sys/net/core/bpf_jit_enable":     "1\n",
	"sys/kernel/btf/vmlinux":               "\x9f\xeb",
	"sys/kernel/security/lockdown":         "[none] integrity confidentiality\n",
	"sys/kernel/security/lsm":              "lockdown,capability,bpf",
	"sys/bus/event_source/devices/kprobe/": "",
	"boot/config-6.1.0-56-cloud-amd64":     "CONFIG_BPF_SYSCALL=y\nCONFIG_BPF_EVENTS=y\nCONFIG_KPROBE_EVENTS=y\nCONFIG_BPF_LSM=y\nCONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y\n",
}

// machine writes the files of a fit machine with some changed; "-" leaves one
// out.
func machine(t *testing.T, changes map[string]string) kernel.Options {
	t.Helper()
	files := maps.Clone(fitMachine)
	maps.Copy(files, changes)
	root := t.TempDir()
	for path, text := range files {
		if text == "-" {
			continue
		}
		full := filepath.Join(root, path)
		dir := filepath.Dir(full)
		if strings.HasSuffix(path, "/") {
			dir = full
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if dir == full {
			continue
		}
		if target, ok := strings.CutPrefix(text, "link:"); ok {
			if err := os.Symlink(target, full); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return kernel.Options{Root: root, Arch: "x86_64"}
}

// unfit are machines that cannot be traced, with the sentence for each.
var unfit = []struct {
	name    string
	changes map[string]string
	want    string
}{
	{"no root", map[string]string{"proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"},
		"uid 1000 may not trace the kernel; run it as root, for example with sudo"},
	{"lockdown", map[string]string{"sys/kernel/security/lockdown": "none integrity [confidentiality]\n"},
		"kernel lockdown mode confidentiality forbids BPF programs to read kernel memory; boot with lockdown=integrity or lockdown=none"},
	{"no BTF", map[string]string{"sys/kernel/btf/vmlinux": "-"}, "this kernel has no BTF"},
	{"old kernel", map[string]string{"proc/sys/kernel/osrelease": "5.4.0-1-amd64\n"}, "kernel 5.4.0-1-amd64 is too old"},
	{"pid namespace", map[string]string{"proc/self/ns/pid": "link:pid:[4026532201]"},
		"this process is in a pid namespace, where process ids are not the kernel's own"},
	{"no kprobes", map[string]string{"sys/bus/event_source/devices/kprobe/": "-", "sys/bus/event_source/devices/": ""},
		"this kernel was built without kprobes"},
}

func TestCheckOfAFitMachine(t *testing.T) {
	where := machine(t, nil)
	var text, object bytes.Buffer
	if err := check(&text, where, wanted{}, false); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"kernel        yes     6.1.0-56-cloud-amd64 on x86_64\n", "\nfentry        yes ", "\ncgroup        yes     v2\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("lacks %q:\n%s", want, text.String())
		}
	}
	if n := strings.Count(text.String(), "without it: "); n != len(kernel.FeatureNames()) {
		t.Errorf("says of %d features what is lost without them, want %d:\n%s", n, len(kernel.FeatureNames()), text.String())
	}
	if err := check(&object, where, wanted{}, true); err != nil {
		t.Error(err)
	}
	var c checked
	if err := json.Unmarshal(object.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	if !c.Fit || c.Reason != "" || c.Kernel != "6.1.0-56-cloud-amd64" || c.Arch != "x86_64" || len(c.Features) == 0 {
		t.Errorf("got %s", object.String())
	}
	for _, f := range c.Features {
		if f.State != kernel.Yes || f.Why == "" || f.Lost == "" {
			t.Errorf("feature %+v", f)
		}
	}
}

func TestCheckOfUnfitMachines(t *testing.T) {
	for _, m := range unfit {
		where := machine(t, m.changes)
		var text, object bytes.Buffer
		for _, err := range []error{check(&text, where, wanted{}, false), check(&object, where, wanted{}, true)} {
			if cli.ExitCode(err) != cli.BadHost || !strings.HasPrefix(err.Error(), m.want) {
				t.Errorf("%s: exit code %d, %v", m.name, cli.ExitCode(err), err)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: more than one line: %v", m.name, err)
			}
		}
		if !strings.Contains(text.String(), "without it: everything") {
			t.Errorf("%s: does not say what is lost:\n%s", m.name, text.String())
		}
		var c checked
		if err := json.Unmarshal(object.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.Fit || !strings.HasPrefix(c.Reason, m.want) {
			t.Errorf("%s: %s", m.name, object.String())
		}
	}
}

// People look for these rows.
func TestCheckNamesEveryFeature(t *testing.T) {
	var text bytes.Buffer
	if err := check(&text, machine(t, nil), wanted{}, false); err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(text.String()) {
		names = append(names, strings.TrimSpace(line[:12]))
	}
	for _, want := range []string{
		kernel.FeatureBTF, kernel.FeatureKprobes, kernel.FeatureFentry, kernel.FeatureLSM,
		kernel.FeatureRingBuffer, kernel.FeatureCgroup, kernel.FeatureLockdown, kernel.FeaturePrivilege,
	} {
		if !slices.Contains(names, want) {
			t.Errorf("no row %q in %v", want, names)
		}
	}
}

func TestCheckWithoutFacts(t *testing.T) {
	err := check(&bytes.Buffer{}, kernel.Options{Root: t.TempDir()}, wanted{}, false)
	if err == nil || !strings.HasPrefix(err.Error(), "probe kernel: read kernel release: ") || cli.ExitCode(err) != cli.Failed {
		t.Errorf("error %v", err)
	}
}

// Of every term it is said who decides it, on whatever machine.
func TestCheckSaysWhoDecides(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yaml")
	content := "apiVersion: tracehound/v1\nkind: Policies\npolicies:\n- {name: web, scope: 'image=nginx*'}\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := wanted{[]string{"openat.pathname=/etc/*", "comm=a*b", "openat.flags=O_WRONLY", "retval<0"}, []string{file}}
	where := machine(t, map[string]string{"proc/sys/kernel/osrelease": "5.4.0-1-amd64\n"})
	var text, object bytes.Buffer
	if err := check(&text, where, asked, false); cli.ExitCode(err) != cli.BadHost {
		t.Fatal(err)
	}
	for _, line := range []string{
		"openat.pathname=/etc/*       decided by the kernel half: compared in the record, before it is submitted\n",
		"comm=a*b                     decided by the user half: the kernel knows TEXT, TEXT* and *TEXT, not \"a*b\"\n",
		"openat.flags=O_WRONLY        decided by the user half: the kernel compares return values, texts and paths, not values of kind open_flags\n",
		"retval<0                     decided by the kernel half: known before a record is made\n",
		"web: image=nginx*            decided by the user half: what a container is called comes from its runtime\n",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("%q is not in\n%s", line, text.String())
		}
	}
	if err := check(&object, where, asked, true); cli.ExitCode(err) != cli.BadHost {
		t.Fatal(err)
	}
	var c struct {
		Terms []map[string]string `json:"terms"`
	}
	if err := json.Unmarshal(object.Bytes(), &c); err != nil || len(c.Terms) != 5 {
		t.Fatalf("%v in %s", err, object.String())
	}
	if last := c.Terms[4]; last["policy"] != "web" || last["term"] != "image=nginx*" || last["half"] != "user" || last["why"] == "" {
		t.Errorf("%v", last)
	}
	if err := check(&text, where, wanted{trace: []string{"comm"}}, false); cli.ExitCode(err) != cli.BadUsage {
		t.Errorf("a wrong expression: %v", err)
	}
}
