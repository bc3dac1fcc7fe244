package event

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExtraGob(t *testing.T) {
	tests := []struct {
		in   Extra
		wire string
		want Extra
	}{
		{nil, "", nil},
		{Extra{}, "", nil},
		{Extra{"b": json.RawMessage("1"), "a": json.RawMessage(` {"x": "<>"} `)}, `{"a":{"x":"<>"},"b":1}`,
			Extra{"b": json.RawMessage("1"), "a": json.RawMessage(`{"x":"<>"}`)}},
		{Extra{"eventName": json.RawMessage(`"known to the event"`)}, "", nil},
		{Extra{"bad": json.RawMessage("{")}, `{"bad":"{"}`, Extra{"bad": json.RawMessage(`"{"`)}},
	}
	for _, tt := range tests {
		wire, err := tt.in.GobEncode()
		if err != nil || string(wire) != tt.wire {
			t.Errorf("%v: encoded as %s, %v; want %s", tt.in, wire, err, tt.wire)
		}
		got := Extra{"before": nil}
		if err := got.GobDecode(wire); err != nil {
			t.Errorf("%s: %v", wire, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", wire, diff)
		}
	}
	for _, wire := range []string{"{", "[1]", "7", "\x00"} {
		if err := new(Extra).GobDecode([]byte(wire)); err == nil {
			t.Errorf("%q was accepted", wire)
		}
	}
}
