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
}
