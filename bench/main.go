// Command bench measures what events cost and compares each figure with the
// limit that we hold ourselves to.
package main

import (
	"flag"
	"fmt"
	"os"
)

type options struct {
	events, runs int
	rules, out   string
	baseline     string
}

func main() {
	var o options
	flag.IntVar(&o.events, "events", 200_000, "events in a stream")
	flag.IntVar(&o.runs, "runs", 5, "runs, of which the median counts")
	flag.StringVar(&o.rules, "rules", "dist/rules", "the program to measure")
	flag.StringVar(&o.out, "out", "", "write the table to this file too")
	flag.StringVar(&o.baseline, "baseline", "", "only decode this file of JSON lines with encoding/json")
	flag.Parse()
	if err := run(&o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o *options) error {
	if o.baseline != "" {
		return decodeAll(o.baseline)
	}
	rows, err := measure(o)
	if err != nil {
		return err
	}
	text := table(o, rows)
	fmt.Print(text)
	if o.out == "" {
		return nil
	}
	if err := os.WriteFile(o.out, []byte(text), 0o644); err != nil { //nolint:gosec // for everybody to read
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}
