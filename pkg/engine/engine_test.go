package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// fake is a signature made of its parts.
type fake struct {
	id        string
	selectors []signature.Selector
	onEvent   func(e *event.Event) (*signature.Match, error)
}

func (f *fake) Metadata() signature.Metadata {
	return signature.Metadata{ID: f.id, Name: "name of " + f.id}
}
func (f *fake) Selectors() []signature.Selector { return f.selectors }
func (f *fake) OnEvent(e *event.Event) (*signature.Match, error) {
	return f.onEvent(e)
}

func match(*event.Event) (*signature.Match, error) { return &signature.Match{}, nil }

func on(id string, sel ...signature.Selector) Signature {
	return Signature{Signature: &fake{id: id, selectors: sel, onEvent: match}, Where: id + ".go:1"}
}

func acts(id string, onEvent func(e *event.Event) (*signature.Match, error)) Signature {
	return Signature{Signature: &fake{id: id, selectors: []signature.Selector{{Name: "*"}}, onEvent: onEvent}, Where: id + ".go:7"}
}

// run feeds events and returns what was reported, as "signature/event@time".
func run(t *testing.T, o Options, events ...event.Event) (found []string, e *Engine) {
	t.Helper()
	o.Report = func(f *signature.Finding, _ uint64) error {
		found = append(found, fmt.Sprintf("%s/%s@%d", f.Metadata.ID, f.Event.EventName, f.Event.Timestamp))
		return nil
	}
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	batch := make([]*event.Event, len(events))
	for i := range events {
		batch[i] = &events[i]
	}
	if err := e.OnBatch(batch); err != nil {
		t.Fatal(err)
	}
	return found, e
}

func one(ev *event.Event) []*event.Event { return []*event.Event{ev} }

func TestSelectors(t *testing.T) {
	hostOpen := event.Event{EventName: "open", Timestamp: 1}
	boxOpen := event.Event{EventName: "open", Timestamp: 2, ContainerID: "c0ffee"}
	hostExec := event.Event{EventName: "exec", Timestamp: 3}
	tests := []struct {
		name string
		sel  []signature.Selector
		want []string
	}{
		{"name", []signature.Selector{{Name: "open"}}, []string{"open@1", "open@2"}},
		{"name and star", []signature.Selector{{Name: "open", Origin: "*"}}, []string{"open@1", "open@2"}},
		{"host", []signature.Selector{{Name: "open", Origin: "host"}}, []string{"open@1"}},
		{"container", []signature.Selector{{Name: "open", Origin: "container"}}, []string{"open@2"}},
		{"any name", []signature.Selector{{Name: "*", Origin: "host"}}, []string{"open@1", "exec@3"}},
		{"everything", []signature.Selector{{}}, []string{"open@1", "open@2", "exec@3"}},
		{"overlap gives one call", []signature.Selector{{Name: "*"}, {Name: "open"}, {Name: "open", Origin: "host"}}, []string{"open@1", "open@2", "exec@3"}},
		{"union", []signature.Selector{{Name: "open", Origin: "container"}, {Name: "*", Origin: "host", Source: "tracee"}}, []string{"open@1", "open@2", "exec@3"}},
		{"nothing of this", []signature.Selector{{Name: "close"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, e := run(t, Options{Signatures: []Signature{on("S", tt.sel...)}}, hostOpen, boxOpen, hostExec)
			for i := range found {
				found[i] = strings.TrimPrefix(found[i], "S/")
			}
			if diff := cmp.Diff(tt.want, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c := e.Counts()[0]; c.Events != uint64(len(tt.want)) || c.Findings != uint64(len(tt.want)) {
				t.Errorf("counts %+v, want %d events and findings", c, len(tt.want))
			}
		})
	}
}

func TestBadSelectors(t *testing.T) {
	for want, sel := range map[string][]signature.Selector{
		`B.go:1: signature B: selects no events`: nil,
		`unknown origin "pod"`:                   {{Name: "open", Origin: "pod"}},
		`unknown source "falco"`:                 {{Name: "open", Source: "falco"}},
	} {
		_, err := New(Options{Signatures: []Signature{on("B", sel...)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("selectors %v: error %v, want %q", sel, err, want)
		}
	}
}

// Findings come in the order of events, then of signatures, however the
// signatures selected the event.
func TestOrder(t *testing.T) {
	sigs := []Signature{
		on("D", signature.Selector{Name: "*"}), on("C", signature.Selector{Name: "open"}),
		on("B", signature.Selector{Origin: "host"}), on("A", signature.Selector{Name: "open"}),
	}
	found, _ := run(t, Options{Signatures: sigs},
		event.Event{EventName: "open", Timestamp: 2}, event.Event{EventName: "exec", Timestamp: 1}, event.Event{EventName: "open", Timestamp: 3})
	want := []string{"D/open@2", "C/open@2", "B/open@2", "A/open@2", "D/exec@1", "B/exec@1", "D/open@3", "C/open@3", "B/open@3", "A/open@3"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPanicDisablesOneSignature(t *testing.T) {
	var log bytes.Buffer
	calls := 0
	sigs := []Signature{
		acts("P", func(*event.Event) (*signature.Match, error) {
			if calls++; calls == 2 {
				var none *event.Event
				_ = none.EventName //nolint:govet // the line that the log must name
			}
			return &signature.Match{}, nil
		}),
		on("S", signature.Selector{Name: "open"}),
	}
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	open := event.Event{EventName: "open"}
	found, e := run(t, Options{Signatures: sigs, Log: logger}, open, open, open)
	if diff := cmp.Diff([]string{"P/open@0", "S/open@0", "S/open@0", "S/open@0"}, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	want := []Count{
		{ID: "P", Name: "name of P", Where: "P.go:7", Events: 2, Findings: 1, Disabled: true},
		{ID: "S", Name: "name of S", Where: "S.go:1", Events: 3, Findings: 3},
	}
	if diff := cmp.Diff(want, e.Counts(), cmpopts.IgnoreFields(Count{}, "Busy")); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for _, part := range []string{"level=ERROR", "signature=P", `name="name of P"`, "file=P.go:7", "event=open", "nil pointer dereference", "engine_test.go:", "level=DEBUG", "stack="} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("log lacks %q:\n%s", part, log.String())
		}
	}
}

func TestNoneLeft(t *testing.T) {
	e, err := New(Options{Signatures: []Signature{acts("P", func(*event.Event) (*signature.Match, error) { panic("boom") })}})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.OnBatch(one(&event.Event{EventName: "open"})); !errors.Is(err, ErrNoneLeft) {
		t.Errorf("error %v, want %v", err, ErrNoneLeft)
	}
}

func TestErrorsAreLoggedSparsely(t *testing.T) {
	var log bytes.Buffer
	sigs := []Signature{acts("E", func(*event.Event) (*signature.Match, error) {
		return &signature.Match{}, errors.New("no such argument")
	})}
	found, e := run(t, Options{Signatures: sigs, Log: slog.New(slog.NewTextHandler(&log, nil))}, make([]event.Event, 250)...)
	if len(found) != 0 {
		t.Errorf("findings beside an error: %v", found)
	}
	if c := e.Counts()[0]; c.Errors != 250 || c.Disabled {
		t.Errorf("counts %+v, want 250 errors and not disabled", c)
	}
	if n := strings.Count(log.String(), "no such argument"); n != 3 {
		t.Errorf("logged %d times, want 3 (1st, 10th, 100th):\n%s", n, log.String())
	}
}

func TestReportErrorStops(t *testing.T) {
	gone := errors.New("gone")
	e, err := New(Options{
		Signatures: []Signature{on("A", signature.Selector{}), on("B", signature.Selector{})},
		Report:     func(*signature.Finding, uint64) error { return gone },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.OnBatch(one(&event.Event{})); !errors.Is(err, gone) {
		t.Errorf("error %v, want %v", err, gone)
	}
}

func TestLoss(t *testing.T) {
	full := event.Event{EventName: "lost_events", Timestamp: 9e9, Args: []event.Argument{
		{Name: "buffer", Value: "lifecycle"}, {Name: "cpu", Value: int32(3)}, {Name: "count", Value: uint64(40)},
		{Name: "from", Value: uint64(1e9)}, {Name: "to", Value: uint64(2e9)},
	}}
	bare := event.Event{EventName: "lost_events", Timestamp: 9e9}
	odd := event.Event{EventName: "lost_events", Timestamp: -1, Args: []event.Argument{
		{Name: "buffer", Value: 7.0}, {Name: "count", Value: json.Number("2")}, {Name: "cpu", Value: int64(-4)}, {Name: "to", Value: "soon"},
	}}
	var losses []Loss
	var before []uint64
	e, err := New(Options{
		Signatures: []Signature{on("S", signature.Selector{Name: "open"}), on("L", signature.Selector{Name: "lost_events"})},
		Lost:       func(l Loss) { losses = append(losses, l) },
		Report:     func(_ *signature.Finding, lost uint64) error { before = append(before, lost); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	open := event.Event{EventName: "open"}
	for _, ev := range []*event.Event{&open, &full, &open, &bare, &odd, &open} {
		if err := e.OnBatch(one(ev)); err != nil {
			t.Fatal(err)
		}
	}
	at := func(s int64) time.Time { return time.Unix(s, 0).UTC() }
	want := []Loss{
		{Buffer: "lifecycle", CPU: 3, Count: 40, From: at(1), To: at(2)},
		{Count: 1, From: at(9), To: at(9)},
		{Count: 2, From: at(0), To: at(0)},
	}
	if diff := cmp.Diff(want, losses); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint64{0, 40, 40, 41, 43, 43}, before); diff != "" {
		t.Errorf("lost before each finding (-want +got):\n%s", diff)
	}
	if e.Lost() != 43 {
		t.Errorf("lost %d in all, want 43", e.Lost())
	}
}

func BenchmarkUnselected(b *testing.B) {
	sigs := make([]Signature, 30)
	for i := range sigs {
		sigs[i] = on(fmt.Sprint("S", i), signature.Selector{Name: fmt.Sprint("event", i)})
	}
	e, err := New(Options{Signatures: sigs})
	if err != nil {
		b.Fatal(err)
	}
	ev := &event.Event{EventName: "openat"}
	for b.Loop() {
		if err := e.OnBatch(one(ev)); err != nil {
			b.Fatal(err)
		}
	}
}
