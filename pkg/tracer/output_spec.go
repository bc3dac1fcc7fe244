package tracer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/loader"
)

// Formats of the event stream.
const (
	formatTable    = "table"
	formatVerbose  = "table-verbose"
	formatCompact  = "compact"
	formatJSON     = "json"
	formatGob      = "gob"
	formatProtobuf = "protobuf"
	formatNone     = "none"
	formatTemplate = "gotemplate="
)

var formats = []string{formatTable, formatVerbose, formatCompact, formatJSON, formatGob, formatProtobuf, formatNone}

// Options that fields of the catalogue name, too.
const (
	execEnv       = "exec-env"
	detectSyscall = "detect-syscall"
)

// Options that the kernel side does.
const (
	stackAddresses = "stack-addresses"
	stackSymbols   = "stack-symbols"
	fdPaths        = "fd-paths"
)

const (
	rawArguments   = "raw-arguments"
	parseArguments = "parse-arguments"
	relativeTime   = "relative-time"
	rotateOption   = "rotate"
	keepOption     = "rotate-keep"
)

// outputOptions are the words behind option:, with what they do.
var outputOptions = []struct{ name, doc string }{
	{execEnv, "collect the environment of executed programs (sched_process_exec, execve, execveat)"},
	{execHash, "put the sha256 of executed programs on sched_process_exec, or why there is none"},
	{detectSyscall, "say in which system call it happened (events with an argument syscall)"},
	{stackAddresses, "say where in the program it happened: the user stack, 20 frames at most"},
	{stackSymbols, "name those addresses: file and function; the event waits 250 ms at most"},
	{fdPaths, "say what descriptors are open on"},
	{ancestorsOption + "=N", "put the nearest N programs that the process descends from on each event"},
	{holdForIdentity, "an event waits until it is known what its container is called, 2 s at most"},
	{containerLabels, "put the labels of the container and its pod on each event"},
	{userNames, "say what the user is called, by the passwd file that the process sees; the event waits 250 ms at most"},
	{sortEvents, "put events in order of time across processors, which delays them by 100 ms"},
	{relativeTime, "timestamps count from the tracer's start, in place of 1970"},
	{rotateOption + "=SIZE", "begin a new file when one has this size, as 100M; the full one becomes PATH.1"},
	{keepOption + "=N", "keep so many full files of each output, 5 unless said"},
	{rawArguments, "write numbers, in place of the names of flags and constants"},
	{parseArguments, "write names, which is the default"},
}

// exclusive are options of which only one can be had.
var exclusive = [][2]string{{rawArguments, parseArguments}}

const (
	outFile = "out-file:"
	errFile = "err-file:"
)

const (
	defaultKeep = 5
	maxKeep     = 1000
	minRotate   = 64 << 10
)

// destination is one output.
type destination struct {
	format   string // "" means by where it goes
	template string // the file of formatTemplate
	file     string // "" means standard output
}

// outputSpec is what all --output flags together say.
type outputSpec struct {
	main    destination   // what a bare format and out-file: say
	more    []destination // each FORMAT:PATH
	errFile string
	options []string
	// ancestors is how many of them go on each event.
	ancestors int
	rotate    int64
	keep      int
}

func outputHelp() string {
	var b strings.Builder
	row := func(word, doc string) { fmt.Fprintf(&b, "  %-24s %s\n", word, doc) }
	b.WriteString("--output WORD, may be repeated:\n\n")
	row("FORMAT", "form of the events on standard output; default: table on a terminal, json elsewhere")
	row(outFile+"PATH", "write them to this file instead, emptied first")
	row("FORMAT:PATH", "write them there as well; may be repeated, each with its own form")
	row(errFile+"PATH", "write everything that is no event to this file")
	b.WriteString("\nFORMAT is one of\n\n")
	for _, f := range []struct{ word, doc string }{
		{formatTable, "columns for people"},
		{formatVerbose, "with host name, namespaces and parent"},
		{formatCompact, "a line per event for people: who did what to what, and how it ended"},
		{formatJSON, "a line per event"},
		{formatGob, "a Go stream"},
		{formatProtobuf, "length-delimited messages, of pkg/codec/event.proto"},
		{formatTemplate + "FILE", "what a Go template makes of each event, with sprig's functions"},
		{formatNone, "nothing"},
	} {
		row(f.word, f.doc)
	}
	b.WriteString("\nOptions\n\n")
	for _, o := range outputOptions {
		row("option:"+o.name, o.doc)
	}
	b.WriteString("\nA file's folders are made. A symbolic link is not followed where another user can have put it.\n" +
		"A FIFO is waited for until somebody reads it.\n")
	return b.String()
}

func parseOutput(words []string) (outputSpec, error) {
	var spec outputSpec
	for _, word := range words {
		if err := spec.add(word); err != nil {
			return spec, cli.WithHint(cli.Usagef("flag --output %q: %w", word, err), "see 'tracer --output help'")
		}
	}
	if err := spec.check(); err != nil {
		return spec, cli.WithHint(cli.Usagef("flag --output: %w", err), "see 'tracer --output help'")
	}
	return spec, nil
}

// check looks at what no single word tells.
func (s *outputSpec) check() error {
	if s.keep != 0 && s.rotate == 0 {
		return fmt.Errorf("option:%s does nothing without option:%s=SIZE", keepOption, rotateOption)
	}
	seen := map[string]bool{}
	files := 0
	for _, d := range s.all() {
		if d.file == "" || d.format == formatNone {
			continue
		}
		if seen[d.file] || d.file == s.errFile {
			return fmt.Errorf("%s is named twice", d.file)
		}
		seen[d.file] = true
		files++
	}
	if s.rotate != 0 && files == 0 {
		return fmt.Errorf("option:%s needs a file: say %sPATH or FORMAT:PATH", rotateOption, outFile)
	}
	return nil
}

// all are the outputs. Where only others are named, there is no main one.
func (s *outputSpec) all() []destination {
	if s.main == (destination{}) && len(s.more) > 0 {
		return s.more
	}
	return append([]destination{s.main}, s.more...)
}

func (s *outputSpec) add(word string) error {
	if path, ok := strings.CutPrefix(word, outFile); ok {
		return set(&s.main.file, path, "events go to")
	}
	if path, ok := strings.CutPrefix(word, errFile); ok {
		return set(&s.errFile, path, "messages go to")
	}
	if name, ok := strings.CutPrefix(word, "option:"); ok {
		return s.addOption(name)
	}
	d, err := parseDestination(strings.TrimPrefix(word, "format:"))
	switch {
	case err != nil:
		return err
	case d.file != "":
		s.more = append(s.more, d)
		return nil
	case s.main.format != "" && (s.main.format != d.format || s.main.template != d.template):
		return fmt.Errorf("the form is %s already: say %s:PATH to write both", s.main.format+s.main.template, strings.TrimPrefix(word, "format:"))
	}
	s.main.format, s.main.template = d.format, d.template
	return nil
}

func set(to *string, path, what string) error {
	switch {
	case path == "":
		return errors.New("names no file")
	case *to != "" && *to != path:
		return fmt.Errorf("%s %s already", what, *to)
	}
	*to = path
	return nil
}

// parseDestination reads FORMAT or FORMAT:PATH.
func parseDestination(word string) (destination, error) {
	if rest, ok := strings.CutPrefix(word, formatTemplate); ok {
		template, file, hasFile := strings.Cut(rest, ":")
		if template == "" || hasFile && file == "" {
			return destination{}, errors.New("names no file")
		}
		return destination{format: formatTemplate, template: template, file: file}, nil
	}
	format, file, hasFile := strings.Cut(word, ":")
	if !slices.Contains(formats, format) {
		return destination{}, fmt.Errorf("must be one of %s, %sFILE, FORMAT:PATH, %sPATH, %sPATH, option:NAME%s",
			strings.Join(formats, ", "), formatTemplate, outFile, errFile, nearest.Hint(format, formats))
	}
	if hasFile && file == "" {
		return destination{}, errors.New("names no file")
	}
	return destination{format: format, file: file}, nil
}

func (s *outputSpec) addOption(name string) error {
	if n, is, err := parseAncestors(name); is {
		s.ancestors = n
		return err
	}
	if value, ok := strings.CutPrefix(name, rotateOption+"="); ok {
		return parseSize(&s.rotate, value)
	}
	if value, ok := strings.CutPrefix(name, keepOption+"="); ok {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxKeep {
			return fmt.Errorf("must be %s=N with N from 1 to %d", keepOption, maxKeep)
		}
		s.keep = n
		return nil
	}
	var known []string
	for _, o := range outputOptions {
		known = append(known, o.name)
	}
	if !slices.Contains(known, name) || strings.Contains(name, "=") {
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

// parseSize reads a number of bytes, with K, M or G behind it.
func parseSize(to *int64, text string) error {
	shift := 0
	digits := strings.TrimRight(text, "KMG")
	if len(text)-len(digits) == 1 {
		shift = 10 * (1 + strings.IndexByte("KMG", text[len(text)-1]))
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || len(text)-len(digits) > 1 || n > (1<<62)>>shift || n<<shift < minRotate {
		return fmt.Errorf("must be %s=SIZE with a SIZE of at least %dK, as 100M", rotateOption, minRotate>>10)
	}
	*to = n << shift
	return nil
}

func (s *outputSpec) has(option string) bool { return slices.Contains(s.options, option) }

// fieldOptions tells the kernel side of the options that switch fields on.
func (s *outputSpec) fieldOptions(opts *loader.Options) {
	for _, o := range []struct {
		name string
		flag *uint32
	}{{execEnv, &opts.Config.ExecEnv}, {detectSyscall, &opts.Config.DetectSyscall}, {stackAddresses, &opts.Config.StackAddresses}, {stackSymbols, &opts.Config.StackAddresses}, {fdPaths, &opts.Config.FDPaths}} {
		if s.has(o.name) {
			*o.flag = 1
			opts.FieldOptions = append(opts.FieldOptions, o.name)
		}
	}
}

// takesStdout says that events go to standard output.
func (s *outputSpec) takesStdout() bool {
	return slices.ContainsFunc(s.all(), func(d destination) bool { return d.file == "" && d.format != formatNone })
}
