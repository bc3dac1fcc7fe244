package kernel

import (
	"bytes"
	"compress/gzip"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// tree is a machine's files by path. A path that ends in / is a folder.
type tree map[string]string

const (
	v2Mounts = "23 1 0:22 / /sys rw - sysfs sysfs rw\n24 23 0:6 / /sys/kernel/security rw - securityfs securityfs rw\n" +
		"25 23 0:25 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
	rootStatus = "Name:\ttracer\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n"
	allIDs     = "         0          0 4294967295\n"
	fullConfig = "CONFIG_BPF_SYSCALL=y\nCONFIG_BPF_EVENTS=y\nCONFIG_KPROBE_EVENTS=y\nCONFIG_BPF_LSM=y\n" +
		"CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y\nCONFIG_SECURITY_LOCKDOWN_LSM=y\n# CONFIG_KCSAN is not set\n"
)

// debian is a healthy root's view of a Debian machine.
func debian(release, lsms string) tree {
	return tree{
		"/proc/sys/kernel/osrelease":           release + "\n",
		"/proc/cmdline":                        "BOOT_IMAGE=/vmlinuz root=/dev/vda1 quiet\n",
		"/proc/self/mountinfo":                 v2Mounts,
		"/proc/self/status":                    rootStatus,
		"/proc/self/uid_map":                   allIDs,
		"/proc/sys/kernel/ftrace_enabled":      "1\n",
		"/proc/sys/net/core/bpf_jit_enable":    "1\n",
		"/sys/kernel/btf/vmlinux":              "\x9f\xeb",
		"/sys/kernel/security/lockdown":        "[none] integrity confidentiality\n",
		"/sys/kernel/security/lsm":             lsms,
		"/sys/bus/event_source/devices/kprobe": "/",
		"/boot/config-" + release:              fullConfig,
	}
}

// with returns a copy with files changed; "" removes one.
func (t tree) with(changes tree) tree {
	c := maps.Clone(t)
	for path, text := range changes {
		if text == "" {
			delete(c, path)
		} else {
			c[path] = text
		}
	}
	return c
}

func (t tree) write(tb testing.TB) string {
	tb.Helper()
	root := tb.TempDir()
	for path, text := range t {
		path = filepath.Join(root, path)
		if text == "/" {
			if err := os.MkdirAll(path, 0o755); err != nil {
				tb.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return root
}

func probeTree(t *testing.T, files tree, arch string) *Facts {
	t.Helper()
	f, err := Probe(Options{Root: files.write(t), Arch: arch})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
