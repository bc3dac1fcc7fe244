package derive

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// libc is a library that exports what is watched.
func libc(t *testing.T) []byte {
	t.Helper()
	paths, _ := filepath.Glob("/lib/*/libc.so.6")
	if len(paths) == 0 {
		t.Fatal("this machine has no C library")
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// put writes a file below a process's root and returns the event of its loading.
func put(t *testing.T, proc, pid, file string, data []byte) *event.Event {
	t.Helper()
	path := filepath.Join(proc, pid, "root", file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return loadedEvent(t, path, file)
}

func loadedEvent(t *testing.T, path, file string) *event.Event {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		t.Fatal(err)
	}
	return New(sharedObjectLoaded, &event.Event{HostProcessID: 42, HostParentProcessID: 41, MountNS: 7, ProcessName: "x"},
		file, int32(0), kernelDev(st.Dev), st.Ino, uint64(st.Ctim.Nano()))
}

// besideStage is a stage that looks into the libraries of a made-up /proc.
func besideStage(proc string, watched func(string) bool) (*Stage, *symbols) {
	s := newSymbols(watched)
	s.library = newLibrary(proc)
	return &Stage{byFrom: map[string][]Derivation{sharedObjectLoaded: {{Event: symbolsLoaded, From: sharedObjectLoaded, Beside: s}}}, beside: s}, s
}

func TestSymbolsLoaded(t *testing.T) {
	proc := t.TempDir()
	stage, _ := besideStage(proc, Watch([]string{"openat", "readdir", "nothing_has_this"}))
	loaded := put(t, proc, "42", "/opt/evil.so", libc(t))
	if made := stage.Derive(loaded, 5); len(made) > 0 {
		t.Errorf("made at once: %v", made)
	}
	stage.Derive(loaded, 6) // known by now, or read twice
	stage.Derive(put(t, proc, "42", "/opt/notes", []byte("no library")), 7)
	stage.Derive(put(t, proc, "42", "/lib/x86_64-linux-gnu/libc.so.6", libc(t)), 8)
	made := stage.Beside().Late(true)
	marks := []uint64{}
	for _, m := range made {
		marks = append(marks, m.Mark)
		symbols, _ := m.Event.Args[1].Value.([]string)
		slices.Sort(symbols)
		if file, _ := m.Event.String("library_path"); file != "/opt/evil.so" || m.Event.EventName != symbolsLoaded || m.Event.ProcessName != "x" {
			t.Errorf("made %s of %s by %s", m.Event.EventName, file, m.Event.ProcessName)
		}
		if diff := cmp.Diff([]string{"openat", "readdir"}, symbols); diff != "" {
			t.Errorf("symbols (-want +got):\n%s", diff)
		}
	}
	slices.Sort(marks)
	if diff := cmp.Diff([]uint64{5, 6}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if n, _, why := stage.Beside().Lost(true); n > 0 {
		t.Errorf("%d lost: %v", n, why)
	}
}

// A library is found though its process has ended, by whoever sees the same files.
func TestSymbolsOfProcessThatEnded(t *testing.T) {
	for name, other := range map[string]string{"parent": "41", "of its namespace": "99"} {
		t.Run(name, func(t *testing.T) {
			proc := t.TempDir()
			stage, _ := besideStage(proc, Watch([]string{"openat"}))
			loaded := put(t, proc, other, "/opt/evil.so", libc(t))
			ns := filepath.Join(proc, "99", "ns")
			if err := os.MkdirAll(ns, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("mnt:[7]", filepath.Join(ns, "mnt")); err != nil {
				t.Fatal(err)
			}
			stage.Derive(loaded, 0)
			if made := stage.Beside().Late(true); len(made) != 1 {
				t.Errorf("%d made, want 1", len(made))
			}
		})
	}
}

// What cannot be looked at is counted and never taken for something else.
func TestSymbolsLost(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, proc string) *event.Event{
		"gone": func(t *testing.T, proc string) *event.Event {
			e := put(t, proc, "42", "/opt/evil.so", libc(t))
			if err := os.RemoveAll(filepath.Join(proc, "42")); err != nil {
				t.Fatal(err)
			}
			return e
		},
		"another file": func(t *testing.T, proc string) *event.Event {
			e := put(t, proc, "42", "/opt/evil.so", libc(t))
			e.Args[4].Value = e.Args[4].Value.(uint64) + 1
			return e
		},
		"a pipe": func(t *testing.T, proc string) *event.Event {
			e := put(t, proc, "42", "/opt/evil.so", nil)
			path := filepath.Join(proc, "42/root/opt/evil.so")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			return e
		},
		"a link out of the root": func(t *testing.T, proc string) *event.Event {
			outside := filepath.Join(proc, "outside.so")
			if err := os.WriteFile(outside, libc(t), 0o600); err != nil {
				t.Fatal(err)
			}
			put(t, proc, "42", "/opt/other", nil)
			if err := os.Symlink(outside, filepath.Join(proc, "42/root/opt/evil.so")); err != nil {
				t.Fatal(err)
			}
			return loadedEvent(t, outside, "/opt/evil.so")
		},
		"a broken library": func(t *testing.T, proc string) *event.Event {
			return put(t, proc, "42", "/opt/evil.so", libc(t)[:4096])
		},
	} {
		t.Run(name, func(t *testing.T) {
			proc := t.TempDir()
			stage, _ := besideStage(proc, nil)
			stage.Derive(prepare(t, proc), 0)
			if made := stage.Beside().Late(true); len(made) > 0 {
				t.Errorf("made %v", made)
			}
			if n, _, why := stage.Beside().Lost(true); n != 1 || why == nil {
				t.Errorf("lost %d, %v, want 1 and a reason", n, why)
			}
		})
	}
}

func TestWellKnown(t *testing.T) {
	for file, want := range map[string]bool{
		"/usr/lib/x86_64-linux-gnu/libc.so.6":   true,
		"/lib/x86_64-linux-gnu/libpthread.so.0": true,
		"/lib/ld-musl-x86_64.so.1":              true,
		"/lib64/ld-linux-x86-64.so.2":           true,
		"/usr/lib/x86_64-linux-gnu/libz.so.1":   false,
		"/tmp/libc.so.6":                        false,
		"/home/x/usr/lib/libc.so.6":             false,
		"memfd:libc.so.6":                       false,
	} {
		if wellKnown(file) != want {
			t.Errorf("wellKnown(%s) = %v", file, !want)
		}
	}
}

// The memory for what is known of libraries is bounded; what was used last stays.
func TestLibraryCacheIsBounded(t *testing.T) {
	l := newLibrary("")
	name := strings.Repeat("x", 1000)
	for i := range 3 * libraryCache / 1000 {
		l.remember(fileID{inode: uint64(i)}, []string{name})
		if _, ok := l.recall(fileID{inode: 0}); !ok {
			t.Fatalf("after %d more, the one that is used is forgotten", i)
		}
	}
	if l.bytes > libraryCache || l.known.Len()*1144 != l.bytes {
		t.Errorf("%d bytes of %d libraries, limit %d", l.bytes, l.known.Len(), libraryCache)
	}
}

func TestKernelDev(t *testing.T) {
	// 7:258 as glibc packs it.
	if got := kernelDev(7<<8 | 258&0xff | 258&^0xff<<12); got != 7<<20|258 {
		t.Errorf("got %#x", got)
	}
}
