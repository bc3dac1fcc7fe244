package tracer

import (
	"log/slog"
	"slices"

	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/schema"
)

// fillInternals writes into the configuration what the programs of some events
// need to know of this kernel and cannot find out themselves.
func fillInternals(c *loader.Config, events []*schema.Event, log *slog.Logger) {
	has := func(name string) bool {
		return slices.ContainsFunc(events, func(e *schema.Event) bool { return e.Name == name })
	}
	if has("bpf_attach") {
		const tracepoint, kprobe, uprobe = "TRACE_EVENT_FL_TRACEPOINT", "TRACE_EVENT_FL_KPROBE", "TRACE_EVENT_FL_UPROBE"
		v, err := kernel.Enumerators(tracepoint, kprobe, uprobe)
		if err != nil {
			log.Warn("bpf_attach does not tell kprobes, uprobes and tracepoints from each other", "reason", err)
		}
		c.TraceTracepoint, c.TraceKprobe, c.TraceUprobe = v[tracepoint], v[kprobe], v[uprobe]
	}
}
