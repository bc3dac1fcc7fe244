package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/tracehound/tracehound/bench/stream"
	"github.com/tracehound/tracehound/pkg/codec"
)

// row is one line of the table. The limit is a multiple of B, or absolute in the
// figure's own unit.
type row struct {
	measure string
	figure  float64
	unit    string // "B", "x", "MiB"
	limit   float64
	atLeast bool // the limit is a minimum
	ns      float64
}

// cost is what one run of a program took.
type cost struct {
	cpu, wall time.Duration
	rss       int64 // bytes, at most
	lines     int   // of standard output
}

// input is a stream in a file.
type input struct {
	name     string
	stream   stream.Stream
	format   codec.Format
	file     string
	bytes    int64
	findings int
}

const seed = 20260101

func measure(o *options) ([]row, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer os.RemoveAll(dir)
	sel, fire := stream.Stream{Events: o.events, Seed: seed}, stream.Stream{Events: o.events, Seed: seed, Firehose: true}
	inputs := []*input{
		{name: "sel", stream: sel, format: codec.JSON},
		{name: "firehose", stream: fire, format: codec.JSON},
		{name: "sel", stream: sel, format: codec.Gob},
		{name: "sel", stream: sel, format: codec.Protobuf},
	}
	for _, in := range inputs {
		if err := in.write(dir); err != nil {
			return nil, err
		}
	}
	b, err := baseline(o, inputs[0])
	if err != nil {
		return nil, err
	}
	limits := []float64{0.28, 0.1, 0.45, 0.16}
	rows := []row{{measure: "B: encoding/json decodes a line of sel", figure: 1, unit: "B", ns: b}}
	idle, err := median(o, func() (cost, error) { return detect(o, &input{file: os.DevNull, format: codec.JSON}) })
	if err != nil {
		return nil, err
	}
	peak := int64(0)
	for i, in := range inputs {
		c, err := median(o, func() (cost, error) { return detect(o, in) })
		if err != nil {
			return nil, err
		}
		ns := float64(c.cpu-idle.cpu) / float64(o.events)
		peak = max(peak, c.rss)
		rows = append(rows, row{measure: fmt.Sprintf("rules, %s, %s: CPU per event", in.name, in.format), figure: ns / b, unit: "B", limit: limits[i], ns: ns})
	}
	rows = append(rows, row{measure: "rules: peak memory, any stream", figure: float64(peak) / (1 << 20), unit: "MiB", limit: 64})
	speedup, err := cores(o, inputs[0], idle)
	if err != nil {
		return nil, err
	}
	rows = append(rows, speedup)
	return append(rows, units(b)...), nil
}

// write puts the stream into a file of dir.
func (in *input) write(dir string) error {
	in.file = filepath.Join(dir, in.name+"."+string(in.format))
	f, err := os.Create(in.file)
	if err != nil {
		return fmt.Errorf("make stream: %w", err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if in.findings, err = in.stream.Write(w, in.format); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write stream: %w", err)
	}
	at, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at stream: %w", err)
	}
	in.bytes = at.Size()
	return nil
}

// baseline returns B in ns for each event.
func baseline(o *options, in *input) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("find program: %w", err)
	}
	c, err := median(o, func() (cost, error) {
		return spend(exec.CommandContext(context.Background(), self, "-baseline", in.file))
	}) //nolint:gosec // itself
	return float64(c.cpu) / float64(o.events), err
}

// detect runs rules over a stream. Another number of findings than the stream
// holds is an error: a wrong answer is never a fast one.
func detect(o *options, in *input) (cost, error) {
	c, err := spend(exec.CommandContext(context.Background(), o.rules, "--input", "file:"+in.file, "--output", "json", "--log-level", "error")) //nolint:gosec // ours
	if err == nil && c.lines != in.findings {
		err = fmt.Errorf("run rules on %s in %s: %d findings, want %d", in.name, in.format, c.lines, in.findings)
	}
	return c, err
}

// cores compares one core with two by wall time.
func cores(o *options, in *input, idle cost) (row, error) {
	r := row{measure: "rules, sel, json: wall time on one core to that on two", unit: "x", limit: 1.8, atLeast: true}
	one, err := median(o, func() (cost, error) {
		return spend(exec.CommandContext(context.Background(), "taskset", "-c", "0", o.rules, "--input", "file:"+in.file, "--output", "json", "--log-level", "error")) //nolint:gosec // ours
	})
	if err != nil {
		return r, err
	}
	two, err := median(o, func() (cost, error) {
		return spend(exec.CommandContext(context.Background(), "taskset", "-c", "0,1", o.rules, "--input", "file:"+in.file, "--output", "json", "--log-level", "error")) //nolint:gosec // ours
	})
	r.figure = float64(one.wall-idle.wall) / float64(two.wall-idle.wall)
	return r, err
}

// spend runs a program to its end.
func spend(cmd *exec.Cmd) (cost, error) {
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	from := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("run %s: %w: %s", cmd.Path, err, talk.String())
	}
	c := cost{wall: time.Since(from), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), lines: bytes.Count(out.Bytes(), []byte("\n"))}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.rss = u.Maxrss << 10
	}
	return c, nil
}

// median runs f several times; each member is a median by itself.
func median(o *options, f func() (cost, error)) (cost, error) {
	var all []cost
	for range o.runs {
		c, err := f()
		if err != nil {
			return cost{}, err
		}
		all = append(all, c)
	}
	at := func(by func(a, b cost) int) cost { slices.SortFunc(all, by); return all[len(all)/2] }
	m := cost{lines: all[0].lines}
	m.cpu = at(func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) }).cpu
	m.wall = at(func(a, b cost) int { return cmp.Compare(a.wall, b.wall) }).wall
	m.rss = at(func(a, b cost) int { return cmp.Compare(a.rss, b.rss) }).rss
	return m, nil
}
