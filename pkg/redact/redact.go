// Package redact takes secrets out of findings before they leave the process:
// passwords, tokens and keys in command lines, environments, addresses and data,
// and what a user's own regular expressions match. In their place stands
// [redacted].
package redact

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Mark stands in place of a secret.
const Mark = "[redacted]"

// Redactor is used from any goroutine.
type Redactor struct {
	defaults bool
	own      []*regexp.Regexp
}

// New makes one of the secrets that everybody has, if defaults is set, and of
// regular expressions (RE2): what their groups match is a secret, or all that they
// match if they have none. It is nil when there is nothing to do.
func New(defaults bool, patterns []string) (*Redactor, error) {
	if !defaults && len(patterns) == 0 {
		return nil, nil
	}
	r := &Redactor{defaults: defaults}
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("regular expression %q: %w", p, placed(p, err))
		}
		if re.MatchString("") {
			return nil, fmt.Errorf("regular expression %q: matches an empty text, and so every place of any", p)
		}
		r.own = append(r.own, re)
	}
	return r, nil
}

// placed says at which character an expression is wrong.
func placed(pattern string, err error) error {
	var fault *syntax.Error
	if !errors.As(err, &fault) {
		return err
	}
	at := strings.Index(pattern, fault.Expr)
	if fault.Code == syntax.ErrMissingParen {
		at = max(0, strings.LastIndexByte(pattern, '('))
	}
	text := fmt.Sprintf("at character %d: %s", len([]rune(pattern[:max(0, at)]))+1, fault.Code)
	if fault.Expr != "" && fault.Expr != pattern {
		text += ": " + fault.Expr
	}
	return errors.New(text)
}

// Finding returns the finding without secrets: itself when it holds none, else a
// copy. Its signature's metadata and all ids stay.
func (r *Redactor) Finding(f *signature.Finding) *signature.Finding {
	if r == nil {
		return f
	}
	data, inData := r.object(f.Data, 0)
	e, inEvent := r.event(f.Event)
	if !inData && !inEvent {
		return f
	}
	to := *f
	to.Data, to.Event = data, e
	return &to
}

func (r *Redactor) event(e *event.Event) (*event.Event, bool) {
	to, changed := *e, false
	for _, s := range []*string{&to.ProcessName, &to.Executable, &to.HostName, &to.ContainerName, &to.ContainerImage, &to.PodName} {
		if text, ok := r.text(*s); ok {
			*s, changed = text, true
		}
	}
	if args, ok := r.arguments(e.Args); ok {
		to.Args, changed = args, true
	}
	if symbols, ok := r.each(e.StackSymbols); ok {
		to.StackSymbols, changed = symbols, true
	}
	if extra, ok := r.extra(e.Extra); ok {
		to.Extra, changed = extra, true
	}
	for i := range e.Ancestors {
		name, inName := r.text(e.Ancestors[i].ProcessName)
		program, inProgram := r.text(e.Ancestors[i].Executable)
		if !inName && !inProgram {
			continue
		}
		if &to.Ancestors[0] == &e.Ancestors[0] {
			to.Ancestors = slices.Clone(e.Ancestors)
		}
		to.Ancestors[i].ProcessName, to.Ancestors[i].Executable, changed = name, program, true
	}
	if !changed {
		return e, false
	}
	return &to, true
}

func (r *Redactor) arguments(all []event.Argument) ([]event.Argument, bool) {
	to := all
	for i := range all {
		value, inValue := r.value(all[i].Value)
		path, inPath := r.text(all[i].Path)
		if !inValue && !inPath {
			continue
		}
		if &to[0] == &all[0] {
			to = slices.Clone(all)
		}
		to[i].Value, to[i].Path = value, path
	}
	return to, len(all) > 0 && &to[0] != &all[0]
}
