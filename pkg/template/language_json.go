package template

import (
	"encoding/json"
	"errors"
	"strings"
)

// States of JSON: start is outside of strings.
const (
	jsonString state = iota + 1
	jsonBackslash
)

// In a string, a value is its text, escaped. Elsewhere it is a JSON value of its
// own: texts come quoted, lists and objects whole, nothing as null.
var jsonLanguage = &language{
	name: "JSON", suffix: "json", mime: "application/json",
	step: stepJSON,
	escaper: func(s state) (string, string) {
		switch s {
		case jsonString:
			return "_json_text", ""
		case jsonBackslash:
			return "", "an action behind a backslash: what it prints would be part of the escape"
		}
		return "_json_value", ""
	},
	after: func(s state) state { return s },
	whole: func(s state) string {
		if s != start {
			return `ends inside a string: a " is missing`
		}
		return ""
	},
	escapers: map[string]func(any) (string, error){
		"_json_text":  jsonText,
		"_json_value": func(v any) (string, error) { return toJSON(v, "") },
		"_json_raw":   jsonRaw,
	},
	makers: append([]string{"quote"}, jsonMakers...),
	raw:    "_json_raw",
	check: func(document []byte) error {
		var v any
		return json.Unmarshal(document, &v)
	},
	quote: func(values ...any) (string, error) {
		var all []string
		for _, v := range values {
			if v != nil {
				q, err := toJSON(text(v), "")
				if err != nil {
					return "", err
				}
				all = append(all, q)
			}
		}
		return strings.Join(all, " "), nil
	},
}

func stepJSON(s state, text string) (state, int, string) {
	for i := range len(text) {
		switch c := text[i]; {
		case s == jsonBackslash:
			s = jsonString
		case c == '"' && s == jsonString:
			s = start
		case c == '"':
			s = jsonString
		case c == '\\' && s == jsonString:
			s = jsonBackslash
		case c < ' ' && s == jsonString:
			return s, i, `a line ends, or another control character stands, inside a string: a " is missing, or write \n`
		}
	}
	return s, -1, ""
}

// jsonText is a value as text inside of a string.
func jsonText(v any) (string, error) {
	q, err := toJSON(text(v), "")
	if err != nil {
		return "", err
	}
	return q[1 : len(q)-1], nil
}

// jsonRaw passes what a function made, if it is one JSON value: what else follows
// it would be keys or elements that the template does not have.
func jsonRaw(v any) (string, error) {
	s := text(v)
	if !json.Valid([]byte(s)) {
		return "", errors.New("what the functions made is not one JSON value")
	}
	return s, nil
}
