package tracer

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/cli"
)

func TestParseOutput(t *testing.T) {
	main := func(d destination, options ...string) outputSpec { return outputSpec{main: d, options: options} }
	for _, c := range []struct {
		words string
		want  outputSpec
	}{
		{"", outputSpec{}},
		{"json", main(destination{format: "json"})},
		{"format:gob", main(destination{format: "gob"})},
		{"json json", main(destination{format: "json"})},
		{"out-file:/tmp/x", main(destination{file: "/tmp/x"})},
		{"out-file:a=b:c,d", main(destination{file: "a=b:c,d"})},
		{"err-file:e out-file:x", outputSpec{main: destination{file: "x"}, errFile: "e"}},
		{"none option:exec-env option:parse-arguments", main(destination{format: "none"}, "exec-env", "parse-arguments")},
		{"out-file:x table option:exec-env out-file:x", main(destination{format: "table", file: "x"}, "exec-env")},
		{"gotemplate=a.tmpl", main(destination{format: "gotemplate=", template: "a.tmpl"})},
		{"compact json:a:b format:protobuf:/c gotemplate=t:d", outputSpec{
			main: destination{format: "compact"},
			more: []destination{{format: "json", file: "a:b"}, {format: "protobuf", file: "/c"}, {format: "gotemplate=", template: "t", file: "d"}},
		}},
		{"out-file:x option:rotate=100M option:rotate-keep=3", outputSpec{main: destination{file: "x"}, rotate: 100 << 20, keep: 3}},
		{"json:x option:rotate=65536", outputSpec{more: []destination{{format: "json", file: "x"}}, rotate: 65536}},
		{"option:ancestors=3", outputSpec{ancestors: 3}},
	} {
		got, err := parseOutput(strings.Fields(c.words))
		if err != nil {
			t.Errorf("%s: %v", c.words, err)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(outputSpec{}, destination{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.words, diff)
		}
	}
}

func TestParseOutputRefuses(t *testing.T) {
	for words, want := range map[string]string{
		"jsn":                         `flag --output "jsn": must be one of table, table-verbose, compact, json, gob, protobuf, none, gotemplate=FILE, FORMAT:PATH, out-file:PATH, err-file:PATH, option:NAME; did you mean "json"?`,
		"json table":                  `flag --output "table": the form is json already: say table:PATH to write both`,
		"gotemplate=a json":           `flag --output "json": the form is gotemplate=a already`,
		"gotemplate=a gotemplate=b":   `flag --output "gotemplate=b": the form is gotemplate=a already`,
		"out-file:":                   `flag --output "out-file:": names no file`,
		"err-file:":                   `flag --output "err-file:": names no file`,
		"json:":                       `flag --output "json:": names no file`,
		"gotemplate=":                 `flag --output "gotemplate=": names no file`,
		"gotemplate=a:":               `flag --output "gotemplate=a:": names no file`,
		"gotemplate":                  `flag --output "gotemplate": must be one of`,
		"out-file:a out-file:b":       `flag --output "out-file:b": events go to a already`,
		"err-file:a err-file:b":       `flag --output "err-file:b": messages go to a already`,
		"json:a gob:a":                `flag --output: a is named twice`,
		"json:a err-file:a":           `flag --output: a is named twice`,
		"option:exec-evn":             `flag --output "option:exec-evn": option must be one of exec-env, `,
		"option:":                     `flag --output "option:": option must be one of exec-env, `,
		"option:rotate":               `flag --output "option:rotate": option must be one of`,
		"option:rotate=SIZE":          `flag --output "option:rotate=SIZE": must be rotate=SIZE`,
		"option:rotate=1K":            `flag --output "option:rotate=1K": must be rotate=SIZE with a SIZE of at least 64K, as 100M`,
		"option:rotate=9000000000G":   `flag --output "option:rotate=9000000000G": must be rotate=SIZE`,
		"option:rotate=100MM":         `flag --output "option:rotate=100MM": must be rotate=SIZE`,
		"option:rotate=-100M":         `flag --output "option:rotate=-100M": must be rotate=SIZE`,
		"option:rotate=1M":            `flag --output: option:rotate needs a file`,
		"none:x option:rotate=1M":     `flag --output: option:rotate needs a file`,
		"json:x option:rotate-keep=3": `flag --output: option:rotate-keep does nothing without option:rotate=SIZE`,
		"option:rotate-keep=0":        `flag --output "option:rotate-keep=0": must be rotate-keep=N with N from 1 to 1000`,
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
	for words, want := range map[string]bool{
		"": true, "table": true, "none": false, "out-file:x": false, "json out-file:x": false,
		"json:x": false, "table json:x": true, "none json:x": false, "option:exec-env json:x": false,
	} {
		spec, err := parseOutput(strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		if got := spec.takesStdout(); got != want {
			t.Errorf("%q takes standard output: %v, want %v", words, got, want)
		}
	}
}

func TestDocsHoldTheHelp(t *testing.T) {
	page, err := os.ReadFile("../../docs/outputs.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```text\n"+outputHelp()+"```\n") {
		t.Errorf("docs/outputs.md does not hold what tracer --output help prints:\n%s", outputHelp())
	}
	for _, o := range outputOptions {
		if !strings.Contains(string(page), o.name) {
			t.Errorf("docs/outputs.md says nothing of option %s", o.name)
		}
	}
}
