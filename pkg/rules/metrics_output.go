package rules

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/report/outlet"
)

// outputCounter is outputs that say how they are.
type outputCounter interface{ Stats() []outlet.Stats }

// outputMetric is one number of each output.
type outputMetric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(s *outlet.Stats, now time.Time) float64
}

func outputMetrics() []outputMetric {
	metric := func(kind prometheus.ValueType, name, help string, of func(*outlet.Stats, time.Time) float64) outputMetric {
		return outputMetric{describe("output_"+name, help, "output", "kind"), kind, of}
	}
	total := func(name, help string, of func(*outlet.Stats) uint64) outputMetric {
		return metric(prometheus.CounterValue, name+"_total", help, func(s *outlet.Stats, _ time.Time) float64 { return float64(of(s)) })
	}
	gauge := func(name, help string, of func(*outlet.Stats, time.Time) float64) outputMetric {
		return metric(prometheus.GaugeValue, name, help, of)
	}
	return []outputMetric{
		total("queued", "Findings that an output was given.", func(s *outlet.Stats) uint64 { return s.Queued }),
		total("stored", "Findings of them that were written to disk.", func(s *outlet.Stats) uint64 { return s.Stored }),
		total("found", "Findings that an earlier run had left.", func(s *outlet.Stats) uint64 { return s.Found }),
		total("sent", "Findings that the receiver has.", func(s *outlet.Stats) uint64 { return s.Sent }),
		total("retried", "Attempts that failed and were repeated.", func(s *outlet.Stats) uint64 { return s.Retried }),
		total("dead_letters", "Findings that the receiver refused.", func(s *outlet.Stats) uint64 { return s.Dead }),
		total("dropped", "Findings given up because the limit was reached.", func(s *outlet.Stats) uint64 { return s.Dropped }),
		total("damaged", "Findings lost with a damaged queue.", func(s *outlet.Stats) uint64 { return s.Damaged }),
		gauge("waiting", "Findings that wait for the receiver.", func(s *outlet.Stats, _ time.Time) float64 { return float64(s.Items) }),
		gauge("unsaved", "Findings of them that are not on disk.", func(s *outlet.Stats, _ time.Time) float64 { return float64(s.Unsaved) }),
		gauge("waiting_bytes", "Bytes that wait for the receiver.", func(s *outlet.Stats, _ time.Time) float64 { return float64(s.Bytes) }),
		gauge("oldest_seconds", "Age of the oldest finding that waits.", func(s *outlet.Stats, now time.Time) float64 {
			if s.Oldest.IsZero() {
				return 0
			}
			return max(0, now.Sub(s.Oldest).Seconds()) // a clock may have been set back
		}),
		gauge("up", "1 when the last attempt went well.", func(s *outlet.Stats, _ time.Time) float64 { return one(s.Down == nil) }),
		gauge("storing", "1 when the queue can be written.", func(s *outlet.Stats, _ time.Time) float64 { return one(s.Fault == nil) }),
	}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// outputsCollector collects from the outputs once there are any.
type outputsCollector struct {
	watched *watched
	metrics []outputMetric
}

// Describe implements prometheus.Collector.
func (c *outputsCollector) Describe(to chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		to <- m.desc
	}
}

// Collect implements prometheus.Collector.
func (c *outputsCollector) Collect(to chan<- prometheus.Metric) {
	now := time.Now()
	for _, s := range c.watched.stats() {
		for _, m := range c.metrics {
			to <- prometheus.MustNewConstMetric(m.desc, m.kind, m.of(&s, now), s.Name, s.Kind)
		}
	}
}

func (w *watched) stats() []outlet.Stats {
	out := w.outputs.Load()
	if out == nil {
		return nil
	}
	return (*out).Stats()
}

// How far a session is.
const (
	starting = iota
	reading
	ended
)

// ready says why no findings can come, or none can be kept.
func (w *watched) ready(now time.Time) error {
	switch w.phase.Load() {
	case starting:
		return fmt.Errorf("starting: input and outputs are not ready yet")
	case ended:
		return fmt.Errorf("input has ended")
	}
	for _, s := range w.stats() {
		if s.Fault != nil && now.Sub(s.Since) > stuckAfter {
			return fmt.Errorf("output %s cannot keep findings: %w", s.Name, s.Fault)
		}
	}
	return nil
}
