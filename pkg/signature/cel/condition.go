package cel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// varData is a finding's data, in conditions on findings.
const varData = "data"

// Condition is a condition on findings: on their events, as the match of a
// signature, and on data, a map of what the signature said.
type Condition struct {
	programs map[string]cel.Program // by event name
}

// NewCondition compiles a condition for each of the events that it may meet. It
// need not fit all of them: where it names what an event does not have, it does
// not hold. It is an error when it fits none.
func NewCondition(text string, events []*schema.Event) (*Condition, error) {
	c := &Condition{programs: map[string]cel.Program{}}
	var faults []error
	for _, def := range events {
		env, err := newEnvironment(def, nil)
		if err != nil {
			return nil, err
		}
		if env.env, err = env.env.Extend(cel.Variable(varData, cel.MapType(cel.StringType, cel.DynType))); err != nil {
			return nil, fmt.Errorf("make CEL environment: %w", err)
		}
		program, wrong := env.match(text)
		if len(wrong) == 0 {
			c.programs[def.Name] = program
			continue
		}
		for _, f := range wrong {
			faults = append(faults, fmt.Errorf("column %d: %s (on event %s)", f.column+1, f.message, def.Name))
		}
	}
	if len(c.programs) == 0 {
		return nil, errors.Join(faults...)
	}
	return c, nil
}

// Holds reports whether the condition holds for a finding. What has no value
// makes it not hold.
func (c *Condition) Holds(e *event.Event, data map[string]any) (bool, error) {
	program, ok := c.programs[e.EventName]
	if !ok {
		return false, nil
	}
	v, _, err := program.Eval(findingActivation{activation{e}, data})
	if noValue(err) || err != nil && strings.HasPrefix(err.Error(), "no such key: ") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return v == types.True, nil
}

type findingActivation struct {
	activation
	data map[string]any
}

// ResolveName implements cel.Activation.
func (a findingActivation) ResolveName(name string) (any, bool) {
	if name == varData {
		if a.data == nil {
			return map[string]any{}, true
		}
		return a.data, true
	}
	return a.activation.ResolveName(name)
}
