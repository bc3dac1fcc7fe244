// Package rules is the program rules: it wires input, signatures, engine and
// report together as the command line says. It is the counterpart of
// pkg/tracer.
package rules

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/metrics"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// Main runs the program and returns its exit code.
func Main() int { return cli.Main(NewCommand()) }

// options are the values of the flags.
type options struct {
	input  inputSpec
	output outputFlags
	ids    []string
	dirs   []string

	exceptions       []string // files
	minSeverity      int
	group            time.Duration
	highCapabilities bool
	watched          metrics.Flags
}

const about = `Reads events, runs signatures over them and reports what they find.

Events come from tracer through a pipe, or from a recorded file; JSON and gob
are told apart by their first bytes. Findings go to standard output, everything
else to standard error. Lines that are no events, events of unknown name and
losses that the tracer reports are counted and named; the rest goes on.

A file that changes below --rules-dir, or SIGHUP, makes rules read its signatures
again and put them in place between two events. When one of them is wrong, those
in place stay. A signature whose text did not change keeps what it remembers.`

const examples = `  # detect live
  tracer $(rules tracer-flags) | rules

  # go through a recording, findings as JSON lines
  rules --input file:events.json --output json

  # two of the shipped signatures and those of a directory
  tracer | rules --rules TRC-2,TRC-5,my-own --rules-dir /etc/tracehound/rules

  # is what I wrote right?
  rules check my-signature.yaml`

// NewCommand builds the command line.
func NewCommand() *cobra.Command {
	o := &options{}
	var list, listEvents bool
	root := &cobra.Command{
		Use:     "rules",
		Short:   "Find attacks in a stream of events",
		Long:    about,
		Example: examples,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case list && listEvents:
				return cli.Usagef("--list and --list-events: only one at a time")
			case list:
				return o.list(cmd.OutOrStdout(), false)
			case listEvents:
				return o.listEvents(cmd.OutOrStdout())
			}
			return o.detect(cmd)
		},
	}
	flags := root.Flags()
	flags.Var(&o.input, "input", "where events come from (default: stdin when it is a pipe or a file)")
	o.output.add(flags)
	flags.BoolVar(&list, "list", false, "list the signatures, as the command list does")
	flags.BoolVar(&listEvents, "list-events", false, "print the events that the signatures want, as the command list-events does")
	cli.WordsVar(root.PersistentFlags(), &o.ids, "rules", "use only the signatures of these `ID[,ID…]` (repeatable)")
	cli.ListVar(root.PersistentFlags(), &o.dirs, "rules-dir", "", "take signatures from this `DIR` too, and from those below it (repeatable)")
	o.watched.Add(flags, listenAddr)
	flags.BoolVar(&o.highCapabilities, "allow-high-capabilities", false, "go on when capabilities, none of which is needed, cannot be dropped")
	cli.ListVar(root.PersistentFlags(), &o.exceptions, "exceptions", "", "what is accepted here, and what severity and tags signatures have here: a `FILE` of kind Tuning (repeatable)")
	flags.IntVar(&o.minSeverity, "min-severity", 0, "report findings of this severity, 0 to 4, and above; what has none is reported")
	flags.DurationVar(&o.group, "group", 0, "report the first of like findings at once, and those that follow it within this time as one summary (0: each)")
	root.AddCommand(listCommand(o), listEventsCommand(o), tracerFlagsCommand(o), checkCommand(), testCommand(), exceptCommand(), outputsCommand(), formatsCommand())
	return root
}

// detect is the main job.
func (o *options) detect(cmd *cobra.Command) error {
	log := slog.Default()
	in, err := o.input.open(cmd.Context(), cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer func() { _ = in.close() }() // it was only read
	specs, err := o.output.specs()
	if err != nil {
		return cli.Usage(err)
	}
	if o.minSeverity < 0 || o.minSeverity > signature.MaxSeverity {
		return cli.Usagef("flag --min-severity \"%d\": must be from 0 to %d", o.minSeverity, signature.MaxSeverity)
	}
	if o.group < 0 {
		return cli.Usagef("flag --group %q: is negative", o.group)
	}
	all, err := o.load(log)
	if err != nil {
		return err
	}
	o.announce(log, all.signatures)
	s, err := newSession(in, nil, all, log)
	if err != nil {
		return cli.Usage(err)
	}
	s.minSeverity, s.group = o.minSeverity, tuning.Group{Window: o.group}
	s.load = func() (*loaded, error) { return o.load(log) }
	if s.in.endless {
		s.changed = watch(cmd.Context(), append(slices.Clone(o.dirs), o.exceptions...))
	}
	server, err := o.serve(&s.watched, log)
	if err != nil {
		return err
	}
	defer server.Close()
	if err := o.dropPrivileges(s.in.endless, log); err != nil {
		return err
	}
	out, err := o.output.open(cmd, specs, !s.in.endless)
	if err != nil {
		return err
	}
	s.out = out
	s.bind = func(all *loaded) error { return bindOutputs(out, all, log) }
	if err := s.bind(all); err != nil {
		return errors.Join(cli.Usage(err), out.Close())
	}
	return s.run(cmd.Context())
}
