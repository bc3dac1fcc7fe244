package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

// object is a JSON object that is made member by member. Its keys come sorted.
type object map[string]any

// put sets a member unless the value is empty: "", nil, an empty list or object.
// Numbers and truth values are never empty.
func (o object) put(key string, value any) {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Invalid:
		return
	case reflect.String, reflect.Map, reflect.Slice:
		if v.Len() == 0 {
			return
		}
	}
	o[key] = value
}

// encode is one line of JSON of what build makes of a finding. When a signature
// has put something into its data or properties that JSON cannot hold, that is
// replaced by its text: the finding matters more.
func encode(f *signature.Finding, build func(f *signature.Finding) any) ([]byte, error) {
	b, err := marshal(build(f))
	if err == nil {
		return b, nil
	}
	safe := *f
	safe.Data = representable(f.Data)
	safe.Metadata.Properties = representable(f.Metadata.Properties)
	return marshal(build(&safe))
}

// dataText is a finding's data as compact JSON, "" when there is none.
func dataText(f *signature.Finding) string {
	if len(f.Data) == 0 {
		return ""
	}
	b, err := marshal(f.Data)
	if err != nil {
		b, err = marshal(representable(f.Data))
	}
	if err != nil {
		return fmt.Sprint(f.Data) // not even its keys
	}
	return strings.TrimSuffix(string(b), "\n")
}

// marshal is one line of JSON that leaves < > & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// representable replaces members that JSON cannot hold by their text.
func representable(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	to := make(map[string]any, len(m))
	for k, v := range m {
		if _, err := json.Marshal(v); err != nil {
			v = fmt.Sprint(v)
		}
		to[k] = v
	}
	return to
}
