package tracer

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/loader"
)

func TestHealth(t *testing.T) {
	now := time.Unix(1000, 0)
	var c counters
	for _, step := range []struct {
		name string
		do   func()
		want string // "" is well
	}{
		{"before", func() {}, "probes are not live"},
		{"idle", func() { c.live.Store(true) }, ""},
		{"writing", func() { c.writing.Store(now.Add(-stuckAfter).UnixNano()) }, ""},
		{"stuck", func() { c.writing.Store(now.Add(-stuckAfter - time.Second).UnixNano()) }, "output is stuck: nothing could be written for 11s"},
		{"taken", func() { c.writing.Store(0) }, ""},
	} {
		step.do()
		got := ""
		if err := c.healthy(now); err != nil {
			got = err.Error()
		}
		if got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}

func busyCounters() *counters {
	var c counters
	c.wrote(&event.Event{EventName: "openat"})
	c.wrote(&event.Event{EventName: "openat"})
	c.wrote(&event.Event{EventName: "execve"})
	c.faults.Store(5)
	c.lose("events", 7)
	c.lose("busy", 2)
	c.lose("events", 1)
	c.watch(func() int { return 3 }, func() int { return 4 })
	return &c
}

func TestHeartbeat(t *testing.T) {
	e := busyCounters().heartbeat(catalog.ByName(heartbeatEvent), time.Unix(0, 99))
	got := map[string]any{}
	for _, a := range e.Args {
		got[a.Name] = a.Value
	}
	want := map[string]any{
		"written": uint64(3), "faults": uint64(5), "lost": uint64(10), "lost_events": uint64(8), "lost_lifecycle": uint64(0),
		"lost_scratch": uint64(0), "lost_processes": uint64(0), "lost_busy": uint64(2), "lost_decode": uint64(0),
	}
	if diff := cmp.Diff(want, got); diff != "" || e.Timestamp != 99 || e.EventID != 9001 {
		t.Errorf("%+v (-want +got):\n%s", e, diff)
	}
	// Each place has its field.
	for _, place := range append(loader.Places(), undecodablePlace) {
		if _, ok := got["lost_"+place]; !ok {
			t.Errorf("heartbeat does not tell what is lost in %s", place)
		}
	}
}

type twoPrograms struct{}

func (twoPrograms) Programs() []loader.ProgramStats {
	return []loader.ProgramStats{{Name: "sys_exit", Runs: 10, Time: 2 * time.Second}, {Name: "idle"}}
}

func TestCollector(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	if err := r.Register(&collector{busyCounters(), func() programStats { return twoPrograms{} }}); err != nil {
		t.Fatal(err)
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := strings.TrimPrefix(f.GetName(), "tracehound_tracer_")
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	want := map[string]float64{
		"events_total openat": 2, "events_total execve": 1, "read_faults_total": 5, "healthy": 0,
		"lost_total events": 8, "lost_total busy": 2, "lost_total decode": 0, "lost_total lifecycle": 0, "lost_total scratch": 0,
		"lost_total processes": 0, "queue_batches decoded": 3, "queue_batches staged": 4,
		"lineage_programs": 0, "lineage_bytes": 0, "lineage_evicted_total": 0,
		"program_runs_total sys_exit": 10, "program_seconds_total sys_exit": 2, "program_runs_total idle": 0, "program_seconds_total idle": 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
