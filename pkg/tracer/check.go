package tracer

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/kernel"
)

func checkCommand(where *kernel.Options) *cobra.Command {
	var asJSON bool
	var trace []string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say whether this machine can be traced, and what is lost without each kernel feature",
		Long: `Says whether this machine can be traced, and what is lost without each kernel
feature. With --trace also whether each event asked for can be had here.
Nothing is loaded or attached. Exit status 3 when tracer cannot run.`,
		Example: "  tracer check\n  tracer check --json | jq .fit\n  tracer check --trace set=lsm_hooks",
		RunE:    func(cmd *cobra.Command, _ []string) error { return check(cmd.OutOrStdout(), *where, trace, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	cmd.Flags().StringArrayVarP(&trace, "trace", "t", nil, "the events, as for tracer itself")
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
}

// checkedEvent says whether this kernel can deliver an event.
type checkedEvent struct {
	Event       string `json:"event"`
	Unavailable string `json:"unavailable,omitempty"` // the reason
}

func check(w io.Writer, where kernel.Options, trace []string, asJSON bool) error {
	facts, err := kernel.Probe(where)
	if err != nil {
		return fmt.Errorf("probe kernel: %w", err)
	}
	unfit := facts.Unfit()
	c := checked{Kernel: facts.Release, Arch: facts.Arch, Fit: unfit == nil, Features: facts.Features()}
	if unfit != nil {
		c.Reason = unfit.Error()
	} else if len(trace) > 0 {
		if c.Events, err = checkEvents(trace, facts); err != nil {
			return err
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
func checkEvents(trace []string, facts *kernel.Facts) ([]checkedEvent, error) {
	f, err := parseTrace(trace)
	if err != nil {
		return nil, err
	}
	types, err := kernel.BTF()
	if err != nil {
		return nil, cli.Unfitf("read kernel types: %w", err)
	}
	missing := map[string]string{}
	for _, m := range newPlan(f, facts, types).Missing {
		missing[m.Event.Name] = m.Reason
	}
	var events []checkedEvent
	for _, e := range f.Events {
		events = append(events, checkedEvent{Event: e.Name, Unavailable: missing[e.Name]})
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
		state := "can be had"
		if e.Unavailable != "" {
			state = e.Unavailable
		}
		if _, err := fmt.Fprintf(w, "%-28s %s\n", e.Event, state); err != nil {
			return err
		}
	}
	return nil
}
