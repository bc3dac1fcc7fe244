package tracer

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/loader"
)

func TestLossesReportOnlyWhatIsNew(t *testing.T) {
	start := time.Unix(1000, 0)
	boot := time.Unix(900, 0).UnixNano()
	var l losses
	type report struct {
		buffer   string
		cpu      int64
		count    int64
		from, to int64
	}
	step := func(at time.Time, counts ...loader.Loss) []report {
		var got []report
		for _, e := range l.update(counts, boot, at) {
			buffer, _ := e.String("buffer")
			cpu, _ := e.Int("cpu")
			count, _ := e.Int("count")
			from, _ := e.Int("from")
			to, _ := e.Int("to")
			got = append(got, report{buffer, cpu, count, from, to})
		}
		return got
	}
	second := uint64(time.Second)
	if got := step(start); got != nil {
		t.Errorf("nothing lost: %v", got)
	}
	got := step(start.Add(time.Second), loader.Loss{Buffer: "events", CPU: 1, Count: 5, Last: 100*second + second/2})
	want := []report{{"events", 1, 5, start.UnixNano(), start.UnixNano() + int64(second/2)}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(report{})); diff != "" {
		t.Errorf("first loss (-want +got):\n%s", diff)
	}
	got = step(start.Add(2*time.Second),
		loader.Loss{Buffer: "events", CPU: 1, Count: 5, Last: 100*second + second/2},
		loader.Loss{Buffer: "lifecycle", CPU: 0, Count: 2, Last: 102 * second})
	want = []report{{"lifecycle", 0, 2, start.Add(time.Second).UnixNano(), start.Add(2 * time.Second).UnixNano()}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(report{})); diff != "" {
		t.Errorf("second loss (-want +got):\n%s", diff)
	}
	if l.total() != 7 {
		t.Errorf("total %d, want 7", l.total())
	}
}
