package rules

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/tuning"
)

func exceptCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "except",
		Short: "Print the exception that would silence a finding",
		Long: `Reads one finding, as --output json writes it, from standard input and prints an
exception for it: the same signature, program and arguments. Read it, take away
what differs next time, say why it is no finding here, and give it to --exceptions.`,
		Example: "  rules except < finding.json >> tuning.yaml\n  tracer | rules --exceptions tuning.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := cmd.InOrStdin()
			if cli.IsTerminal(in) {
				return cli.Usagef("except: no finding: standard input is a terminal")
			}
			line, err := bufio.NewReader(io.LimitReader(in, 2*codec.MaxSize)).ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("read finding: %w", err)
			}
			text, err := tuning.Suggest(line)
			if err != nil {
				return cli.Usage(err)
			}
			if _, err := io.WriteString(cmd.OutOrStdout(), text); err != nil {
				return fmt.Errorf("write exception: %w", err)
			}
			return nil
		},
	}
}
