package loader

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at is a record with its time before it.
func at(time uint64, text string) string {
	return string(binary.NativeEndian.AppendUint64(nil, time)) + text
}

func drain(t *testing.T, r *Reader, limit int) []string {
	t.Helper()
	var got []string
	n, err := r.Drain(limit, func(record []byte) { got = append(got, string(record[8:])) })
	if err != nil {
		t.Fatal(err)
	}
	if n != len(got) {
		t.Errorf("%d records counted, %d handled", n, len(got))
	}
	return got
}

func TestReaderMergesByTime(t *testing.T) {
	events, life := newKernelRing(t, 0), newKernelRing(t, 0)
	r := &Reader{events: events.ring, lifecycle: life.ring}
	if got := drain(t, r, 10); got != nil {
		t.Errorf("empty rings hold %v", got)
	}
	events.write(0, at(2, "open"))
	events.write(0, at(4, "close"))
	events.write(0, at(5, "late"))
	life.write(0, at(1, "fork"))
	life.write(0, at(4, "exec")) // the life-cycle goes first
	life.write(0, at(9, "exit"))
	var got [][]string
	for range 5 {
		got = append(got, drain(t, r, 2))
	}
	want := [][]string{{"fork", "open"}, {"exec", "close"}, {"late", "exit"}, nil, nil}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	events.write(0, at(1, "alone"))
	if got := drain(t, r, 0); got != nil {
		t.Errorf("a limit of 0 gave %v", got)
	}
	if diff := cmp.Diff([]string{"alone"}, drain(t, r, 1)); diff != "" {
		t.Errorf("one ring alone:\n%s", diff)
	}
}

// One ring's unfinished record holds up that ring only.
func TestReaderPassesABusyRing(t *testing.T) {
	events, life := newKernelRing(t, 0), newKernelRing(t, 0)
	r := &Reader{events: events.ring, lifecycle: life.ring}
	busy := life.write(ringBusy, at(1, "fork"))
	events.write(0, at(2, "open"))
	if diff := cmp.Diff([]string{"open"}, drain(t, r, 10)); diff != "" {
		t.Errorf("while busy:\n%s", diff)
	}
	life.header(busy, uint32(len(at(1, "fork"))))
	if diff := cmp.Diff([]string{"fork"}, drain(t, r, 10)); diff != "" {
		t.Errorf("afterwards:\n%s", diff)
	}
}

func TestReaderOfADamagedRing(t *testing.T) {
	for _, name := range []string{"events", "lifecycle"} {
		events, life := newKernelRing(t, 0), newKernelRing(t, 0)
		broken := map[string]*kernelRing{"events": events, "lifecycle": life}[name]
		broken.write(0, at(1, "good"))
		broken.header(broken.write(0, at(2, "bad")), 1<<20)
		r := &Reader{events: events.ring, lifecycle: life.ring}
		n, err := r.Drain(10, func([]byte) {})
		if n != 1 || err == nil || !strings.Contains(err.Error(), "read ring "+name+": ") {
			t.Errorf("%s: %d records, error %v", name, n, err)
		}
	}
}

func TestStamp(t *testing.T) {
	if got := stamp([]byte(at(7, "x"))); got != 7 {
		t.Errorf("stamp %d, want 7", got)
	}
	if got := stamp([]byte("short")); got != 0 {
		t.Errorf("stamp of a short record %d, want 0", got)
	}
}
