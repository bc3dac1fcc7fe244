package event

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatchedPoliciesInJSON(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, `"sequence":0}`},
		{[]string{"web", "a\"b"}, `"sequence":0,"matchedPolicies":["web","a\"b"]}`},
	} {
		e := Event{MatchedPolicies: c.names}
		line := string(e.AppendJSON(nil))
		if !strings.HasSuffix(line, c.want) {
			t.Errorf("%q: got %s", c.names, line)
		}
		var back Event
		if err := json.Unmarshal([]byte(line), &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.names, back.MatchedPolicies); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	}
	for _, bad := range []string{`{"matchedPolicies":7}`, `{"matchedPolicies":[7]}`} {
		if err := json.Unmarshal([]byte(bad), &Event{}); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
