package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// table is the rows for people, and for a file that Markdown shows.
func table(o *options, rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What events cost\n\n%s, commit %s, %s, %d CPUs, %d events, median of %d runs.\n\n",
		time.Now().UTC().Format(time.DateOnly), commit(), processor(), runtime.NumCPU(), o.events, o.runs)
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| measure\t| figure\t| limit\t| held\t|")
	fmt.Fprintln(w, "|---\t|---\t|---\t|---\t|")
	for i := range rows {
		r := &rows[i]
		fmt.Fprintf(w, "| %s\t| %s\t| %s\t| %s\t|\n", r.measure, r.shown(), r.shownLimit(), r.held())
	}
	_ = w.Flush() // into memory
	return b.String()
}

func (r *row) shown() string {
	text := fmt.Sprintf("%.3g %s", r.figure, r.unit)
	if r.ns > 0 {
		text += fmt.Sprintf(" (%.0f ns)", r.ns)
	}
	return text
}

func (r *row) shownLimit() string {
	switch {
	case r.limit == 0:
		return ""
	case r.atLeast:
		return fmt.Sprintf("at least %.3g %s", r.limit, r.unit)
	}
	return fmt.Sprintf("%.3g %s", r.limit, r.unit)
}

func (r *row) held() string {
	switch {
	case r.limit == 0:
		return ""
	case r.atLeast == (r.figure >= r.limit):
		return "yes"
	}
	return "no"
}

func commit() string {
	out, err := exec.CommandContext(context.Background(), "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // only a name to show
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
