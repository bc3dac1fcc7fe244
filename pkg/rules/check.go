package rules

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature/load"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE|DIR …",
		Short: "Say whether signature files are right",
		Long: `Loads signature files as rules itself would: syntax, metadata, and that every
event and argument they name exists. Prints a line for each signature that is
right and, on standard error, one with file and line for each fault; with any,
the exit code is 2.`,
		Example: "  rules check my-signature.yaml my-other.rego\n  rules check /etc/tracehound/rules",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("check: names no file")
			}
			return nil
		},
		RunE: check,
	}
}

func check(cmd *cobra.Command, files []string) error {
	shipped := map[string]load.Loaded{}
	for _, s := range load.Load(load.Options{Shipped: true}).Signatures {
		shipped[s.ID] = s
	}
	found := load.Load(load.Options{Files: files})
	var b strings.Builder
	for _, note := range found.Notes {
		fmt.Fprintf(&b, "note  %s\n", report.Escape(note))
	}
	for _, s := range found.Signatures {
		fmt.Fprintf(&b, "ok    %s: %s %s, on %s\n", report.Escape(s.Where.String()), report.Escape(s.ID),
			report.Escape(s.Metadata().Name), report.Escape(strings.Join(eventsOf(s.Selectors()), ",")))
		if own, ok := shipped[s.ID]; ok && !s.SameFile(own) {
			fmt.Fprintf(&b, "note  %s: it takes the place of the shipped signature %s\n",
				report.Escape(s.Where.String()), report.Escape(s.ID))
		}
	}
	for _, err := range found.Errors {
		fmt.Fprintln(cmd.ErrOrStderr(), report.Escape(err.Error()))
	}
	if _, err := cmd.OutOrStdout().Write([]byte(b.String())); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	switch n := len(found.Errors); {
	case n == 1:
		return cli.Usagef("check: 1 fault")
	case n > 1:
		return cli.Usagef("check: %d faults", n)
	case len(found.Signatures) == 0:
		return cli.Usagef("check: no signature in %s", strings.Join(files, ", "))
	}
	return nil
}
