package tracer

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/metrics"
)

// listenAddr is where a tracer can be asked, unless it is told otherwise: by this
// machine alone.
const listenAddr = "127.0.0.1:3366"

// programStats is a *loader.Loader.
type programStats interface {
	Programs() []loader.ProgramStats
}

// collector turns the counters into metrics. Its labels are bounded: names of
// events, programs and places are all in the source.
type collector struct {
	counters *counters
	programs func() programStats // nil while there are none
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(metrics.Namespace, "tracer", name), help, labels, nil)
}

var (
	descWritten  = describe("events_total", "Events written, by event.", "event")
	descLost     = describe("lost_total", "Records lost, by place.", "buffer")
	descFaults   = describe("read_faults_total", "Events with an argument that could not be read in the kernel.")
	descQueue    = describe("queue_batches", "Batches of events that wait, before and behind the stages.", "queue")
	descHealthy  = describe("healthy", "1 when probes are live and events flow out.")
	descPrograms = describe("lineage_programs", "Programs in the family tree.")
	descBytes    = describe("lineage_bytes", "Bytes of the family tree, about.")
	descEvicted  = describe("lineage_evicted_total", "Programs that the family tree gave up before their time to stay small.")
	descRuns     = describe("program_runs_total", "How often a BPF program ran.", "program")
	descSeconds  = describe("program_seconds_total", "How long a BPF program ran in all.", "program")
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descWritten, descLost, descFaults, descQueue, descHealthy, descPrograms, descBytes, descEvicted, descRuns, descSeconds,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	byEvent, lost := c.counters.snapshot()
	for name, n := range byEvent {
		count(descWritten, float64(n), name)
	}
	for _, place := range loader.Places() {
		count(descLost, float64(lost[place]), place)
	}
	count(descLost, float64(lost[undecodablePlace]), undecodablePlace)
	count(descFaults, float64(c.counters.faults.Load()))
	before, behind := c.counters.queued()
	gauge(descQueue, float64(before), "decoded")
	gauge(descQueue, float64(behind), "staged")
	well := 1.0
	if c.counters.healthy(time.Now()) != nil {
		well = 0
	}
	gauge(descHealthy, well)
	gauge(descPrograms, float64(c.counters.treePrograms.Load()))
	gauge(descBytes, float64(c.counters.treeBytes.Load()))
	count(descEvicted, float64(c.counters.treeEvicted.Load()))
	if p := c.programs(); p != nil {
		for _, s := range p.Programs() {
			count(descRuns, float64(s.Runs), s.Name)
			count(descSeconds, s.Time.Seconds(), s.Name)
		}
	}
}

// serve starts the server that the flags ask for; nil without any.
func (s *session) serve() (*metrics.Server, error) {
	o := s.watched.Options()
	if !o.On() {
		return nil, nil
	}
	if err := s.watched.Check(); err != nil {
		return nil, cli.Usage(err)
	}
	o.Healthy = func() error { return s.counters.healthy(time.Now()) }
	o.Collectors = []prometheus.Collector{&collector{&s.counters, func() programStats {
		if !s.counters.live.Load() {
			return nil
		}
		return s.loader
	}}}
	return metrics.Serve(o, s.log)
}
