package sigtest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// What an event of a case is when it does not say. Times begin at start and are
// a millisecond apart.
const (
	start = 1_700_000_000_000_000_000
	step  = int64(time.Millisecond)
	pid   = 1000
)

// newEvent makes an event of the keys of its JSON form, but for args, which may
// be a mapping of names to values, event, which may stand for eventName, and at,
// the time since the first event. n counts from 0.
func newEvent(written map[string]any, n int) (*event.Event, error) {
	keys := maps.Clone(written)
	def, err := definition(keys)
	if err != nil {
		return nil, err
	}
	if err := setDefaults(keys, n); err != nil {
		return nil, err
	}
	keys["eventId"] = fmt.Sprint(def.ID)
	if keys["args"], err = arguments(keys["args"], def); err != nil {
		return nil, err
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	e := &event.Event{}
	if err := e.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	for name := range e.Extra {
		return nil, fmt.Errorf("unknown key %q", name)
	}
	event.Normalize(e, def)
	return e, check(e, def)
}

// definition finds the event's definition and its name a place under its key.
func definition(keys map[string]any) (*schema.Event, error) {
	if name, ok := keys["event"]; ok {
		keys["eventName"] = name
		delete(keys, "event")
	}
	name, ok := keys["eventName"].(string)
	if !ok {
		return nil, errors.New("key event: must be the name of an event")
	}
	def := catalog.ByName(name)
	if def == nil {
		all := catalog.Events()
		known := make([]string, len(all))
		for i := range all {
			known[i] = all[i].Name
		}
		return nil, fmt.Errorf("unknown event %q%s", name, nearest.Hint(name, known))
	}
	return def, nil
}

func setDefaults(keys map[string]any, n int) error {
	at := int64(n) * step
	if text, ok := keys["at"]; ok {
		d, err := time.ParseDuration(fmt.Sprint(text))
		if err != nil {
			return errors.New("key at: must be a duration as 1s or 5m")
		}
		at = int64(d)
		delete(keys, "at")
	}
	set := func(key string, value any) {
		if _, ok := keys[key]; !ok {
			keys[key] = value
		}
	}
	set("timestamp", start+at)
	set("hostProcessId", pid)
	for _, key := range []string{"hostThreadId", "processId", "threadId"} {
		set(key, keys["hostProcessId"])
	}
	set("execId", fmt.Sprintf("case:%v", keys["hostProcessId"]))
	set("processName", "case")
	return nil
}

// arguments makes the JSON form of a mapping of names to values; what is a list
// has that form already.
func arguments(written any, def *schema.Event) ([]any, error) {
	values, ok := written.(map[string]any)
	if !ok {
		if list, ok := written.([]any); ok || written == nil {
			return list, nil
		}
		return nil, errors.New("key args: must be a mapping of names to values")
	}
	var args []any
	for _, f := range def.Fields {
		if v, ok := values[f.Name]; ok {
			args = append(args, map[string]any{"name": f.Name, "type": f.WireType(), "value": jsonForm(v, f.Kind)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if def.Field(name) == nil {
			return nil, fmt.Errorf("event %s has no argument %q%s", def.Name, name, nearest.Hint(name, fieldNames(def)))
		}
	}
	return args, nil
}

func fieldNames(def *schema.Event) []string {
	var names []string
	for _, f := range def.Fields {
		names = append(names, f.Name)
	}
	return names
}

// jsonForm lets people write bytes as text, and the numbers of an address as
// numbers.
func jsonForm(v any, k schema.Kind) any {
	switch enc := k.Info().Enc; v := v.(type) {
	case string:
		if enc == schema.EncBytes {
			return base64.StdEncoding.EncodeToString([]byte(v))
		}
	case map[string]any:
		if enc == schema.EncSockaddr {
			texts := map[string]any{}
			for key, value := range v {
				texts[key] = fmt.Sprint(value)
			}
			return texts
		}
	}
	return v
}

// check refuses values that the tracer would never send: a misspelt name of a
// number would make a case that proves nothing.
func check(e *event.Event, def *schema.Event) error {
	for i := range e.Args {
		a := &e.Args[i]
		f := def.Field(a.Name)
		if f == nil {
			continue
		}
		switch v := a.Value.(type) {
		case string:
			if k := f.Kind.Info(); k.Enc.Numeric() {
				return fmt.Errorf("argument %s: %q is no %s", a.Name, v, k.Name)
			}
		case json.Number, map[string]any, []any:
			return fmt.Errorf("argument %s: %v is no %s", a.Name, v, f.Kind.Info().Name)
		}
	}
	return nil
}

// shape gives data the types that it has when it is read from JSON, so that a
// number is the same whatever its Go type.
func shape(data map[string]any) map[string]any {
	if data == nil {
		return nil
	}
	text, err := json.Marshal(data)
	if err != nil {
		return map[string]any{"unmarshalable": fmt.Sprint(data)}
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var shaped map[string]any
	if err := d.Decode(&shaped); err != nil {
		return map[string]any{"unmarshalable": fmt.Sprint(data)}
	}
	numbers(shaped)
	return shaped
}

// numbers makes int64 of whole numbers, float64 of others. Maps and lists are
// changed in place.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for key := range v {
			v[key] = numbers(v[key])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}
