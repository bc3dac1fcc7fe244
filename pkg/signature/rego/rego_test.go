package rego

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	oparego "github.com/open-policy-agent/opa/v1/rego"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
)

// definitions are the events of these tests.
func definitions(name string) *schema.Event {
	for _, e := range []schema.Event{
		{Name: "ptrace", Fields: []schema.Field{{Name: "request", Kind: schema.PtraceRequest}, {Name: "pid", Kind: schema.PID}}},
		{Name: "security_file_open", Fields: []schema.Field{{Name: "pathname", Kind: schema.Path}, {Name: "flags", Kind: schema.OpenFlags}}},
	} {
		if e.Name == name {
			return &e
		}
	}
	return nil
}

func load(t *testing.T, text string, libraries ...File) (*Signature, error) {
	t.Helper()
	l, err := NewLoader(libraries, definitions)
	if err != nil {
		t.Fatal(err)
	}
	return l.Load(File{Path: "dir/x.rego", Data: []byte(text)})
}

func mustLoad(t *testing.T, text string, libraries ...File) *Signature {
	t.Helper()
	s, err := load(t, text, libraries...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// old is a signature in the Rego that Tracee's files are written in.
const old = `package tracee.OLD_1

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "OLD-1",
	"version": "0.1.0",
	"name": "Code injection",
	"description": "writes another process",
	"tags": ["linux", "container"],
	"properties": {"Severity": 3, "ratio": 0.5, "MITRE ATT&CK": "Defense Evasion: Process Injection"},
}

eventSelectors := [
	{"source": "tracee", "name": "ptrace"},
	{"source": "tracee", "name": "security_file_open", "origin": "*"},
]

tracee_selected_events[eventSelector] {
	eventSelector := eventSelectors[_]
}

tracee_match {
	input.eventName == "ptrace"
	arg_value = helpers.get_tracee_argument("request")
	arg_value == "PTRACE_TRACEME"
}

tracee_match = res {
	input.eventName == "security_file_open"
	flags := helpers.get_tracee_argument("flags")
	helpers.is_file_write(flags)
	path := helpers.get_tracee_argument("pathname")
	regex.match("/proc/(?:\\d.+|self)/mem", path)
	res := {"file flags": flags, "n": count(path)}
}
`

func ptrace(request any) *event.Event {
	return &event.Event{EventName: "ptrace", Args: []event.Argument{{Name: "request", Type: "long", Value: request}}}
}

func open(path string, flags any) *event.Event {
	return &event.Event{EventName: "security_file_open", Args: []event.Argument{
		{Name: "pathname", Type: "const char*", Value: path}, {Name: "flags", Type: "int", Value: flags}}}
}

func TestOldFileWorksAsItIs(t *testing.T) {
	s := mustLoad(t, old)
	want := signature.Metadata{ID: "OLD-1", Version: "0.1.0", Name: "Code injection", Description: "writes another process",
		Tags:       []string{"linux", "container"},
		Properties: map[string]any{"Severity": 3, "ratio": 0.5, "MITRE ATT&CK": "Defense Evasion: Process Injection"}}
	if diff := cmp.Diff(want, s.Metadata()); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	wantSelectors := []signature.Selector{{Source: "tracee", Name: "ptrace"}, {Source: "tracee", Name: "security_file_open", Origin: "*"}}
	if diff := cmp.Diff(wantSelectors, s.Selectors()); diff != "" {
		t.Errorf("selectors (-want +got):\n%s", diff)
	}
	if got := s.Position().String(); got != "dir/x.rego:5:1" {
		t.Errorf("Position() = %s", got)
	}

	tests := []struct {
		name string
		e    *event.Event
		want *signature.Match
	}{
		{"number is shown as its name", ptrace(int64(0)), &signature.Match{}},
		{"name in a recorded stream", ptrace("PTRACE_TRACEME"), &signature.Match{}},
		{"another request", ptrace(int64(16)), nil},
		{"no arguments", &event.Event{EventName: "ptrace"}, nil},
		{"argument null", ptrace(nil), nil},
		{"write-open of memory", open("/proc/12/mem", int32(2)), &signature.Match{Data: map[string]any{"file flags": "O_RDWR", "n": 12}}},
		{"read-open of memory", open("/proc/12/mem", int32(0)), nil},
		{"write-open of another file", open("/proc/12/maps", int32(1)), nil},
		{"flags are no flags", open("/proc/12/mem", []string{"O_RDWR"}), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.OnEvent(tt.e)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("match (-want +got):\n%s", diff)
			}
		})
	}
}

// signatureText makes a signature in today's Rego of its parts.
func signatureText(metadoc, selected, rest string) string {
	return "package tracee.NEW_1\n" +
		"__rego_metadoc__ := " + metadoc + "\n" +
		"tracee_selected_events contains s if some s in " + selected + "\n" + rest + "\n"
}

const (
	meta  = `{"id": "NEW-1", "name": "n"}`
	on    = `[{"name": "ptrace"}]`
	onAny = `[{"name": "*"}]`
	match = `tracee_match if input.returnValue == 0`
)

func TestMatchValues(t *testing.T) {
	tests := []struct {
		name, rest string
		want       *signature.Match
		err        string
	}{
		{"undefined", `tracee_match if input.returnValue == 1`, nil, ""},
		{"false", `tracee_match := false`, nil, ""},
		{"true", match, &signature.Match{}, ""},
		{"object", `tracee_match := {"a": [1, {"b": 18446744073709551615}]}`,
			&signature.Match{Data: map[string]any{"a": []any{1, map[string]any{"b": uint64(18446744073709551615)}}}}, ""},
		{"empty object", `tracee_match := {}`, &signature.Match{Data: map[string]any{}}, ""},
		{"string", `tracee_match := "yes"`, nil, "must be a boolean or an object with string keys, is a string"},
		{"set", `tracee_match contains "yes"`, nil, "is an array or set"},
		{"two values", "tracee_match := true if input.returnValue == 0\ntracee_match := false if input.returnValue < 9", nil,
			"dir/x.rego:4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mustLoad(t, signatureText(meta, on, tt.rest)).OnEvent(&event.Event{EventName: "ptrace"})
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("OnEvent error = %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("match (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"syntax, today's form", signatureText(meta, on, "tracee_match if {\n\tinput.x == \n}"), "dir/x.rego:6:1: unexpected }"},
		{"syntax, older form", strings.Replace(old, `arg_value == "PTRACE_TRACEME"`, `arg_value == == 1`, 1), "dir/x.rego:26:15: unexpected equal token"},
		{"rule without a value", "package tracee.X\n\nx := ", "dir/x.rego:3:5: unexpected eof token: expected rule value term"},
		{"not Rego", "kind: Signatures\n", "dir/x.rego:1:"},
		{"empty", "", "dir/x.rego: empty module"},
		{"binary", "\x00\x7fELF\xff", "dir/x.rego:1:"},
		{"unknown function", signatureText(meta, on, "tracee_match if no.such(1)"), "dir/x.rego:4:17: undefined function no.such"},
		{"unknown helper", signatureText(meta, on, "tracee_match if data.tracee.helpers.is_elf(1)"), "dir/x.rego:4:17: undefined function data.tracee.helpers.is_elf"},
		{"type error", signatureText(meta, on, `tracee_match if count(1) == 1`), "dir/x.rego:4:"},
		{"misspelt key", signatureText(meta, on, `tracee_match if input.evntName == "ptrace"`),
			`dir/x.rego:4:17: undefined ref: input.evntName: no key is "evntName"; did you mean "eventName"?; there are abi, ancestors, args, `},
		{"misspelt key of an argument", signatureText(meta, on, "tracee_match if {\n\tsome a in input.args\n\ta.nmae == \"request\"\n}"),
			`dir/x.rego:6:2: undefined ref: a.nmae: no key is "nmae"; did you mean "name"?; there are name, path, truncated, type, value`},
		{"impossible comparison", signatureText(meta, on, `tracee_match if input.processId == "1"`), "dir/x.rego:4:17: match error: number and string are never equal"},
		{"impossible comparison with a list", signatureText(meta, on, `tracee_match if input.args == "1"`), "dir/x.rego:4:17: match error: array[object<"},
		{"impossible function", signatureText(meta, on, `tracee_match if startswith(input.returnValue, "-")`), "dir/x.rego:4:17: startswith: invalid argument"},
		{"unknown event", signatureText(meta, on, `tracee_match if input.eventName == "ptrce"`), `dir/x.rego:4:36: unknown event "ptrce"`},
		{"unknown event in a set", signatureText(meta, on, `tracee_match if input.eventName in {"ptrace", "ptrce"}`), `unknown event "ptrce"`},
		{"unknown argument", signatureText(meta, on, `tracee_match if data.tracee.helpers.get_tracee_argument("reqest") == 1`),
			`dir/x.rego:4:57: no selected event has an argument "reqest"; did you mean "request"?; there are pid, request`},
		{"no match rule", signatureText(meta, on, ""), "dir/x.rego:1:1: package data.tracee.NEW_1 does not define tracee_match"},
		{"metadata no object", signatureText(`"x"`, on, match), "dir/x.rego:2:1: __rego_metadoc__ must be an object, is a string"},
		{"id no string", signatureText(`{"id": 1}`, on, match), "dir/x.rego:2:1: id in __rego_metadoc__ must be a string, is a number"},
		{"tags no list", signatureText(`{"tags": "linux"}`, on, match), "tags in __rego_metadoc__ must be an array of strings, are a string"},
		{"tag no string", signatureText(`{"tags": [null]}`, on, match), "one is null"},
		{"properties no object", signatureText(`{"properties": []}`, on, match), "properties in __rego_metadoc__ must be an object, are an array or set"},
		{"metadata from input", signatureText(`{"id": input.hostName}`, on, match), "__rego_metadoc__ is undefined without an event"},
		{"no selectors", signatureText(meta, "[]", match), "dir/x.rego:3:1: tracee_selected_events is empty"},
		{"selector no object", signatureText(meta, `["ptrace"]`, match), "must hold objects, one is a string"},
		{"selector with unknown key", signatureText(meta, `[{"nmae": "ptrace"}]`, match), `unknown key "nmae"`},
		{"selector name no string", signatureText(meta, `[{"name": 3}]`, match), "name in tracee_selected_events must be a string, is a number"},
		{"selectors no set", strings.Replace(signatureText(meta, on, match), "tracee_selected_events contains s if some s in", "tracee_selected_events := 1 #", 1), "must be a set of objects, is a number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load error = %v\nwant %q", err, tt.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "dir/x.rego:") {
				t.Errorf("Load error %q does not begin with the place", err)
			}
		})
	}
}

func TestLoadForeign(t *testing.T) {
	if _, err := load(t, "package kubernetes.admission\ndeny contains 1 if input.x"); !errors.Is(err, ErrForeign) {
		t.Errorf("Load error = %v, want ErrForeign", err)
	}
}

func TestSelectorPosition(t *testing.T) {
	s := mustLoad(t, signatureText(meta, "[\n{\"name\": \"security_file_open\"},\n{\"name\": \"ptrace\"}]", match))
	for i, sel := range s.Selectors() {
		want := map[string]string{"security_file_open": "dir/x.rego:4:10", "ptrace": "dir/x.rego:5:10"}[sel.Name]
		if got := s.SelectorPosition(i).String(); got != want {
			t.Errorf("place of %s = %s, want %s", sel.Name, got, want)
		}
	}
}

func TestLibraries(t *testing.T) {
	lib := File{Path: "dir/my_helpers.rego", Data: []byte("package my.helpers\n\nis_zero(n) { n == 0 }\n")}
	s := mustLoad(t, signatureText(meta, on, "tracee_match if data.my.helpers.is_zero(input.returnValue)"), lib)
	if m, err := s.OnEvent(&event.Event{EventName: "ptrace"}); m == nil || err != nil {
		t.Errorf("OnEvent = %v, %v, want a match", m, err)
	}

	for name, bad := range map[string]string{
		"dir/bad_helpers.rego:2:": "package my.helpers\nf(x) :=",
		"dir/bad_helpers.rego:3:": "package my.helpers\n\nf(x) if no.such(x)",
	} {
		_, err := NewLoader([]File{{Path: "dir/bad_helpers.rego", Data: []byte(bad)}}, definitions)
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("NewLoader error = %v, want %s…", err, name)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, text := range []string{old, signatureText(meta, on, match), "package x", "", "package tracee.X\ntracee_match if {", "\xff"} {
		f.Add(text)
	}
	l, err := NewLoader(nil, definitions)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "http.send") || strings.Contains(text, "net.") {
			return // the fuzzer must not reach the network
		}
		s, err := l.Load(File{Path: "f.rego", Data: []byte(text)})
		if (s == nil) == (err == nil) {
			t.Fatalf("Load = %v, %v", s, err)
		}
	})
}

// BenchmarkOnEvent measures an event that constant tests rule out, one that must
// be evaluated, and beside it OPA's own prepared query on an input that is there
// already.
func BenchmarkOnEvent(b *testing.B) {
	l, err := NewLoader(nil, catalog.ByName)
	if err != nil {
		b.Fatal(err)
	}
	s, err := l.Load(File{Path: "old.rego", Data: []byte(old)})
	if err != nil {
		b.Fatal(err)
	}
	other, near := ptrace(int64(16)), open("/proc/12/maps", int32(2))
	ready := whole(near, catalog.ByName(near.EventName))
	ctx := b.Context()
	for _, bb := range []struct {
		name string
		run  func() (any, error)
	}{
		{"ruled out", func() (any, error) { return result(s.OnEvent(other)) }},
		{"evaluated", func() (any, error) { return result(s.OnEvent(near)) }},
		{"OPA alone", func() (any, error) {
			results, err := s.match.Eval(ctx, oparego.EvalParsedInput(ready))
			if len(results) > 0 {
				return results, err
			}
			return nil, err
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if found, err := bb.run(); found != nil || err != nil {
					b.Fatal(found, err)
				}
			}
		})
	}
}

func result(m *signature.Match, err error) (any, error) {
	if m == nil {
		return nil, err
	}
	return m, err
}
