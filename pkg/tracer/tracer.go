// Package tracer is the program tracer: it wires kernel, loader, stages and
// output together as the command line says. It is the counterpart of pkg/rules.
package tracer

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/metrics"
)

// Main runs the program and returns its exit code.
func Main() int { return cli.Main(NewCommand()) }

// options are the values of the flags.
type options struct {
	trace    []string
	policies []string
	output   []string
	duration time.Duration
	buffer   int // MiB
	runtimes []string
	kernel   kernel.Options

	highCapabilities bool
	heartbeat        time.Duration
	scanInterval     time.Duration
	watched          metrics.Flags
}

const about = `Asks the kernel what processes do and writes events.

Events go to standard output, everything else to standard error. "tracer: ready"
on standard error says that all probes are live. Records that are lost are
counted, and a lost_events event in the stream says so whatever was selected.

With a COMMAND behind --, that command and what it starts is traced, beside what
--trace tree= names, and tracer ends with it. Its standard output goes to
standard error when events go to standard output. When tracer ends first, by
--duration or a signal, it ends the command with SIGTERM; what the command has
started runs on. How the command ended is on standard error; the exit status
tells of tracer.

Exit status: 0 done, 1 failed while running, 2 wrong usage, 3 this machine cannot
be traced.`

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
func NewCommand() *cobra.Command { return newCommand(&options{}) }

func newCommand(o *options) *cobra.Command {
	var list bool
	root := &cobra.Command{
		Use:     "tracer [flags] [-- COMMAND ARG…]",
		Short:   "Trace what processes do, with eBPF",
		Long:    about,
		Example: examples,
		Args:    cli.DashArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return listEvents(cmd.OutOrStdout(), o.kernel, false)
			}
			return o.run(cmd, args)
		},
	}
	flags := root.Flags()
	flags.StringArrayVarP(&o.trace, "trace", "t", nil, "trace only what matches this `EXPR` (repeatable; \"help\" prints the grammar)")
	flags.StringArrayVar(&o.policies, "policy", nil, "trace also what the policies in this `FILE|FOLDER` want (repeatable; see docs/filters.md)")
	cli.ListVar(flags, &o.output, "output", "o", "where events go and in which form (repeatable; \"help\" prints the words)")
	flags.DurationVar(&o.duration, "duration", 0, "stop this long after being ready, e.g. 30s (default: never)")
	flags.IntVar(&o.buffer, "buffer", 8, "`MiB` of kernel memory in which events wait for the tracer, a power of two")
	flags.StringArrayVar(&o.runtimes, "crs", nil, "ask the container runtime at this `RUNTIME:SOCKET`, runtime being docker, containerd, crio or podman; none asks nobody (repeatable; default: those whose sockets are in the usual places)")
	flags.BoolVar(&o.highCapabilities, "allow-high-capabilities", false, "go on when capabilities that are not needed cannot be dropped")
	flags.DurationVar(&o.heartbeat, "heartbeat-interval", 10*time.Second, "time between two heartbeat events, when they are asked for with --trace event=heartbeat")
	flags.DurationVar(&o.scanInterval, "kernel-scan-interval", 10*time.Second, "time between two looks at the kernel's tables, for hooked_syscalls, hooked_seq_ops and hidden_kernel_module; 0 looks only at the start and when a module was loaded")
	o.watched.Add(flags, listenAddr)
	flags.BoolVar(&list, "list", false, "list the events, as the command list does")
	root.AddCommand(listCommand(&o.kernel), checkCommand(&o.kernel), launchCommand())
	return root
}
