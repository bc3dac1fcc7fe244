// Package cel runs signatures written in CEL. A YAML file holds any number of
// them; each names its events, a condition, and the data of its findings:
//
//	apiVersion: tracehound/v1
//	kind: Signatures
//	signatures:
//	  - metadata: {id: X-1, version: 1.0.0, name: Writes hosts, properties: {Severity: 2}}
//	    events:
//	      - name: security_file_open
//	        origin: container
//	    match: args.pathname == "/etc/hosts" && isWrite(args.flags)
//	    data:
//	      file: args.pathname
//	      flags: text.flags
//
// An expression is compiled once for each event that it is used on. It sees
// three variables, all typed, so that a name that does not exist is an error
// when the file is loaded:
//
//   - event: the event's own fields, named as in its JSON form, and origin;
//   - args: the event's arguments, as the catalogue types them. Every number is
//     an int; those above the signed range are negative. A socket address has
//     family, path, addr, port, flowInfo and scopeId;
//   - text: the same arguments as people read them, all of them strings.
//
// Names of kernel numbers are constants: PTRACE_TRACEME, O_WRONLY, AF_INET,
// -ENOENT. Besides CEL's own functions and its strings extension there are
// hasFlag, isRead, isWrite and basename.
//
// An argument that an event does not carry has no value: what depends on it is
// neither true nor false, and a condition that comes out so does not match, as
// is an index past the end of a list. has(args.x) asks. A data entry without a
// value is left out.
package cel

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/google/cel-go/cel"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Signature is one compiled signature.
type Signature struct {
	meta        signature.Metadata
	selectors   []signature.Selector
	where       signature.Position
	selectorsAt []signature.Position
	rules       map[string][]rule // by event name, of a sequence the last step first
	memory      memory            // nil for one that judges each event by itself
	reads       map[string]bool   // event and argument, as readKey joins them
}

// rule is what one selector's events are put through.
type rule struct {
	step   int          // of the sequence, from 0
	origin event.Origin // "" for any
	match  match
	data   []entry
}

// entry is one expression of a finding's data.
type entry struct {
	key     string
	program cel.Program
}

// Metadata implements signature.Signature.
func (s *Signature) Metadata() signature.Metadata { return s.meta }

// Selectors implements signature.Signature.
func (s *Signature) Selectors() []signature.Selector { return s.selectors }

// Position implements signature.Located.
func (s *Signature) Position() signature.Position { return s.where }

// SelectorPosition implements signature.Located.
func (s *Signature) SelectorPosition(i int) signature.Position { return s.selectorsAt[i] }

// Reads implements signature.Reader.
func (s *Signature) Reads(event, argument string) bool { return s.reads[readKey(event, argument)] }

func readKey(event, argument string) string { return event + " " + argument }

// Reset implements signature.Stateful.
func (s *Signature) Reset() {
	if s.memory != nil {
		s.memory.reset()
	}
}

// OnEvent implements signature.Signature.
func (s *Signature) OnEvent(e *event.Event) (*signature.Match, error) {
	if s.memory != nil {
		s.memory.see(e)
	}
	rules := s.rules[e.EventName]
	for i := range rules {
		r := &rules[i]
		if r.origin != "" && r.origin != e.Origin() {
			continue
		}
		holds, err := r.match.eval(e, activation{e})
		if noValue(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("evaluate match: %w", err)
		}
		if !holds {
			continue
		}
		if s.memory == nil {
			return &signature.Match{Data: evaluateData(r.data, e)}, nil
		}
		if told, used := s.memory.hit(r.step, e); told != nil {
			data := evaluateData(r.data, e)
			if data == nil {
				data = told
			}
			maps.Copy(data, told)
			return &signature.Match{Data: data}, nil
		} else if used {
			return nil, nil
		}
	}
	return nil, nil
}

// evaluateData never fails: the finding matters more than one of its entries.
func evaluateData(entries []entry, e *event.Event) map[string]any {
	if len(entries) == 0 {
		return nil
	}
	data := make(map[string]any, len(entries))
	for _, d := range entries {
		v, _, err := d.program.Eval(activation{e})
		switch {
		case noValue(err):
		case err != nil:
			data[d.key] = "error: " + err.Error()
		default:
			data[d.key] = native(v)
		}
	}
	return data
}

// noValue reports whether an expression has no value because the event lacks
// what it asks for. CEL gives a bad index only a text.
func noValue(err error) bool {
	if err == nil {
		return false
	}
	return errors.Is(err, errAbsent) || strings.HasPrefix(err.Error(), "index out of bounds: ")
}

// activation gives an expression its variables.
type activation struct{ e *event.Event }

// ResolveName implements cel.Activation.
func (a activation) ResolveName(name string) (any, bool) {
	switch name {
	case varEvent, varArgs, varText:
		return a.e, true
	}
	return nil, false
}

// Parent implements cel.Activation.
func (a activation) Parent() cel.Activation { return nil }
