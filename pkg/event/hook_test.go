package event

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

func TestHookedSymbolsInJSON(t *testing.T) {
	const ctype = "[]trace.HookedSymbolData"
	tests := []struct {
		name  string
		value any
		json  string
	}{
		{"none", []HookedSymbol{}, `[]`},
		{"two", []HookedSymbol{{SymbolName: "read", ModuleOwner: "hidden"}, {SymbolName: "a\"b", ModuleOwner: ""}},
			`[{"SymbolName":"read","ModuleOwner":"hidden"},{"SymbolName":"a\"b","ModuleOwner":""}]`},
		{"something else is kept", []any{map[string]any{"SymbolName": "read"}}, `[{"SymbolName":"read"}]`},
		{"not all are such", []any{"read", map[string]any{"SymbolName": "x", "ModuleOwner": "y"}}, `["read",{"ModuleOwner":"y","SymbolName":"x"}]`},
		{"more than is known is kept", []any{map[string]any{"SymbolName": "x", "ModuleOwner": "y", "z": "1"}}, `[{"ModuleOwner":"y","SymbolName":"x","z":"1"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Argument{Name: "hooked_syscalls", Type: ctype, Value: tt.value}
			want := `{"name":"hooked_syscalls","type":"` + ctype + `","value":` + tt.json + `}`
			got := a.AppendJSON(nil)
			if string(got) != want {
				t.Errorf("JSON is %s, want %s", got, want)
			}
			var back Argument
			if err := json.Unmarshal(got, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(a, back); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

// A stream of another tool may give the list another type string.
func TestHookedSymbolsAreNormalized(t *testing.T) {
	def := &schema.Event{Fields: []schema.Field{{Name: "hooks", Kind: schema.HookedSymbols}}}
	e := &Event{Args: []Argument{{Name: "hooks", Type: "string", Value: []any{map[string]any{"SymbolName": "x", "ModuleOwner": "y"}}}}}
	Normalize(e, def)
	want := Argument{Name: "hooks", Type: "[]trace.HookedSymbolData", Value: []HookedSymbol{{SymbolName: "x", ModuleOwner: "y"}}}
	if diff := cmp.Diff(want, e.Args[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
