package load

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// goodID is what an id may look like: it goes into lists, file names and the
// option --rules, where commas divide.
var goodID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$`)

func byName(name string) *schema.Event { return catalog.ByName(name) }

// define finds an event of the catalogue, or says what may have been meant.
func define(name string) (*schema.Event, error) {
	if def := catalog.ByName(name); def != nil {
		return def, nil
	}
	all := catalog.Events()
	known := make([]string, len(all))
	for i := range all {
		known[i] = all[i].Name
	}
	return nil, fmt.Errorf("unknown event %q%s", name, nearest.Hint(name, known))
}

// add takes a signature into the result when it passes the checks.
func (l *loader) add(s signature.Signature, engine Engine, where signature.Position) {
	meta, selectors, err := ask(s)
	if err != nil {
		l.fail(fmt.Errorf("%s: %w", where, err))
		return
	}
	faults := len(l.Errors)
	l.override(meta.ID, where)
	switch first, taken := l.ids[meta.ID]; {
	case meta.ID == "":
		l.fail(fmt.Errorf("%s: signature has no id", where))
	case !goodID.MatchString(meta.ID):
		l.fail(fmt.Errorf("%s: signature id %.140q: must begin with a letter or digit and hold only letters, digits and . _ : / -", where, meta.ID))
	case taken:
		l.fail(fmt.Errorf("%s: signature id %s is taken by %s: give one of them another id", where, meta.ID, first))
	default:
		l.ids[meta.ID] = where
	}
	if meta.Name == "" {
		l.fail(fmt.Errorf("%s: signature %s has no name", where, meta.ID))
	}
	if len(selectors) == 0 {
		l.fail(fmt.Errorf("%s: signature %s selects no events", where, meta.ID))
	}
	for i, sel := range selectors {
		at := where
		if located, ok := s.(signature.Located); ok {
			at = located.SelectorPosition(i)
		}
		l.selector(meta.ID, sel, at)
	}
	if len(l.Errors) == faults {
		l.Signatures = append(l.Signatures, Loaded{Signature: s, Engine: engine, Where: where, ID: meta.ID, Key: meta.ID + " " + l.sum, Needs: needs(s, selectors)})
	}
}

func (l *loader) selector(id string, sel signature.Selector, at signature.Position) {
	if err := sel.Check(); err != nil {
		l.fail(fmt.Errorf("%s: signature %s: %w", at, id, err))
	}
	if sel.Any() {
		return
	}
	def, err := define(sel.Name)
	if err != nil {
		l.fail(fmt.Errorf("%s: signature %s selects an %w", at, id, err))
		return
	}
	if def.ID == schema.None {
		l.note("%s: signature %s selects %s, which does not exist on %s", at, id, sel.Name, runtime.GOARCH)
	}
}

// ask gets what a signature says of itself; a plugin's may panic.
func ask(s signature.Signature) (meta signature.Metadata, selectors []signature.Selector, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("signature panicked when asked for its metadata: %v", r)
		}
	}()
	if s == nil {
		return meta, nil, errors.New("signature is nil")
	}
	return s.Metadata(), s.Selectors(), nil
}
