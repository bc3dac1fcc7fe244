package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// tracerEvents are the tracer's own words in the stream.
var tracerEvents = []schema.Event{
	{
		ID: 9000, Name: "lost_events",
		Doc: "The tracer lost events: the stream is incomplete between from and to. Always emitted.",
		Fields: []schema.Field{
			{Name: "buffer", Kind: schema.String, Doc: "where: events, lifecycle (rings that were full), scratch, processes (tables that were full), busy (a program was preempted), decode (a record was not understood), symbols (a library was loaded that nobody could look into)"},
			{Name: "cpu", Kind: schema.Int, Doc: "processor that dropped them; -1 when not known"},
			{Name: "count", Kind: schema.Ulong, Doc: "how many since the last report"},
			{Name: "from", Kind: schema.Timestamp, Doc: "no loss before this time"},
			{Name: "to", Kind: schema.Timestamp, Doc: "time of the last loss"},
		},
	},
	{
		ID: 9001, Name: "heartbeat",
		Doc: "The tracer is alive. Its counters since the start. Made every 10 s (--heartbeat-interval), and only when asked for by name.",
		Fields: []schema.Field{
			{Name: "written", Kind: schema.Ulong, Doc: "events written"},
			{Name: "faults", Kind: schema.Ulong, Doc: "events with an argument that could not be read"},
			{Name: "lost", Kind: schema.Ulong, Doc: "records lost, the sum of the following; see lost_events for the places"},
			{Name: "lost_events", Kind: schema.Ulong, Doc: "the ring of events was full"},
			{Name: "lost_lifecycle", Kind: schema.Ulong, Doc: "the ring of forks, execs and exits was full"},
			{Name: "lost_scratch", Kind: schema.Ulong, Doc: "no working memory was free on a processor"},
			{Name: "lost_processes", Kind: schema.Ulong, Doc: "the table of processes was full"},
			{Name: "lost_busy", Kind: schema.Ulong, Doc: "a probe was preempted, and others not let in"},
			{Name: "lost_decode", Kind: schema.Ulong, Doc: "records that were not understood"},
		},
	},
}
