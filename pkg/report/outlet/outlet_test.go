package outlet

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/receiver"
	"github.com/tracehound/tracehound/pkg/report/spool"
	"github.com/tracehound/tracehound/pkg/signature"
)

// patience of the tests: a dead output uses all of it.
const patience = 400 * time.Millisecond

// listener is a receiver that keeps the ids of what it gets.
type listener struct {
	*httptest.Server
	mu  sync.Mutex
	ids []string
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ids = append(l.ids, r.Header.Get(receiver.IDHeader))
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) got() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.ids...)
}

// newDead is a receiver that takes requests and never answers.
func newDead(t *testing.T) *httptest.Server {
	t.Helper()
	stop := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	t.Cleanup(func() { close(stop); s.Close() })
	return s
}

func webhook(name, url string) output.Spec {
	return output.Spec{Name: name, Kind: output.Webhook, URL: url}
}

func open(t *testing.T, dir string, stdout io.Writer, specs ...output.Spec) (*Outlets, error) {
	t.Helper()
	if err := output.Complete(specs); err != nil {
		t.Fatal(err)
	}
	return Open(t.Context(), Options{
		Specs: specs, SpoolDir: dir, Stdout: stdout, Host: "node", Patience: patience, Log: slog.New(slog.DiscardHandler),
	})
}

func mustOpen(t *testing.T, dir string, stdout io.Writer, specs ...output.Spec) *Outlets {
	t.Helper()
	all, err := open(t, dir, stdout, specs...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// found is the sample finding under another id.
func found(id string) *signature.Finding {
	f := *report.Sample(time.Unix(1, 0), "node")
	f.ID = id
	return &f
}

func write(t *testing.T, all *Outlets, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := all.Write(found(id), 0); err != nil {
			t.Fatal(err)
		}
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

var ids = strings.Fields("f1 f2 f3 f4 f5 f6 f7 f8 f9")

// One output that hangs delays neither Write nor the others; what it did not get the
// next run delivers, in order.
func TestDeadOutput(t *testing.T) {
	dir, dead, alive := filepath.Join(t.TempDir(), "spool"), newDead(t), newListener(t)
	r, w := io.Pipe() // standard output that nobody reads, beside the others
	all := mustOpen(t, dir, w, webhook("dead", dead.URL), output.Spec{Kind: output.Stdout}, webhook("alive", alive.URL))
	began := time.Now()
	write(t, all, ids...)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("Write waited %s", took)
	}
	eventually(t, "the other gets nothing", func() bool { return len(alive.got()) == len(ids) })
	if diff := cmp.Diff(ids, alive.got()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if waits := all.Stats()[0].Items; waits != len(ids) {
		t.Errorf("%d wait for the dead one", waits)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	if err := all.Close(); err != nil {
		t.Error(err)
	}

	back := newListener(t)
	all = mustOpen(t, dir, io.Discard, webhook("dead", back.URL))
	eventually(t, "what waited does not arrive", func() bool { return len(back.got()) == len(ids) })
	if diff := cmp.Diff(ids, back.got()); diff != "" {
		t.Errorf("of the run before (-want +got):\n%s", diff)
	}
	if err := all.Close(); err != nil {
		t.Error(err)
	}
}

// Outputs are closed side by side, and the folder is others' after all of them only.
func TestClose(t *testing.T) {
	dir, dead := filepath.Join(t.TempDir(), "spool"), newDead(t)
	all := mustOpen(t, dir, io.Discard, webhook("a", dead.URL), webhook("b", dead.URL), webhook("c", dead.URL), webhook("d", dead.URL), webhook("e", dead.URL))
	write(t, all, ids...)
	closed := make(chan error)
	began := time.Now()
	go func() { closed <- all.Close() }()
	time.Sleep(patience / 2)
	if d, err := spool.OpenDir(dir); err == nil {
		t.Error("the folder is free before the outputs are closed")
		_ = d.Close()
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < patience || took > 4*patience {
		t.Errorf("five dead outputs took %s with %s each", took, patience)
	}
	d, err := spool.OpenDir(dir)
	if err != nil {
		t.Fatalf("the folder is not free: %v", err)
	}
	_ = d.Close()
}

// What was opened before another could not be is closed again.
func TestOpenFails(t *testing.T) {
	dir, alive := filepath.Join(t.TempDir(), "spool"), newListener(t)
	bad := webhook("bad", alive.URL)
	bad.BearerTokenFile = filepath.Join(dir, "none")
	if _, err := open(t, dir, io.Discard, webhook("good", alive.URL), bad); err == nil || !strings.Contains(err.Error(), "open output bad: read bearer-token-file: ") {
		t.Errorf("got %v", err)
	}
	all := mustOpen(t, dir, io.Discard, webhook("good", alive.URL))
	if err := all.Close(); err != nil {
		t.Error(err)
	}
}

// Each output gets what its severity and filter let through.
func TestWanted(t *testing.T) {
	dir, some, none := filepath.Join(t.TempDir(), "spool"), newListener(t), newListener(t)
	filtered, severe := webhook("filtered", some.URL), webhook("severe", none.URL)
	filtered.Filter, severe.MinSeverity = "text of the filter", 4
	var stdout bytes.Buffer
	all := mustOpen(t, dir, &stdout, output.Spec{Kind: output.Stdout}, filtered, severe)
	err := all.Bind(func(text string) (func(*signature.Finding) bool, error) {
		return func(f *signature.Finding) bool { return text == filtered.Filter && f.ID == "f2" }, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, all, "f1", "f2", "f3")
	if err := all.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"f2"}, some.got()); diff != "" || len(none.got()) > 0 {
		t.Errorf("(-want +got):\n%s\nand %v", diff, none.got())
	}
	for _, id := range []string{"f1", "f2", "f3"} {
		if !strings.Contains(stdout.String(), id) {
			t.Errorf("standard output lacks %s: %s", id, &stdout)
		}
	}
}
