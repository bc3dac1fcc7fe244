package cel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"

	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// What conditions on findings see beside the event: the finding's data, and what
// its signature says of itself.
const (
	varData     = "data"
	varID       = "signature.id"
	varName     = "signature.name"
	varSeverity = "signature.severity" // -1: none
	varTags     = "signature.tags"
)

// shownFaults is how many faults of a condition are told: it has them on many
// events.
const shownFaults = 3

// Condition is a condition on findings: on their events, as the match of a
// signature, on data, a map of what the signature said, and on the signature.
type Condition struct {
	matches map[string]match // by event name
}

// NewCondition compiles a condition for each of the events that it may meet. It
// need not fit all of them: where it names what an event does not have, it does
// not hold. It is an error when it fits none.
func NewCondition(text string, events []*schema.Event) (*Condition, error) {
	c := &Condition{matches: map[string]match{}}
	var faults []error
	told := map[fault]bool{} // on another event
	for _, def := range events {
		env, err := newEnvironment(def, nil)
		if err != nil {
			return nil, err
		}
		if env.env, err = env.env.Extend(
			cel.Variable(varData, cel.MapType(cel.StringType, cel.DynType)),
			cel.Variable(varID, cel.StringType), cel.Variable(varName, cel.StringType),
			cel.Variable(varSeverity, cel.IntType), cel.Variable(varTags, cel.ListType(cel.StringType)),
		); err != nil {
			return nil, fmt.Errorf("make CEL environment: %w", err)
		}
		m, wrong := env.match(text)
		if len(wrong) == 0 {
			c.matches[def.Name] = m
			continue
		}
		for _, f := range wrong {
			if told[f] {
				continue
			}
			told[f] = true
			faults = append(faults, fmt.Errorf("column %d: %s (on event %s)", f.column+1, f.message, def.Name))
		}
	}
	if len(c.matches) == 0 {
		return nil, errors.Join(faults[:min(len(faults), shownFaults)]...)
	}
	return c, nil
}

// Holds reports whether the condition holds for a finding. What has no value
// makes it not hold.
func (c *Condition) Holds(f *signature.Finding) (bool, error) {
	m, ok := c.matches[f.Event.EventName]
	if !ok {
		return false, nil
	}
	holds, err := m.eval(f.Event, findingActivation{activation{f.Event}, f})
	if noValue(err) || err != nil && strings.HasPrefix(err.Error(), "no such key: ") {
		return false, nil
	}
	return holds, err
}

type findingActivation struct {
	activation
	finding *signature.Finding
}

// ResolveName implements cel.Activation.
func (a findingActivation) ResolveName(name string) (any, bool) {
	f := a.finding
	switch name {
	case varData:
		if f.Data == nil {
			return map[string]any{}, true
		}
		return f.Data, true
	case varID:
		return f.Metadata.ID, true
	case varName:
		return f.Metadata.Name, true
	case varSeverity:
		return f.Metadata.Severity(), true
	case varTags:
		return f.Metadata.Tags, true
	}
	return a.activation.ResolveName(name)
}
