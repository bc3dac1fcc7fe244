package printer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

func compact(t *testing.T, opts Options, events ...*event.Event) string {
	t.Helper()
	opts.Location = time.UTC
	if opts.Definition == nil {
		opts.Definition = catalog.ByName
	}
	var b bytes.Buffer
	c := NewCompact(&b, opts)
	for _, e := range events {
		if err := c.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compactEvents() []*event.Event {
	pod := inContainer(host(2, "nginx", "openat", -13, arg("pathname", "/etc/shadow"), arg("flags", int32(0o101))))
	pod.PodName, pod.PodNamespace, pod.Executable = "web-1", "prod", "/usr/sbin/nginx"
	named := inContainer(host(3, "sh", "connect", -115, arg("sockfd", int32(3)), arg("addr", event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 443})))
	named.ContainerName = "web"
	return []*event.Event{
		host(0, "bash", "sched_process_exec", 0, arg("pathname", "/usr/bin/ls"), arg("argv", []string{"ls", "-l", "a b", "", "x\x1b[2J"})),
		host(1, "bash", "execve", -2, arg("pathname", "/no/such"), cut(arg("argv", []string{"such"}))),
		pod, named,
		inContainer(host(4, "sh", "kill", 0, arg("pid", int32(77)), arg("sig", int32(9)))),
		host(5, "sh", "sched_process_exit", 0, arg("exit_code", int64(0))),
		host(5, "sh", "sched_process_exit", 0, arg("exit_code", int64(3<<8))),
		host(5, "sh", "sched_process_exit", 0, arg("exit_code", int64(139))),
		host(6, "mount", "mount", -1, arg("source", "/dev/sda1"), arg("target", "/mnt"), arg("filesystemtype", "ext4"), arg("mountflags", uint64(1))),
		host(7, "cat", "write", 12, arg("fd", int32(1)), arg("count", uint64(12))),
		host(8, "evil\n", "unheard_of", -5000, arg("text", "a\x1bb"), arg("n", uint32(7))),
		host(8, "strace", "ptrace", 0, arg("request", int64(0)), arg("pid", int32(0))),
		lost(),
	}
}

func TestCompactGolden(t *testing.T) {
	for name, opts := range map[string]Options{
		"compact": {}, "compact-color": {Color: true}, "compact-limit": {MaxValue: 4}, "compact-raw": {Raw: true}, "compact-relative": {Relative: true},
	} {
		got := compact(t, opts, compactEvents()...)
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Actions name what the catalogue has.
func TestActionsAreOfTheCatalogue(t *testing.T) {
	for name, a := range actions {
		def := catalog.ByName(name)
		if def == nil {
			t.Errorf("no event %s", name)
			continue
		}
		for _, p := range a.parts {
			if def.Field(p.arg) == nil {
				t.Errorf("event %s has no argument %s", name, p.arg)
			}
		}
	}
}

func TestCompactKeepsItsError(t *testing.T) {
	c := NewCompact(brokenWriter{}, Options{})
	if err := c.Write(hostEvents()[0]); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := c.Flush(); !errors.Is(err, errGone) {
			t.Errorf("Flush = %v; want %v", err, errGone)
		}
	}
	if err := c.Write(&event.Event{}); !errors.Is(err, errGone) {
		t.Errorf("Write = %v; want %v", err, errGone)
	}
}

// Whatever a process puts into names and arguments, a line stays one line of
// printable text.
func FuzzCompact(f *testing.F) {
	f.Add("bash", "/etc/passwd", "openat", "4f", []byte{1}, int64(9))
	f.Add("\x1b[2J", "\x9b\xc2\x9b\u202e\n", "sched_process_exec", "\x00", []byte("\x1b"), int64(-1))
	f.Fuzz(func(t *testing.T, comm, text, name, id string, raw []byte, n int64) {
		e := host(0, comm, name, n, arg("pathname", text), arg("argv", []string{text, comm, text}), arg("flags", text), arg(text, raw),
			arg("exit_code", n), arg("addr", event.Sockaddr{Family: text, Addr: text, Path: text}), cut(arg("sig", text)), arg("m", map[string]any{text: text}))
		e.ContainerID, e.PodName, e.PodNamespace, e.Executable = id, text, comm, text
		got := compact(t, Options{MaxValue: 16, Definition: func(string) *schema.Event { return nil }}, e)
		if strings.Count(got, "\n") != 1 || !utf8.ValidString(got) {
			t.Fatalf("not one line: %q", got)
		}
		for _, r := range strings.ReplaceAll(got, "\n", "") {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U reaches the terminal: %q", r, got)
			}
		}
	})
}
