package rego

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	eventschema "github.com/tracehound/tracehound/docs/schema"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

// foreign are keys that streams of Tracee have and ours do not.
var foreign = []string{"contextFlags"}

// inputSchema gives OPA's compiler the type of input: the keys of the published
// schema and no others. What depends on the event's name is not in it, nor what
// the compiler would read wrongly: of several types it sees but one.
var inputSchema = sync.OnceValues(func() (*ast.SchemaSet, error) {
	var published struct {
		Properties map[string]map[string]any `json:"properties"`
	}
	if err := json.Unmarshal(eventschema.Event, &published); err != nil {
		return nil, fmt.Errorf("read event schema: %w", err)
	}
	properties := map[string]any{}
	for key, p := range published.Properties {
		if _, several := p["type"].([]any); several {
			p = map[string]any{}
		}
		properties[key] = p
	}
	for _, key := range foreign {
		properties[key] = map[string]any{}
	}
	set := ast.NewSchemaSet()
	set.Put(ast.SchemaRootRef, map[string]any{"type": "object", "properties": properties})
	return set, nil
})

// explain completes OPA's words for a fault.
func explain(e *ast.Error) string {
	switch d := e.Details.(type) {
	case *ast.RefErrInvalidDetail:
		var known []string
		for _, v := range d.OneOf {
			if key, ok := v.(ast.String); ok && !slices.Contains(foreign, string(key)) {
				known = append(known, string(key))
			}
		}
		key, ok := d.Ref[d.Pos].Value.(ast.String)
		if !ok || len(known) == 0 {
			break
		}
		return fmt.Sprintf("undefined ref: %s: no key is %q%s; there are %s", d.Ref, string(key), nearest.Hint(string(key), known), strings.Join(known, ", "))
	case *ast.UnificationErrDetail:
		return fmt.Sprintf("%s: %s and %s are never equal", e.Message, types.Sprint(d.Left), types.Sprint(d.Right))
	}
	return e.Message
}
