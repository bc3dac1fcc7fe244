// Package filter reads what is wanted, in --trace expressions and in policies
// made of them: which events, from which processes (the scope), with which
// arguments. pkg/filter/kernel turns the same parsed form into the half that the
// kernel evaluates; Scope.Match and Condition.Match state the meaning in Go: the
// user half, and the model that the kernel half is tested against.
package filter

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Limits.
const (
	// MaxValues is how many values one field may name in one policy.
	MaxValues = 256
	// MaxPolicies is how many policies there may be at once, the --trace
	// expressions being one: a bit each in the kernel half.
	MaxPolicies = 64
	// MaxFollow is how many of them may follow processes.
	MaxFollow = 8
	// MaxComm is the length of the longest process name that the kernel keeps.
	MaxComm = 15
	// MaxUTS is the longest host name that a record has room for.
	MaxUTS = 63
	// MaxBinary is how much of a program's path is kept: of a longer one the end.
	MaxBinary = 239
)

// Filter is what was asked for: an event is wanted when one policy wants it.
type Filter struct {
	Policies []Policy
	// Events are those of all policies, in the catalogue's order, without
	// repetition. All exist on the catalogue's architecture.
	Events []*schema.Event

	catalogue []schema.Event
}

// Policy is one set of conditions that must all hold.
type Policy struct {
	Name   string // "" for the --trace expressions
	Events []*schema.Event
	Scope  Scope
	// Retval is what every event must have returned.
	Retval Numbers
	// Conditions are those on arguments, by the event's name.
	Conditions map[string][]Condition
	Terms      []Term
}

// Term is one expression of a policy, for people.
type Term struct {
	Expr     string
	Field    string        // comm, container-name, …; EVENT.ARG; retval
	Event    *schema.Event // of EVENT.ARG
	Values   []string      // as written, quotes resolved
	Patterns []Pattern
}

// Parse reads the expressions of one command line against a catalogue. No
// expressions select the default set from every process. The error is an
// *Error.
func Parse(exprs []string, catalogue []schema.Event) (*Filter, error) {
	p, err := ParsePolicy("", exprs, catalogue)
	if err != nil {
		return nil, err
	}
	return Join([]Policy{*p}, catalogue)
}

// ParsePolicy reads one policy.
func ParsePolicy(name string, exprs []string, catalogue []schema.Event) (*Policy, error) {
	b := builder{
		catalogue: catalogue, last: map[string]expression{},
		policy: Policy{Name: name, Conditions: map[string][]Condition{}},
	}
	for _, text := range exprs {
		if err := b.add(text); err != nil {
			return nil, err
		}
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	var err error
	if b.policy.Events, err = b.events.result(catalogue); err != nil {
		return nil, err
	}
	if err := b.checkConditions(); err != nil {
		return nil, err
	}
	return &b.policy, nil
}

// Join makes a filter of policies, whose catalogue this is.
func Join(policies []Policy, catalogue []schema.Event) (*Filter, error) {
	follow := 0
	wanted := map[string]bool{}
	for i := range policies {
		if policies[i].Scope.Follow {
			follow++
		}
		for _, e := range policies[i].Events {
			wanted[e.Name] = true
		}
	}
	if len(policies) > MaxPolicies {
		return nil, fmt.Errorf("%d policies, and there can be %d at once; the --trace expressions count as one", len(policies), MaxPolicies)
	}
	if follow > MaxFollow {
		return nil, fmt.Errorf("%d policies follow processes, and %d can", follow, MaxFollow)
	}
	f := &Filter{Policies: policies, catalogue: catalogue}
	for i := range catalogue {
		if e := &catalogue[i]; wanted[e.Name] && e.ID != schema.None {
			f.Events = append(f.Events, e)
		}
	}
	return f, nil
}

// Needs lists the events that an event is made from, and what those are made from.
func (f *Filter) Needs(def *schema.Event) []*schema.Event {
	var list []*schema.Event
	for _, name := range def.DependsOn {
		for i := range f.catalogue {
			if e := &f.catalogue[i]; e.Name == name {
				list = append(append(list, e), f.Needs(e)...)
			}
		}
	}
	return list
}

// NeededBy names an event of the policy that is made from this one; "" when there
// is none.
func (f *Filter) NeededBy(p *Policy, def *schema.Event) string {
	for _, e := range p.Events {
		if slices.Contains(f.Needs(e), def) {
			return e.Name
		}
	}
	return ""
}

// Wants reports whether the policy selects the event.
func (p *Policy) Wants(event string) bool {
	return slices.ContainsFunc(p.Events, func(e *schema.Event) bool { return e.Name == event })
}

// builder adds up expressions.
type builder struct {
	catalogue []schema.Event
	events    selection
	policy    Policy
	last      map[string]expression // by field: to name one in an error about several
}

func (b *builder) add(text string) error {
	e, err := split(text)
	f := lookup(e.name.text)
	var target *argument
	if f == nil && strings.Contains(e.name.text, ".") {
		var argErr error
		if target, argErr = b.argument(e); argErr != nil {
			return argErr
		}
		f = &target.row
	}
	// An unknown field is the better news than what is wrong after it.
	if f == nil && e.name.text != "" {
		hint := knownFields()
		if near := nearest.Word(e.name.text, fieldNames()); near != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
		return e.wrong(e.name, hint, "unknown field %q", e.name.text)
	}
	if f != nil {
		if opErr := f.check(e); opErr != nil {
			return opErr
		}
	}
	if err != nil {
		return err
	}
	e.field = f.Name
	b.last[f.Name] = e
	term := Term{Expr: e.text, Field: f.Name}
	for _, v := range e.values {
		term.Values = append(term.Values, v.text)
		term.Patterns = append(term.Patterns, v.pattern)
	}
	if target != nil {
		term.Event = target.event
		err = b.addCondition(e, target)
	} else {
		err = f.add(b, e)
	}
	b.policy.Terms = append(b.policy.Terms, term)
	return err
}

// number reads a number of a scope field.
func number(e expression, v word) (int64, error) {
	num, err := strconv.ParseUint(v.text, 10, 32)
	if err != nil {
		return 0, e.wrong(v, "", "value %q of %s is not a number from 0 to %d",
			v.text, e.field, uint32(math.MaxUint32))
	}
	return int64(num), nil
}

// limit reports the value that is one too many for the field.
func limit(e expression, v word, values int) error {
	if values > MaxValues {
		return e.wrong(v, "", "field %s names more than %d values", e.field, MaxValues)
	}
	return nil
}

// Retvals are what the policy asks of an event's return value, by retval and by
// EVENT.retval; all must hold.
func (p *Policy) Retvals(event string) []*Numbers {
	var list []*Numbers
	if p.Retval.Enabled() {
		list = append(list, &p.Retval)
	}
	for i := range p.Conditions[event] {
		if c := &p.Conditions[event][i]; c.Field == nil {
			list = append(list, &c.Numbers)
		}
	}
	return list
}
