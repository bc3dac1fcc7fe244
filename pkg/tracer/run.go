package tracer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cgroup"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/decode"
	"github.com/tracehound/tracehound/pkg/enrich"
	"github.com/tracehound/tracehound/pkg/filter"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/proc"
)

const help = "help"

// run is the main job: check what was asked, load, trace, shut down.
func (o *options) run(cmd *cobra.Command, args []string) error {
	if strings.Join(o.trace, "") == help && len(o.trace) == 1 {
		_, err := io.WriteString(cmd.OutOrStdout(), filter.Help())
		return err
	}
	if len(o.output) == 1 && o.output[0] == help {
		_, err := io.WriteString(cmd.OutOrStdout(), outputHelp())
		return err
	}
	f, err := parseTrace(o.trace)
	if err != nil {
		return err
	}
	spec, err := parseOutput(o.output)
	if err != nil {
		return err
	}
	if err := o.checkBuffer(); err != nil {
		return err
	}
	facts, err := fit()
	if err != nil {
		return err
	}
	s := &session{options: o, filter: f, spec: spec, facts: facts, log: slog.Default()}
	return s.run(cmd, args)
}

// session is one run.
type session struct {
	*options
	filter *filter.Filter
	spec   outputSpec
	facts  *kernel.Facts
	log    *slog.Logger

	command *command // nil without a COMMAND
	loader  *loader.Loader
	source  source
	out     *output
	written uint64
}

func (s *session) run(cmd *cobra.Command, args []string) error {
	if err := s.prepareCommand(args, cmd.OutOrStdout()); err != nil {
		return err
	}
	if s.command != nil {
		defer s.command.stop()
	}
	stages, err := s.load()
	if err != nil {
		return err
	}
	defer s.loader.Close()
	if s.out, err = s.spec.open(cmd.OutOrStdout()); err != nil {
		return err
	}
	if err := s.attach(); err != nil {
		return errors.Join(err, s.out.close())
	}
	return s.trace(cmd.Context(), stages)
}

// prepareCommand readies the COMMAND, if there is one, and narrows the scope to
// its process tree.
func (s *session) prepareCommand(args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return nil
	}
	if s.spec.file == "" {
		stdout = os.Stderr
	}
	var err error
	if s.command, err = prepare(args, stdout); err != nil {
		return err
	}
	s.filter.Scope.Tree.Equal = append(s.filter.Scope.Tree.Equal, s.command.pid())
	return nil
}

// load puts the programs into the kernel and returns the stages for what they
// will deliver.
func (s *session) load() ([]pipeline.Stage, error) {
	p, err := plan(s.filter, s.facts, s.log)
	if err != nil {
		return nil, err
	}
	hierarchy, table := cgroups(s.log)
	opts, err := loaderOptions(s.filter, p, hierarchy, table, s.options, s.spec.has("exec-env"))
	if err != nil {
		return nil, err
	}
	if s.source.decoder, err = newDecoder(); err != nil {
		return nil, err
	}
	if s.loader, err = loader.Open(opts); err != nil {
		return nil, err
	}
	s.source.records, s.source.probes, s.source.log = s.loader.Reader(), s.loader, s.log
	return s.stages(hierarchy, table), nil
}

func newDecoder() (decode.Decoder, error) {
	boot, err := kernel.BootTime()
	if err != nil {
		return decode.Decoder{}, fmt.Errorf("read boot time: %w", err)
	}
	id, err := kernel.BootID()
	if err != nil {
		return decode.Decoder{}, fmt.Errorf("read boot id: %w", err)
	}
	name, _, _ := strings.Cut(id, "-") // 32 random bits tell one machine's boots apart
	return decode.Decoder{BootTime: boot, Boot: name}, nil
}

// stages is what happens to every event, in this order.
func (s *session) stages(h *cgroup.Hierarchy, table *container.Table) []pipeline.Stage {
	containers := &enrich.Containers{Table: table, Hierarchy: uint32(h.Number), Changed: s.containerChanged}
	var sequence uint64
	return []pipeline.Stage{
		{Name: "enrich containers", Run: func(it *pipeline.Item) bool {
			containers.Enrich(it.Event)
			return true
		}},
		{Name: "drop hidden", Run: func(it *pipeline.Item) bool { return !it.Hidden }},
		{Name: "number", Run: func(it *pipeline.Item) bool {
			sequence++
			it.Event.Sequence = sequence
			return true
		}},
	}
}

// containerChanged corrects the kernel side, which judges a new cgroup by its
// name alone.
func (s *session) containerChanged(id uint64, is bool) {
	if err := s.loader.SetContainer(id, is); err != nil {
		s.log.Warn("the kernel side does not know of a container", "cgroup", id, "error", err)
	}
}

// attach makes the probes live. The trees that were asked for are listed when
// forks are seen already and nothing else is.
func (s *session) attach() error {
	if err := s.loader.AttachLifecycle(); err != nil {
		return err
	}
	if s.filter.Scope.Tree.Enabled() {
		scope, err := filterkernel.Compile(&s.filter.Scope)
		if err != nil {
			return cli.Usage(err)
		}
		if err := seedTrees(scope.Tree.Roots, proc.New(""), s.loader.SetTree); err != nil {
			return err
		}
	}
	return s.loader.Attach()
}

// trace runs the pipeline until the user, the time or the command ends it.
func (s *session) trace(ctx context.Context, stages []pipeline.Stage) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.duration > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.duration)
		defer cancel()
	}
	fmt.Fprintf(os.Stderr, "tracer: ready: %d events by %d probes on kernel %s\n", len(s.filter.Events), s.loader.Probes(), s.facts.Release)
	if s.command != nil {
		if err := s.command.start(); err != nil {
			return err
		}
		go func() {
			<-s.command.done
			cancel()
		}()
	}
	p := pipeline.Pipeline{Source: s.source.run, Stages: stages, Sink: s.sink}
	err := p.Run(ctx)
	err = errors.Join(err, s.out.close())
	s.totals()
	if errors.Is(err, cli.ErrReaderGone) {
		return cli.ErrReaderGone
	}
	return err
}

func (s *session) sink(batch []pipeline.Item) error {
	for _, it := range batch {
		if err := s.out.write(it.Event); err != nil {
			return err
		}
		s.written++
	}
	return s.out.Flush()
}

// totals says at the end what was written and what was not.
func (s *session) totals() {
	var b strings.Builder
	fmt.Fprintf(&b, "tracer: %d events written, %d lost", s.written, s.source.losses.total())
	if s.source.undecodable > 0 {
		fmt.Fprintf(&b, ", %d records not understood", s.source.undecodable)
	}
	if s.command != nil {
		fmt.Fprintf(&b, "; %s: %s", s.command.cmd.Args[2], s.command.outcome())
	}
	fmt.Fprintln(os.Stderr, b.String())
}
