package tracer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/printer"
)

// Formats of the event stream.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatGob   = "gob"
	formatNone  = "none"
)

var formats = []string{formatTable, formatJSON, formatGob, formatNone}

// Options that fields of the catalogue name, too.
const (
	execEnv       = "exec-env"
	detectSyscall = "detect-syscall"
)

const (
	rawArguments   = "raw-arguments"
	parseArguments = "parse-arguments"
)

// outputOptions are the words behind option:, with what they do.
var outputOptions = []struct{ name, doc string }{
	{execEnv, "collect the environment of executed programs (sched_process_exec, execve, execveat)"},
	{detectSyscall, "say in which system call it happened (events with an argument syscall)"},
	{ancestorsOption + "=N", "put the nearest N programs that the process descends from on each event"},
	{rawArguments, "write numbers, in place of the names of flags and constants"},
	{parseArguments, "write names, which is the default"},
}

// exclusive are options of which only one can be had.
var exclusive = [][2]string{{rawArguments, parseArguments}}

const outFile = "out-file:"

// outputSpec is what all --output flags together say.
type outputSpec struct {
	format  string // "" means by where standard output goes
	file    string // "" means standard output
	options []string
	// ancestors is how many of them go on each event.
	ancestors int
}

func outputHelp() string {
	var b strings.Builder
	b.WriteString("--output WORD, may be repeated:\n\n")
	fmt.Fprintf(&b, "  %-24s form of the events; default: table on a terminal, json elsewhere\n", strings.Join(formats, "|"))
	fmt.Fprintf(&b, "  %-24s write events to this file, emptied first\n", outFile+"PATH")
	for _, o := range outputOptions {
		fmt.Fprintf(&b, "  %-24s %s\n", "option:"+o.name, o.doc)
	}
	return b.String()
}

func parseOutput(words []string) (outputSpec, error) {
	var spec outputSpec
	for _, word := range words {
		if err := spec.add(word); err != nil {
			return spec, cli.WithHint(cli.Usagef("flag --output %q: %w", word, err), "see 'tracer --output help'")
		}
	}
	return spec, nil
}

func (s *outputSpec) add(word string) error {
	if path, ok := strings.CutPrefix(word, outFile); ok {
		switch {
		case path == "":
			return errors.New("names no file")
		case s.file != "" && s.file != path:
			return fmt.Errorf("events go to %s already", s.file)
		}
		s.file = path
		return nil
	}
	if name, ok := strings.CutPrefix(word, "option:"); ok {
		return s.addOption(name)
	}
	format := strings.TrimPrefix(word, "format:")
	if !slices.Contains(formats, format) {
		return fmt.Errorf("must be one of %s, %sPATH, option:NAME%s", strings.Join(formats, ", "), outFile, nearest.Hint(format, formats))
	}
	if s.format != "" && s.format != format {
		return fmt.Errorf("the form is %s already", s.format)
	}
	s.format = format
	return nil
}

func (s *outputSpec) addOption(name string) error {
	if n, is, err := parseAncestors(name); is {
		s.ancestors = n
		return err
	}
	var known []string
	for _, o := range outputOptions {
		known = append(known, o.name)
	}
	if !slices.Contains(known, name) {
		return fmt.Errorf("option must be one of %s%s", strings.Join(known, ", "), nearest.Hint(name, known))
	}
	for _, pair := range exclusive {
		if i := slices.Index(pair[:], name); i >= 0 && s.has(pair[1-i]) {
			return fmt.Errorf("contradicts option:%s", pair[1-i])
		}
	}
	s.options = append(s.options, name)
	return nil
}

func (s *outputSpec) has(option string) bool { return slices.Contains(s.options, option) }

// fieldOptions tells the kernel side of the options that switch fields on.
func (s *outputSpec) fieldOptions(opts *loader.Options) {
	for _, o := range []struct {
		name string
		flag *uint32
	}{{execEnv, &opts.Config.ExecEnv}, {detectSyscall, &opts.Config.DetectSyscall}} {
		if s.has(o.name) {
			*o.flag = 1
			opts.FieldOptions = append(opts.FieldOptions, o.name)
		}
	}
}

// takesStdout says that events go to standard output.
func (s *outputSpec) takesStdout() bool { return s.file == "" && s.format != formatNone }

// output is where events go.
type output struct {
	codec.Writer
	file  *os.File // nil for standard output
	made  bool     // the file is new
	parse bool
}

// open makes the output of a spec. A file keeps what it held until empty.
func (s *outputSpec) open(stdout io.Writer) (*output, error) {
	out := &output{parse: !s.has(rawArguments)}
	w := stdout
	if s.file != "" {
		if err := out.openFile(s.file); err != nil {
			return nil, cli.Usagef("open output: %w", err)
		}
		w = out.file
	}
	format := s.format
	if format == "" {
		format = formatJSON
		if cli.IsTerminal(w) {
			format = formatTable
		}
	}
	switch format {
	case formatNone:
		out.Writer = nowhere{}
	case formatTable:
		out.Writer = printer.NewTable(w, printer.Options{Definition: catalog.ByName, Color: cli.IsTerminal(w), Raw: !out.parse})
	default:
		var err error
		if out.Writer, err = codec.NewWriter(w, codecFormat(format)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (o *output) openFile(path string) error {
	var err error
	o.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if o.made = err == nil; o.made {
		return nil
	}
	// It exists, or is a link to what does not.
	o.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o640)
	return err
}

// empty drops what the output's file holds from before. Pipes and devices hold
// nothing.
func (o *output) empty() error {
	if o.file == nil {
		return nil
	}
	info, err := o.file.Stat()
	if err == nil && info.Mode().IsRegular() {
		err = o.file.Truncate(0)
	}
	if err != nil {
		return fmt.Errorf("empty output: %w", err)
	}
	return nil
}

// abandon closes an output that nothing was written to, and leaves things as
// they were.
func (o *output) abandon() error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	if o.made {
		err = errors.Join(err, os.Remove(o.file.Name()))
	}
	return err
}

func codecFormat(name string) codec.Format {
	if name == formatGob {
		return codec.Gob
	}
	return codec.JSON
}

func (o *output) write(e *event.Event) error {
	if o.parse {
		e.Args = event.Render(e, catalog.ByName(e.EventName), event.Named)
	}
	return o.Write(e)
}

func (o *output) close() error {
	err := o.Flush()
	if o.file != nil {
		err = errors.Join(err, o.file.Close())
	}
	return err
}

// nowhere drops events, which is what --output none asks for.
type nowhere struct{}

func (nowhere) Write(*event.Event) error { return nil }
func (nowhere) Flush() error             { return nil }
