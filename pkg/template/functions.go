package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

// Functions of sprig that are not there, and why.
var removed = map[string][]string{
	"a template must not read the machine that it runs on":                              {"env", "expandenv", "getHostByName"},
	"a template makes the same text whenever it runs; .Time is the time of the finding": {"now", "ago"},
	"a template makes the same text whenever it runs": {
		"uuidv4", "randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "shuffle", "bcrypt", "htpasswd", "encryptAES",
		"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey",
	},
	"it takes too long": {"derivePassword"},
}

// reasonFor says why there is no such function, when sprig has it.
func reasonFor(function string) string {
	for reason, names := range removed {
		for _, name := range names {
			if name == function {
				return ": " + reason
			}
		}
	}
	return ""
}

// jsonMakers return JSON. In a JSON template it is written as it is, if it is one
// value.
var jsonMakers = []string{"toJson", "toPrettyJson", "toRawJson", "mustToJson", "mustToPrettyJson", "mustToRawJson"}

// functions are those that a template of the language has.
func functions(l *language) template.FuncMap {
	f := maps.Clone(sprig.TxtFuncMap())
	for _, names := range removed {
		for _, name := range names {
			delete(f, name)
		}
	}
	pretty := func(v any) (string, error) { return toJSON(v, "  ") }
	compact := func(v any) (string, error) { return toJSON(v, "") }
	for _, name := range jsonMakers {
		f[name] = compact
	}
	f["toPrettyJson"], f["mustToPrettyJson"] = pretty, pretty
	f["printable"] = Printable
	f["mrkdwn"] = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	if l.quote != nil {
		f["quote"] = l.quote
	}
	for name, function := range l.escapers {
		f[name] = func(v any) (string, error) { return function(indirect(v)) }
	}
	return f
}

// toJSON leaves < > & as they are.
func toJSON(v any, indent string) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// Printable makes bytes that an attacker chose (a command's name, a file's path)
// harmless on a terminal and in a line-oriented log: what is not printable
// (control characters, line and paragraph separators, characters that turn the
// direction of writing, broken UTF-8) becomes a Go escape sequence, and so does
// the backslash, so that no text can be taken for another.
func Printable(s string) string {
	clean := true
	for _, r := range s {
		if r == '\\' || r == utf8.RuneError || !strconv.IsPrint(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\\' || !strconv.IsPrint(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}

// indirect follows pointers and interfaces, as text/template does when it prints;
// but not to what prints itself.
func indirect(v any) any {
	for value := reflect.ValueOf(v); value.Kind() == reflect.Pointer; value = reflect.ValueOf(v) {
		switch v.(type) {
		case fmt.Stringer, error, json.Marshaler:
			return v
		}
		if value.IsNil() {
			return nil
		}
		v = value.Elem().Interface()
	}
	return v
}

// text is a value as text; nothing for none.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}
