//go:build lab

package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// onKernels runs a test on each selected kernel.
func onKernels(t *testing.T, test func(t *testing.T, kernel string)) {
	t.Helper()
	kernels, err := Selected()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernels {
		t.Run(k, func(t *testing.T) { test(t, k) })
	}
}

func boot(t *testing.T, m Machine) *Result {
	t.Helper()
	res, err := Run(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("kernel %s, %s: boot %.2fs, script %.2fs", m.Kernel, res.Accel, res.Boot.Seconds(), res.Duration.Seconds())
	return res
}

func TestBoot(t *testing.T) {
	random := make([]byte, 1<<20)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	onKernels(t, func(t *testing.T, kernel string) {
		res := boot(t, Machine{
			Kernel: kernel,
			Files:  []File{{Data: random, Guest: "/opt/random"}},
			Fetch:  []string{"/tmp/copy", "/var/folder"},
			Script: `
				uname -r; id -u; hostname; cat /proc/sys/kernel/ostype
				head -c 2 /sys/kernel/btf/vmlinux | od -An -tx1
				for m in /sys/fs/cgroup /sys/kernel/tracing /sys/kernel/debug /sys/fs/bpf /sys/kernel/security /dev/shm /tmp /proc /dev/pts; do
					findmnt -n -o FSTYPE --target $m
				done
				ip -br address show lo | awk '{print $2, $3}'
				grep -c . /sys/kernel/tracing/available_filter_functions >/dev/null && echo functions
				test -s /etc/ld.so.cache && strace -o /dev/null true && runc --version >/dev/null && python3 -c 'print("python")'
				echo to stderr >&2
				cp /opt/random /tmp/copy
				sha256sum </opt/random
				mkdir -p /var/folder/sub && printf 'a\0b' >/var/folder/sub/zero && ln /var/folder/sub/zero /var/folder/other
				exit 7`,
		})
		if res.ExitCode != 7 {
			t.Errorf("exit status %d, want 7; stderr: %s", res.ExitCode, res.Stderr)
		}
		if got := string(res.Stderr); got != "to stderr\n" {
			t.Errorf("stderr %q", got)
		}
		sum := sha256.Sum256(random)
		want := "0\nlab\nLinux\n 9f eb\ncgroup2\ntracefs\ndebugfs\nbpf\nsecurityfs\ntmpfs\ntmpfs\nproc\ndevpts\n" +
			"UNKNOWN 127.0.0.1/8\nfunctions\npython\n" + hex.EncodeToString(sum[:]) + "  -\n"
		release, rest, _ := strings.Cut(string(res.Stdout), "\n")
		if rest != want {
			t.Errorf("stdout:\n%s\nwant:\n%s", rest, want)
		}
		k, err := Kernel(t.Context(), kernel)
		if err != nil {
			t.Fatal(err)
		}
		if release != k.Release || kernel != "newest" && !strings.HasPrefix(release, kernel+".") {
			t.Errorf("uname -r says %s, want %s of series %s", release, k.Release, kernel)
		}
		if !bytes.Equal(res.Files["/tmp/copy"], random) {
			t.Errorf("fetched %d bytes that differ from what went in", len(res.Files["/tmp/copy"]))
		}
		for _, name := range []string{"/var/folder/sub/zero", "/var/folder/other"} {
			if got := string(res.Files[name]); got != "a\x00b" {
				t.Errorf("%s: fetched %q", name, got)
			}
		}
	})
}

// What comes from the host lands where it belongs, whatever its name is like.
func TestHostFiles(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("long folder name/", 12) + "é\\ü"
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "sub/program": 0o755, long: 0o600} {
		file := filepath.Join(dir, "tree", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("#!/bin/sh\necho \"$0\"\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("sub/program", filepath.Join(dir, "tree", "link")); err != nil {
		t.Fatal(err)
	}
	res := boot(t, Machine{
		Kernel: "6.1",
		Files: []File{
			{Host: filepath.Join(dir, "tree"), Guest: "/opt/tree"},
			{Host: filepath.Join(dir, "tree", "plain"), Guest: "/bin/tracer", Mode: 0o755},
			{Host: filepath.Join(dir, "tree", "plain"), Guest: "/srv/" + long},
			{Data: []byte("x"), Guest: "/srv/data/" + long},
		},
		Script: `tracer; /opt/tree/link; cd /; find opt/tree bin/tracer srv \( -type f -o -type l \) -printf '%m %U:%G %p\n' | LC_ALL=C sort -k3`,
	})
	want := "/usr/bin/tracer\n/opt/tree/link\n" +
		"755 0:0 bin/tracer\n777 0:0 opt/tree/link\n600 0:0 opt/tree/" + long + "\n644 0:0 opt/tree/plain\n755 0:0 opt/tree/sub/program\n" +
		"644 0:0 srv/data/" + long + "\n644 0:0 srv/" + long + "\n"
	if diff := cmp.Diff(want, string(res.Stdout)); diff != "" {
		t.Errorf("files (-want +got):\n%s\nstderr: %s", diff, res.Stderr)
	}
}

// 64 MiB of random bytes on each of stdout and stderr.
func TestLargeBinaryOutput(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		res := boot(t, Machine{
			Kernel: kernel,
			Script: `
				head -c 67108864 /dev/urandom >/tmp/a; head -c 67108864 /dev/urandom >/tmp/b
				sha256sum </tmp/a >/var/sums; sha256sum </tmp/b >>/var/sums
				cat /tmp/a; cat /tmp/b >&2`,
			Fetch: []string{"/var/sums"},
		})
		want := ""
		for _, data := range [][]byte{res.Stdout, res.Stderr} {
			sum := sha256.Sum256(data)
			want += hex.EncodeToString(sum[:]) + "  -\n"
		}
		if got := string(res.Files["/var/sums"]); got != want || len(res.Stdout) != 64<<20 || len(res.Stderr) != 64<<20 {
			t.Errorf("got %d and %d bytes with sums\n%swant\n%s", len(res.Stdout), len(res.Stderr), want, got)
		}
	})
}

// A hanging script is ended by the machine's own timer and hands back what it
// wrote; one that gets rid of that timer is ended from outside.
func TestTimeout(t *testing.T) {
	const limit = 3 * time.Second
	tests := []struct {
		name, script, stdout string
		bound                time.Duration
	}{
		{"hangs", "echo before; sleep 1000", "before\n", limit + 10*time.Second},
		{"ignores SIGTERM", "trap '' TERM; echo before; while :; do sleep 1000; done", "before\n", limit + 10*time.Second},
		{"kills the timer", "pkill -x sleep; kill -STOP 1; exec sleep 1000", "", limit + timerGrace + 10*time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The clock starts with the boot, so its time counts as slack.
			start := time.Now()
			res, err := Run(t.Context(), Machine{Kernel: "6.1", Script: tt.script, Timeout: limit})
			took := time.Since(start)
			if !errors.Is(err, ErrTimeout) {
				t.Fatalf("error %v, want ErrTimeout", err)
			}
			stdout := ""
			if res != nil {
				stdout = string(res.Stdout)
			}
			if stdout != tt.stdout {
				t.Errorf("stdout %q, want %q", stdout, tt.stdout)
			}
			if took > tt.bound+20*time.Second {
				t.Errorf("took %v, want at most %v and a boot", took, tt.bound)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		res, err := Run(t.Context(), Machine{Kernel: kernel, Script: "echo lost; echo c >/proc/sysrq-trigger; sleep 1000", Timeout: time.Minute})
		if err == nil || errors.Is(err, ErrTimeout) || !strings.Contains(err.Error(), "Kernel panic") {
			t.Errorf("error %v, want one that quotes the panic", err)
		}
		if res != nil {
			t.Errorf("result %+v of a crashed machine", res)
		}
	})
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var console bytes.Buffer // the machine may write it byte by byte
	seen := writerFunc(func(p []byte) (int, error) {
		console.Write(p)
		if bytes.Contains(console.Bytes(), []byte("running")) {
			cancel()
		}
		return len(p), nil
	})
	start := time.Now()
	_, err := Run(ctx, Machine{Kernel: "6.1", Script: "echo running >/dev/console; sleep 1000", Console: seen, Timeout: time.Minute})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestFetchMissing(t *testing.T) {
	res, err := Run(t.Context(), Machine{Kernel: "6.1", Script: "echo kept; exit 5", Fetch: []string{"/tmp/absent", "/etc/hostname"}})
	if err == nil || !strings.Contains(err.Error(), "/tmp/absent") || strings.Contains(err.Error(), "/etc/hostname") {
		t.Errorf("error %v, want one that names /tmp/absent alone", err)
	}
	if res == nil || string(res.Stdout) != "kept\n" || res.ExitCode != 5 || string(res.Files["/etc/hostname"]) != "lab\n" {
		t.Errorf("result %+v", res)
	}
}

// The machine's disk is fresh each time, and a script may be in any language.
func TestFreshRoot(t *testing.T) {
	const script = "#!/usr/bin/python3\nimport os\nprint(os.path.exists('/etc/mark'))\nopen('/etc/mark', 'w').close()\n"
	for range 2 {
		if res := boot(t, Machine{Kernel: "6.1", Script: script}); string(res.Stdout) != "False\n" {
			t.Errorf("stdout %q, stderr %q", res.Stdout, res.Stderr)
		}
	}
}

func TestCgroupV1(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		res := boot(t, Machine{Kernel: kernel, CgroupV1: true, Script: "findmnt -n -o FSTYPE /sys/fs/cgroup/pids; mkdir /sys/fs/cgroup/pids/x && ls /sys/fs/cgroup/pids/x/tasks; ls /sys/fs/cgroup"})
		if !strings.HasPrefix(string(res.Stdout), "cgroup\n/sys/fs/cgroup/pids/x/tasks\n") {
			t.Errorf("stdout %q, stderr %q", res.Stdout, res.Stderr)
		}
		t.Logf("hierarchies: %s", res.Stdout)
	})
}

func TestKernelOptionsAndCPUs(t *testing.T) {
	res := boot(t, Machine{Kernel: "6.1", Append: "lsm=capability,bpf", CPUs: 1, MemoryMiB: 512, Script: "cat /sys/kernel/security/lsm; echo; nproc; awk '/MemTotal/ {print ($2 < 524288)}' /proc/meminfo"})
	if got := string(res.Stdout); got != "lockdown,capability,bpf\n1\n1\n" { // lockdown comes early and always
		t.Errorf("stdout %q", got)
	}
}

// The same work takes the same guest time, whatever the host is doing.
func TestICountRepeats(t *testing.T) {
	const script = `#!/usr/bin/python3
import time
def work():
    start = time.monotonic_ns()
    n = 0
    for i in range(200000):
        n += i
    return time.monotonic_ns() - start
work()
print(sorted(work() for _ in range(3))[1])
`
	var times []float64
	for range 2 {
		res := boot(t, Machine{Kernel: "6.1", ICount: true, Script: script})
		var ns float64
		for _, c := range strings.TrimSpace(string(res.Stdout)) {
			ns = ns*10 + float64(c-'0')
		}
		times = append(times, ns)
	}
	t.Logf("guest times %.0f and %.0f ns", times[0], times[1])
	if ratio := times[0] / times[1]; times[0] < 1e6 || ratio < 0.97 || ratio > 1.03 {
		t.Errorf("guest times %v differ by more than 3%%", times)
	}
}

func TestPackages(t *testing.T) {
	res := boot(t, Machine{Kernel: "6.1", Packages: []string{"ncat"}, Script: "command -v ncat"})
	if res.ExitCode != 0 {
		t.Errorf("exit status %d, stdout %q", res.ExitCode, res.Stdout)
	}
	_, err := Run(t.Context(), Machine{Kernel: "6.1", Packages: []string{"no-such-package"}, Script: "true"})
	if err == nil || !strings.Contains(err.Error(), "no-such-package") {
		t.Errorf("error %v, want one that names the package", err)
	}
}
