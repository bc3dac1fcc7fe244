package rules

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/metrics"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// listenAddr is where rules can be asked, unless it is told otherwise: by this
// machine alone.
const listenAddr = "127.0.0.1:4466"

// stuckAfter is how long signatures and the output of findings may take for what
// was read at once before rules counts as ill.
const stuckAfter = 10 * time.Second

// watched is what a running session says of itself. The session writes it, and
// anybody may read it.
type watched struct {
	state   atomic.Pointer[state]
	outputs atomic.Pointer[outputCounter]
	phase   atomic.Int32
	working atomic.Int64 // since when, ns since 1970; 0 when there is nothing to do
}

// state is how far a session is.
type state struct {
	events, badLines, unknown, losses, excepted, minor, unsaid, grouped int
	lost                                                                uint64
	counts                                                              []engine.Count
	exceptions                                                          []tuning.Count
}

// begin notes that work has begun, and end that it is done.
func (w *watched) begin() { w.working.Store(time.Now().UnixNano()) }

func (w *watched) end(s *session) {
	w.working.Store(0)
	w.state.Store(&state{
		events: s.events, badLines: s.faults.lines, unknown: s.faults.unknown, losses: s.losses, excepted: s.excepted,
		minor: s.minor, unsaid: s.unsaid, grouped: s.grouped, exceptions: s.loaded.tuning.Counts(), lost: s.engine.Lost(), counts: s.engine.Counts(),
	})
}

func (w *watched) healthy(now time.Time) error {
	if since := w.working.Load(); since != 0 {
		if took := now.Sub(time.Unix(0, since)); took > stuckAfter {
			return fmt.Errorf("stuck: signatures or the output of findings take %s", took.Round(time.Second))
		}
	}
	return nil
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(metrics.Namespace, "rules", name), help, labels, nil)
}

var (
	descEvents   = describe("events_total", "Valid events read.")
	descBadLines = describe("bad_lines_total", "Lines that are no events.")
	descUnknown  = describe("unknown_events_total", "Events of unknown name.")
	descLost     = describe("lost_total", "Events that the tracer reported lost.")
	descExcepted = describe("excepted_total", "Findings that are accepted here.")
	descMinor    = describe("minor_total", "Findings below the least severity.")
	descGrouped  = describe("grouped_total", "Findings that are told of in a summary.")
	descHits     = describe("exception_hits_total", "Findings that an exception accepted.", "exception", "signature", "owner")
	descUnsaid   = describe("unrendered_total", "Findings that do not fit the template.")
	descSeen     = describe("signature_events_total", "Events given to a signature.", "signature")
	descFindings = describe("findings_total", "Findings of a signature.", "signature")
	descErrors   = describe("signature_errors_total", "Errors of a signature.", "signature")
	descSkipped  = describe("signature_skipped_total", "Events that a signature did not see because it was too slow.", "signature")
	descSeconds  = describe("signature_seconds_total", "Time that a signature took.", "signature")
	descDisabled = describe("signature_disabled", "1 when a signature has panicked and is disabled.", "signature")
)

// Describe implements prometheus.Collector.
func (w *watched) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descEvents, descBadLines, descUnknown, descLost, descExcepted, descMinor, descGrouped, descHits, descUnsaid,
		descSeen, descFindings, descErrors, descSkipped, descSeconds, descDisabled,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Signatures of one ID, which only
// files of different names can hold, are added up.
func (w *watched) Collect(to chan<- prometheus.Metric) {
	s := w.state.Load()
	if s == nil {
		return
	}
	count := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	count(descEvents, float64(s.events))
	count(descBadLines, float64(s.badLines))
	count(descUnknown, float64(s.unknown))
	count(descLost, float64(s.lost))
	count(descExcepted, float64(s.excepted))
	count(descMinor, float64(s.minor))
	count(descGrouped, float64(s.grouped))
	count(descUnsaid, float64(s.unsaid))
	for _, x := range s.exceptions {
		count(descHits, float64(x.Hits), x.Where, x.Signature, x.Owner)
	}
	byID := map[string]engine.Count{}
	for _, c := range s.counts {
		sum := byID[c.ID]
		sum.Events += c.Events
		sum.Findings += c.Findings
		sum.Errors += c.Errors
		sum.Skipped += c.Skipped
		sum.Busy += c.Busy
		sum.Disabled = sum.Disabled || c.Disabled
		byID[c.ID] = sum
	}
	for id, c := range byID {
		count(descSeen, float64(c.Events), id)
		count(descFindings, float64(c.Findings), id)
		count(descErrors, float64(c.Errors), id)
		count(descSkipped, float64(c.Skipped), id)
		count(descSeconds, c.Busy.Seconds(), id)
		disabled := 0.0
		if c.Disabled {
			disabled = 1
		}
		to <- prometheus.MustNewConstMetric(descDisabled, prometheus.GaugeValue, disabled, id)
	}
}

// serve starts the server that the flags ask for; nil without any.
func (o *options) serve(w *watched, log *slog.Logger) (*metrics.Server, error) {
	m := o.watched.Options()
	if !m.On() {
		return nil, nil
	}
	if err := o.watched.Check(); err != nil {
		return nil, cli.Usage(err)
	}
	m.Healthy = func() error {
		now := time.Now()
		if err := w.ready(now); err != nil {
			return err
		}
		return w.healthy(now)
	}
	m.Collectors = []prometheus.Collector{w, &outputsCollector{w, outputMetrics()}}
	return metrics.Serve(m, log)
}
