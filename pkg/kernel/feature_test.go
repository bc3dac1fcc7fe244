package kernel

import (
	"errors"
	"strings"
	"testing"
)

const (
	bullseye  = "5.10.0-46-cloud-amd64"
	bookworm  = "6.1.0-56-cloud-amd64"
	backports = "6.12.95+deb12-cloud-amd64"

	lsmsOld = "lockdown,capability,landlock,yama,apparmor,tomoyo"
	lsmsNew = "lockdown,capability,landlock,yama,apparmor,tomoyo,bpf"
)

func TestFeatures(t *testing.T) {
	healthy := debian(bookworm, lsmsNew)
	for _, tc := range []struct {
		name  string
		files tree
		arch  string
		want  map[string]State
		why   map[string]string
	}{
		{
			name: "5.10", files: debian(bullseye, lsmsOld),
			want: map[string]State{FeatureRelease: Yes, FeaturePrivilege: Yes, FeatureLockdown: Yes, FeatureBPF: Yes, FeatureBTF: Yes,
				FeatureRingBuffer: Yes, FeatureFtrace: Yes, FeatureFentry: Yes, FeatureKprobes: Yes, FeatureLSM: No, FeatureCgroup: Yes},
			why: map[string]string{FeatureLSM: "bpf is not in /sys/kernel/security/lsm: lockdown,capability", FeatureCgroup: "v2"},
		},
		{
			name: "6.1", files: healthy,
			want: map[string]State{FeatureFentry: Yes, FeatureKprobes: Yes, FeatureLSM: Yes},
		},
		{
			name: "6.12 on arm64", files: debian(backports, lsmsNew), arch: "aarch64",
			want: map[string]State{FeatureRelease: Yes, FeatureFentry: Yes, FeatureLSM: Yes},
		},
		{
			name: "6.1 on arm64 has no fentry", files: healthy, arch: "aarch64",
			want: map[string]State{FeatureRelease: Yes, FeatureFentry: No, FeatureLSM: No, FeatureKprobes: Yes},
			why:  map[string]string{FeatureFentry: "kernels have fentry on aarch64 since 6.4"},
		},
		{
			name: "5.4", files: debian("5.4.0-200-generic", lsmsOld),
			want: map[string]State{FeatureRelease: No, FeatureRingBuffer: No},
		},
		{
			name: "no BTF", files: healthy.with(tree{"/sys/kernel/btf/vmlinux": ""}),
			want: map[string]State{FeatureBTF: No, FeatureFentry: No, FeatureLSM: No, FeatureKprobes: Yes},
			why:  map[string]string{FeatureFentry: "it needs BTF"},
		},
		{
			name: "ftrace switched off", files: healthy.with(tree{"/proc/sys/kernel/ftrace_enabled": "0\n"}),
			want: map[string]State{FeatureFtrace: No, FeatureFentry: No, FeatureKprobes: No, FeatureLSM: No},
			why:  map[string]string{FeatureKprobes: "sysctl kernel.ftrace_enabled is 0"},
		},
		{
			name: "interpreter only", files: healthy.with(tree{"/proc/sys/net/core/bpf_jit_enable": "0\n"}),
			want: map[string]State{FeatureFentry: No, FeatureKprobes: Yes},
		},
		{
			name: "built without direct calls",
			files: healthy.with(tree{"/boot/config-" + bookworm: strings.ReplaceAll(fullConfig, "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y",
				"# CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS is not set")}),
			want: map[string]State{FeatureFentry: No},
			why:  map[string]string{FeatureFentry: "no CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS in /boot/config-" + bookworm},
		},
		{
			name: "no kprobes", files: healthy.with(tree{"/sys/bus/event_source/devices/kprobe": "", "/sys/bus/event_source/devices/": "/"}),
			want: map[string]State{FeatureKprobes: No},
		},
		{
			name: "kprobes switched off", files: healthy.with(tree{"/sys/kernel/debug/kprobes/enabled": "0\n"}),
			want: map[string]State{FeatureKprobes: No},
		},
		{
			name:  "kprobes from build options",
			files: healthy.with(tree{"/sys/bus/event_source/devices/kprobe": "", "/boot/config-" + bookworm: "", "/proc/config.gz": gzipped(t, fullConfig)}),
			want:  map[string]State{FeatureKprobes: Yes},
			why:   map[string]string{FeatureKprobes: "CONFIG_KPROBE_EVENTS in /proc/config.gz"},
		},
		{
			name:  "build options not installed",
			files: healthy.with(tree{"/boot/config-" + bookworm: "", "/proc/sys/kernel/unprivileged_bpf_disabled": "2\n"}),
			want:  map[string]State{FeatureBPF: Yes, FeatureFentry: Yes, FeatureLSM: Yes},
		},
		{
			name: "sparse container",
			files: tree{"/proc/sys/kernel/osrelease": bookworm, "/sys/kernel/btf/vmlinux": "x", "/proc/self/mountinfo": "1 0 0:1 / / rw - overlay overlay rw\n",
				"/proc/self/status": rootStatus},
			want: map[string]State{FeaturePrivilege: Yes, FeatureLockdown: Unknown, FeatureBPF: Unknown, FeatureKprobes: Unknown,
				FeatureLSM: Unknown, FeatureFtrace: Unknown, FeatureFentry: Yes, FeatureCgroup: No},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			arch := tc.arch
			if arch == "" {
				arch = "x86_64"
			}
			f := probeTree(t, tc.files, arch)
			got := map[string]Feature{}
			for _, x := range f.Features() {
				got[x.Name] = x
				if x.Why == "" || x.Lost == "" {
					t.Errorf("feature %s: why %q, lost %q", x.Name, x.Why, x.Lost)
				}
			}
			for name, want := range tc.want {
				if got[name].State != want {
					t.Errorf("feature %s is %s (%s), want %s", name, got[name].State, got[name].Why, want)
				}
				if f.Has(name) != (want == Yes) {
					t.Errorf("Has(%s) = %v", name, f.Has(name))
				}
			}
			for name, want := range tc.why {
				if !strings.Contains(got[name].Why, want) {
					t.Errorf("feature %s: why %q does not say %q", name, got[name].Why, want)
				}
			}
		})
	}
}

func TestUnfit(t *testing.T) {
	healthy := debian(bookworm, lsmsNew)
	locked := "none integrity [confidentiality]\n"
	for _, tc := range []struct {
		name  string
		files tree
		arch  string
		want  string // "" when fit
	}{
		{"6.1", healthy, "x86_64", ""},
		{"5.10", debian(bullseye, lsmsOld), "x86_64", ""},
		{"6.12", debian(backports, lsmsNew), "aarch64", ""},
		{"lockdown integrity", healthy.with(tree{"/sys/kernel/security/lockdown": "none [integrity] confidentiality\n"}), "x86_64", ""},
		{"architecture", healthy, "riscv64", "architecture riscv64 is not supported; run it on x86_64 or aarch64"},
		{"old", debian("5.4.0-200-generic", lsmsOld), "x86_64", "kernel 5.4.0-200-generic is too old; run it on 5.10 or newer"},
		{"user", healthy.with(tree{"/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"}), "x86_64",
			"uid 1000 may not trace the kernel; run it as root, for example with sudo"},
		{"user with capabilities", healthy.with(tree{"/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t000000c001000000\n"}), "x86_64", ""},
		{"user with one capability", healthy.with(tree{"/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000008000000000\n"}), "x86_64", "uid 1000 may not"},
		{"docker run", healthy.with(tree{"/proc/self/status": "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n"}), "x86_64",
			"root lacks CAP_BPF, CAP_PERFMON, CAP_SYS_RESOURCE, as in an unprivileged container; start the container with --privileged, or with --cap-add for each"},
		{"rootless", healthy.with(tree{"/proc/self/uid_map": "0 1000 1\n1 100000 65536\n"}), "x86_64", "in a user namespace"},
		{"locked", healthy.with(tree{"/sys/kernel/security/lockdown": locked}), "x86_64",
			"kernel lockdown mode confidentiality forbids BPF programs to read kernel memory; boot with lockdown=integrity or lockdown=none"},
		{"locked for good", healthy.with(tree{"/sys/kernel/security/lockdown": locked,
			"/boot/config-" + bookworm: fullConfig + "CONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY=y\n"}), "x86_64",
			"not built with CONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY"},
		{"no BPF", healthy.with(tree{"/boot/config-" + bookworm: "CONFIG_X86=y\n"}), "x86_64", "built without BPF tracing"},
		{"no BTF", healthy.with(tree{"/sys/kernel/btf/vmlinux": ""}), "x86_64", "no BTF, a description of its own types in /sys/kernel/btf/vmlinux; run it on"},
		{"unknown is tried", tree{"/proc/sys/kernel/osrelease": bookworm, "/sys/kernel/btf/vmlinux": "x"}, "x86_64", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := probeTree(t, tc.files, tc.arch).Unfit()
			if tc.want == "" {
				if err != nil {
					t.Fatalf("unfit: %v", err)
				}
				return
			}
			var unfit *UnfitError
			if !errors.As(err, &unfit) || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is more than one sentence", err)
			}
		})
	}
}
