package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/tuning"
)

func gathered(t *testing.T, c prometheus.Collector) map[string]float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	if err := r.Register(c); err != nil {
		t.Fatal(err)
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := strings.TrimPrefix(f.GetName(), "tracehound_rules_")
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return got
}

func TestWatched(t *testing.T) {
	var w watched
	if got := gathered(t, &w); len(got) != 0 {
		t.Errorf("before the first event: %v", got)
	}
	w.state.Store(&state{
		events: 9, badLines: 1, unknown: 2, lost: 3, excepted: 4, minor: 5, unsaid: 6, grouped: 7,
		exceptions: []tuning.Count{{Where: "t.yaml:4:5", Signature: "A", Owner: "web", Hits: 8}, {Where: "t.yaml:9:5", Signature: "A"}},
		counts: []engine.Count{
			{ID: "A", Events: 7, Findings: 2, Errors: 1, Skipped: 3, Busy: 2 * time.Second}, {ID: "A", Where: "elsewhere", Events: 1}, {ID: "B", Disabled: true},
		},
	})
	want := map[string]float64{
		"events_total": 9, "bad_lines_total": 1, "unknown_events_total": 2, "lost_total": 3, "excepted_total": 4, "minor_total": 5,
		"grouped_total": 7, "exception_hits_total t.yaml:4:5 web A": 8, "exception_hits_total t.yaml:9:5  A": 0,
		"unrendered_total": 6, "signature_events_total A": 8, "findings_total A": 2, "signature_errors_total A": 1, "signature_disabled A": 0,
		"signature_skipped_total A": 3, "signature_seconds_total A": 2, "signature_skipped_total B": 0, "signature_seconds_total B": 0,
		"signature_events_total B": 0, "findings_total B": 0, "signature_errors_total B": 0, "signature_disabled B": 1,
	}
	if diff := cmp.Diff(want, gathered(t, &w)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWatchedHealth(t *testing.T) {
	var w watched
	now := time.Unix(1000, 0)
	for _, c := range []struct {
		since time.Duration
		well  bool
	}{{time.Second, true}, {stuckAfter, true}, {stuckAfter + time.Second, false}} {
		w.working.Store(now.Add(-c.since).UnixNano())
		if err := w.healthy(now); (err == nil) != c.well {
			t.Errorf("at work for %s: %v", c.since, err)
		}
	}
	w.working.Store(0)
	if err := w.healthy(now); err != nil {
		t.Errorf("idle: %v", err)
	}
}
