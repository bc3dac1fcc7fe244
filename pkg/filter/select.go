package filter

import (
	"runtime"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/schema"
)

// selection adds up which events are wanted, by their place in the catalogue.
type selection struct {
	given    bool // event= or set= was used
	included map[int]bool
	excluded map[int]bool
	last     expression // the last event or set expression
}

func (b *builder) addEvent(e expression) error {
	for _, v := range e.values {
		found := matching(b.catalogue, v.pattern)
		if len(found) == 0 {
			if strings.Contains(v.text, "*") {
				return e.wrong(v, "tracer list shows all events", "no event matches %q", v.text)
			}
			return e.wrong(v, didYouMean(v.text, eventNames(b.catalogue), "tracer list shows all events"),
				"unknown event %q", v.text)
		}
		if e.op.text == "=" && !anyHere(b.catalogue, found) {
			return e.wrong(v, "leave it out", "event %q does not exist on %s", v.text, runtime.GOARCH)
		}
		b.events.add(e, found)
	}
	return nil
}

func (b *builder) addSet(e expression) error {
	for _, v := range e.values {
		var found []int
		for i := range b.catalogue {
			if b.catalogue[i].In(schema.Set(v.text)) {
				found = append(found, i)
			}
		}
		if len(found) == 0 {
			sets := setNames(b.catalogue)
			return e.wrong(v, didYouMean(v.text, sets, "known: "+strings.Join(sets, ", ")), "unknown set %q", v.text)
		}
		if e.op.text == "=" && !anyHere(b.catalogue, found) {
			return e.wrong(v, "leave it out", "no event of set %q exists on %s", v.text, runtime.GOARCH)
		}
		b.events.add(e, found)
	}
	return nil
}

func (s *selection) add(e expression, found []int) {
	to := &s.excluded
	if e.op.text == "=" {
		s.given = true
		to = &s.included
	}
	if *to == nil {
		*to = map[int]bool{}
	}
	for _, i := range found {
		(*to)[i] = true
	}
	s.last = e
}

// result lists the selected events that this architecture has.
func (s *selection) result(catalogue []schema.Event) ([]*schema.Event, error) {
	var events []*schema.Event
	for i := range catalogue {
		e := &catalogue[i]
		wanted := s.included[i]
		if !s.given {
			wanted = e.In(schema.Default)
		}
		if wanted && !s.excluded[i] && e.ID != schema.None {
			events = append(events, e)
		}
	}
	if len(events) == 0 {
		return nil, s.last.wrong(s.last.name, "", "no event is left: every event selected is also excluded")
	}
	return events, nil
}

// matching finds the events whose name fits the pattern.
func matching(catalogue []schema.Event, pattern Pattern) []int {
	var found []int
	for i := range catalogue {
		if pattern.Match(catalogue[i].Name) {
			found = append(found, i)
		}
	}
	return found
}

func anyHere(catalogue []schema.Event, found []int) bool {
	return slices.ContainsFunc(found, func(i int) bool { return catalogue[i].ID != schema.None })
}

func eventNames(catalogue []schema.Event) []string {
	names := make([]string, len(catalogue))
	for i := range catalogue {
		names[i] = catalogue[i].Name
	}
	return names
}

func setNames(catalogue []schema.Event) []string {
	var names []string
	for i := range catalogue {
		for _, s := range catalogue[i].Sets {
			names = append(names, string(s))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
