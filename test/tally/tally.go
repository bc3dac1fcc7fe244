// Command tally shows what `go test -json` says in the words of go test, and
// ends with the count of tests run, failed and skipped:
//
//	go test -json ./... | tally
//
// A failed test is shown with all it printed, a skipped one with its reason, a
// passed one not at all; with -v a passed test of the top level has its line. The
// exit status is 1 when anything failed, when nothing was tested and when the
// stream ends before its packages do.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	verbose := flag.Bool("v", false, "show passed tests too")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
}

// event is one line of go test -json (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
}

type tally struct {
	out     io.Writer
	verbose bool
	// output holds what tests that still run have printed, by package and test.
	output map[string]map[string]*strings.Builder
	// packages holds those that were tested.
	packages                map[string]bool
	passed, failed, skipped int
	broken                  int // packages that failed
}

func run(in io.Reader, out io.Writer, verbose bool) error {
	t := &tally{out: out, verbose: verbose, output: map[string]map[string]*strings.Builder{}, packages: map[string]bool{}}
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			t.line(line)
		}
		if err == io.EOF {
			return t.finish()
		}
		if err != nil {
			return fmt.Errorf("read tests: %w", err)
		}
	}
}

// line takes one line of the stream. What is no event is shown as it is.
func (t *tally) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		fmt.Fprintf(t.out, "%s\n", strings.TrimSuffix(string(line), "\n"))
		return
	}
	switch e.Action {
	case "start":
		t.output[e.Package] = map[string]*strings.Builder{}
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "output":
		t.keep(e)
	case "pass", "fail", "skip":
		t.end(e)
	}
}

func (t *tally) keep(e event) {
	switch {
	case e.Test == "" && (e.Output == "PASS\n" || strings.HasPrefix(e.Output, "?   \t")):
		return
	case e.Test == "":
		fmt.Fprint(t.out, e.Output)
		return
	case strings.HasPrefix(e.Output, "=== "):
		return
	}
	tests := t.output[e.Package]
	if tests == nil {
		tests = map[string]*strings.Builder{}
		t.output[e.Package] = tests
	}
	if tests[e.Test] == nil {
		tests[e.Test] = &strings.Builder{}
	}
	tests[e.Test].WriteString(e.Output)
}

// end takes the end of a test or, without a test, of a package.
func (t *tally) end(e event) {
	if e.Test == "" {
		t.endPackage(e)
		return
	}
	t.packages[e.Package] = true
	show := true
	switch e.Action {
	case "pass":
		t.passed++
		show = t.verbose && !strings.Contains(e.Test, "/")
	case "fail":
		t.failed++
	case "skip":
		t.skipped++
	}
	if text := t.output[e.Package][e.Test]; show && text != nil {
		fmt.Fprint(t.out, text)
	}
	delete(t.output[e.Package], e.Test)
}

func (t *tally) endPackage(e event) {
	if e.Action == "fail" {
		t.broken++
		// A crash or a timeout leaves tests without an end.
		for _, test := range slices.Sorted(maps.Keys(t.output[e.Package])) {
			fmt.Fprint(t.out, t.output[e.Package][test])
		}
	}
	delete(t.output, e.Package)
}

func (t *tally) finish() error {
	fmt.Fprintf(t.out, "%d tests passed, %d failed, %d skipped in %d packages\n", t.passed, t.failed, t.skipped, len(t.packages))
	switch {
	case len(t.output) > 0:
		return fmt.Errorf("tests ended early: no result of %s", strings.Join(slices.Sorted(maps.Keys(t.output)), ", "))
	case t.broken > 0 || t.failed > 0:
		return fmt.Errorf("%d packages failed", t.broken)
	case len(t.packages) == 0:
		return fmt.Errorf("nothing was tested")
	}
	return nil
}
