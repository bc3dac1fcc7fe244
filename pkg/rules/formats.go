package rules

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/report"
)

func formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "List the formats of findings, and the shipped templates",
		RunE:  func(cmd *cobra.Command, _ []string) error { return listFormats(cmd.OutOrStdout()) },
	}
}

func listFormats(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "FORMAT\tCONTENT TYPE\tWHAT IT IS")
	for _, f := range report.Formats() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, f.MIME, f.Doc)
	}
	for _, t := range report.ShippedTemplates {
		f, err := report.Template(t.Name, "")
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, f.MIME, t.Doc)
	}
	return w.Flush()
}
