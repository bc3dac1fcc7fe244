package event

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAncestorsInJSON(t *testing.T) {
	for _, c := range []struct {
		name  string
		event Event
		ends  string
	}{
		{"nobody asked", Event{}, `"sequence":0}`},
		{"none", Event{Ancestors: []Ancestor{}}, `"sequence":0,"ancestors":[]}`},
		{
			"two", Event{Ancestors: []Ancestor{{"b-7-9-1", 7, "ba\"sh", "/bin/bash"}, {"b-1-0-0", 1, "", ""}}},
			`"ancestors":[{"execId":"b-7-9-1","hostProcessId":7,"processName":"ba\"sh","executable":"/bin/bash"},` +
				`{"execId":"b-1-0-0","hostProcessId":1,"processName":"","executable":""}]}`,
		},
	} {
		line := c.event.AppendJSON(nil)
		if !strings.HasSuffix(string(line), c.ends) {
			t.Errorf("%s: %s, want the end %s", c.name, line, c.ends)
		}
		var back Event
		if err := back.UnmarshalJSON(line); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.event.Ancestors, back.Ancestors); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBadAncestors(t *testing.T) {
	for text, want := range map[string]string{
		`{"ancestors":7}`:                             "want a list of ancestors",
		`{"ancestors":[7]}`:                           "want an ancestor",
		`{"ancestors":[{"execId":7}]}`:                "want a string",
		`{"ancestors":[{"hostProcessId":"x"}]}`:       "want an integer",
		`{"ancestors":[{"processName":null,"x":[]}]}`: "want a string",
	} {
		var e Event
		if err := e.UnmarshalJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
