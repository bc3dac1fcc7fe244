package tracer

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/outfile"
	"github.com/tracehound/tracehound/pkg/printer"
)

// output is where events go: one sink or several.
type output struct {
	sinks []*sink
	raw   bool  // numbers stay numbers
	start int64 // wall-clock time that timestamps count from; 0 is 1970
	// unsaid counts events that a template failed on.
	unsaid uint64
}

// sink is one place with its form.
type sink struct {
	codec.Writer
	begin  func(w io.Writer) (codec.Writer, error) // makes the Writer anew, for a new file
	file   *outfile.File                           // nil for standard output
	people bool                                    // shows names by itself
}

// open opens all outputs of a spec. Files keep what they held until empty.
func (s *outputSpec) open(ctx context.Context, stdout io.Writer) (*output, error) {
	out := &output{raw: s.has(rawArguments)}
	if s.has(relativeTime) {
		out.start = time.Now().UnixNano()
	}
	for _, d := range s.all() {
		one, err := s.openOne(ctx, d, stdout)
		if err != nil {
			return nil, errors.Join(err, out.abandon())
		}
		out.sinks = append(out.sinks, one)
	}
	return out, nil
}

func (s *outputSpec) openOne(ctx context.Context, d destination, stdout io.Writer) (*sink, error) {
	one := &sink{}
	w := stdout
	if d.file != "" && d.format != formatNone {
		file, err := outfile.Open(ctx, d.file, outfile.Options{
			Limit: s.rotate, Keep: s.keepCount(),
			Waiting: func() { slog.Warn("nobody reads the output yet: waiting", "fifo", d.file) },
		})
		if err != nil {
			return nil, cli.Usagef("open output: %w", err)
		}
		one.file, w = file, file
	}
	terminal := cli.IsTerminal(w)
	if d.format == "" {
		d.format = formatJSON
		if terminal {
			d.format = formatTable
		}
	}
	opts := printer.Options{
		Definition: catalog.ByName, Raw: s.has(rawArguments), Relative: s.has(relativeTime),
		Color: terminal && os.Getenv("NO_COLOR") == "",
	}
	one.begin, one.people = writerOf(d, opts)
	var err error
	if one.Writer, err = one.begin(w); err != nil {
		if one.file != nil {
			err = errors.Join(err, one.file.Abandon())
		}
		return nil, cli.Usage(err)
	}
	return one, nil
}

func (s *outputSpec) keepCount() int {
	if s.keep == 0 {
		return defaultKeep
	}
	return s.keep
}

// writerOf says how a form is written, and whether it is for people.
func writerOf(d destination, opts printer.Options) (begin func(io.Writer) (codec.Writer, error), people bool) {
	switch d.format {
	case formatNone:
		return func(io.Writer) (codec.Writer, error) { return nowhere{}, nil }, true
	case formatTable, formatVerbose:
		opts.Verbose = d.format == formatVerbose
		return func(w io.Writer) (codec.Writer, error) { return printer.NewTable(w, opts), nil }, true
	case formatCompact:
		return func(w io.Writer) (codec.Writer, error) { return printer.NewCompact(w, opts), nil }, true
	case formatTemplate:
		return func(w io.Writer) (codec.Writer, error) {
			t, err := printer.NewTemplate(w, d.template)
			if err != nil {
				return nil, err // and not a Writer that holds nil
			}
			return t, nil
		}, false
	}
	// The other forms are the codec's, under its names.
	return func(w io.Writer) (codec.Writer, error) { return codec.NewWriter(w, codec.Format(d.format)) }, false
}

// empty drops what the output's files hold from before. Pipes and devices hold
// nothing.
func (o *output) empty() error {
	var errs []error
	for _, s := range o.sinks {
		if s.file != nil {
			errs = append(errs, s.file.Empty())
		}
	}
	return errors.Join(errs...)
}

// abandon closes outputs that nothing was written to, and leaves things as they
// were.
func (o *output) abandon() error {
	var errs []error
	for _, s := range o.sinks {
		if s.file != nil {
			errs = append(errs, s.file.Abandon())
		}
	}
	return errors.Join(errs...)
}

// write writes an event to every output. It may change the event.
func (o *output) write(e *event.Event) error {
	if o.start != 0 {
		o.relate(e)
	}
	named := e
	for _, s := range o.sinks {
		if !s.people && !o.raw && named == e {
			copied := *e
			copied.Args = event.Render(e, catalog.ByName(e.EventName), event.Named)
			named = &copied
		}
	}
	for _, s := range o.sinks {
		one := named
		if s.people {
			one = e
		}
		if err := o.writeTo(s, one); err != nil {
			return err
		}
	}
	return nil
}

func (o *output) writeTo(s *sink, e *event.Event) error {
	err := s.Write(e)
	var unsaid *printer.RenderError
	if errors.As(err, &unsaid) {
		o.unsaid++
		if o.unsaid == 1 {
			slog.Error("the template fails on an event, which is not written; the number of such events is in the totals", "error", err)
		}
		return nil
	}
	if err != nil || s.file == nil || !s.file.Full() {
		return err
	}
	return s.rotate()
}

// rotate begins a new file, which is a stream of its own: a reader needs no
// other.
func (s *sink) rotate() error {
	if err := s.Flush(); err != nil {
		return err
	}
	if err := s.file.Rotate(); err != nil {
		return err
	}
	var err error
	s.Writer, err = s.begin(s.file)
	return err
}

// relate makes the times of the stream count from the start. Those that are
// facts of files stay as they are.
func (o *output) relate(e *event.Event) {
	e.Timestamp -= o.start
	if e.EventName != eventLost {
		return
	}
	for _, name := range []string{"from", "to"} {
		if a := e.Arg(name); a != nil {
			if at, ok := a.Value.(uint64); ok {
				a.Value = uint64(max(0, int64(at)-o.start))
			}
		}
	}
}

const eventLost = "lost_events"

// Flush writes what the outputs keep.
func (o *output) Flush() error {
	var errs []error
	for _, s := range o.sinks {
		errs = append(errs, s.Flush())
	}
	return errors.Join(errs...)
}

func (o *output) close() error {
	err := o.Flush()
	for _, s := range o.sinks {
		if s.file != nil {
			err = errors.Join(err, s.file.Close())
		}
	}
	return err
}

// nowhere drops events, which is what --output none asks for.
type nowhere struct{}

func (nowhere) Write(*event.Event) error { return nil }
func (nowhere) Flush() error             { return nil }
