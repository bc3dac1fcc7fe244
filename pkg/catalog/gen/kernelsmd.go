package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// kernelsFile is what the last run on each kernel saw: by event, then by kernel,
// "" or why the event cannot be had there. `make record` writes it.
const kernelsFile = "test/e2e/testdata/kernels.json"

// sightings maps event, then kernel, to why it was not had; "" if it was.
type sightings map[string]map[string]string

func readSightings(top string) (sightings, error) {
	data, err := os.ReadFile(filepath.Join(top, kernelsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing was recorded yet
	}
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	var seen sightings
	if err := json.Unmarshal(data, &seen); err != nil {
		return nil, fmt.Errorf("read record %s: %w", kernelsFile, err)
	}
	return seen, nil
}

// kernels lists those that were recorded, oldest first.
func (s sightings) kernels() []string {
	found := map[string]bool{}
	for _, on := range s {
		for kernel := range on {
			found[kernel] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		// "newest" comes behind all numbers, 5.10 before 6.1 before 6.12.
		return slices.Compare(versionKey(a), versionKey(b))
	})
}

func versionKey(kernel string) []int {
	var major, minor int
	if n, _ := fmt.Sscanf(kernel, "%d.%d", &major, &minor); n != 2 {
		return []int{1 << 20}
	}
	return []int{major, minor}
}

func (s sightings) write(b *bytes.Buffer) {
	kernels := s.kernels()
	if len(kernels) == 0 {
		return
	}
	b.WriteString("\n## Events by kernel\n\n" +
		"What the last run of the tests saw on each of these kernels: *yes*, when a real program made the kernel emit the event\n" +
		"with the value of every field; – with a note, when that kernel cannot have it; *?* when it was not tried. System calls\n" +
		"that were seen on all of them are not listed. Of your own kernel, `tracer check --trace` tells the same.\n\n")
	notes := &footnotes{}
	fmt.Fprintf(b, "| event | %s |\n|---%s|\n", strings.Join(kernels, " | "), strings.Repeat("|---", len(kernels)))
	everywhere := 0
	for _, e := range slices.Concat(others(), calls(), calls32()) {
		row, all := s.row(&e, kernels, notes)
		if all && e.Syscall != nil {
			everywhere++
			continue
		}
		fmt.Fprintf(b, "| %s | %s |\n", e.Name, strings.Join(row, " | "))
	}
	fmt.Fprintf(b, "\n%d system calls were seen on all of them.\n", everywhere)
	notes.write(b)
}

// row is the cells of one event, and whether it was seen everywhere.
func (s sightings) row(e *schema.Event, kernels []string, notes *footnotes) (cells []string, all bool) {
	all = true
	for _, k := range kernels {
		why, tried := s[e.Name][k]
		switch {
		case !tried:
			cells = append(cells, "?")
		case why == "":
			cells = append(cells, "yes")
			continue
		default:
			cells = append(cells, fmt.Sprintf("– (%d)", notes.number(why)))
		}
		all = false
	}
	return cells, all
}

// footnotes numbers reasons in the order in which they come.
type footnotes struct{ texts []string }

func (f *footnotes) number(text string) int {
	if i := slices.Index(f.texts, text); i >= 0 {
		return i + 1
	}
	f.texts = append(f.texts, text)
	return len(f.texts)
}

func (f *footnotes) write(b *bytes.Buffer) {
	if len(f.texts) > 0 {
		b.WriteString("\n")
	}
	for i, text := range f.texts {
		fmt.Fprintf(b, "%d. %s\n", i+1, text)
	}
}

// unknownSightings are recorded names that the catalogue lacks: the record is old.
func unknownSightings(s sightings) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if catalog.ByName(name) == nil {
			names = append(names, name)
		}
	}
	return names
}
