package spool

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is also the process that has a small disk of its own.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SPOOL_TEST_DISK"); dir != "" {
		if err := syscall.Mount("spool", dir, "tmpfs", 0, "size=2m"); err != nil {
			fmt.Println("mount:", err)
			os.Exit(3)
		}
	}
	os.Exit(m.Run())
}

// inside runs this test again in a process whose folder dir is a file system of
// 2 MiB; it reports whether this is that process.
func inside(t *testing.T) (dir string, is bool) {
	t.Helper()
	if dir := os.Getenv("SPOOL_TEST_DISK"); dir != "" {
		return dir, true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v") //nolint:gosec // this test
	cmd.Env = append(os.Environ(), "SPOOL_TEST_DISK="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	return "", false
}

func ballast(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return // full
		}
	}
}

func long(t *testing.T, q *Queue, from, to int) (ids []string) {
	t.Helper()
	for _, id := range names(from, to) {
		if err := q.Put(Item{ID: id, Payload: bytes.Repeat([]byte(id), 1000)}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// While the disk is full findings wait in memory, within their limit, can be
// delivered from there, and go to disk when there is room again.
func TestDiskFull(t *testing.T) {
	dir, is := inside(t)
	if !is {
		return
	}
	var told bytes.Buffer
	o := Options{Path: filepath.Join(dir, "q"), Limit: 1 << 30, Memory: 4 << 20, Log: slog.New(slog.NewTextHandler(&told, nil))}
	q := open(t, o)
	ids := long(t, q, 1, 20)
	settled(t, q)
	ballast(t, dir)
	ids = append(ids, long(t, q, 21, 300)...)
	eventually(t, "the fault is seen", func() bool { return q.Stats().Fault != nil })
	if s := q.Stats(); s.Dropped != 0 || s.Items != 300 {
		t.Errorf("stats %+v", s)
	}
	items, err := q.Take(t.Context(), 50, 1<<30)
	for len(items) < 50 && err == nil {
		q.Done(items)
		ids = ids[len(items):]
		items, err = q.Take(t.Context(), 50, 1<<30)
	}
	if err != nil || items[0].ID != ids[0] {
		t.Fatalf("%v, %v", items, err)
	}
	q.Done(items)
	long(t, q, 301, 900) // more than memory takes: the oldest go
	if s := q.Stats(); s.Dropped == 0 || q.memory > o.Memory {
		t.Errorf("stats %+v, %d in memory", s, q.memory)
	}
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	for n := q.Stats().Items; n > 20; n = q.Stats().Items {
		items, err := q.Take(t.Context(), min(50, n-20), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		q.Done(items)
	}
	written(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told.String(), "no space left on device") || !strings.Contains(told.String(), "queue is written again") {
		t.Errorf("said: %s", told.String())
	}
	same(t, drainLong(t, open(t, o)), names(881, 900))
}

// written waits until all is on disk, over faults.
func written(t *testing.T, q *Queue) {
	t.Helper()
	eventually(t, "all is on disk", func() bool { s := q.Stats(); return s.Fault == nil && s.Unsaved == 0 })
}

// A disk that is full at the start is no reason not to watch.
func TestDiskFullAtStart(t *testing.T) {
	dir, is := inside(t)
	if !is {
		return
	}
	ballast(t, dir)
	o := Options{Path: filepath.Join(dir, "q"), Limit: 1 << 30, Memory: 4 << 20, Log: quiet}
	q := open(t, o)
	put(t, q, 3, names(1, 10)...)
	eventually(t, "the fault is seen", func() bool { return q.Stats().Fault != nil })
	items, err := q.Take(t.Context(), 3, 1<<20)
	if err != nil || len(items) != 3 || items[0].ID != "f00001" {
		t.Fatalf("%v, %v", items, err)
	}
	q.Done(items)
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	written(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, drain(t, open(t, o), 10), names(4, 10))
}

// A damaged queue on a full disk waits for room to be saved.
func TestDamagedOnFullDisk(t *testing.T) {
	dir, is := inside(t)
	if !is {
		return
	}
	o := Options{Path: filepath.Join(dir, "q"), Limit: 1 << 30, Memory: 4 << 20, Log: quiet}
	q := open(t, o)
	put(t, q, 3, names(1, 10)...)
	settled(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	ballast(t, dir)
	scribble(t, o.Path, nil, 0, 8192, true) // both of bbolt's first pages
	q = open(t, o)
	put(t, q, 3, names(11, 12)...)
	eventually(t, "the fault is seen", func() bool { return q.Stats().Fault != nil })
	if items, err := q.Take(t.Context(), 1, 1); err != nil || items[0].ID != "f00011" {
		t.Fatalf("%v, %v", items, err)
	} else {
		q.Done(items)
	}
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	written(t, q)
	same(t, drain(t, q, 100), append(names(1, 10), "f00012"))
}

func TestDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	d, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDir(dir); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%s is in use by another rules, process %d", dir, os.Getpid())) {
		t.Errorf("twice: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d, err = OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = d.Close()
	if err := os.Chmod(dir, 0o777); err != nil { //nolint:gosec // to be refused
		t.Fatal(err)
	}
	if _, err := OpenDir(dir); err == nil || !strings.Contains(err.Error(), "can be written by others") {
		t.Errorf("open to all: %v", err)
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDir(path); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("a file: %v", err)
	}
}

// A clock that is set back changes nothing: order is that of sequence numbers.
func TestClockSetBack(t *testing.T) {
	o := options(t)
	q := open(t, o)
	for i, id := range names(1, 20) {
		at := time.Now().Add(time.Duration(-i) * time.Hour)
		if err := q.Put(Item{ID: id, Time: at, Queued: at, Payload: []byte("payload of " + id)}); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, drain(t, open(t, o), 3), names(1, 20))
}
