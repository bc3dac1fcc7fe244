package redact

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/tracehound/tracehound/pkg/event"
)

// maxDepth bounds the nesting of what is looked into; what is deeper goes.
const maxDepth = 64

// value returns v without secrets, and whether there were any. v stays as it is.
func (r *Redactor) value(v any) (any, bool) { return r.valueAt(v, 0) }

func (r *Redactor) valueAt(whole any, depth int) (any, bool) {
	if depth > maxDepth {
		return Mark, true
	}
	switch v := whole.(type) {
	case string:
		if clean, ok := r.text(v); ok {
			return clean, true
		}
	case []string:
		if clean, ok := r.list(v); ok {
			return clean, true
		}
	case []byte:
		if clean, ok := r.text(string(v)); ok {
			return []byte(clean), true
		}
	case event.Sockaddr:
		path, inPath := r.text(v.Path)
		other, inOther := r.text(v.Other)
		if inPath || inOther {
			v.Path, v.Other = path, other
			return v, true
		}
	case map[string]any:
		if clean, ok := r.object(v, depth); ok {
			return clean, true
		}
	case map[string]string:
		var to map[string]string
		for key, value := range v {
			clean, ok := r.text(value)
			if r.named(key, value) {
				clean, ok = Mark, true
			}
			if ok {
				if to == nil {
					to = maps.Clone(v)
				}
				to[key] = clean
			}
		}
		if to != nil {
			return to, true
		}
	case []any:
		return r.elements(v, depth)
	}
	return whole, false // boxed already: nothing is allocated
}

func (r *Redactor) object(v map[string]any, depth int) (map[string]any, bool) {
	var to map[string]any
	for key, value := range v {
		clean, ok := r.valueAt(value, depth+1)
		if s, text := value.(string); text && r.named(key, s) {
			clean, ok = Mark, true
		}
		if ok {
			if to == nil {
				to = maps.Clone(v)
			}
			to[key] = clean
		}
	}
	if to == nil {
		return v, false
	}
	return to, true
}

// elements are looked at as texts in a row, too: a recorded stream has lists of
// arguments so.
func (r *Redactor) elements(v []any, depth int) (any, bool) {
	texts := make([]string, 0, len(v))
	for _, value := range v {
		s, ok := value.(string)
		if !ok {
			break
		}
		texts = append(texts, s)
	}
	if len(texts) == len(v) {
		clean, ok := r.list(texts)
		if !ok {
			return v, false
		}
		to := make([]any, len(v))
		for i, s := range clean {
			to[i] = s
		}
		return to, true
	}
	var to []any
	for i, value := range v {
		if clean, ok := r.valueAt(value, depth+1); ok {
			if to == nil {
				to = slices.Clone(v)
			}
			to[i] = clean
		}
	}
	if to == nil {
		return v, false
	}
	return to, true
}

// named reports whether the text under a key is a secret: {"password": "x"}.
func (r *Redactor) named(key, s string) bool { return r.defaults && secretName(key) && isSecret(s) }

// extra are keys of a foreign stream, as JSON.
func (r *Redactor) extra(x event.Extra) (event.Extra, bool) {
	var to event.Extra
	for key, raw := range x {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			continue // not JSON: it goes out as a text, and so does this
		}
		clean, ok := r.object(map[string]any{key: v}, 0)
		if !ok {
			continue
		}
		text, err := json.Marshal(clean[key])
		if err != nil {
			continue // it was decoded from JSON
		}
		if to == nil {
			to = maps.Clone(x)
		}
		to[key] = text
	}
	return to, to != nil
}
