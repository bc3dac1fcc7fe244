package rego

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// condition is something that must hold of an event for a policy to match it.
// It may hold of events that the policy does not match.
type condition interface {
	holds(e *event.Event, def *schema.Event) bool
}

type (
	allOf []condition
	anyOf []condition
)

func (c allOf) holds(e *event.Event, def *schema.Event) bool {
	for _, one := range c {
		if !one.holds(e, def) {
			return false
		}
	}
	return true
}

func (c anyOf) holds(e *event.Event, def *schema.Event) bool {
	for _, one := range c {
		if one.holds(e, def) {
			return true
		}
	}
	return false
}

// onMember is a test of a key of the event.
type onMember struct {
	member *member
	test   test
}

func (c onMember) holds(e *event.Event, def *schema.Event) bool {
	if c.member.text != nil {
		return c.test.text(c.member.text(e))
	}
	v := c.member.term(e, def)
	return v != nil && c.test.term(v)
}

// onArgument is a test of what get_tracee_argument returns.
type onArgument struct {
	name string
	test test
}

func (c onArgument) holds(e *event.Event, def *schema.Event) bool {
	for i := range e.Args {
		if a := &e.Args[i]; clean(a.Name) == c.name {
			return c.test.value(event.RenderArgument(e, *a, def, event.Tracee).Value)
		}
	}
	return false
}

// onElement is a conjunction of tests of one and the same element of args.
type onElement []elementTest

type elementTest struct {
	key  string // name, type or value
	test test
}

func (c onElement) holds(e *event.Event, def *schema.Event) bool {
	for i := range e.Args {
		if c.holdOf(e, &e.Args[i], def) {
			return true
		}
	}
	return false
}

func (c onElement) holdOf(e *event.Event, a *event.Argument, def *schema.Event) bool {
	rendered, done := event.Argument{}, false
	for _, t := range c {
		if t.key == "name" {
			if !t.test.text(a.Name) {
				return false
			}
			continue
		}
		if !done {
			rendered, done = event.RenderArgument(e, *a, def, event.Tracee), true
		}
		if t.key == "type" && !t.test.text(rendered.Type) || t.key == "value" && !t.test.value(rendered.Value) {
			return false
		}
	}
	return true
}

// test is a comparison with constants: the value equals one of equal, or begins
// with, ends with or contains one of texts.
type test struct {
	op    operator
	equal []*ast.Term
	texts []string // also those of equal that are strings
	lists bool     // the value may also be a list of texts, which is not looked at
}

type operator uint8

const (
	equals operator = iota
	beginsWith
	endsWith
	containsText
)

func (t *test) text(s string) bool {
	s = clean(s)
	for _, want := range t.texts {
		switch t.op {
		case equals:
			if s == want {
				return true
			}
		case beginsWith:
			if strings.HasPrefix(s, want) {
				return true
			}
		case endsWith:
			if strings.HasSuffix(s, want) {
				return true
			}
		case containsText:
			if strings.Contains(s, want) {
				return true
			}
		}
	}
	return false
}

func (t *test) term(v *ast.Term) bool {
	if s, ok := v.Value.(ast.String); ok {
		return t.text(string(s))
	}
	if t.lists {
		return true
	}
	for _, want := range t.equal {
		if want.Value.Compare(v.Value) == 0 {
			return true
		}
	}
	return false
}

func (t *test) value(v any) bool {
	switch v := v.(type) {
	case string:
		return t.text(v)
	case int32, uint32, int64, uint64, uint16: // when all are texts, no number will do
		if len(t.equal) <= len(t.texts) && !t.lists {
			return false
		}
	}
	return t.term(value(v)) // bytes are a text there
}
