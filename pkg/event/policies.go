package event

import "fmt"

// setPolicies takes the names of the policies that want the event.
func setPolicies(e *Event, raw []byte) error {
	if raw[0] != '[' {
		return fmt.Errorf("want a list of policies, have %s", excerpt(raw))
	}
	e.MatchedPolicies = nil
	return eachElement(raw, func(item []byte) error {
		var name string
		if err := setString(&name, item); err != nil {
			return err
		}
		e.MatchedPolicies = append(e.MatchedPolicies, name)
		return nil
	})
}
