package rules

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// seen is a signature that reports every ptrace with the request it read, and
// keeps the times in the order they came.
type seen struct {
	requests []int64
	panics   bool
}

func (s *seen) Metadata() signature.Metadata {
	return signature.Metadata{ID: "T-1", Name: "a request"}
}
func (s *seen) Selectors() []signature.Selector { return []signature.Selector{{Name: "ptrace"}} }
func (s *seen) OnEvent(e *event.Event) (*signature.Match, error) {
	if s.panics {
		panic("boom")
	}
	n, ok := e.Int("request")
	if !ok {
		return nil, errors.New("no request")
	}
	s.requests = append(s.requests, n)
	return &signature.Match{Data: map[string]any{"request": n}}, nil
}

// runOver runs one signature over an input and returns what was said.
func runOver(ctx context.Context, t *testing.T, in *input, sig *seen) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	w, err := report.New(&out, report.JSON)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(in, w, &loaded{signatures: []engine.Signature{{Signature: sig, Where: "t.go:1"}}, tuning: &tuning.Tuning{}}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	err = s.run(ctx)
	return out.String(), log.String(), err
}

// Whether a stream holds numbers or their names, signatures see numbers.
func TestEventsAreNormalized(t *testing.T) {
	stream := `{"eventName":"ptrace","args":[{"name":"request","type":"string","value":"PTRACE_TRACEME"}]}
{"eventName":"execve"}
{"eventName":"ptrace","args":[{"name":"request","type":"long","value":16}]}
{"eventName":"ptrace","args":[]}
`
	sig := &seen{}
	stdout, stderr, err := runOver(t.Context(), t, &input{Reader: strings.NewReader(stream), name: "x"}, sig)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{0, 16}, sig.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if n := strings.Count(stdout, "\n"); n != 2 {
		t.Errorf("%d findings, want 2:\n%s", n, stdout)
	}
	for _, part := range []string{"events=4 ", "findings=2 ", "by_signature.T-1=2", "signature=T-1", `error="no request"`} {
		if !strings.Contains(stderr, part) {
			t.Errorf("stderr lacks %q:\n%s", part, stderr)
		}
	}
}

func TestNothingValid(t *testing.T) {
	for stream, want := range map[string]string{
		"{}\n[1]\n":                "read input: nothing valid in x: 2 bad lines",
		`{"eventName":"nonesuch"}`: "read input: nothing valid in x: 1 event of unknown name",
		"\x00\x01rubbish":          "read input: ",
	} {
		_, _, err := runOver(t.Context(), t, &input{Reader: strings.NewReader(stream), name: "x"}, &seen{})
		if err == nil || !strings.HasPrefix(err.Error(), want) || cli.ExitCode(err) != cli.Failed {
			t.Errorf("%q: error %v, want %q", stream, err, want)
		}
	}
	for _, stream := range []string{"", "\n\n"} {
		_, stderr, err := runOver(t.Context(), t, &input{Reader: strings.NewReader(stream), name: "x"}, &seen{})
		if err != nil || !strings.Contains(stderr, "input is empty") {
			t.Errorf("%q: error %v, stderr %s", stream, err, stderr)
		}
	}
}

type broken struct{ io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("input/output error")
	}
	return n, err
}

func TestReadErrorIsAFailure(t *testing.T) {
	in := &input{Reader: broken{strings.NewReader(`{"eventName":"ptrace"}` + "\n")}, name: "x"}
	_, stderr, err := runOver(t.Context(), t, in, &seen{})
	if err == nil || !strings.Contains(err.Error(), "input/output error") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(stderr, "events=1 ") {
		t.Errorf("no totals:\n%s", stderr)
	}
}

func TestAllSignaturesPanicked(t *testing.T) {
	in := &input{Reader: strings.NewReader(strings.Repeat(`{"eventName":"ptrace"}`+"\n", 3)), name: "x"}
	_, stderr, err := runOver(t.Context(), t, in, &seen{panics: true})
	if !errors.Is(err, engine.ErrNoneLeft) {
		t.Errorf("error %v, want %v", err, engine.ErrNoneLeft)
	}
	if !strings.Contains(stderr, "signature=T-1") || !strings.Contains(stderr, "file=t.go:1") || !strings.Contains(stderr, "disabled=true") {
		t.Errorf("the signature is not named:\n%s", stderr)
	}
}

// endlessEvents is an input that never runs dry.
type endlessEvents struct{ line []byte }

func (r endlessEvents) Read(p []byte) (int, error) { return copy(p, r.line), nil }

// A regular file is not read to its end after an interrupt.
func TestInterruptedFileStopsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in := &input{Reader: endlessEvents{[]byte(`{"eventName":"ptrace"}` + "\n")}, name: "x"}
	begin := time.Now()
	if _, _, err := runOver(ctx, t, in, &seen{}); err != nil {
		t.Error(err)
	}
	if d := time.Since(begin); d > grace {
		t.Errorf("took %v", d)
	}
}

// steps are what a run does, in order.
type steps struct{ all []string }

func (s *steps) Write(*signature.Finding, uint64) error { s.all = append(s.all, "finding"); return nil }
func (s *steps) Close() error                           { return nil }

// Lines are not dealt with while what was found in them is held back.
func TestCommitWaitsForHeldFindings(t *testing.T) {
	r, w := io.Pipe()
	var done steps
	in := &input{Reader: r, name: "x", endless: true, commit: func(_ context.Context, line int) error {
		if line > 0 {
			done.all = append(done.all, "commit")
		}
		return nil
	}}
	s, err := newSession(in, &done, &loaded{signatures: []engine.Signature{{Signature: &seen{}, Where: "t.go:1"}}, tuning: &tuning.Tuning{}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.WriteString(w, `{"eventName":"ptrace","containerId":"c","args":[{"name":"request","type":"long","value":16}]}`+"\n")
		time.Sleep(identityTime + 2500*time.Millisecond)
		_ = w.Close()
	}()
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(done.all) < 2 || done.all[0] != "finding" || done.all[1] != "commit" {
		t.Errorf("steps %q", done.all)
	}
}

func TestEventsOf(t *testing.T) {
	tests := []struct {
		selectors []signature.Selector
		want      []string
	}{
		{nil, nil},
		{[]signature.Selector{{Name: "b"}, {Name: "a", Origin: "host"}, {Name: "b", Origin: "container"}}, []string{"a", "b"}},
		{[]signature.Selector{{Name: "b"}, {Name: "*"}}, []string{"*"}},
		{[]signature.Selector{{}}, []string{"*"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, eventsOf(tt.selectors)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.selectors, diff)
		}
	}
}
