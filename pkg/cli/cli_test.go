package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

type color string

// probe is a program with one flag of each sort, which records what it got.
type probe struct {
	Color color
	Words []string
	List  []string
	Count int
	Path  string
	fail  error
}

func (p *probe) command() *cobra.Command {
	p.Color = "red"
	root := &cobra.Command{Use: "probe", RunE: func(cmd *cobra.Command, _ []string) error {
		p.Path = cmd.CommandPath()
		slog.Debug("ran")
		return p.fail
	}}
	EnumVar(root, root.Flags(), &p.Color, "color", []color{"red", "green", "blue"}, "a color")
	WordsVar(root.Flags(), &p.Words, "words", "`ID[,ID…]`")
	ListVar(root.Flags(), &p.List, "list", "l", "`EXPR`")
	root.Flags().IntVar(&p.Count, "count", 0, "a number")
	sub := &cobra.Command{Use: "show", RunE: root.RunE}
	sub.Flags().Bool("json", false, "as JSON")
	root.AddCommand(sub)
	return root
}

func (p *probe) run(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	root := p.command()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&errs)
	code = Run(context.Background(), root)
	return code, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"unknown flag", []string{"--colr", "red"}, "probe: unknown flag --colr; did you mean --color?\n" + see("probe")},
		{"unknown short flag", []string{"-z"}, "probe: unknown flag -z\n" + see("probe")},
		{"no value", []string{"--count"}, "probe: flag --count: needs a value\n" + see("probe")},
		{"bad number", []string{"--count", "x"}, "probe: flag --count \"x\": is not a number that fits: invalid syntax\n" + see("probe")},
		{"bad enum", []string{"--color", "gren"}, "probe: flag --color \"gren\": must be one of red, green, blue; did you mean \"green\"?\n" + see("probe")},
		{"empty word", []string{"--words", "a,,b"}, "probe: flag --words \"a,,b\": names nothing between or beside its commas\n" + see("probe")},
		{"empty item", []string{"-l", " "}, "probe: flag --list \" \": is empty\n" + see("probe")},
		{"unknown command", []string{"shwo"}, "probe: unknown command \"shwo\"; did you mean \"show\"?\n" + see("probe")},
		{"argument of a command", []string{"show", "me"}, "probe: unexpected argument \"me\"\n" + see("probe show")},
		{"log level", []string{"--log-level", "inof"}, "probe: flag --log-level \"inof\": must be one of debug, info, warn, error; did you mean \"info\"?\n" + see("probe")},
		{"terminal escape", []string{"\x1b[2Jx"}, "probe: unknown command \"\\x1b[2Jx\"\n" + see("probe")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := (&probe{}).run(tt.args...)
			if code != BadUsage || stdout != "" {
				t.Errorf("exit code %d, stdout %q; want %d and none", code, stdout, BadUsage)
			}
			if diff := cmp.Diff(tt.want, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

func see(path string) string { return "probe: see '" + path + " --help'\n" }

func TestRepeatedFlagsAddUp(t *testing.T) {
	p := &probe{}
	if code, _, stderr := p.run("--words", "a,b", "-l", "x,y", "--words", "b, c", "-l", "z", "--color=blue"); code != Done {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	want := &probe{Color: "blue", Words: []string{"a", "b", "c"}, List: []string{"x,y", "z"}, Path: "probe"}
	if diff := cmp.Diff(want, p, cmp.AllowUnexported(probe{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExitCodes(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"none", nil, Done, ""},
		{"run time", errors.New("read x: boom"), Failed, "probe: read x: boom\n"},
		{"unfit", WithHint(Unfitf("no BTF"), "boot a kernel with it"), BadHost, "probe: no BTF\nprobe: boot a kernel with it\n"},
		{"wrapped usage", fmt.Errorf("check: %w", Usagef("bad file")), BadUsage, "probe: check: bad file\nprobe: see 'probe --help'\n"},
		{"outer code wins", Usage(Unfitf("x")), BadUsage, "probe: x\nprobe: see 'probe --help'\n"},
		{"reader gone", fmt.Errorf("write finding: %w", ErrReaderGone), Done, ""},
		{"escapes", errors.New("bad \x1b]0;own\x07 \u009b2J"), Failed, "probe: bad \\x1b]0;own\\x07 \\x9b2J\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := (&probe{fail: tt.err}).run()
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if diff := cmp.Diff(tt.stderr, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNilStaysNil(t *testing.T) {
	if Usage(nil) != nil || Unfit(nil) != nil || WithHint(nil, "x") != nil {
		t.Error("marking no error made one")
	}
}

func TestLogging(t *testing.T) {
	_, _, quiet := (&probe{}).run()
	_, _, text := (&probe{}).run("--log-level", "debug")
	_, _, json := (&probe{}).run("--log-level=debug", "--log-format=json")
	if quiet != "" || !strings.Contains(text, "level=DEBUG msg=ran\n") || !strings.Contains(json, `"level":"DEBUG","msg":"ran"}`) {
		t.Errorf("logs: quiet %q, text %q, json %q", quiet, text, json)
	}
}

func TestVersionHelpCompletion(t *testing.T) {
	for args, want := range map[string]string{
		"version":                 "probe ",
		"--help":                  "red|green|blue",
		"completion bash":         "__start_probe",
		"__complete --color \x00": "green",
	} {
		fields := strings.Fields(args)
		for i := range fields {
			fields[i] = strings.Trim(fields[i], "\x00")
		}
		code, stdout, stderr := (&probe{}).run(fields...)
		if code != Done || !strings.Contains(stdout, want) {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q; want %q", args, code, stdout, stderr, want)
		}
	}
}

func TestDashArgs(t *testing.T) {
	var got []string
	root := &cobra.Command{Use: "probe", Args: DashArgs, RunE: func(_ *cobra.Command, args []string) error {
		got = args
		return nil
	}}
	root.SetErr(io.Discard)
	root.SetArgs([]string{"--", "version", "-x"})
	if code := Run(context.Background(), root); code != Done {
		t.Fatalf("exit code %d", code)
	}
	if diff := cmp.Diff([]string{"version", "-x"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	root.SetArgs([]string{"stray", "--", "ls"})
	if code := root.ExecuteContext(context.Background()); ExitCode(code) != BadUsage {
		t.Errorf("stray argument before --: %v", code)
	}
}

func TestOutputOfAReaderGone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r.Close()
	_, err = (&Output{W: w}).Write([]byte("x"))
	if !errors.Is(err, ErrReaderGone) {
		t.Errorf("write to a closed pipe: %v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	_, err = (&Output{W: full}).Write([]byte("x"))
	if !errors.Is(err, syscall.ENOSPC) || errors.Is(err, ErrReaderGone) || ExitCode(err) != Failed {
		t.Errorf("write to a full device: %v", err)
	}
	if IsTerminal(&Output{W: w}) || IsTerminal(&Output{W: io.Discard}) || IsTerminal(strings.NewReader("")) {
		t.Error("a pipe is no terminal")
	}
}

func writeConfig(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
