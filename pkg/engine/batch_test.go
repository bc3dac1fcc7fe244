package engine

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// stream makes events of ten names, numbered by their time.
func stream(seed uint64, n int) []*event.Event {
	random := rand.New(rand.NewPCG(seed, 1))
	all := make([]*event.Event, n)
	for i := range all {
		all[i] = &event.Event{EventName: fmt.Sprint("event", random.IntN(10)), Timestamp: int64(i)}
	}
	return all
}

// inBatches feeds a stream in pieces of random length.
func inBatches(t *testing.T, e *Engine, seed uint64, all []*event.Event) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	for len(all) > 0 {
		n := min(len(all), 1+random.IntN(64))
		if err := e.OnBatch(all[:n:n]); err != nil {
			t.Fatal(err)
		}
		all = all[n:]
	}
}

// counting finds every event whose number of its signature's own events so far
// divides by n: it depends on their order and on seeing each of them once.
func counting(id string, n int, names ...string) Signature {
	seen := 0
	f := &fake{id: id, onEvent: func(*event.Event) (*signature.Match, error) {
		if seen++; seen%n == 0 {
			return &signature.Match{Data: map[string]any{"seen": seen}}, nil
		}
		return nil, nil
	}}
	for _, name := range names {
		f.selectors = append(f.selectors, signature.Selector{Name: name})
	}
	return Signature{Signature: f, Where: id, Key: id}
}

func countings() []Signature {
	return []Signature{
		counting("A", 1, "event1"), counting("B", 3, "event1", "event2"), counting("C", 7, "*"),
		counting("D", 2, "event9"), counting("E", 5, "event1", "event3", "event5", "event7"),
	}
}

func collect(to *[]string) func(*signature.Finding, uint64) error {
	return func(f *signature.Finding, _ uint64) error {
		*to = append(*to, fmt.Sprint(f.Metadata.ID, f.Event.Timestamp, f.Data, f.ID))
		return nil
	}
}

func TestParallelIsSerial(t *testing.T) {
	for seed := range uint64(20) {
		all := stream(seed, 3000)
		var serial, parallel []string
		for _, o := range []Options{{Serial: true, Report: collect(&serial)}, {Report: collect(&parallel)}} {
			o.Signatures = countings()
			e, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			inBatches(t, e, seed, slices.Clone(all))
			if err := e.Close(time.Second); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(serial, parallel); diff != "" || len(serial) < 1000 {
			t.Fatalf("seed %d: %d findings (-serial +parallel):\n%s", seed, len(serial), diff)
		}
	}
}

// Beside one that panics, one that fails and one that blocks, the others find
// the same in the same order, at once.
func TestBadCompanyChangesNothing(t *testing.T) {
	release := make(chan struct{})
	all := stream(1, 2000)
	var alone, beside []string
	var log bytes.Buffer
	bad := []Signature{
		acts("PANICS", func(ev *event.Event) (*signature.Match, error) {
			if ev.Timestamp == 100 {
				panic("boom")
			}
			return nil, nil
		}),
		acts("FAILS", func(*event.Event) (*signature.Match, error) { return nil, errors.New("no") }),
		acts("BLOCKS", func(ev *event.Event) (*signature.Match, error) {
			if ev.Timestamp == 500 {
				<-release
			}
			if ev.Timestamp%100 == 0 {
				return &signature.Match{}, nil
			}
			return nil, nil
		}),
	}
	run := func(o Options, released bool) *Engine {
		e, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		inBatches(t, e, 1, slices.Clone(all))
		if released {
			close(release)
			if err := e.Close(10 * time.Second); err != nil {
				t.Fatal(err)
			}
		}
		return e
	}
	run(Options{Signatures: countings(), Report: collect(&alone)}, false)
	e := run(Options{
		Signatures: append(slices.Clone(bad), countings()...), Report: collect(&beside), Patience: 50 * time.Millisecond, Backlog: 1000,
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	}, true)
	var blocked []string
	others := slices.DeleteFunc(slices.Clone(beside), func(f string) bool {
		is := strings.HasPrefix(f, "BLOCKS")
		if is {
			blocked = append(blocked, strings.Fields(strings.TrimPrefix(f, "BLOCKS"))[0])
		}
		return is
	})
	if diff := cmp.Diff(alone, others); diff != "" {
		t.Errorf("(-alone +beside):\n%s", diff)
	}
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprint(i*100))
	}
	if diff := cmp.Diff(want, blocked); diff != "" {
		t.Errorf("the blocked signature's own findings (-want +got):\n%s", diff)
	}
	if c := e.Counts(); !c[0].Disabled || c[1].Errors != 2000 || c[2].Skipped != 0 || c[2].Busy < 50*time.Millisecond {
		t.Errorf("counts %+v", c[:3])
	}
	if n := strings.Count(log.String(), "signature is slow"); n != 1 || !strings.Contains(log.String(), "signature=BLOCKS") {
		t.Errorf("said %d times that a signature is slow:\n%s", n, log.String())
	}
}

// A signature that never answers costs the others nothing but its queue, and
// what it does not see is told.
func TestStuckSignatureIsBounded(t *testing.T) {
	var log bytes.Buffer
	stuck := make(chan struct{})
	defer close(stuck)
	var found []string
	e, err := New(Options{
		Signatures: []Signature{acts("STUCK", func(*event.Event) (*signature.Match, error) { <-stuck; return nil, nil }), counting("A", 1, "*")},
		Report:     collect(&found), Patience: 300 * time.Millisecond, Backlog: 2, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if err := e.OnBatch(one(&event.Event{EventName: "open", Timestamp: int64(i)})); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(300 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if c := e.Counts()[0]; len(found) != 10 || c.Skipped < 6 || c.Skipped > 8 {
		t.Errorf("%d findings, counts %+v", len(found), c)
	}
	for _, part := range []string{"does not see all events", "did not end"} {
		if strings.Count(log.String(), part) != 1 {
			t.Errorf("log does not say once %q:\n%s", part, log.String())
		}
	}
}

// Each event is seen by one set of signatures, whole, however often they are
// replaced; those that stay remember.
func TestReplaceUnderLoad(t *testing.T) {
	const events, reloads = 40000, 10000
	var kept, before, after atomic.Int64
	count := func(id string, n *atomic.Int64, key string) Signature {
		s := acts(id, func(*event.Event) (*signature.Match, error) { n.Add(1); return nil, nil })
		s.Key = key
		return s
	}
	sets := [][]Signature{
		{count("K", &kept, "k"), count("X", &before, "x")},
		{count("Y", &after, ""), count("K", &kept, "k")},
	}
	e, err := New(Options{Signatures: sets[0], Report: func(*signature.Finding, uint64) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	turn := make(chan struct{}, 8) // as many reloads as batches, up to eight at a time
	go func() {
		for range reloads {
			<-turn
			// Taken in turns, two for each batch would show one of them only.
			if err := e.Replace(sets[rand.IntN(len(sets))]); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for all := stream(3, events); len(all) > 0; all = all[4:] {
		if err := e.OnBatch(all[:4:4]); err != nil {
			t.Fatal(err)
		}
		turn <- struct{}{}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := e.Close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if k, b, a := kept.Load(), before.Load(), after.Load(); k != events || a+b != events || a == 0 || b == 0 {
		t.Errorf("the one that stayed saw %d, the others %d and %d; want %d in both", k, b, a, events)
	}
}

func TestBadReplacementChangesNothing(t *testing.T) {
	var found []string
	e, err := New(Options{Signatures: []Signature{counting("A", 1, "*")}, Report: collect(&found)})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Replace([]Signature{on("B", signature.Selector{Origin: "pod"})}); err == nil {
		t.Error("no error")
	}
	if err := e.OnBatch(one(&event.Event{EventName: "open"})); err != nil || len(found) != 1 {
		t.Errorf("%v, findings %v", err, found)
	}
}
