package tracer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/event"
)

func TestParseOutput(t *testing.T) {
	for _, c := range []struct {
		words string
		want  outputSpec
	}{
		{"", outputSpec{}},
		{"json", outputSpec{format: "json"}},
		{"format:gob", outputSpec{format: "gob"}},
		{"json json", outputSpec{format: "json"}},
		{"out-file:/tmp/x", outputSpec{file: "/tmp/x"}},
		{"out-file:a=b:c,d", outputSpec{file: "a=b:c,d"}},
		{"none option:exec-env option:parse-arguments", outputSpec{format: "none", options: []string{"exec-env", "parse-arguments"}}},
		{"out-file:x table option:exec-env out-file:x", outputSpec{format: "table", file: "x", options: []string{"exec-env"}}},
	} {
		got, err := parseOutput(strings.Fields(c.words))
		if err != nil {
			t.Errorf("%s: %v", c.words, err)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(outputSpec{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.words, diff)
		}
	}
}

func TestParseOutputRefuses(t *testing.T) {
	for words, want := range map[string]string{
		"jsn":                   `flag --output "jsn": must be one of table, json, gob, none, out-file:PATH, option:NAME; did you mean "json"?`,
		"json table":            `flag --output "table": the form is json already`,
		"out-file:":             `flag --output "out-file:": names no file`,
		"out-file:a out-file:b": `flag --output "out-file:b": events go to a already`,
		"option:exec-evn":       `flag --output "option:exec-evn": option must be one of exec-env, detect-syscall, ancestors=N, raw-arguments, parse-arguments; did you mean "exec-env"?`,
		"option:":               `flag --output "option:": option must be one of exec-env, detect-syscall, ancestors=N, raw-arguments, parse-arguments`,
		"option:raw-arguments option:parse-arguments": `flag --output "option:parse-arguments": contradicts option:raw-arguments`,
		"outfile:x":              `flag --output "outfile:x": must be one of`,
		"json,table":             `flag --output "json,table": must be one of`,
		"format:":                `flag --output "format:": must be one of`,
		"option:exec-env format": `flag --output "format": must be one of`,
	} {
		_, err := parseOutput(strings.Fields(words))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", words, err, want)
		}
		if code := cli.ExitCode(err); code != cli.BadUsage {
			t.Errorf("%s: exit code %d", words, code)
		}
	}
}

func TestTakesStdout(t *testing.T) {
	for words, want := range map[string]bool{"": true, "table": true, "none": false, "out-file:x": false, "json out-file:x": false} {
		spec, err := parseOutput(strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		if got := spec.takesStdout(); got != want {
			t.Errorf("%q takes standard output: %v, want %v", words, got, want)
		}
	}
}

// sample is an event with a flag in it.
func sample() *event.Event {
	return &event.Event{
		EventName: "security_file_open", EventID: 722, ProcessName: "ls",
		Args: []event.Argument{{Name: "flags", Type: "int", Value: int32(0x8020)}},
	}
}

func TestOutputForms(t *testing.T) {
	for words, want := range map[string]string{
		"":                            `"name":"flags","type":"string","value":"O_RDONLY|O_LARGEFILE|FMODE_EXEC"`, // no terminal: JSON
		"json":                        `"name":"flags","type":"string","value":"O_RDONLY|O_LARGEFILE|FMODE_EXEC"`,
		"json option:raw-arguments":   `"name":"flags","type":"int","value":32800`,
		"json option:parse-arguments": `"name":"flags","type":"string","value":"O_RDONLY|O_LARGEFILE|FMODE_EXEC"`,
		"table":                       "security_file_open",
		"gob":                         "\x00",
		"none":                        "",
	} {
		spec, err := parseOutput(strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		out, err := spec.open(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := out.empty(); err != nil {
			t.Error(err)
		}
		if err := out.write(sample()); err != nil {
			t.Errorf("%s: %v", words, err)
		}
		if err := out.close(); err != nil {
			t.Errorf("%s: %v", words, err)
		}
		if !strings.Contains(b.String(), want) || (want == "") != (b.Len() == 0) {
			t.Errorf("%s: wrote %q, want %q in it", words, b.String(), want)
		}
	}
}

func TestOutputFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events")
	read := func() string {
		b, err := os.ReadFile(file)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	open := func() *output {
		t.Helper()
		spec := outputSpec{file: file}
		out, err := spec.open(&bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := open().abandon(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("an abandoned new file is still there: %v", err)
	}
	old := strings.Repeat("old\n", 1000)
	if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open().abandon(); err != nil || read() != old {
		t.Errorf("an abandoned old file changed, %v", err)
	}
	out := open()
	if err := out.empty(); err != nil || read() != "" {
		t.Errorf("emptied file holds %q, %v", read(), err)
	}
	if err := out.write(sample()); err != nil {
		t.Error(err)
	}
	if err := out.close(); err != nil || !strings.HasPrefix(read(), `{"timestamp":0,`) {
		t.Errorf("file holds %q, %v", read(), err)
	}
}

// What is no regular file is not emptied and not removed.
func TestOutputDevice(t *testing.T) {
	spec := outputSpec{file: os.DevNull}
	out, err := spec.open(&bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.empty(); err != nil {
		t.Error(err)
	}
	if err := out.abandon(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(os.DevNull); err != nil {
		t.Error(err)
	}
}

func TestOutputFileRefused(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "no", "such", "folder")} {
		spec := outputSpec{file: path}
		_, err := spec.open(&bytes.Buffer{})
		if cli.ExitCode(err) != cli.BadUsage || !strings.HasPrefix(err.Error(), "open output: open "+path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
