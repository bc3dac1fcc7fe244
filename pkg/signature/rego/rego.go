// Package rego runs signatures written in Rego. A file follows Tracee's
// conventions, so that Tracee's own files work as they are: one package with
// __rego_metadoc__, tracee_selected_events and tracee_match, the event as
// input, and data.tracee.helpers to import. Files may be written in today's
// Rego or in the older one without "if" and "contains".
package rego

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	oparego "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// The rules that make a package a signature.
const (
	metadataRule  = "__rego_metadoc__"
	selectorsRule = "tracee_selected_events"
	matchRule     = "tracee_match"
)

// ErrForeign says that a file holds Rego that is not a signature: it defines
// none of the rules of one.
var ErrForeign = errors.New("not a signature: defines neither " + metadataRule + ", " + selectorsRule + " nor " + matchRule)

//go:embed helpers.rego
var helpers []byte

// File is the text of one .rego file.
type File struct {
	Path string
	Data []byte
}

// Loader compiles signatures against one set of library modules.
type Loader struct {
	libraries map[string]*ast.Module
	events    func(name string) *schema.Event
}

// NewLoader parses the libraries that signatures may import besides
// data.tracee.helpers. events finds an event's definition, nil when there is
// none; it says how arguments read.
func NewLoader(libraries []File, events func(name string) *schema.Event) (*Loader, error) {
	l := &Loader{libraries: map[string]*ast.Module{}, events: events}
	for _, f := range append([]File{{Path: helpersPath, Data: helpers}}, libraries...) {
		m, err := parse(f)
		if err != nil {
			return nil, err
		}
		l.libraries[f.Path] = m
	}
	if _, err := l.compile(nil); err != nil {
		return nil, err
	}
	return l, nil
}

// Load compiles a signature. It returns ErrForeign for a file that is none.
// Errors of the text begin with "path:line:column: ".
func (l *Loader) Load(f File) (*Signature, error) {
	m, err := parse(f)
	if err != nil {
		return nil, err
	}
	rules := rulesByName(m)
	if rules[metadataRule] == nil && rules[selectorsRule] == nil && rules[matchRule] == nil {
		return nil, ErrForeign
	}
	for _, name := range []string{metadataRule, selectorsRule, matchRule} {
		if rules[name] == nil {
			return nil, fmt.Errorf("%s: package %s does not define %s", position(m.Package.Location), m.Package.Path, name)
		}
	}
	compiler, err := l.compile(m)
	if err != nil {
		return nil, err
	}
	s := &Signature{events: l.events, texts: textsIn(m), where: position(rules[metadataRule].Location)}
	if s.meta, err = readMetadata(compiler, m); err != nil {
		return nil, fmt.Errorf("%s: %w", s.where, err)
	}
	if s.selectors, err = readSelectors(compiler, m); err != nil {
		return nil, fmt.Errorf("%s: %w", position(rules[selectorsRule].Location), err)
	}
	for _, sel := range s.selectors {
		s.selectorsAt = append(s.selectorsAt, selectorPosition(m, rules[selectorsRule], sel))
	}
	if err := l.check(compiler, m, s.selectors); err != nil {
		return nil, err
	}
	if err := s.prepare(compiler, m); err != nil {
		return nil, fmt.Errorf("%s: prepare %s: %w", s.where, matchRule, err)
	}
	return s, nil
}

// prepare makes ready what every event goes through.
func (s *Signature) prepare(c *ast.Compiler, m *ast.Module) error {
	ctx := context.Background()
	store := inmem.New()
	txn, err := store.NewTransaction(ctx) // one for all events: nobody writes
	if err != nil {
		return err
	}
	query := oparego.New(oparego.Compiler(c), oparego.Store(store), oparego.Transaction(txn), oparego.ParsedQuery(queryFor(m, matchRule)))
	s.match, err = query.PrepareForEval(ctx)
	s.txn = txn
	s.needs = neededBy(c.Modules)
	s.demands = demands(c, m.Package.Path.Append(ast.StringTerm(matchRule)))
	return err
}

// Signature is one compiled file.
type Signature struct {
	meta        signature.Metadata
	selectors   []signature.Selector
	where       signature.Position
	selectorsAt []signature.Position
	match       oparego.PreparedEvalQuery
	texts       map[string]bool
	events      func(name string) *schema.Event
	txn         storage.Transaction
	needs       *needs
	demands     condition // nil for none that is known
}

// Metadata implements signature.Signature.
func (s *Signature) Metadata() signature.Metadata { return s.meta }

// Selectors implements signature.Signature.
func (s *Signature) Selectors() []signature.Selector { return s.selectors }

// Position implements signature.Located.
func (s *Signature) Position() signature.Position { return s.where }

// SelectorPosition implements signature.Located.
func (s *Signature) SelectorPosition(i int) signature.Position { return s.selectorsAt[i] }

// Reads implements signature.Reader: what reads an argument has its name.
func (s *Signature) Reads(_, argument string) bool { return s.texts[argument] }

// textsIn are all constant texts of a file.
func textsIn(m *ast.Module) map[string]bool {
	all := map[string]bool{}
	ast.WalkTerms(m, func(t *ast.Term) bool {
		if text, ok := t.Value.(ast.String); ok {
			all[string(text)] = true
		}
		return false
	})
	return all
}

// OnEvent implements signature.Signature: true is a match, an object is a
// match with that data, false and undefined are none.
func (s *Signature) OnEvent(e *event.Event) (*signature.Match, error) {
	def := s.events(e.EventName)
	if s.demands != nil && !s.demands.holds(e, def) {
		return nil, nil
	}
	results, err := s.match.Eval(context.Background(), oparego.EvalTransaction(s.txn), oparego.EvalParsedInput(s.needs.input(e, def)))
	if err != nil {
		return nil, fmt.Errorf("evaluate %s: %w", matchRule, err)
	}
	if len(results) == 0 {
		return nil, nil
	}
	switch v := results[0].Expressions[0].Value.(type) {
	case bool:
		if v {
			return &signature.Match{}, nil
		}
		return nil, nil
	case map[string]any:
		return &signature.Match{Data: native(v).(map[string]any)}, nil //nolint:errcheck // a map stays one
	default:
		return nil, fmt.Errorf("evaluate %s: must be a boolean or an object with string keys, is %s", matchRule, typeName(v))
	}
}
