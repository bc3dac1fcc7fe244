package rules

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/intake"
)

const (
	fromStdin  = "stdin"
	filePrefix = "file:"

	pipeExample = "try: tracer $(rules tracer-flags) | rules --input stdin"
)

// inputSpec is the flag --input: "", "stdin" or "file:PATH".
type inputSpec string

func (s *inputSpec) String() string { return string(*s) }
func (s *inputSpec) Type() string {
	return fromStdin + "|" + filePrefix + "PATH|" + strings.Join(intake.Prefixes, "…|") + "…"
}

func (s *inputSpec) Set(text string) error {
	path, isFile := strings.CutPrefix(text, filePrefix)
	switch {
	case text == fromStdin, isFile && path != "", isMessages(text):
		*s = inputSpec(text)
		return nil
	case isFile:
		return fmt.Errorf("names no file: must be %s", s.Type())
	}
	if _, err := os.Stat(text); err == nil {
		return fmt.Errorf("must be %s; did you mean %q?", s.Type(), filePrefix+text)
	}
	return fmt.Errorf("must be %s", s.Type())
}

// input is where events come from.
type input struct {
	io.Reader
	name string
	// endless says that whoever writes may do so for as long as it likes.
	endless bool
	// messages says that it is lines of JSON, each written by anybody.
	messages bool
	close    func() error
	// commit, unless nil, says that the lines up to this one are dealt with, and that
	// what was found in them is safe.
	commit func(ctx context.Context, line int) error
}

func isMessages(text string) bool {
	return slices.ContainsFunc(intake.Prefixes, func(p string) bool { return strings.HasPrefix(text, p) })
}

func openMessages(ctx context.Context, name string) (*input, error) {
	source, err := intake.Open(ctx, name)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("open input: %w", err))
	}
	return &input{Reader: source, name: name, endless: true, messages: true, close: source.Close, commit: source.Commit}, nil
}

// open opens what the flag names. Without the flag that is standard input,
// unless somebody sits there typing.
func (s inputSpec) open(ctx context.Context, stdin io.Reader) (*input, error) {
	if isMessages(string(s)) {
		return openMessages(ctx, string(s))
	}
	if path, ok := strings.CutPrefix(string(s), filePrefix); ok {
		return openFile(path)
	}
	if s == "" && cli.IsTerminal(stdin) {
		return nil, cli.WithHint(cli.Usagef("no input: standard input is a terminal"), pipeExample)
	}
	in := &input{Reader: stdin, name: fromStdin, endless: true, close: func() error { return nil }}
	if f, ok := stdin.(*os.File); ok {
		info, err := f.Stat()
		if err != nil {
			return nil, cli.WithHint(cli.Usage(fmt.Errorf("open standard input: %w", err)), pipeExample)
		}
		in.endless = !info.Mode().IsRegular()
	}
	return in, nil
}

func openFile(path string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("open input: %w", err))
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory", path)
	}
	if err != nil {
		f.Close()
		return nil, cli.Usage(fmt.Errorf("open input: %w", err))
	}
	return &input{Reader: f, name: path, endless: !info.Mode().IsRegular(), close: f.Close}, nil
}
