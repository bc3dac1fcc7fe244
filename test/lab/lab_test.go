package lab

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMachineRejected(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	tests := []struct {
		name string
		m    Machine
		want string
	}{
		{"no script", Machine{Script: " \n"}, "no script"},
		{"CPUs", Machine{Script: "x", CPUs: 99}, "99 CPUs"},
		{"negative CPUs", Machine{Script: "x", CPUs: -1}, "-1 CPUs"},
		{"memory", Machine{Script: "x", MemoryMiB: 16}, "16 MiB"},
		{"timeout", Machine{Script: "x", Timeout: time.Millisecond}, "timeout 1ms"},
		{"negative timeout", Machine{Script: "x", Timeout: -time.Second}, "timeout -1s"},
		{"append", Machine{Script: "x", Append: "a\nb"}, "kernel command line"},
		{"relative guest path", Machine{Script: "x", Files: []File{{Guest: "bin/x"}}}, `"bin/x"`},
		{"guest path not clean", Machine{Script: "x", Files: []File{{Guest: "/a/../b"}}}, `"/a/../b"`},
		{"whole root", Machine{Script: "x", Files: []File{{Guest: "/"}}}, `"/"`},
		{"the lab's own", Machine{Script: "x", Files: []File{{Guest: "/run/lab/script"}}}, "belongs to the lab"},
		{"two contents", Machine{Script: "x", Files: []File{{Host: "a", Data: []byte{}, Guest: "/a"}}}, "both"},
		{"fetch", Machine{Script: "x", Fetch: []string{"/a\nb"}}, "line break"},
		{"package", Machine{Script: "x", Packages: []string{"-o=x"}}, `"-o=x"`},
		{"kernel", Machine{Script: "x", Kernel: "2.4"}, "known are 5.10, 6.1, 6.12, newest"},
		{"no kernel", Machine{Script: "x"}, `unknown kernel ""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Run(t.Context(), tt.m)
			if res != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("result %v, error %v, want an error with %q", res, err, tt.want)
			}
		})
	}
}

func TestMachineScript(t *testing.T) {
	for in, want := range map[string]string{
		"id":                             "#!/bin/sh\nid\n",
		"#!/usr/bin/python3\nprint(1)\n": "#!/usr/bin/python3\nprint(1)\n",
	} {
		if got := string((&Machine{Script: in}).script()); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Under ICount a timer inside would follow the emulated clock.
func TestMachineTimerInside(t *testing.T) {
	for _, tt := range []struct {
		m    Machine
		want int
	}{
		{Machine{Script: "x"}, 300},
		{Machine{Script: "x", Timeout: 1500 * time.Millisecond}, 2},
		{Machine{Script: "x", Timeout: time.Minute, ICount: true}, 0},
	} {
		if err := tt.m.complete(); err != nil {
			t.Fatal(err)
		}
		if got := tt.m.guestLimit(); got != tt.want {
			t.Errorf("%v: got %d, want %d", tt.m.Timeout, got, tt.want)
		}
	}
}

func TestAccelVariable(t *testing.T) {
	c := testCache(t)
	for value, ok := range map[string]bool{"kvm": true, "tcg": true, "hvf": false} {
		t.Setenv(AccelVariable, value)
		got, err := c.accel(t.Context(), nil, nil)
		if (err == nil) != ok || ok && got != value {
			t.Errorf("%s: got %q, error %v", value, got, err)
		}
	}
}

func TestArguments(t *testing.T) {
	v := &vm{
		kernel: &KernelImage{Path: "/k"}, accel: "tcg", dir: "/d", cpus: 1, memoryMiB: 512, icount: true,
		cmdline: "lab_mode=run", disks: []disk{{"root", "/a,b", true}, {"in", "/in", false}},
	}
	got := strings.Join(v.arguments(), " ")
	for _, want := range []string{
		"-accel tcg -cpu max -smp 1 -m 512", "-icount shift=0,sleep=off -seed 1", "snapshot=on,file=/a,,b ",
		"snapshot=off,file=/in ", "serial=lab-root", "-no-reboot", "panic=-1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("arguments lack %q: %s", want, got)
		}
	}
}

func TestTailBuffer(t *testing.T) {
	b := &tailBuffer{limit: 10}
	for range 100 {
		if n, err := b.Write([]byte("line\r\n")); n != 6 || err != nil {
			t.Fatal(n, err)
		}
	}
	if got, want := b.String(), "ne\nline\n"; got != want { // 10 bytes before line ends are made plain
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestReportTail(t *testing.T) {
	r := &vmReport{}
	if got := r.tail(); !strings.Contains(got, "empty") {
		t.Errorf("empty console: %q", got)
	}
	r.console = "[1.0] Kernel panic - not syncing: test\n" + strings.Repeat("trace\n", 40)
	if got := r.tail(); !strings.Contains(got, "not syncing: test\n  …\n  trace") || strings.Count(got, "trace") != consoleTail {
		t.Errorf("panic before the tail: %q", got)
	}
	r.console = strings.Repeat("old\n", 100) + strings.Repeat("x\n", consoleTail-1) + "Kernel panic\n"
	if got := r.tail(); strings.Contains(got, "old") || !strings.HasSuffix(got, "Kernel panic") {
		t.Errorf("tail %q", got)
	}
}

func TestCacheHashes(t *testing.T) {
	a, b := packagesHash("root", []string{"a", "b"}), packagesHash("root", []string{"a", "c"})
	if a == b || a == packagesHash("tools", []string{"a", "b"}) || a != filepath.Base(a) {
		t.Errorf("hashes %s and %s", a, b)
	}
}
