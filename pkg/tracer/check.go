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
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say whether this machine can be traced, and what is lost without each kernel feature",
		Long: `Says whether this machine can be traced, and what is lost without each kernel
feature. Nothing is loaded or attached. Exit status 3 when tracer cannot run.`,
		Example: "  tracer check\n  tracer check --json | jq .fit",
		RunE:    func(cmd *cobra.Command, _ []string) error { return check(cmd.OutOrStdout(), *where, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

// checked is what `check --json` prints.
type checked struct {
	Kernel   string           `json:"kernel"`
	Arch     string           `json:"arch"`
	Fit      bool             `json:"fit"`
	Reason   string           `json:"reason,omitempty"`
	Features []kernel.Feature `json:"features"`
}

func check(w io.Writer, where kernel.Options, asJSON bool) error {
	facts, err := kernel.Probe(where)
	if err != nil {
		return fmt.Errorf("probe kernel: %w", err)
	}
	unfit := facts.Unfit()
	if asJSON {
		c := checked{Kernel: facts.Release, Arch: facts.Arch, Fit: unfit == nil, Features: facts.Features()}
		if unfit != nil {
			c.Reason = unfit.Error()
		}
		if err := json.NewEncoder(w).Encode(c); err != nil {
			return err
		}
		return cli.Unfit(unfit)
	}
	for _, f := range facts.Features() {
		if _, err := fmt.Fprintf(w, "%-13s %-7s %s\n", f.Name, f.State, f.Why); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%22swithout it: %s\n", "", f.Lost); err != nil {
			return err
		}
	}
	return cli.Unfit(unfit)
}
