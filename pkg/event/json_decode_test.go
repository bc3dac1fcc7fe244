package event

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// replaceInvalid is what JSON makes of text that is not UTF-8.
func replaceInvalid(s string) string { return string([]rune(s)) }

// expected is what an event is after a trip through JSON.
func expected(e *Event) *Event {
	e.ProcessName = replaceInvalid(e.ProcessName)
	for i := range e.Args {
		switch v := e.Args[i].Value.(type) {
		case string:
			e.Args[i].Value = replaceInvalid(v)
		case []string:
			for j := range v {
				v[j] = replaceInvalid(v[j])
			}
		case Sockaddr:
			v.Path = replaceInvalid(v.Path)
			e.Args[i].Value = v
		}
	}
	return e
}

func TestJSONRoundTrip(t *testing.T) {
	text := sample().AppendJSON(nil)
	var got Event
	if err := got.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(expected(sample()), &got); diff != "" {
		t.Errorf("event after JSON (-want +got):\n%s", diff)
	}
	var std Event
	if err := json.Unmarshal(text, &std); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, std); diff != "" {
		t.Errorf("through json.Unmarshal (-direct +std):\n%s", diff)
	}
}

func TestUnmarshalArgument(t *testing.T) {
	tests := []struct {
		ctype, value string
		want         any
	}{
		{"int", "-100", int32(-100)},
		{"pid_t", "2147483647", int32(math.MaxInt32)},
		{"int", "2147483648", json.Number("2147483648")},
		{"int", "1.5", json.Number("1.5")},
		{"int", "1e2", json.Number("1e2")},
		{"int", `"O_RDONLY|O_CLOEXEC"`, "O_RDONLY|O_CLOEXEC"},
		{"string", `"PTRACE_TRACEME"`, "PTRACE_TRACEME"},
		{"long", "-9223372036854775808", int64(math.MinInt64)},
		{"off_t", "-1", int64(-1)},
		{"loff_t", "9007199254740993", int64(9007199254740993)},
		{"unsigned int", "4294967295", uint32(math.MaxUint32)},
		{"mode_t", "-1", json.Number("-1")},
		{"dev_t", "8388609", uint32(8388609)},
		{"unsigned long", "18446744073709551615", uint64(math.MaxUint64)},
		{"unsigned long", "18446744073709551616", json.Number("18446744073709551616")},
		{"unsigned long", `"0x10"`, "0x10"},
		{"void*", `"0x7ffe0000dead"`, uint64(0x7ffe0000dead)},
		{"void*", `"0x"`, "0x"},
		{"struct iovec*", "140734000000001", uint64(140734000000001)},
		{"struct sockaddr*", `"0x10"`, uint64(16)},
		{"struct sockaddr*", "16", uint64(16)},
		{"umode_t", "33188", uint16(33188)},
		{"umode_t", "65536", json.Number("65536")},
		{"bool", "true", true},
		{"bool", "1", json.Number("1")},
		{"int[2]", "[3,4]", []int32{3, 4}},
		{"int[2]", `[3,"4"]`, []any{json.Number("3"), "4"}},
		{"const char*const*", `["a","\u00e9\n"]`, []string{"a", "é\n"}},
		{"const char**", `["a",1]`, []any{"a", json.Number("1")}},
		{"const char**", `[]`, []string{}},
		{"const char*", "null", nil},
		{"bytes", `"f0VMRg=="`, []byte("\x7fELF")},
		{"bytes", `"not base64"`, "not base64"},
		{"slim_cred_t", `{"Uid":0,"CapEffective":18446744073709551615}`, map[string]any{"Uid": json.Number("0"), "CapEffective": json.Number("18446744073709551615")}},
		{"unsigned long[]", `[18446744073709551615]`, []any{json.Number("18446744073709551615")}},
		{"float", "0.1", json.Number("0.1")},
		{"struct sockaddr*", `{"sin_port":"80","sa_family":"AF_INET","sin_addr":"1.2.3.4"}`, Sockaddr{Family: "AF_INET", Addr: "1.2.3.4", Port: 80}},
		{"struct sockaddr*", `{"sa_family":"AF_UNIX"}`, Sockaddr{Family: "AF_UNIX"}},
		{"struct sockaddr*", `{"sa_family":"AF_INET","sin_port":"65536"}`, map[string]any{"sa_family": "AF_INET", "sin_port": "65536"}},
		{"struct sockaddr*", `{"sa_family":"AF_UNIX","sin_port":"1"}`, map[string]any{"sa_family": "AF_UNIX", "sin_port": "1"}},
		{"struct sockaddr*", `{"sa_family":"AF_VSOCK","cid":3}`, map[string]any{"sa_family": "AF_VSOCK", "cid": json.Number("3")}},
	}
	for _, tt := range tests {
		var e Event
		text := `{"args":[ {"name" : "x", "type": "` + tt.ctype + `" ,"value": ` + tt.value + ` } ]}`
		if err := e.UnmarshalJSON([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff([]Argument{{Name: "x", Type: tt.ctype, Value: tt.want}}, e.Args); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestUnmarshalForeignStream(t *testing.T) {
	tests := []struct {
		name, text string
		want       Event
	}{
		{"no keys", `{}`, Event{}},
		{"nulls", `{"args":null,"stackAddresses":null,"processName":null,"timestamp":null}`, Event{}},
		{"number as id", `{"eventId":257}`, Event{EventID: 257}},
		{"negative id", `{"eventId":"-1"}`, Event{EventID: -1}},
		{"white space", " {\n\t\"userId\" :\r 5 , \"args\" : [ ] }\n", Event{UserID: 5}},
		{"empty stack", `{"stackAddresses":[]}`, Event{}},
		{"escaped key", `{"user\u0049d":5}`, Event{UserID: 5}},
		{"argsNum does not count", `{"argsNum":9}`, Event{}},
		{"last key wins", `{"userId":1,"userId":2}`, Event{UserID: 2}},
		{"unknown keys", `{"contextFlags":{"containerStarted": true},"userid":7,"matched":[ 1.0 ]}`, Event{Extra: map[string]json.RawMessage{
			"contextFlags": json.RawMessage(`{"containerStarted":true}`), "userid": json.RawMessage(`7`), "matched": json.RawMessage(`[1.0]`)}}},
		{"unknown keys in an argument", `{"args":[{"name":"a","value":"b","more":{}}]}`, Event{Args: []Argument{{Name: "a", Value: "b"}}}},
		{"symbols", `{"stackSymbols":["a!b+0x1",""]}`, Event{StackSymbols: []string{"a!b+0x1", ""}}},
		{"path", `{"args":[{"name":"fd","type":"int","value":3,"path":"/x"}]}`, Event{Args: []Argument{{Name: "fd", Type: "int", Value: int32(3), Path: "/x"}}}},
		{"truncated", `{"args":[{"name":"a","type":"const char*","value":"b","truncated":true}]}`, Event{Args: []Argument{{Name: "a", Type: "const char*", Value: "b", Truncated: true}}}},
	}
	for _, tt := range tests {
		var got Event
		if err := got.UnmarshalJSON([]byte(tt.text)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, "parse JSON: unexpected end of JSON input"},
		{`{"a":1`, "parse JSON: unexpected end of JSON input"},
		{`{"a":1}{}`, "parse JSON: invalid character '{' after top-level value"},
		{`[1]`, `want an event, which is a JSON object, have "[1]"`},
		{`null`, `want an event, which is a JSON object, have "null"`},
		{`{"timestamp":"now"}`, `key "timestamp": want an integer, have "\"now\""`},
		{`{"timestamp":1.5}`, `key "timestamp": want an integer, have "1.5"`},
		{`{"timestamp":9223372036854775808}`, `key "timestamp": want an integer`},
		{`{"mountNamespace":4294967296}`, `key "mountNamespace": want an integer from 0 to 4294967295, have "4294967296"`},
		{`{"cgroupId":-1}`, `key "cgroupId": want an integer from 0 to 18446744073709551615, have "-1"`},
		{`{"processName":7}`, `key "processName": want a string, have "7"`},
		{`{"eventId":"read"}`, `key "eventId": want an event's number, have "\"read\""`},
		{`{"stackAddresses":7}`, `key "stackAddresses": want a list of addresses`},
		{`{"args":{}}`, `key "args": want a list of arguments, have "{}"`},
		{`{"args":[7]}`, `key "args": want an argument, which is an object, have "7"`},
		{`{"args":[{"name":7}]}`, `want a string, have "7"`},
	}
	for _, tt := range tests {
		err := new(Event).UnmarshalJSON([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v; want %q", tt.text, err, tt.want)
		}
	}
}

// An event that was read once keeps its form: JSON → Event → JSON → Event is
// stable, and so is the second text.
func FuzzUnmarshalEvent(f *testing.F) {
	f.Add(sample().AppendJSON(nil))
	f.Add([]byte(`{"timestamp":1,"eventId":"257","args":[{"name":"flags","type":"string","value":"O_RDONLY"}],"contextFlags":{"a":[1,{"b":"\ud800"}]}}`))
	f.Add([]byte(`{"args":null,"eventId":59,"stackAddresses":[1,2]}`))
	f.Add([]byte(`{"args":[{"name":"a","type":"struct sockaddr*","value":{"sa_family":"AF_INET6","sin6_port":"1"}},{}]}`))
	f.Add([]byte("{\"a\xff\":\"\xff\",\"\\u0061\xff\":1e999}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second Event
		if first.UnmarshalJSON(data) != nil {
			return
		}
		text := first.AppendJSON(nil)
		if !json.Valid(text) || strings.ContainsAny(string(text), "\n\r") {
			t.Fatalf("not one line of JSON: %s", text)
		}
		if err := second.UnmarshalJSON(text); err != nil {
			t.Fatalf("own output refused: %v\n%s", err, text)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("event changed (-first +second):\n%s\n%s", diff, text)
		}
		if again := string(second.AppendJSON(nil)); again != string(text) {
			t.Fatalf("text changed:\n%s\n%s", text, again)
		}
	})
}

func BenchmarkUnmarshalJSON(b *testing.B) {
	text := sample().AppendJSON(nil)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var e Event
		if err := e.UnmarshalJSON(text); err != nil {
			b.Fatal(err)
		}
	}
}
