// Package tracer is the program tracer: it wires kernel, loader, stages and
// output together as the command line says. It is the counterpart of pkg/rules.
package tracer

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
)

// Main runs the program and returns its exit code.
func Main() int { return cli.Main(NewCommand()) }

// options are the values of the flags.
type options struct {
	trace    []string
	output   []string
	duration time.Duration
	buffer   int // MiB
}

const about = `Asks the kernel what processes do and writes events.

Events go to standard output, everything else to standard error. With a COMMAND
behind --, that command and what it starts is traced, and tracer ends with it;
the command's own standard output then goes to standard error, unless events go
to a file.

"tracer: ready" on standard error says that all probes are live.`

const examples = `  # what does ls do?
  tracer -- ls

  # every program that starts, as JSON lines
  tracer --trace event=sched_process_exec --output json

  # detect: what the signatures want, of one shell and all it starts
  tracer --trace tree=$$ --trace event=$(rules --list-events) | rules

  # can this machine be traced, and what is lost?
  tracer check

  # the grammar of --trace
  tracer --trace help`

// NewCommand builds the command line.
func NewCommand() *cobra.Command {
	o := &options{}
	var list bool
	root := &cobra.Command{
		Use:     "tracer [flags] [-- COMMAND ARG…]",
		Short:   "Trace what processes do, with eBPF",
		Long:    about,
		Example: examples,
		Args:    cli.DashArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return listEvents(cmd.OutOrStdout(), false)
			}
			return o.run(cmd, args)
		},
	}
	flags := root.Flags()
	flags.StringArrayVarP(&o.trace, "trace", "t", nil, "trace only what matches this `EXPR` (repeatable; \"help\" prints the grammar)")
	cli.ListVar(flags, &o.output, "output", "o", "where events go and in which form (repeatable; \"help\" prints the words)")
	flags.DurationVar(&o.duration, "duration", 0, "stop after this time, e.g. 30s (default: never)")
	flags.IntVar(&o.buffer, "buffer", 8, "`MiB` of kernel memory in which events wait for the tracer, a power of two")
	flags.BoolVar(&list, "list", false, "list the events, as the command list does")
	root.AddCommand(listCommand(), checkCommand(), launchCommand())
	return root
}
