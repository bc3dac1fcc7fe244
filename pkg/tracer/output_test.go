package tracer

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
)

// sample is an event with a flag in it.
func sample() *event.Event {
	return &event.Event{
		EventName: "security_file_open", EventID: 722, ProcessName: "ls",
		Args: []event.Argument{{Name: "flags", Type: "int", Value: int32(0x8020)}},
	}
}

func openOutput(t *testing.T, stdout io.Writer, words ...string) (*output, error) {
	t.Helper()
	spec, err := parseOutput(words)
	if err != nil {
		t.Fatal(err)
	}
	return spec.open(t.Context(), stdout)
}

func mustOpen(t *testing.T, stdout io.Writer, words ...string) *output {
	t.Helper()
	out, err := openOutput(t, stdout, words...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const parsedFlags = `"name":"flags","type":"string","value":"O_RDONLY|O_LARGEFILE|FMODE_EXEC"`

func TestOutputForms(t *testing.T) {
	template := filepath.Join(t.TempDir(), "t.tmpl")
	if err := os.WriteFile(template, []byte(`{{.EventName}}:{{(.Arg "flags").Value}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"":                            parsedFlags, // no terminal: JSON
		"json":                        parsedFlags,
		"json option:raw-arguments":   `"name":"flags","type":"int","value":32800`,
		"json option:parse-arguments": parsedFlags,
		"table":                       "security_file_open       flags: O_RDONLY|O_LARGEFILE|FMODE_EXEC",
		"table option:raw-arguments":  "security_file_open       flags: 32800",
		"table-verbose":               "UTS_NAME",
		"compact":                     "may-open  O_RDONLY|O_LARGEFILE|FMODE_EXEC",
		"gotemplate=" + template:      "security_file_open:O_RDONLY|O_LARGEFILE|FMODE_EXEC",
		"gob":                         "\x00",
		"protobuf":                    "tracehound",
		"none":                        "",
	} {
		var b bytes.Buffer
		out := mustOpen(t, &b, strings.Fields(words)...)
		if err := errors.Join(out.empty(), out.write(sample()), out.close()); err != nil {
			t.Errorf("%s: %v", words, err)
		}
		if !strings.Contains(b.String(), want) || (want == "") != (b.Len() == 0) {
			t.Errorf("%s: wrote %q, want %q in it", words, b.String(), want)
		}
	}
}

// Several outputs each get every event, in their own form.
func TestSeveralOutputs(t *testing.T) {
	t.Chdir(t.TempDir())
	var b bytes.Buffer
	out := mustOpen(t, &b, "compact", "json:sub/a", "gob:b", "none:c")
	e := sample()
	if err := errors.Join(out.empty(), out.write(e), out.close()); err != nil {
		t.Fatal(err)
	}
	if e.Args[0].Value != int32(0x8020) {
		t.Errorf("the event was changed: %v", e.Args)
	}
	if !strings.Contains(b.String(), "may-open") {
		t.Errorf("standard output is %q", b.String())
	}
	for _, name := range []string{"sub/a", "b"} {
		got := readFile(t, name)
		if len(got) != 1 || got[0].Args[0].Value != "O_RDONLY|O_LARGEFILE|FMODE_EXEC" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := os.Stat("c"); !os.IsNotExist(err) {
		t.Errorf("the file of none is there: %v", err)
	}
}

// When one of several cannot be opened, the others are as they were.
func TestSeveralOutputsOrNone(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := openOutput(t, io.Discard, "json:a", "gob:.")
	if cli.ExitCode(err) != cli.BadUsage || !strings.HasPrefix(err.Error(), "open output: open .: is a directory") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat("a"); !os.IsNotExist(err) {
		t.Errorf("the first file is still there: %v", err)
	}
	if _, err := openOutput(t, io.Discard, "gotemplate=no.tmpl:x"); cli.ExitCode(err) != cli.BadUsage {
		t.Errorf("a template that is not there: %v", err)
	}
	if _, err := os.Stat("x"); !os.IsNotExist(err) {
		t.Errorf("the file of a template that is not there is: %v", err)
	}
}

func TestOutputFile(t *testing.T) {
	t.Chdir(t.TempDir())
	out := mustOpen(t, io.Discard, "out-file:events")
	if err := out.abandon(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("events"); !os.IsNotExist(err) {
		t.Errorf("an abandoned new file is still there: %v", err)
	}
	if err := os.WriteFile("events", []byte(strings.Repeat("old\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	out = mustOpen(t, io.Discard, "out-file:events")
	if err := errors.Join(out.empty(), out.write(sample()), out.close()); err != nil {
		t.Error(err)
	}
	got, err := os.ReadFile("events")
	if err != nil || !strings.HasPrefix(string(got), `{"timestamp":0,`) || strings.Contains(string(got), "old") {
		t.Errorf("file holds %.100q, %v", got, err)
	}
}

// Every file of a rotated output is a stream of its own, and together they hold
// every event.
func TestOutputRotates(t *testing.T) {
	for _, format := range []string{"json", "gob", "protobuf"} {
		t.Run(format, func(t *testing.T) {
			t.Chdir(t.TempDir())
			out := mustOpen(t, io.Discard, format+":events", "option:rotate=64K", "option:rotate-keep=100")
			const count = 3000
			for i := range count {
				e := sample()
				e.Sequence = uint64(i + 1)
				if err := out.write(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := out.close(); err != nil {
				t.Fatal(err)
			}
			files, err := filepath.Glob("events*")
			if err != nil || len(files) < 3 {
				t.Fatalf("files %v, %v", files, err)
			}
			seen := map[uint64]bool{}
			for _, name := range files {
				for _, e := range readFile(t, name) {
					seen[e.Sequence] = true
				}
			}
			if len(seen) != count {
				t.Errorf("%d files hold %d events, want %d", len(files), len(seen), count)
			}
		})
	}
}

func readFile(t *testing.T, name string) []*event.Event {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, _, err := codec.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []*event.Event
	for {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, e)
	}
}

func TestRelativeTime(t *testing.T) {
	var b bytes.Buffer
	out := mustOpen(t, &b, "json", "option:relative-time")
	out.start = 1000
	e := sample()
	e.Timestamp = 1234
	lost := &event.Event{EventName: "lost_events", Timestamp: 2000, Args: []event.Argument{
		{Name: "from", Type: "unsigned long", Value: uint64(900)}, {Name: "to", Type: "unsigned long", Value: uint64(2000)},
	}}
	if err := errors.Join(out.write(e), out.write(lost), out.close()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"timestamp":234,`, `{"timestamp":1000,`, `"from","type":"unsigned long","value":0`, `"to","type":"unsigned long","value":1000`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in %s", want, b.String())
		}
	}
}

// An event that a template fails on is counted, and the rest is written.
func TestTemplateThatFails(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("t", []byte(`{{(.Arg "flags").Value}};`), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := mustOpen(t, &b, "gotemplate=t", "option:raw-arguments")
	if err := errors.Join(out.write(&event.Event{EventName: "read"}), out.write(sample()), out.close()); err != nil {
		t.Fatal(err)
	}
	if out.unsaid != 1 || b.String() != "32800;" {
		t.Errorf("%d events unsaid, wrote %q", out.unsaid, b.String())
	}
}
