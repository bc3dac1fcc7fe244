package rules

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// A file that changes, or SIGHUP, is told once; a folder that stays as it is, is
// not.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	changed := watch(ctx, []string{dir, filepath.Join(dir, "absent")})
	told := func(within time.Duration) bool {
		select {
		case <-changed:
			return true
		case <-time.After(within):
			return false
		}
	}
	if told(3 * watchEvery) {
		t.Error("told without a change")
	}
	write("three")
	if !told(10 * watchEvery) {
		t.Error("a change was not told")
	}
	if told(3 * watchEvery) {
		t.Error("one change was told twice")
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if !told(10 * watchEvery) {
		t.Error("SIGHUP was not told")
	}
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) waitFor(t *testing.T, part string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l.mu.Lock()
		there := strings.Contains(l.text.String(), part)
		l.mu.Unlock()
		if there {
			return
		}
	}
	t.Fatalf("log never says %q:\n%s", part, l.text.String())
}

// While events flow, a set of signatures takes the place of another; a set that
// is wrong does not.
func TestReload(t *testing.T) {
	events, writer := io.Pipe()
	var log lines
	var out bytes.Buffer
	w, err := report.New(&out, report.JSON)
	if err != nil {
		t.Fatal(err)
	}
	first, second := &seen{}, &seen{}
	s, err := newSession(&input{Reader: events, name: "pipe", endless: true}, w,
		&loaded{signatures: []engine.Signature{{Signature: first, Where: "a", Key: "a"}}, tuning: &tuning.Tuning{}}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{})
	s.changed = changed
	set, fault := []engine.Signature(nil), errors.New("x.yaml:3: no such field")
	s.load = func() (*loaded, error) { return &loaded{signatures: set, tuning: &tuning.Tuning{}}, fault }
	done := make(chan error)
	go func() { done <- s.run(t.Context()) }()
	send := func(request string) {
		if _, err := io.WriteString(writer, `{"eventName":"ptrace","args":[{"name":"request","type":"long","value":`+request+"}]}\n"); err != nil {
			t.Error(err)
		}
	}
	send("1")
	changed <- struct{}{}
	log.waitFor(t, "x.yaml:3: no such field")
	send("2")
	set, fault = []engine.Signature{{Signature: second, Where: "b", Key: "b"}}, nil
	changed <- struct{}{}
	log.waitFor(t, `new=[T-1] gone=[T-1]`)
	send("3")
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if a, b := len(first.requests), len(second.requests); a+b != 3 || b < 1 || second.requests[b-1] != 3 {
		t.Errorf("the first set saw %v, the second %v", first.requests, second.requests)
	}
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d findings:\n%s", n, out.String())
	}
}
