package cel

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// What a file must say to be one of ours.
const (
	apiVersion = "tracehound/v1"
	kind       = "Signatures"
	// libraryKind is a file that holds lists and macros for the others.
	libraryKind = "Library"
	// casesKind is what `rules test` reads.
	casesKind = "Cases"
)

// ErrForeign says that a file is YAML for something else.
var ErrForeign = errors.New("not a signature file: has neither apiVersion " + apiVersion + " nor kind " + kind)

// signaturesFile is one YAML document.
type signaturesFile struct {
	APIVersion text     `yaml:"apiVersion"`
	Kind       text     `yaml:"kind"`
	Lists      mapping  `yaml:"lists"`
	Macros     mapping  `yaml:"macros"`
	Signatures []entity `yaml:"signatures"`
}

// entity is one signature as written.
type entity struct {
	Metadata struct {
		ID          text           `yaml:"id"`
		Version     text           `yaml:"version"`
		Name        text           `yaml:"name"`
		Description text           `yaml:"description"`
		Tags        []text         `yaml:"tags"`
		Properties  map[string]any `yaml:"properties"`
	} `yaml:"metadata"`
	Events []selection `yaml:"events"`
	// Match and Data are for all events that have none of their own.
	Match text            `yaml:"match"`
	Data  map[string]text `yaml:"data"`
	// Threshold, Once and Sequence make one finding of several events.
	Threshold *thresholdText `yaml:"threshold"`
	Once      *onceText      `yaml:"once"`
	Sequence  *sequenceText  `yaml:"sequence"`
}

// selection is one selector; its own match and data replace the signature's.
type selection struct {
	Source text            `yaml:"source"`
	Name   text            `yaml:"name"`
	Origin text            `yaml:"origin"`
	Match  text            `yaml:"match"`
	Data   map[string]text `yaml:"data"`
}

// Load compiles the signatures of a file. shared, unless nil, are lists and
// macros for all of them, beside the file's own. events finds the definition of an
// event by name; its error says that there is none. Load returns ErrForeign for
// YAML of another kind. Faults are joined, each beginning "path:line:column: ",
// and the signatures without any are returned beside them.
func Load(path string, data []byte, shared *Shared, events func(name string) (*schema.Event, error)) ([]*Signature, error) {
	file, err := parseYAML(data)
	if err != nil {
		if !claims.Match(data) {
			return nil, fmt.Errorf("%w, and is not valid YAML", ErrForeign)
		}
		return nil, yamlError(path, err)
	}
	l := &loader{path: path, lines: strings.Split(string(data), "\n"), lookup: events, environments: map[string]*environment{}}
	l.shared = shared.clone()
	var all []*Signature
	found := false
	for _, doc := range file.Docs {
		ours, err := l.claims(doc.Body)
		if err != nil {
			return nil, err
		}
		if ours {
			found = true
			all = append(all, l.document(doc.Body)...)
		}
	}
	if !found {
		return nil, ErrForeign
	}
	return all, errors.Join(l.faults...)
}

// claims finds, in text that is not valid YAML, the lines that make it ours.
var claims = regexp.MustCompile(`(?m)^(apiVersion:\s*["']?tracehound/|kind:\s*["']?Signatures["']?\s*$)`)

// loader compiles one file and collects its faults.
type loader struct {
	path         string
	lines        []string
	lookup       func(name string) (*schema.Event, error)
	environments map[string]*environment
	shared       *Shared
	faults       []error
}

// claims reports whether a document is meant for us.
func (l *loader) claims(body ast.Node) (bool, error) {
	if body == nil || body.Type() != ast.MappingType {
		return false, nil
	}
	var head struct {
		APIVersion text `yaml:"apiVersion"`
		Kind       text `yaml:"kind"`
	}
	if err := decodeYAML(body, &head); err != nil {
		return false, nil //nolint:nilerr // of another shape: not ours
	}
	api, k := head.APIVersion.value, head.Kind.value
	switch {
	case api == apiVersion && k == kind:
		return true, nil
	case strings.HasPrefix(api, "tracee.aquasecurity.github.io/") && k == "SignaturesConfig":
		return false, fmt.Errorf("%s: Tracee's CEL preview format is not read: rewrite it as apiVersion %s, kind %s", l.at(head.Kind), apiVersion, kind)
	case api == apiVersion && (k == libraryKind || k == casesKind):
		return false, nil
	case api == apiVersion:
		return false, fmt.Errorf("%s: kind %q is unknown: must be %s", l.at(cmp.Or(head.Kind, head.APIVersion)), k, kind)
	case strings.HasPrefix(api, "tracehound/"):
		return false, fmt.Errorf("%s: apiVersion %q is unknown: this program reads %s", l.at(head.APIVersion), api, apiVersion)
	case api == "" && k == kind:
		return false, fmt.Errorf("%s: apiVersion is missing: must be %s", l.at(head.Kind), apiVersion)
	}
	return false, nil
}

func (l *loader) document(body ast.Node) []*Signature {
	var doc signaturesFile
	if err := decodeYAML(body, &doc, yaml.Strict()); err != nil {
		l.faults = append(l.faults, yamlError(l.path, err))
		return nil
	}
	l.share(doc.Lists, doc.Macros)
	if len(doc.Signatures) == 0 {
		l.fail(doc.Kind, "signatures is missing or empty")
	}
	var all []*Signature
	for i := range doc.Signatures {
		before := len(l.faults)
		if s := l.signature(&doc.Signatures[i], doc.Kind); len(l.faults) == before {
			all = append(all, s)
		}
	}
	return all
}

// signature compiles one signature; near is a place to show for what is
// missing altogether.
func (l *loader) signature(w *entity, near text) *Signature {
	m := &w.Metadata
	for _, t := range []text{w.Match, m.Name, m.ID} {
		if t.line > 0 {
			near = t
		}
	}
	s := &Signature{where: l.at(near), rules: map[string][]rule{}, reads: map[string]bool{}}
	s.meta = signature.Metadata{ID: m.ID.value, Version: m.Version.value, Name: m.Name.value,
		Description: strings.TrimSpace(m.Description.value), Properties: plain(m.Properties)}
	for _, t := range m.Tags {
		s.meta.Tags = append(s.meta.Tags, t.value)
	}
	switch {
	case w.Sequence != nil:
		l.sequence(s, w, near)
	case len(w.Events) == 0:
		l.fail(near, "signature %s selects no events: list them under events", m.ID.value)
	default:
		l.selections(s, w, 0, near)
	}
	if w.Threshold != nil {
		l.threshold(s, w, near)
	}
	if w.Once != nil {
		l.once(s, w, near)
	}
	return s
}

// selections compiles the selectors of a signature, or of one step of its
// sequence.
func (l *loader) selections(s *Signature, w *entity, step int, near text) {
	for i := range w.Events {
		l.selection(s, w, &w.Events[i], step, near)
	}
}

// selection compiles one selector's expressions into the signature.
func (l *loader) selection(s *Signature, w *entity, sel *selection, step int, near text) {
	if sel.Name.line > 0 {
		near = sel.Name
	}
	selector := signature.Selector{Source: sel.Source.value, Name: sel.Name.value, Origin: sel.Origin.value}
	s.selectors = append(s.selectors, selector)
	s.selectorsAt = append(s.selectorsAt, l.at(near))
	if err := selector.Check(); err != nil {
		l.fail(near, "%v", err)
		return
	}
	if selector.Any() {
		l.fail(near, "signature %s selects events of any name: CEL signatures must name each event, since its arguments are checked", s.meta.ID)
		return
	}
	env, err := l.environment(selector.Name)
	if err != nil {
		l.fail(near, "%v", err)
		return
	}
	match, data := w.Match, w.Data
	if sel.Match.value != "" {
		match = sel.Match
	}
	if sel.Data != nil {
		data = sel.Data
	}
	if strings.TrimSpace(match.value) == "" {
		l.fail(near, "signature %s has no match expression for %s", s.meta.ID, selector.Name)
		return
	}
	r := rule{step: step, origin: event.Origin(strings.TrimPrefix(selector.Origin, "*"))}
	var faults []fault
	env.read = func(argument string) { s.reads[readKey(selector.Name, argument)] = true }
	r.match, faults = env.match(match.value)
	l.failAt(match, near, faults)
	for _, key := range slices.Sorted(maps.Keys(data)) {
		program, faults := env.data(data[key].value)
		l.failAt(data[key], near, faults)
		r.data = append(r.data, entry{key, program})
	}
	s.rules[selector.Name] = append(s.rules[selector.Name], r)
}

func (l *loader) environment(name string) (*environment, error) {
	if env := l.environments[name]; env != nil {
		return env, nil
	}
	def, err := l.lookup(name)
	if err != nil {
		return nil, err
	}
	env, err := newEnvironment(def, l.shared)
	if err == nil {
		l.environments[name] = env
	}
	return env, err
}

// at is the place where a text begins.
func (l *loader) at(t text) signature.Position {
	return signature.Position{File: l.path, Line: t.line, Column: t.column}
}

func (l *loader) fail(at text, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: %s", l.at(at), fmt.Sprintf(format, args...)))
}

// failAt shows faults of an expression at their place in the file; one that is
// missing altogether has none and is shown at its event.
func (l *loader) failAt(expr, event text, faults []fault) {
	for _, f := range faults {
		at := expr.place(l.lines, f.line, f.column)
		if expr.line == 0 {
			at = event.place(l.lines, 1, 0)
		}
		at.File = l.path
		l.faults = append(l.faults, fmt.Errorf("%s: %s (on event %s)", at, f.message, event.value))
	}
}
