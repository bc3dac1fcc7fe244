package tracer

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/schema"
)

func listCommand(where *kernel.Options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the events, with their sets, arguments, and where this kernel has them from",
		Example: "  tracer list | grep security_\n  tracer list --json | jq -r 'select(.sets[] == \"proc_life\").name'",
		RunE:    func(cmd *cobra.Command, _ []string) error { return listEvents(cmd.OutOrStdout(), *where, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object per event")
	return cmd
}

// listed is one event as `list --json` shows it.
type listed struct {
	Name   string        `json:"name"`
	ID     schema.ID     `json:"id"`
	Doc    string        `json:"doc"`
	Sets   []schema.Set  `json:"sets"`
	Fields []listedField `json:"fields"`
	eventSource
}

type listedField struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Kind string `json:"kind"`
	Doc  string `json:"doc,omitempty"`
}

// listEvents lists what this architecture has.
func listEvents(w io.Writer, where kernel.Options, asJSON bool) error {
	enc := json.NewEncoder(w)
	how := sourceFinder(where)
	all := catalog.Events()
	for i := range all {
		e := &all[i]
		if e.ID == schema.None {
			continue
		}
		from := how(e)
		if asJSON {
			if err := enc.Encode(toListed(e, from)); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(w, "%-28s %5d  %s  (%s)  %s\n", e.Name, e.ID, joinSets(e.Sets), fields(e), &from); err != nil {
			return err
		}
	}
	return nil
}

// sourceFinder finds where an event alone comes from on this kernel. A kernel
// that tells too little of itself is named as the reason why it cannot be had.
func sourceFinder(where kernel.Options) func(*schema.Event) eventSource {
	cannot := func(err error) func(*schema.Event) eventSource {
		return func(*schema.Event) eventSource { return eventSource{Unavailable: err.Error()} }
	}
	facts, err := kernel.Probe(where)
	if err != nil {
		return cannot(err)
	}
	types, err := kernel.BTF()
	if err != nil {
		return cannot(err)
	}
	k := kernelFor(facts, types)
	return func(e *schema.Event) eventSource {
		events := []*schema.Event{e}
		p := newPlan(&filter.Filter{Events: events}, k)
		return sourcesOf(&p, events)[0]
	}
}

func toListed(e *schema.Event, from eventSource) listed {
	l := listed{Name: e.Name, ID: e.ID, Doc: e.Doc, Sets: e.Sets, Fields: []listedField{}, eventSource: from}
	for _, f := range e.Fields {
		l.Fields = append(l.Fields, listedField{f.Name, f.WireType(), f.Kind.String(), f.Doc})
	}
	if l.Sets == nil {
		l.Sets = []schema.Set{}
	}
	return l
}

func joinSets(sets []schema.Set) string {
	if len(sets) == 0 {
		return "-"
	}
	words := make([]string, len(sets))
	for i, s := range sets {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}

func fields(e *schema.Event) string {
	words := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		words[i] = f.Name + " " + f.WireType()
	}
	return strings.Join(words, ", ")
}
