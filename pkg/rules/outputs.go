package rules

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/privilege"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/report/outlet"
)

func outputsCommand() *cobra.Command {
	o := &outputFlags{}
	test := &cobra.Command{
		Use:   "test",
		Short: "Send a sample finding to each output and say what came of it",
		Long: `Sends one finding, whose signature is called TRC-0, to every output of the config
file and the flags, once each and without a queue, and prints what each receiver
answered. Exit code 1 when one of them did not take it.`,
		Example: "  rules outputs test --config rules.yaml\n  rules outputs test --webhook https://receiver.example/hook",
		RunE: func(cmd *cobra.Command, _ []string) error {
			specs, err := o.specs()
			if err != nil {
				return cli.Usage(err)
			}
			// What rules itself cannot open without its rights must not seem right here.
			if privilege.Some() {
				if err := privilege.Drop(); err != nil {
					slog.Warn("outputs are tried with more rights than rules needs", "error", err)
				}
			}
			all := o.options(specs, cmd)
			results := outlet.Try(cmd.Context(), all, report.Sample(time.Now(), all.Host))
			return printResults(cmd.OutOrStdout(), results)
		},
	}
	o.add(test.Flags())
	parent := &cobra.Command{Use: "outputs", Short: "Try the outputs", RunE: func(*cobra.Command, []string) error {
		return cli.WithHint(cli.Usagef("outputs: which command?"), "rules outputs test sends a sample finding to each")
	}}
	parent.AddCommand(test)
	return parent
}

func printResults(to io.Writer, results []outlet.Result) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "OUTPUT\tKIND\tTOOK\tRESULT")
	bad := 0
	for _, r := range results {
		result := "ok"
		if r.Err != nil {
			bad++
			result = report.Escape(r.Err.Error())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, r.Kind, r.Took.Round(time.Millisecond), result)
	}
	err := w.Flush()
	if bad > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d outputs did not take the finding", bad, len(results)))
	}
	return err
}
