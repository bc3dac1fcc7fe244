package rules

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/outlet"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// still is outputs that do not move.
type still []outlet.Stats

func (s still) Stats() []outlet.Stats { return s }

func (w *watched) use(s outputCounter) { w.outputs.Store(&s) }

func TestOutputNumbers(t *testing.T) {
	w := &watched{}
	w.use(still{{Name: "pager", Kind: "webhook", Stats: deliver.Stats{
		Stats: spool.Stats{
			Items: 3, Unsaved: 1, Bytes: 300, Queued: 10, Stored: 9, Found: 2, Dropped: 4, Damaged: 5,
			Oldest: time.Now().Add(time.Hour), // before the clock was set back
		},
		Sent: 6, Retried: 7, Dead: 8, Down: errors.New("away"),
	}}})
	registry := prometheus.NewRegistry()
	registry.MustRegister(&outputsCollector{w, outputMetrics()})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		m := f.Metric[0]
		if m.Label[0].GetValue() != "webhook" || m.Label[1].GetValue() != "pager" {
			t.Errorf("%s has labels %v", f.GetName(), m.Label)
		}
		got[strings.TrimPrefix(f.GetName(), "tracehound_rules_output_")] = m.Counter.GetValue() + m.Gauge.GetValue()
	}
	want := map[string]float64{
		"queued_total": 10, "stored_total": 9, "found_total": 2, "sent_total": 6, "retried_total": 7, "dead_letters_total": 8, "dropped_total": 4,
		"damaged_total": 5, "waiting": 3, "unsaved": 1, "waiting_bytes": 300, "oldest_seconds": 0, "up": 0, "storing": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReady(t *testing.T) {
	now := time.Now()
	full := func(since time.Duration) still {
		return still{{Name: "pager", Stats: deliver.Stats{Stats: spool.Stats{Fault: errors.New("no space"), Since: now.Add(-since)}}}}
	}
	away := still{{Name: "pager", Stats: deliver.Stats{Down: errors.New("away"), DownSince: now.Add(-time.Hour)}}}
	for _, tt := range []struct {
		phase int32
		out   still
		want  string
	}{
		{starting, nil, "starting: input and outputs are not ready yet"},
		{reading, nil, ""},
		{reading, away, ""}, // its findings wait
		{reading, full(time.Second), ""},
		{reading, full(time.Minute), "output pager cannot keep findings: no space"},
		{ended, nil, "input has ended"},
	} {
		w := &watched{}
		w.phase.Store(tt.phase)
		if tt.out != nil {
			w.use(tt.out)
		}
		got := ""
		if err := w.ready(now); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("phase %d: got %q, want %q", tt.phase, got, tt.want)
		}
	}
}
