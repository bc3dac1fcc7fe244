package rules

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature"
)

func listCommand(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the signatures",
		Example: "  rules list\n  rules list --json --rules-dir ./mine | jq -r .ID",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.list(cmd.OutOrStdout(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	return cmd
}

func listEventsCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list-events",
		Short: "Print the events that the signatures want, for tracer --trace event=",
		Long: `Prints the names of all events that the signatures select, sorted and joined by
commas; * alone when one of them wants every event.`,
		Example: "  tracer --trace event=$(rules list-events) | rules",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.listEvents(cmd.OutOrStdout())
		},
	}
}

// listed is a signature as list --json shows it.
type listed struct {
	signature.Metadata
	Selectors []signature.Selector
	Where     string
	Options   []string // of tracer, see tracer-flags
}

func (o *options) list(to io.Writer, asJSON bool) error {
	set, err := o.load(slog.Default())
	if err != nil {
		return err
	}
	all := set.signatures
	if asJSON {
		enc := json.NewEncoder(to)
		enc.SetEscapeHTML(false)
		for _, s := range all {
			if err := enc.Encode(listed{s.Metadata(), s.Selectors(), s.Where, set.optionsOf(s.Metadata().ID)}); err != nil {
				return fmt.Errorf("write list: %w", err)
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tVERSION\tSEVERITY\tNAME\tEVENTS\tFROM")
	for _, s := range all {
		m := s.Metadata()
		severity := "-"
		if v, ok := m.Properties["Severity"]; ok {
			severity = fmt.Sprint(v)
		}
		row := []string{m.ID, m.Version, severity, m.Name, strings.Join(eventsOf(s.Selectors()), ","), s.Where}
		for i := range row {
			row[i] = report.Escape(row[i])
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

func (o *options) listEvents(to io.Writer) error {
	all, err := o.load(slog.Default())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(to, strings.Join(all.events(), ","))
	return err
}

// events are those that the tracer should trace, as eventsOf lists them.
func (l *loaded) events() []string {
	var selectors []signature.Selector
	for _, s := range l.signatures {
		selectors = append(selectors, s.Selectors()...)
	}
	if len(selectors) > 0 { // and what findings get their containers' names from
		selectors = append(selectors, signature.Selector{Name: enrichedEvent})
	}
	return eventsOf(selectors)
}

// eventsOf lists the names that selectors hold, sorted; "*" alone when one of
// them wants any.
func eventsOf(selectors []signature.Selector) []string {
	var names []string
	for _, s := range selectors {
		if s.Any() {
			return []string{"*"}
		}
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
