package tracer

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/schema"
)

func checkCommand(where *kernel.Options) *cobra.Command {
	var asJSON bool
	var asked wanted
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say whether this machine can be traced, and what is lost without each kernel feature",
		Long: `Says whether this machine can be traced, and what is lost without each kernel
feature. With --trace or --policy also where each event asked for comes from here,
or why it cannot be had, and for each term of the filter which half of it decides,
the kernel or user space, and why. Nothing is loaded or attached. Exit status 3 when
tracer cannot run.`,
		Example: "  tracer check\n  tracer check --json | jq .fit\n  tracer check --trace set=lsm_hooks\n  tracer check --trace 'openat.pathname=/etc/*' --trace uid=0 --json | jq .terms",
		RunE:    func(cmd *cobra.Command, _ []string) error { return check(cmd.OutOrStdout(), *where, asked, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	cmd.Flags().StringArrayVarP(&asked.trace, "trace", "t", nil, "what is wanted, as for tracer itself")
	cmd.Flags().StringArrayVar(&asked.policies, "policy", nil, "a `FILE|FOLDER` of policies, as for tracer itself")
	return cmd
}

// checked is what `check --json` prints.
type checked struct {
	Kernel   string           `json:"kernel"`
	Arch     string           `json:"arch"`
	Fit      bool             `json:"fit"`
	Reason   string           `json:"reason,omitempty"`
	Features []kernel.Feature `json:"features"`
	Events   []checkedEvent   `json:"events,omitempty"`
	// Terms say who decides what of the filter.
	Terms []filter.DecidedTerm `json:"terms,omitempty"`
}

// checkedEvent says how this kernel delivers an event, or why it cannot.
type checkedEvent struct {
	Event string `json:"event"`
	eventSource
}

// eventSource is where an event comes from on this kernel.
type eventSource struct {
	By          []string `json:"by,omitempty"`          // "fexit security_file_open"
	Unavailable string   `json:"unavailable,omitempty"` // the reason
}

func (s *eventSource) String() string {
	if s.Unavailable != "" {
		return "cannot be had: " + s.Unavailable
	}
	return strings.Join(s.By, ", ")
}

// sourcesOf says of each event of a plan where it comes from.
func sourcesOf(p *loader.Plan, events []*schema.Event) []eventSource {
	missing := map[string]string{}
	for _, m := range p.Missing {
		missing[m.Event.Name] = m.Reason
	}
	sources := make([]eventSource, len(events))
	for i, e := range events {
		if why, ok := missing[e.Name]; ok {
			sources[i].Unavailable = why
		} else {
			sources[i].By = p.By[e.Name]
		}
	}
	return sources
}

func check(w io.Writer, where kernel.Options, asked wanted, asJSON bool) error {
	f, err := asked.filter()
	if err != nil {
		return err
	}
	facts, err := kernel.Probe(where)
	if err != nil {
		return fmt.Errorf("probe kernel: %w", err)
	}
	unfit := facts.Unfit()
	c := checked{Kernel: facts.Release, Arch: facts.Arch, Fit: unfit == nil, Features: facts.Features()}
	if unfit != nil {
		c.Reason = unfit.Error()
	}
	if len(asked.trace)+len(asked.policies) > 0 {
		c.Terms = f.Decide()
		if unfit == nil {
			if c.Events, err = checkEvents(f, facts); err != nil {
				return err
			}
		}
	}
	if asJSON {
		err = json.NewEncoder(w).Encode(c)
	} else {
		err = c.print(w)
	}
	if err != nil {
		return err
	}
	return cli.Unfit(unfit)
}

// checkEvents plans what a run would attach for the events.
func checkEvents(f *filter.Filter, facts *kernel.Facts) ([]checkedEvent, error) {
	types, err := kernel.BTF()
	if err != nil {
		return nil, cli.Unfitf("read kernel types: %w", err)
	}
	p := newPlan(f, kernelFor(facts, types))
	events := make([]checkedEvent, len(f.Events))
	for i, how := range sourcesOf(&p, f.Events) {
		events[i] = checkedEvent{f.Events[i].Name, how}
	}
	return events, nil
}

func (c *checked) print(w io.Writer) error {
	for _, f := range c.Features {
		if _, err := fmt.Fprintf(w, "%-13s %-7s %s\n%22swithout it: %s\n", f.Name, f.State, f.Why, "", f.Lost); err != nil {
			return err
		}
	}
	for _, e := range c.Events {
		if _, err := fmt.Fprintf(w, "%-28s %s\n", e.Event, &e.eventSource); err != nil {
			return err
		}
	}
	for _, t := range c.Terms {
		term := t.Term
		if t.Policy != "" {
			term = t.Policy + ": " + term
		}
		if _, err := fmt.Fprintf(w, "%-28s decided by the %s half: %s\n", term, t.Half, t.Why); err != nil {
			return err
		}
	}
	return nil
}
