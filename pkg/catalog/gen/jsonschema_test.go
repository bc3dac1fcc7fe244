package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := jsonSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("event.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("event.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, line []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// values are what a record can hold for the kind, and their names.
func values(k schema.Kind) []any {
	info := k.Info()
	var all []any
	switch info.Enc {
	case schema.EncI32:
		all = []any{int32(0), int32(math.MinInt32), int32(math.MaxInt32)}
	case schema.EncU32:
		all = []any{uint32(0), uint32(math.MaxUint32)}
	case schema.EncI64:
		all = []any{int64(0), int64(math.MinInt64), int64(math.MaxInt64)}
	case schema.EncU64:
		all = []any{uint64(0), uint64(math.MaxUint64)}
	case schema.EncU16:
		all = []any{uint16(0), uint16(math.MaxUint16)}
	case schema.EncBool:
		all = []any{true, false}
	case schema.EncString:
		all = []any{"", "/etc/passwd"}
	case schema.EncStrings:
		all = []any{[]string{}, []string{"ls", "-l"}}
	case schema.EncBytes:
		all = []any{[]byte{}, []byte{0x7f, 'E', 'L', 'F'}}
	case schema.EncSockaddr:
		all = []any{
			event.Sockaddr{Family: "AF_UNIX", Path: "@x"}, event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: 80},
			event.Sockaddr{Family: "AF_INET6", Addr: "::1", Port: 1, FlowInfo: 2, ScopeID: 3}, event.Sockaddr{Family: "AF_NETLINK"},
		}
	case schema.EncHooks:
		all = []any{[]event.HookedSymbol{}, []event.HookedSymbol{{SymbolName: "read", ModuleOwner: "hidden"}}}
	case schema.EncI32Pair:
		all = []any{[]int32{3, 4}}
	case schema.EncCred:
		all = []any{event.Cred{}, event.Cred{UID: math.MaxUint32, Bounding: math.MaxUint64}}
	}
	if info.Format != nil {
		all = append(all, info.Format(0), info.Format(1))
	}
	return all
}

// Every event that the tracer can write is valid, with every value of every
// argument, and with no argument.
func TestSchemaTakesAllEvents(t *testing.T) {
	s := compiledSchema(t)
	for _, e := range catalog.Events() {
		ev := event.Event{EventID: e.ID, EventName: e.Name}
		if err := validate(t, s, ev.AppendJSON(nil)); err != nil {
			t.Errorf("%s without arguments: %v", e.Name, err)
		}
		for _, f := range e.Fields {
			all := values(f.Kind)
			if len(all) == 0 {
				t.Fatalf("no values of kind %s", f.Kind)
			}
			for _, v := range all {
				ev.Args = append(ev.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: v, Truncated: len(ev.Args) == 0})
			}
		}
		if err := validate(t, s, ev.AppendJSON(nil)); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}

func TestSchema(t *testing.T) {
	ev := event.Event{EventName: "openat", StackAddresses: []uint64{math.MaxUint64}, Args: []event.Argument{
		{Name: "dirfd", Type: "int", Value: int32(-100)},
		{Name: "pathname", Type: "const char*", Value: "/etc/passwd"},
		{Name: "flags", Type: "string", Value: "O_RDONLY"},
	}}
	tests := []struct {
		name    string
		change  func(e map[string]any)
		invalid bool
	}{
		{"as it is", func(map[string]any) {}, false},
		{"unknown key", func(e map[string]any) { e["contextFlags"] = map[string]any{"containerStarted": true} }, false},
		{"without our additions", func(e map[string]any) {
			for _, key := range []string{"executable", "execId", "parentExecId", "sequence"} {
				delete(e, key)
			}
		}, false},
		{"unknown event", func(e map[string]any) {
			e["eventName"] = "print_syscall_table"
			argument(e, 0)["value"] = []any{map[string]any{}}
		}, false},
		{"no arguments", func(e map[string]any) { e["args"] = []any{} }, false},
		{"no event name", func(e map[string]any) { delete(e, "eventName") }, true},
		{"no timestamp", func(e map[string]any) { delete(e, "timestamp") }, true},
		{"number as event id", func(e map[string]any) { e["eventId"] = 257 }, true},
		{"word as event id", func(e map[string]any) { e["eventId"] = "openat" }, true},
		{"text as process id", func(e map[string]any) { e["processId"] = "1" }, true},
		{"fraction as return value", func(e map[string]any) { e["returnValue"] = 0.5 }, true},
		{"no arguments at all", func(e map[string]any) { e["args"] = nil }, true},
		{"argument of another event", func(e map[string]any) { argument(e, 0)["name"] = "fd" }, true},
		{"argument without value", func(e map[string]any) { delete(argument(e, 0), "value") }, true},
		{"text for a number without names", func(e map[string]any) { e["eventName"] = "exit"; e["args"] = []any{pair("status", "0")} }, true},
		{"number for a text", func(e map[string]any) { argument(e, 1)["value"] = 1 }, true},
		{"number too large", func(e map[string]any) { argument(e, 0)["value"] = 1 << 31 }, true},
		{"empty text for flags", func(e map[string]any) { argument(e, 2)["value"] = "" }, true},
		{"argument of an event without any", func(e map[string]any) { e["eventName"] = "getpid" }, true},
		{"address without family", func(e map[string]any) {
			e["eventName"], e["args"] = "connect", []any{pair("addr", map[string]any{"sin_port": "80"})}
		}, true},
		{"address with a number", func(e map[string]any) {
			e["eventName"], e["args"] = "connect", []any{pair("addr", map[string]any{"sa_family": "AF_INET", "sin_port": 80})}
		}, true},
	}
	s := compiledSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e map[string]any
			if err := json.Unmarshal(ev.AppendJSON(nil), &e); err != nil {
				t.Fatal(err)
			}
			e["stackAddresses"] = nil // float64 would round it
			tt.change(e)
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(t, s, line); (err != nil) != tt.invalid {
				t.Errorf("%s: %v", line, err)
			}
		})
	}
}

func argument(e map[string]any, i int) map[string]any { return e["args"].([]any)[i].(map[string]any) }

func pair(name string, value any) map[string]any {
	return map[string]any{"name": name, "type": "int", "value": value}
}

// OPA checks the types of a Rego signature with the schema.
func TestSchemaChecksRego(t *testing.T) {
	text, err := jsonSchema()
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, doc)
	tests := []struct{ rule, wrong string }{
		{`input.eventName == "ptrace"; input.args[i].name == "request"; input.args[i].value == "PTRACE_TRACEME"`, ""},
		{`input.args[i].value == 0; input.processId != input.hostProcessId; startswith(input.executable, "/")`, ""},
		{`input.args[_].value.sa_family == "AF_INET"`, ""},
		{`input.eventNam == "ptrace"`, "undefined ref: input.eventNam"},
		{`input.args[_].nam == "request"`, "undefined ref: input.args[_].nam"},
		{`input.processId == "1"`, "match error"},
		{`startswith(input.hostProcessId, "1")`, "invalid argument(s)"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			module, err := ast.ParseModule("x.rego", "package tracee.X\n\ntracee_match if { "+tt.rule+" }\n")
			if err != nil {
				t.Fatal(err)
			}
			c := ast.NewCompiler().WithSchemas(schemas)
			c.Compile(map[string]*ast.Module{"x.rego": module})
			switch {
			case tt.wrong == "" && c.Failed():
				t.Error(c.Errors)
			case tt.wrong != "" && (!c.Failed() || !strings.Contains(c.Errors.Error(), tt.wrong)):
				t.Errorf("errors %v, want %q", c.Errors, tt.wrong)
			}
		})
	}
}
