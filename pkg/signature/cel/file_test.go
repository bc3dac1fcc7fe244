package cel

import (
	"errors"
	"strings"
	"testing"
)

func TestFaults(t *testing.T) {
	const head = "apiVersion: tracehound/v1\nkind: Signatures\n"
	const one = head + "signatures:\n- metadata: {id: T-1, name: n}\n  events: [{name: ptrace}]\n"
	tests := []struct{ name, text, want string }{
		{"unknown event", file("ptrase", "'true'", ""), `x.yaml:5:19: unknown event "ptrase"`},
		{"unknown argument", file("ptrace", "args.requst == 0", ""), "x.yaml:6:14: undefined field 'requst'; the arguments of ptrace are request, pid, addr (on event ptrace)"},
		{"argument of no arguments", file("nothing", "args.x == 0", ""), "undefined field 'x'; nothing has no arguments"},
		{"unknown text", file("ptrace", "text.requst == ''", ""), "the arguments of ptrace are request"},
		{"unknown field", file("ptrace", "event.procesName == 'x'", ""), "undefined field 'procesName'; the fields of event are timestamp, "},
		{"field as an argument", file("ptrace", "args.processName == 'x'", ""), "it is a field of event: event.processName"},
		{"argument as a field", file("ptrace", "event.request == 0", ""), "it is an argument: args.request"},
		{"unknown part of an address", file("security_socket_connect", "args.remote_addr.prot == 1", ""), "the fields of a socket address are family, path, addr, port"},
		{"unknown constant", file("ptrace", "args.request == PTRACE_TRACEM", ""), "x.yaml:6:26: undeclared reference to 'PTRACE_TRACEM' (on event ptrace)"},
		{"unknown function", file("ptrace", "baseman('x') == ''", ""), "undeclared reference to 'baseman'"},
		{"wrong type", file("ptrace", "args.request == 'x'", ""), "x.yaml:6:23: found no matching overload for '_==_' applied to '(int, string)'"},
		{"family is a number", file("security_socket_connect", "args.remote_addr.family == 'AF_INET'", ""), "'(int, string)'"},
		{"no condition", file("ptrace", "args.request", ""), "x.yaml:6:10: match must be a condition (bool), is int"},
		{"condition of unknown type", file("ptrace", "dyn(1)", ""), "match must be a condition (bool), is dyn"},
		{"syntax", file("ptrace", "args.request ==", ""), "x.yaml:6:"},
		{"bit operator", file("security_file_open", "(args.flags & O_CREAT) != 0", ""), "x.yaml:6:"},
		{"bad pattern", file("security_file_open", "args.pathname.matches('(')", ""), "x.yaml:6:"},
		{"zero flag", file("security_file_open", "hasFlag(args.flags, O_RDONLY)", ""), "x.yaml:6:30: this flag is 0"},
		{"zero number", file("security_file_open", "hasFlag(args.flags, 0)", ""), "this flag is 0"},
		{"object in data", file("ptrace", "'true'", "event"), "x.yaml:8:8: a value of type event cannot be in a finding"},
		{"dyn in data", file("ptrace", "'true'", "dyn(1)"), "a value of type dyn cannot be in a finding"},
		{"unknown argument in data", file("ptrace", "'true'", "args.x"), "x.yaml:8:12: undefined field 'x'"},
		{"nothing in data", file("ptrace", "'true'", " "), "x.yaml:5:19: Syntax error"},
		{"second line of a block", file("ptrace", "|\n    args.request == 0\n      && args.x == 1", ""), "x.yaml:8:14: undefined field 'x'"},
		{"quoted", file("ptrace", `"args.x == 1"`, ""), "x.yaml:6:15: undefined field 'x'"},
		{"folded", file("ptrace", ">\n    args.request == 0 &&\n    args.x == 1", ""), "x.yaml:7: undefined field 'x'"},
		{"several lines", file("ptrace", "args.request == 0 &&\n    args.x == 1", ""), "x.yaml:6: undefined field 'x'"},
		{"made object", file("ptrace", "tracehound.Args{request: 1} == args", ""), "x.yaml:6:"},

		{"no match", one, "x.yaml:5:19: signature T-1 has no match expression for ptrace"},
		{"blank match", one + "  match: ' '\n", "has no match expression for ptrace"},
		{"no events", head + "signatures:\n- metadata: {id: T-1, name: n}\n  match: 'true'\n", "x.yaml:4:18: signature T-1 selects no events"},
		{"any event", file("'*'", "'true'", ""), "CEL signatures must name each event"},
		{"event without a name", head + "signatures:\n- metadata: {id: T-1}\n  events: [{origin: host}]\n  match: 'true'\n", "CEL signatures must name each event"},
		{"origin", file("ptrace, origin: hots", "'true'", ""), `x.yaml:5:19: unknown origin "hots"`},
		{"source", file("ptrace, source: falco", "'true'", ""), `unknown source "falco"`},
		{"no signatures", head, "x.yaml:2:7: signatures is missing or empty"},
		{"empty signatures", head + "signatures: []\n", "signatures is missing or empty"},
		{"unknown key", one + "  match: 'true'\n  mathc: x\n", `x.yaml:7:3: unknown field "mathc"`},
		{"key twice", one + "  match: 'true'\n  match: 'false'\n", "x.yaml:7:3: mapping key \"match\" already defined"},
		{"list for text", one + "  match: [a]\n", "x.yaml:6:10: must be text, is a sequence"},
		{"text for a list", head + "signatures: x\n", "x.yaml:3:"},
		{"not YAML", one + "  match: a: b\n", "x.yaml:6:"},
		{"tag without a value", head + "signatures: ! ", "x.yaml: malformed YAML"},
		{"version of the format", "apiVersion: tracehound/v2\nkind: Signatures\n", `x.yaml:1:13: apiVersion "tracehound/v2" is unknown: this program reads tracehound/v1`},
		{"no version of the format", "kind: Signatures\nsignatures: []\n", "x.yaml:1:7: apiVersion is missing: must be tracehound/v1"},
		{"kind", "apiVersion: tracehound/v1\nkind: Signature\n", `x.yaml:2:7: kind "Signature" is unknown`},
		{"no kind", "apiVersion: tracehound/v1\n", `x.yaml:1:13: kind "" is unknown`},
		{"preview format", "apiVersion: tracee.aquasecurity.github.io/v1alpha1\nkind: SignaturesConfig\n", "x.yaml:2:7: Tracee's CEL preview format is not read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load("x.yaml", []byte(tt.text), nil, lookup)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load error = %v\nwant %q in\n%s", err, tt.want, tt.text)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("error %q does not begin with the place", err)
			}
		})
	}
}

func TestFaultsOfAll(t *testing.T) {
	text := file("ptrace", "args.a == 1", "args.b") +
		"- metadata: {id: T-2, name: m}\n  events: [{name: nothing}]\n  match: 'true'\n"
	all, err := Load("x.yaml", []byte(text), nil, lookup)
	if err == nil || !strings.Contains(err.Error(), "'a'") || !strings.Contains(err.Error(), "'b'") {
		t.Errorf("Load error = %v, want both faults", err)
	}
	if len(all) != 1 || all[0].Metadata().ID != "T-2" {
		t.Errorf("Load = %d signatures, want the one without faults", len(all))
	}
}

func TestForeign(t *testing.T) {
	for name, text := range map[string]string{
		"pod":       "apiVersion: v1\nkind: Pod\n",
		"list":      "- a\n- b\n",
		"empty":     "",
		"comment":   "# nothing\n",
		"text":      "hello\n",
		"template":  "{{ if x }}\na: b: c\n",
		"odd kind":  "kind: [1, 2]\n",
		"other api": "apiVersion: example.com/v1\nkind: Signatures\n",
	} {
		if all, err := Load("x.yaml", []byte(text), nil, lookup); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: Load = %v, %v, want ErrForeign", name, all, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		perEvent, file("ptrace", "args.request == 0", "args.pid"), file("ptrace", "|\n   x", ">\n   y\n   z"), "kind: Signatures\na: &a [*a]\n",
		"apiVersion: tracehound/v1\nkind: Signatures\nsignatures: [{events: [{name: ptrace}], match: !!int 3}]\n", "\xff: \x00", "a: b: c",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Load("x.yaml", []byte(text), nil, lookup)
		if err == nil && len(all) == 0 {
			t.Error("no signature and no error")
		}
	})
}
