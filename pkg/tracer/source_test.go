package tracer

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/decode"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

// fakeKernel hands out records and counts, in place of a kernel.
type fakeKernel struct {
	queued   [][]byte
	endless  bool // queued never runs out
	drainErr error

	losses   []loader.Loss
	lossErr  error
	waits    int
	onWait   func(n int)
	detached bool
	onDetach func() error
	after    int // records drained after the detaching
}

func (k *fakeKernel) Wait(time.Duration) error {
	k.waits++
	if k.onWait != nil {
		k.onWait(k.waits)
	}
	return nil
}

func (k *fakeKernel) Drain(limit int, handle func([]byte)) (int, error) {
	for n := range limit {
		if len(k.queued) == 0 {
			return n, k.drainErr
		}
		handle(k.queued[0])
		if k.detached {
			k.after++
		}
		if !k.endless || k.detached {
			k.queued = k.queued[1:]
		}
	}
	return limit, nil
}

func (k *fakeKernel) Losses() ([]loader.Loss, error) { return k.losses, k.lossErr }

func (k *fakeKernel) Detach() error {
	k.detached = true
	if k.onDetach != nil {
		return k.onDetach()
	}
	return nil
}

// exitRecord is a sched_process_exit without arguments.
func exitRecord(flags uint32) []byte {
	b := make([]byte, 208)
	binary.NativeEndian.PutUint32(b[64:], 708)
	binary.NativeEndian.PutUint32(b[112:], flags)
	return b
}

func sourceOf(k *fakeKernel, log *bytes.Buffer) *source {
	return &source{
		records: k, probes: k, decoder: decode.Decoder{Boot: "b"}, counters: &counters{},
		log: slog.New(slog.NewTextHandler(log, nil)),
	}
}

// collect runs a source and returns the names of what it emits.
func collect(ctx context.Context, s *source) (names []string, hidden int, err error) {
	err = s.run(ctx, func(batch []pipeline.Item) {
		for _, it := range batch {
			names = append(names, it.Event.EventName)
			if it.Hidden {
				hidden++
			}
		}
	})
	return names, hidden, err
}

func TestSourceEmitsWhatIsQueuedAtTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := &fakeKernel{queued: [][]byte{exitRecord(0)}}
	k.onWait = func(n int) {
		if n == 2 {
			k.queued = append(k.queued, exitRecord(1))
			cancel()
		}
	}
	k.onDetach = func() error {
		k.queued = append(k.queued, exitRecord(0))
		k.losses = []loader.Loss{{Buffer: "events", CPU: 0, Count: 3, Last: 5}}
		return nil
	}
	s := sourceOf(k, &bytes.Buffer{})
	got, hidden, err := collect(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sched_process_exit", "sched_process_exit", "sched_process_exit", "lost_events"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("emitted (-want +got):\n%s", diff)
	}
	if hidden != 1 || s.losses.total() != 3 || !k.detached {
		t.Errorf("%d hidden, %d lost, detached %v", hidden, s.losses.total(), k.detached)
	}
}

// A flood must not keep the source from its end, nor hide its losses.
func TestSourceEndsInAFlood(t *testing.T) {
	k := &fakeKernel{endless: true, losses: []loader.Loss{{Buffer: "events", CPU: 0, Count: 1, Last: 5}}}
	for range 3*batchSize + 7 {
		k.queued = append(k.queued, exitRecord(0))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*lossInterval)
	defer cancel()
	s := sourceOf(k, &bytes.Buffer{})
	var events int
	lossAt := -1
	done := make(chan error, 1)
	go func() {
		done <- s.run(ctx, func(batch []pipeline.Item) {
			events += len(batch)
			if batch[0].Event.EventName == "lost_events" && lossAt < 0 {
				lossAt = k.waits
			}
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the source does not end")
	}
	if k.waits != 0 {
		t.Errorf("waited %d times with records queued", k.waits)
	}
	if lossAt != 0 {
		t.Error("the loss was not reported while records came")
	}
	if k.after != 3*batchSize+7 {
		t.Errorf("%d records were read after the detaching, want all that were queued", k.after)
	}
}

func TestSourceCountsWhatItCannotDecode(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := &fakeKernel{queued: [][]byte{[]byte("short"), exitRecord(0), []byte("short too")}, onWait: func(int) { cancel() }}
	var log bytes.Buffer
	s := sourceOf(k, &log)
	got, _, err := collect(ctx, s)
	if want := []string{"sched_process_exit", "lost_events"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("emitted %v, %v, want %v", got, err, want)
	}
	if s.undecodable != 2 {
		t.Errorf("%d records not understood, want 2", s.undecodable)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "read context: 5 bytes") {
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
}

func TestSourceErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name   string
		kernel *fakeKernel
		want   string
	}{
		{"ring", &fakeKernel{drainErr: broken}, "broken"},
		{"counters", &fakeKernel{lossErr: broken}, "broken"},
		{"detaching", &fakeKernel{onDetach: func() error { return broken }}, "detach probes: broken"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		c.kernel.onWait = func(int) { cancel() }
		_, _, err := collect(ctx, sourceOf(c.kernel, &bytes.Buffer{}))
		cancel()
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// A ring that breaks while probes are being detached does not return before
// they are: the caller frees them then.
func TestSourceWaitsForTheDetaching(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	finished := false
	k := &fakeKernel{drainErr: errors.New("broken")}
	k.onDetach = func() error {
		time.Sleep(5 * pollInterval)
		finished = true
		return nil
	}
	if _, _, err := collect(ctx, sourceOf(k, &bytes.Buffer{})); err == nil || err.Error() != "broken" {
		t.Errorf("error %v", err)
	}
	if !finished {
		t.Error("returned while probes were being detached")
	}
}
