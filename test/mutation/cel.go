package mutation

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// CEL makes all changes of a file of signatures in CEL, or of a library's lists
// and macros.
func CEL(file string, data []byte) ([]Mutant, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(tree.Docs) != 1 {
		return nil, fmt.Errorf("%s: %d YAML documents: can change one", file, len(tree.Docs))
	}
	d := &document{file: file, node: tree.Docs[0].Body}
	if err := yaml.NodeToValue(d.node, &d.root); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	d.shared()
	for i := range list(d.root["signatures"]) {
		d.signature(path{"signatures", i})
	}
	return d.mutants, errors.Join(d.faults...)
}

// document is a YAML file as values, and as nodes for the lines.
type document struct {
	file    string
	node    ast.Node
	root    map[string]any
	mutants []Mutant
	faults  []error
}

// path leads to a value: keys and indices.
type path []any

func (p path) to(more ...any) path { return slices.Concat(p, more) }

func list(v any) []any {
	all, _ := v.([]any)
	return all
}

func (d *document) get(p path) any {
	var v any = d.root
	for _, step := range p {
		switch at := v.(type) {
		case map[string]any:
			v = at[step.(string)] //nolint:errcheck,forcetypeassert // paths fit their values
		case []any:
			v = at[step.(int)] //nolint:errcheck,forcetypeassert // as above
		default:
			return nil
		}
	}
	return v
}

// line is where a value is written, from 1; of a text of several lines its first.
func (d *document) line(p path) int {
	n := d.node
	for _, step := range p {
		switch at := n.(type) {
		case *ast.MappingNode:
			for _, v := range at.Values {
				if v.Key.GetToken().Value == step {
					n = v.Value
				}
			}
		case *ast.SequenceNode:
			n = at.Values[step.(int)] //nolint:errcheck,forcetypeassert // as above
		}
	}
	line := n.GetToken().Position.Line
	if literal, ok := n.(*ast.LiteralNode); ok {
		return literal.Start.Position.Line + 1
	}
	return line
}

// absent in the place of a value takes its key, or it from its list.
type absent struct{}

// put adds the document with another value at a place. JSON is YAML too.
func (d *document) put(p path, line int, what string, value any) {
	text, err := json.Marshal(with(d.root, p, value))
	if err != nil {
		d.faults = append(d.faults, fmt.Errorf("%s: %w", d.file, err))
		return
	}
	d.mutants = append(d.mutants, Mutant{File: d.file, Line: line, What: what, Text: text})
}

// with is a copy of v that holds another value at a place.
func with(v any, p path, value any) any {
	if len(p) == 0 {
		return value
	}
	switch at := v.(type) {
	case map[string]any:
		at = maps.Clone(at)
		key := p[0].(string) //nolint:errcheck,forcetypeassert // paths fit their values
		if at[key] = with(at[key], p[1:], value); at[key] == (absent{}) {
			delete(at, key)
		}
		return at
	case []any:
		at = slices.Clone(at)
		i := p[0].(int) //nolint:errcheck,forcetypeassert // as above
		if at[i] = with(at[i], p[1:], value); at[i] == (absent{}) {
			return slices.Delete(at, i, i+1)
		}
		return at
	}
	return v
}

// shared changes lists and macros.
func (d *document) shared() {
	lists, _ := d.root["lists"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		for i, member := range list(lists[name]) {
			p := path{"lists", name, i}
			d.put(p, d.line(p), fmt.Sprintf("list %s: member %v left out", name, member), absent{})
		}
	}
	macros, _ := d.root["macros"].(map[string]any)
	for _, head := range slices.Sorted(maps.Keys(macros)) {
		d.condition(path{"macros", head}, "macro "+head+": ")
	}
}

// condition changes an expression, if there is one.
func (d *document) condition(p path, where string) {
	text, ok := d.get(p).(string)
	if !ok {
		return
	}
	changes, err := expression(text, true)
	if err != nil {
		d.faults = append(d.faults, fmt.Errorf("%s:%d: %w", d.file, d.line(p), err))
	}
	for _, c := range changes {
		d.put(p, d.line(p)+c.line, where+c.what, c.text)
	}
}

func (d *document) signature(p path) {
	d.judged(p)
	if t, ok := d.get(p.to("threshold")).(map[string]any); ok {
		at := p.to("threshold")
		n, _ := t["count"].(uint64)
		d.put(at.to("count"), d.line(at), fmt.Sprintf("threshold: count %d becomes %d", n, n+1), n+1)
		if n > 2 {
			d.put(at.to("count"), d.line(at), fmt.Sprintf("threshold: count %d becomes %d", n, n-1), n-1)
		}
		d.put(at, d.line(at), "threshold left out", absent{})
		d.span(at.to("window"), "threshold: window")
		d.key(at.to("by"), "threshold: by", "process", "host")
	}
	if _, ok := d.get(p.to("sequence")).(map[string]any); ok {
		d.sequence(p)
	}
}

// judged changes what selects and judges events: the selectors with conditions
// and data of their own, and those for all of them.
func (d *document) judged(p path) {
	d.condition(p.to("match"), "")
	d.data(p.to("data"))
	events := list(d.get(p.to("events")))
	for i := range events {
		at := p.to("events", i)
		name, _ := d.get(at.to("name")).(string)
		if len(events) > 1 {
			d.put(at, d.line(at.to("name")), fmt.Sprintf("event %s left out", name), absent{})
		}
		if origin, ok := d.get(at.to("origin")).(string); ok {
			d.put(at.to("origin"), d.line(at.to("origin")), fmt.Sprintf("origin %s of %s left out", origin, name), absent{})
		}
		d.condition(at.to("match"), name+": ")
		d.data(at.to("data"))
	}
}

func (d *document) data(p path) {
	data, _ := d.get(p).(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(data)) {
		d.put(p.to(key), d.line(p.to(key)), fmt.Sprintf("data %q left out", key), absent{})
	}
}

// span makes a time half and twice as long.
func (d *document) span(p path, what string) {
	text, _ := d.get(p).(string)
	t, err := time.ParseDuration(text)
	if err != nil {
		d.faults = append(d.faults, fmt.Errorf("%s:%d: %w", d.file, d.line(p), err))
	}
	for _, other := range []time.Duration{t / 2, t * 2} {
		d.put(p, d.line(p), fmt.Sprintf("%s %s becomes %s", what, t, other), other.String())
	}
}

// key counts by something narrower, and by something wider.
func (d *document) key(p path, what, narrower, wider string) {
	by, _ := d.get(p).(string)
	for _, other := range []string{narrower, wider} {
		if other != by {
			d.put(p, d.line(p), fmt.Sprintf("%s %s becomes %s", what, by, other), other)
		}
	}
}

func (d *document) sequence(p path) {
	at := p.to("sequence")
	d.span(at.to("within"), "sequence: within")
	d.key(at.to("by"), "sequence: by", "process", "host")
	steps := list(d.get(at.to("steps")))
	for i := range steps {
		d.judged(at.to("steps", i))
		line := d.line(at.to("steps", i, "events", 0, "name"))
		what := fmt.Sprintf("sequence: step %d left out", i+1)
		if len(steps) > 2 {
			d.put(at.to("steps", i), line, what, absent{})
			continue
		}
		// One step is no sequence.
		other, _ := steps[1-i].(map[string]any)
		alone, _ := d.get(p).(map[string]any)
		alone = maps.Clone(alone)
		delete(alone, "sequence")
		maps.Copy(alone, other)
		d.put(p, line, what, alone)
	}
}

// users tells which files a changed library can concern: those that name what was
// changed, and those that name a macro that does.
func users(library []byte, m Mutant, files map[string][]byte) []string {
	word := func(name string) *regexp.Regexp { return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`) }
	what, kind := strings.Fields(m.What), "lists."
	if what[0] == "macro" {
		kind = ""
	}
	name, _, _ := strings.Cut(strings.TrimSuffix(what[1], ":"), "(")
	names := []*regexp.Regexp{word(kind + name)}
	for line := range strings.Lines(string(library)) {
		if head, body, ok := strings.Cut(line, "): "); ok && names[0].MatchString(body) {
			macro, _, _ := strings.Cut(strings.TrimSpace(head), "(")
			names = append(names, word(macro))
		}
	}
	var all []string
	for file, data := range files {
		if slices.ContainsFunc(names, func(n *regexp.Regexp) bool { return n.Match(data) }) {
			all = append(all, file)
		}
	}
	slices.Sort(all)
	return all
}
