package tracer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cgroup"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/container/runtime"
	"github.com/tracehound/tracehound/pkg/decode"
	"github.com/tracehound/tracehound/pkg/derive"
	"github.com/tracehound/tracehound/pkg/enrich"
	"github.com/tracehound/tracehound/pkg/exechash"
	"github.com/tracehound/tracehound/pkg/filter"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/integrity"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/proc"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/symbols"
	"github.com/tracehound/tracehound/pkg/users"
)

const help = "help"

// run is the main job: check what was asked, then this machine, then trace.
func (o *options) run(cmd *cobra.Command, args []string) error {
	if slices.Contains(o.trace, help) {
		_, err := io.WriteString(cmd.OutOrStdout(), filter.Help())
		return err
	}
	if slices.Contains(o.output, help) {
		_, err := io.WriteString(cmd.OutOrStdout(), outputHelp())
		return err
	}
	s, err := o.session(cmd.Context(), args, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	s.stderr = cmd.ErrOrStderr()
	if s.facts, err = fit(o.kernel); err != nil {
		return errors.Join(err, s.out.abandon())
	}
	return s.run(cmd.Context())
}

// session is one run.
type session struct {
	*options
	filter *filter.Filter
	spec   outputSpec
	out    *output
	path   string   // the COMMAND's program; "" without a COMMAND
	args   []string // the COMMAND
	facts  *kernel.Facts
	stderr io.Writer
	// userStderr is what standard error was before err-file:, for the COMMAND.
	userStderr *os.File
	log        *slog.Logger

	command    *command // nil without a COMMAND
	loader     *loader.Loader
	containers *container.Table
	half       filterkernel.Config // of the filter: the kernel's
	stage      *filter.Stage       // and what is left of it
	lineage    *enrich.Lineage     // nil unless ancestors were asked for
	hasher     *exechash.Hasher    // nil unless option:exec-hash
	symbolizer *symbols.Symbolizer // nil unless option:stack-symbols
	sockets    []runtime.Socket
	lookup     *runtime.Lookup    // nil without a socket
	names      *users.Names       // nil unless option:user-names
	identity   *enrich.Containers // which container an event comes from
	outside    bool               // cgroups are seen in part, or through the host's root
	stop       chan struct{}      // closed when the session ends
	sequence   uint64             // of the last event that went out
	source     source
	traced     int             // events of the filter that this kernel delivers
	needed     []*schema.Event // what others are made from, and nobody asked for
	missing    []loader.Missing
	partial    []loader.Missing  // traced, but not by all of their programs
	refused    map[string]string // programs that this kernel did not take, with why
	beside     *beside           // nil unless something is derived beside the stages
	symbols    *kernel.Symbols   // nil unless an event needs the kernel's
	places     map[string]kernel.Extent
	watch      *integrity.Watch // nil unless the kernel's tables are looked at
	naming     *naming          // nil unless events may have addresses for names
	counters   counters
}

// session reads the command line. Nothing is loaded, started or emptied.
func (o *options) session(ctx context.Context, args []string, stdout io.Writer) (*session, error) {
	s := &session{options: o, args: args, log: slog.Default(), stop: make(chan struct{})}
	if err := o.checkNumbers(); err != nil {
		return nil, err
	}
	var err error
	if s.filter, err = (wanted{o.trace, o.policies}).filter(); err != nil {
		return nil, err
	}
	if s.spec, err = parseOutput(o.output); err != nil {
		return nil, err
	}
	if len(args) > 0 {
		if s.path, err = findCommand(args); err != nil {
			return nil, err
		}
	}
	if s.out, err = s.spec.open(ctx, stdout); err != nil {
		return nil, err
	}
	if s.userStderr, err = redirectStderr(ctx, s.spec.errFile); err != nil {
		return nil, errors.Join(err, s.out.abandon())
	}
	return s, nil
}

func (s *session) run(ctx context.Context) error {
	server, err := s.serve()
	if err != nil {
		return errors.Join(err, s.out.abandon())
	}
	defer s.tearDown()
	defer server.Close() // while there still is what it tells of
	stages, err := s.setUp()
	if err != nil {
		return errors.Join(err, s.out.abandon())
	}
	return s.trace(ctx, stages)
}

func (s *session) tearDown() {
	close(s.stop)
	if s.lookup != nil {
		s.lookup.Close()
	}
	if s.command != nil {
		s.command.stop()
	}
	if s.watch != nil {
		s.watch.Close() // it reads by one of the programs
	}
	if s.loader != nil {
		s.loader.Close()
	}
	if s.symbols != nil {
		_ = s.symbols.Close() // they were only read
	}
	if s.hasher != nil {
		s.hasher.Close()
	}
	if s.symbolizer != nil {
		s.symbolizer.Close()
	}
}

// prepareCommand readies the COMMAND, if there is one, and narrows the scope to
// its process tree.
func (s *session) prepareCommand() error {
	if s.path == "" {
		return nil
	}
	stdout := os.Stdout
	if s.spec.takesStdout() {
		stdout = s.userStderr
	}
	var err error
	if s.command, err = prepare(s.path, s.args, stdout, s.userStderr); err != nil {
		return err
	}
	for i := range s.filter.Policies {
		tree := &s.filter.Policies[i].Scope.Tree
		tree.Equal = append(tree.Equal, int64(s.command.pid()))
	}
	return nil
}

// load puts the programs into the kernel and returns the stages for what they
// will deliver.
func (s *session) load() ([]pipeline.Stage, error) {
	types, err := kernel.BTF()
	if err != nil {
		return nil, cli.Unfitf("read kernel types: %w", err)
	}
	k := kernelFor(s.facts, types)
	k.Refused = s.refused
	p, err := plan(s.filter, k, s.log)
	if err != nil {
		return nil, err
	}
	s.missing, s.partial = p.Missing, p.Partial
	s.traced = len(s.filter.Events) - len(p.Missing)
	s.needed = p.Events[len(s.filter.Events):]
	hierarchy, table := cgroups(s.log)
	s.outside = hierarchy.Partial || strings.HasPrefix(hierarchy.Mount, hostRoot)
	s.half = filterkernel.Compile(s.filter)
	opts, err := loaderOptions(&s.half, p, hierarchy, s.options, &s.spec)
	if err != nil {
		return nil, err
	}
	mount, err := hostMount()
	if err != nil {
		return nil, err
	}
	s.stage = filter.NewStage(s.filter, mount)
	s.stage.Existed = table.Existed
	opts.Config.Lineage = flag(s.spec.ancestors > 0)
	tellDifferences(&opts.Config, &p, types)
	fillInternals(&opts.Config, p.Events, s.log)
	if err := s.openSymbols(&opts.Config, &p); err != nil {
		return nil, err
	}
	if s.source.decoder, err = newDecoder(); err != nil {
		return nil, err
	}
	opts.Config.Scope.HostMntNS = uint64(mount)
	opts.Config.Scope.Since = uint64(time.Now().UnixNano() - s.source.decoder.BootTime)
	if s.spec.has(sortEvents) {
		s.source.sorter = newSorter(s.source.decoder.BootTime)
	}
	if s.loader, err = loader.Open(opts); err != nil {
		return nil, err
	}
	if err := s.watchKernel(&p, types); err != nil {
		return nil, err
	}
	s.naming = newNaming(p.Events, s.symbols, s.log)
	s.containers = table
	s.source.first = startEvents(s.filter.Events, proc.New(""), s.log)
	s.source.records, s.source.probes, s.source.log = s.loader.Reader(), s.loader, s.log
	s.source.counters = &s.counters
	if slices.ContainsFunc(s.filter.Events, func(e *schema.Event) bool { return e.Name == heartbeatEvent }) {
		s.source.heartbeat = s.heartbeat
	}
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
	needed := map[schema.ID]bool{} // and not asked for
	for _, e := range s.needed {
		needed[e.ID] = true
	}
	derived := derive.NewStage(s.filter.Events, derive.Options{Watched: watched(s.filter)})
	deriving := pipeline.Stage{Name: "derive", Run: func(it *pipeline.Item) bool {
		it.Hidden = it.Hidden || needed[it.Event.EventID]
		for _, e := range derived.Derive(it.Event, it.Policies) {
			it.Add(pipeline.Item{Event: e, Hidden: needed[e.EventID], Policies: it.Policies})
		}
		return true
	}}
	if work := derived.Beside(); work != nil {
		s.beside = &beside{work: work, counters: &s.counters, log: s.log}
		deriving.Late, deriving.Ready = s.beside.late, work.Ready()
	}
	s.identity = s.newIdentity(h, table)
	s.lineage = newLineage(s.spec.ancestors)
	return []pipeline.Stage{
		{Name: "find ancestors", Run: func(it *pipeline.Item) bool {
			if s.lineage != nil {
				s.lineage.Enrich(it.Event)
				programs, bytes, evicted := s.lineage.Tree.Size()
				s.counters.treePrograms.Store(uint64(programs))
				s.counters.treeBytes.Store(uint64(bytes))
				s.counters.treeEvicted.Store(evicted)
			}
			return true
		}},
		s.identityStage(),
		deriving,
		s.lookStage(),
		s.namingStage(),
		{Name: "drop hidden", Run: func(it *pipeline.Item) bool { return !it.Hidden }},
		{Name: "filter", Run: s.match},
		{Name: "hash programs", Run: s.hashStage()},
		{Name: "name stacks", Run: s.symbolStage()},
		{Name: "name users", Run: s.userStage()},
	}
}

// attach makes the probes live. The trees that were asked for are listed when
// forks are seen already and nothing else is.
func (s *session) attach() error {
	if err := s.loader.AttachLifecycle(); err != nil {
		return err
	}
	known, err := s.loader.Known()
	if err != nil {
		return err
	}
	if s.lineage != nil {
		plant(s.lineage.Tree, known, &s.source.decoder, time.Now().UnixNano())
	}
	if err := s.seedContainers(); err != nil {
		return err
	}
	s.source.first = append(s.source.first, s.identity.Existing(time.Now())...)
	if s.half.Scope.Tree != 0 {
		t := trees{s.half.Trees, s.half.Scope.TreeUnlisted}
		if err := t.seed(proc.New(""), s.loader.SetTree); err != nil {
			return err
		}
	}
	return s.loader.Attach()
}

// trace runs the pipeline until the user, the time or the command ends it. When
// ctx has ended already, the command is not started.
func (s *session) trace(ctx context.Context, stages []pipeline.Stage) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.duration > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.duration)
		defer cancel()
	}
	if ctx.Err() == nil {
		fmt.Fprintf(s.stderr, "tracer: ready: %d events by %d probes on kernel %s%s\n", s.traced, s.loader.Probes(), s.facts.Release, without(len(s.missing), len(s.partial)))
		err := s.out.Flush() // the header of a table
		if err == nil {
			err = s.startCommand(cancel)
		}
		if err != nil {
			return errors.Join(err, s.out.close())
		}
	}
	p := pipeline.Pipeline{Source: s.source.run, Stages: stages, Sink: s.sink, Watch: s.counters.watch}
	err := p.Run(ctx)
	err = errors.Join(err, s.out.close())
	if s.command != nil {
		s.command.stop()
	}
	s.totals()
	if errors.Is(err, cli.ErrReaderGone) {
		return cli.ErrReaderGone
	}
	return err
}

// startCommand lets the COMMAND run, if there is one, and calls end when it has
// ended.
func (s *session) startCommand(end func()) error {
	if s.command == nil {
		return nil
	}
	if err := s.command.start(); err != nil {
		return err
	}
	go func() {
		<-s.command.done
		end()
	}()
	return nil
}

func (s *session) sink(batch []pipeline.Item) error {
	s.counters.writing.Store(time.Now().UnixNano())
	defer s.counters.writing.Store(0)
	for _, it := range batch {
		if it.Keep != nil && !it.Keep() {
			continue
		}
		if it.Finish != nil {
			it.Finish()
		}
		if !s.spec.has(containerLabels) {
			it.Event.ContainerLabels = nil
		}
		s.sequence++
		it.Event.Sequence = s.sequence
		if err := s.out.write(it.Event); err != nil {
			return err
		}
		s.counters.wrote(it.Event)
	}
	return s.out.Flush()
}
