// Package filter reads --trace expressions: which events are wanted, and from
// which processes (the scope). The same parsed scope is what pkg/filter/kernel
// turns into the kernel half and what Scope.Match states in Go, as the model
// that the kernel half is tested against.
package filter

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/schema"
)

// MaxValues is how many values one field may name: the size of each of the
// kernel half's maps.
const MaxValues = 256

// MaxComm is the length of the longest process name that the kernel keeps.
const MaxComm = 15

const numberRange = "numbers from 0 to 4294967295"

// Filter is what all --trace expressions together ask for.
type Filter struct {
	// Events wanted, in the catalogue's order, without repetition. All exist on
	// the catalogue's architecture.
	Events []*schema.Event
	Scope  Scope
}

// Parse reads the expressions of one command line against a catalogue. No
// expressions select the default set from every process. The error is an
// *Error.
func Parse(exprs []string, catalogue []schema.Event) (*Filter, error) {
	b := builder{last: map[string]expression{}}
	for _, text := range exprs {
		if err := b.add(text, catalogue); err != nil {
			return nil, err
		}
	}
	if err := b.checkScope(); err != nil {
		return nil, err
	}
	events, err := b.events.result(catalogue)
	if err != nil {
		return nil, err
	}
	return &Filter{Events: events, Scope: b.scope}, nil
}

// builder adds up expressions.
type builder struct {
	catalogue []schema.Event
	events    selection
	scope     Scope
	last      map[string]expression // by field: to name one in an error about several
}

func (b *builder) add(text string, catalogue []schema.Event) error {
	e, err := split(text)
	// An unknown field is the better news than what is wrong after it.
	f := lookup(e.name.text)
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
	b.catalogue = catalogue
	e.field = f.Name
	b.last[f.Name] = e
	return f.add(b, e)
}

func (b *builder) addComm(e expression) error {
	for _, v := range e.values {
		if len(v.text) > MaxComm {
			return e.wrong(v, fmt.Sprintf("write %q", v.text[:MaxComm]),
				"process name %q is %d bytes long and the kernel keeps %d", v.text, len(v.text), MaxComm)
		}
		for i := range len(v.text) {
			if v.text[i] == 0 {
				return e.wrong(v, "", "process name %q holds a zero byte", v.text)
			}
		}
		b.scope.Comm.add(e.op.text, v.text)
		if err := limit(e, v, len(b.scope.Comm.Equal)+len(b.scope.Comm.NotEqual)); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addPID(e expression) error { return addNumbers(&b.scope.PID, e) }
func (b *builder) addUID(e expression) error { return addNumbers(&b.scope.UID, e) }

func addNumbers(n *Numbers, e expression) error {
	for _, v := range e.values {
		num, err := number(e, v)
		if err != nil {
			return err
		}
		switch e.op.text {
		case "=", "!=":
			n.add(e.op.text, num)
			if err := limit(e, v, len(n.Equal)+len(n.NotEqual)); err != nil {
				return err
			}
		default:
			if !n.narrow(e.op.text, num) {
				return e.wrong(v, "", "no %s is left: none is %s %d and within the other bounds",
					e.field, e.op.text, num)
			}
		}
	}
	return nil
}

func (b *builder) addTree(e expression) error {
	for _, v := range e.values {
		num, err := number(e, v)
		if err != nil {
			return err
		}
		if num == 0 {
			return e.wrong(v, "every process descends from 0: leave the expression out", "no process has id 0")
		}
		b.scope.Tree.add(e.op.text, num)
		if err := limit(e, v, len(b.scope.Tree.Equal)+len(b.scope.Tree.NotEqual)); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addContainer(e expression) error {
	want := OnlyContainers
	if e.negated {
		want = OnlyHost
	}
	for i, v := range e.values {
		switch {
		case i > 0:
			return e.wrong(v, "write container or !container", "field container takes one value")
		case v.text == "false":
			want = OnlyHost
		case v.text != "true":
			return e.wrong(v, "write container or !container", "value %q of container is neither true nor false", v.text)
		}
	}
	if b.scope.Container != Anywhere && b.scope.Container != want {
		return e.wrong(e.name, "write one of them", "container and !container leave no process")
	}
	b.scope.Container = want
	return nil
}

func (b *builder) addFollow(expression) error {
	b.scope.Follow = true
	return nil
}

// checkScope reports a field whose expressions together let nothing through.
func (b *builder) checkScope() error {
	s := &b.scope
	for _, c := range []struct {
		field string
		open  bool
	}{
		{"comm", s.Comm.satisfiable()},
		{"pid", s.PID.satisfiable()},
		{"uid", s.UID.satisfiable()},
		{"tree", s.Tree.satisfiable()},
	} {
		if !c.open {
			e := b.last[c.field]
			return e.wrong(e.name, "", "no %s is left: every value allowed is also excluded", c.field)
		}
	}
	return nil
}

func number(e expression, v word) (uint32, error) {
	num, err := strconv.ParseUint(v.text, 10, 32)
	if err != nil {
		return 0, e.wrong(v, "", "value %q of %s is not a number from 0 to %d",
			v.text, e.field, uint32(math.MaxUint32))
	}
	return uint32(num), nil
}

// limit reports the value that is one too many for the field.
func limit(e expression, v word, values int) error {
	if values > MaxValues {
		return e.wrong(v, "", "field %s names more than %d values", e.field, MaxValues)
	}
	return nil
}
