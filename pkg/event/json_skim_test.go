package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// selection wants openat from everywhere, ptrace from the host and connect from
// containers.
func selection(name []byte) (host, container bool) {
	switch string(name) {
	case "openat":
		return true, true
	case "ptrace":
		return true, false
	case "connect":
		return false, true
	}
	return false, false
}

func TestUnwanted(t *testing.T) {
	const in, out = `"containerId":"c0ffee"`, `"containerId":""`
	tests := []struct {
		text string
		want bool
	}{
		{`{"eventName":"close"}`, true},
		{` { "x" : [ 1 , { "eventName" : "openat" } ] , "eventName" : "close" } `, true},
		{`{"eventName":"close",` + in + `}`, true},
		{`{"eventName":"openat"}`, false},
		{`{"args":[],"eventName":"openat"}`, false},
		{`{"eventName":"ptrace"}`, false},
		{`{"eventName":"ptrace",` + out + `}`, false},
		{`{` + out + `,"eventName":"ptrace"}`, false},
		{`{"eventName":"ptrace",` + in + `}`, true},
		{`{` + in + `,"eventName":"ptrace"}`, true},
		{`{"eventName":"connect"}`, true},
		{`{"eventName":"connect",` + in + `}`, false},
		{`{` + in + `,"eventName":"connect"}`, false},

		// The last of two keys counts.
		{`{"eventName":"openat","eventName":"close"}`, false}, // the decoder and the index see that
		{`{"eventName":"close","eventName":"openat"}`, false},
		{`{"eventName":"connect",` + out + `,` + in + `}`, false},

		// What is not clear is the decoder's.
		{`{"eventName":"clos\u0065"}`, false},
		{`{"event\u004eame":"openat","eventName":"close"}`, false},
		{`{"eventName":"close","event\u004eame":"openat"}`, false},
		{`{"eventName":null}`, false},
		{`{"eventName":7}`, false},
		{`{"eventName":""}`, false},
		{`{"eventName":"close","containerId":7}`, false},
		{`{}`, false},
		{``, false},
		{`[]`, false},
		{`"eventName"`, false},

		// Nor is what is no JSON an event.
		{`{"eventName":"close"`, false},
		{`{"eventName":"close"}}`, false},
		{`{"eventName":"close",}`, false},
		{`{"eventName":"close"} x`, false},
		{`{"eventName":"close","x":01}`, false},
		{`{"eventName":"close","x":"` + "\n" + `"}`, false},
		{`{"eventName":"close","x":"\x"}`, false},
		{`{"eventName":"close","x":tru}`, false},
		{`{"eventName":"close","x":[1,2}}`, false},
		{`{"eventName":"close","x"` + "\x00" + `:1}`, false},
		{`{"eventName":"close","x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, false}, // too deep to be checked here

		// Types are not looked at.
		{`{"eventName":"close","timestamp":"soon","args":7}`, true},
	}
	for _, tt := range tests {
		if got := Unwanted([]byte(tt.text), selection); got != tt.want {
			t.Errorf("Unwanted(%s) = %v", tt.text, got)
		}
	}
}

// jsonSeeds are texts that JSON and something near it differ in.
var jsonSeeds = []string{
	`{"eventName":"close","containerId":""}`, `{"eventName":"ptrace","containerId":"x","eventName":"openat"}`,
	`{"a":[1,-0.5e+7,0,1E9,"\u00e9\n",true,false,null,{},[]]}`, `{"a":1.}`, `{"a":-}`, `{"a":.5}`, `{"a":1e}`, `{"a":00}`, `{"a":+1}`,
	`{"a":"\ud800"}`, `{"a":"\u12g4"}`, `{"a":"` + "\x7f\x80\xff" + `"}`, `{"a":"1234567"}`, `{"a":"12345678"}`, `{"a":"123456789012345\""}`,
	"{\"a\":\"1234567\x1f\"}", `[]`, `{}`, ``, ` `, `{"a" :1 ,"b": 2}`, `{,}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `nul`, `{"eventName":"x"}{}`,
	strings.Repeat("[", 20000),
}

// What is skimmed over would have been decoded to an event that nobody wants,
// or to an error that says which value does not fit its key.
func FuzzUnwanted(f *testing.F) {
	f.Add(sample().AppendJSON(nil))
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		unwanted := Unwanted(data, selection)
		if unwanted && !json.Valid(data) {
			t.Fatalf("not JSON: %q", data)
		}
		var e Event
		err := e.unmarshal(data)
		if unwanted && err != nil && !strings.Contains(err.Error(), "key ") {
			t.Fatalf("skimmed over %q: %v", data, err)
		}
		if err != nil {
			return
		}
		wanted := e.EventName == "" || Selection(selection).Wants([]byte(e.EventName), e.Origin() == Container)
		if unwanted && wanted {
			t.Fatalf("skimmed over %q, which is wanted", data)
		}
	})
}

func FuzzLexer(f *testing.F) {
	f.Add(sample().AppendJSON(nil))
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := lexer{data: data}
		value, ok := l.value()
		ok = ok && l.end()
		deep := bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > maxDepth
		if valid := json.Valid(data); ok && !valid || !ok && valid && !deep {
			t.Fatalf("%q: lexer %v, json.Valid %v", data, ok, valid)
		}
		if ok && !bytes.Equal(value, bytes.Trim(data, " \t\r\n")) {
			t.Fatalf("%q: value %q", data, value)
		}
		if ok && l.plain && value[0] == '"' && unquote(value) != string(value[1:len(value)-1]) {
			t.Fatalf("%q is not plain", value)
		}
	})
}
