// Package policy reads files of named policies: the same expressions as --trace,
// put in order.
package policy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// What a file says that it is.
const (
	apiVersion = "tracehound/v1"
	kind       = "Policies"
)

// maxSize is the size of the longest file that is read.
const maxSize = 1 << 20

// FaultError is something wrong in a file.
type FaultError struct {
	File         string
	Line, Column int // from 1; 0 when the whole file is meant
	What, Hint   string
}

func (f *FaultError) Error() string {
	at := f.File
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	if f.Hint != "" {
		return fmt.Sprintf("%s: %s; %s", at, f.What, f.Hint)
	}
	return at + ": " + f.What
}

// Load reads files, and of folders those that end in .yaml or .yml, in order of
// their names. Two policies of one name are a fault.
func Load(paths []string, catalogue []schema.Event) ([]filter.Policy, error) {
	var all []filter.Policy
	seen := map[string]string{}
	for _, path := range paths {
		files, err := filesOf(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := read(file)
			if err != nil {
				return nil, err
			}
			policies, err := parse(file, data, catalogue, seen)
			if err != nil {
				return nil, err
			}
			all = append(all, policies...)
		}
	}
	return all, nil
}

func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	var files []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read policies: folder %s holds no file that ends in .yaml or .yml", path)
	}
	return files, nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	if len(data) > maxSize {
		return nil, &FaultError{File: path, What: fmt.Sprintf("the file is longer than %d bytes", maxSize)}
	}
	return data, nil
}

// parse reads one file. seen holds the names that there are, and where.
func parse(file string, data []byte, catalogue []schema.Event, seen map[string]string) ([]filter.Policy, error) {
	r := reader{file: file, catalogue: catalogue}
	list, err := r.document(data)
	if err != nil {
		return nil, err
	}
	var policies []filter.Policy
	for _, n := range list {
		p, name, err := r.policy(n)
		if err != nil {
			return nil, err
		}
		if first := seen[p.Name]; first != "" {
			return nil, r.fault(name.at, "give it another name", "policy %q is in %s already", p.Name, first)
		}
		seen[p.Name] = file
		policies = append(policies, *p)
	}
	return policies, nil
}

// reader reads the policies of one file.
type reader struct {
	file      string
	catalogue []schema.Event
}

// source is an expression, and where it was written. shift bytes of it were put
// in front of what was written.
type source struct {
	expr  string
	at    place
	shift int
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func (r *reader) policy(n node) (*filter.Policy, text, error) {
	var name text
	m, err := r.members(n, "a policy", []string{"name", "description", "scope", "rules"})
	if err != nil {
		return nil, name, err
	}
	if name, err = r.required(n, m, "name"); err != nil {
		return nil, name, err
	}
	if !validName.MatchString(name.value) {
		return nil, name, r.fault(name.at, "letters, digits, and behind the first also . _ and -, 64 at most", "policy name %q cannot be used", name.value)
	}
	var sources []source
	for _, read := range []struct {
		key string
		of  func(node, string) ([]source, error)
	}{{"scope", r.scope}, {"rules", r.rules}} {
		if of, ok := m[read.key]; ok {
			more, err := read.of(of, name.value)
			if err != nil {
				return nil, name, err
			}
			sources = append(sources, more...)
		}
	}
	p, err := r.compile(name.value, sources)
	return p, name, err
}

// compile turns expressions into a policy. A fault is where its expression is.
func (r *reader) compile(name string, sources []source) (*filter.Policy, error) {
	var exprs []string
	for _, s := range sources {
		exprs = append(exprs, s.expr)
	}
	p, err := filter.ParsePolicy(name, exprs, r.catalogue)
	var bad *filter.Error
	if !errors.As(err, &bad) {
		return p, err
	}
	i := slices.IndexFunc(sources, func(s source) bool { return s.expr == bad.Expr })
	if i < 0 {
		return nil, &FaultError{File: r.file, What: bad.What, Hint: bad.Hint}
	}
	at := sources[i].at
	at.column += max(0, bad.Pos-sources[i].shift)
	return nil, r.fault(at, bad.Hint, "%s", bad.What)
}

// scope reads expressions on processes.
func (r *reader) scope(n node, _ string) ([]source, error) {
	list, err := r.texts(n, "scope")
	if err != nil {
		return nil, err
	}
	var sources []source
	for _, t := range list {
		s := source{expr: t.value, at: t.at}
		p, err := r.compile("", []source{s})
		if err != nil {
			return nil, err
		}
		if f := p.Terms[0]; f.Field == "event" || f.Field == "set" || f.Event != nil {
			return nil, r.fault(t.at, "write it as a rule", "%s is about events, and scope about processes", f.Field)
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// rules reads which events are wanted, and with which arguments. Filters of one
// event stand in one rule.
func (r *reader) rules(n node, _ string) ([]source, error) {
	items, err := r.items(n, "rules")
	if err != nil {
		return nil, err
	}
	var sources []source
	filtered, selected := map[string]bool{}, map[string]bool{}
	for _, item := range items {
		rule, err := r.rule(item)
		if err != nil {
			return nil, err
		}
		for _, e := range rule.events {
			if selected[e] && (filtered[e] || len(rule.filters) > 0) {
				return nil, r.fault(item.at(), "write them as one rule", "event %s is in two rules, one of them with filters", e)
			}
			selected[e] = true
			filtered[e] = filtered[e] || len(rule.filters) > 0
		}
		sources = append(append(sources, rule.selector), rule.filters...)
	}
	return sources, nil
}

type rule struct {
	selector source
	filters  []source
	events   []string // that are selected
}

func (r *reader) rule(n node) (*rule, error) {
	m, err := r.members(n, "a rule", []string{"event", "set", "except", "filters"})
	if err != nil {
		return nil, err
	}
	var out rule
	for _, k := range []struct{ key, expr string }{{"event", "event="}, {"set", "set="}, {"except", "event!="}} {
		of, ok := m[k.key]
		if !ok {
			continue
		}
		if out.selector.expr != "" {
			return nil, r.fault(of.at(), "make two of it", "a rule has one of event, set and except")
		}
		list, err := r.texts(of, k.key)
		if err != nil {
			return nil, err
		}
		out.selector = joined(k.expr, list)
		if out.events, err = r.selected(out.selector, k.key); err != nil {
			return nil, err
		}
	}
	if out.selector.expr == "" {
		return nil, r.fault(n.at(), "example: event: openat", "a rule needs event, set or except")
	}
	of, ok := m["filters"]
	if !ok {
		return &out, nil
	}
	if len(out.events) == 0 {
		return nil, r.fault(of.at(), "", "except takes no filters")
	}
	list, err := r.texts(of, "filters")
	if err != nil {
		return nil, err
	}
	return &out, r.filters(&out, list)
}

// joined makes one expression of what a key lists.
func joined(expr string, list []text) source {
	values := make([]string, len(list))
	for i, t := range list {
		values[i] = t.value
	}
	return source{expr + strings.Join(values, ","), list[0].at, len(expr)}
}

// selected are the events that a selector selects, none for except.
func (r *reader) selected(s source, key string) ([]string, error) {
	if key == "except" {
		with := source{"event=*", s.at, 0}
		_, err := r.compile("", []source{with, s})
		return nil, err
	}
	p, err := r.compile("", []source{s})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range p.Events {
		names = append(names, e.Name)
	}
	return names, nil
}

// filters puts each filter on each event of the rule.
func (r *reader) filters(out *rule, list []text) error {
	for _, t := range list {
		for _, e := range out.events {
			s := source{e + "." + strings.TrimLeft(t.value, " \t"), t.at, len(e) + 1}
			if _, err := r.compile("", []source{s}); err != nil {
				return err
			}
			out.filters = append(out.filters, s)
		}
	}
	return nil
}

func (r *reader) fault(at place, hint, format string, args ...any) *FaultError {
	return &FaultError{File: r.file, Line: at.line, Column: at.column, What: fmt.Sprintf(format, args...), Hint: hint}
}
