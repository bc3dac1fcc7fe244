package rego

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// member is one key of the input.
type member struct {
	name string
	key  *ast.Term
	text func(e *event.Event) string                       // of those that are strings
	term func(e *event.Event, def *schema.Event) *ast.Term // of the others; nil when the event does not have it
}

func (m *member) value(e *event.Event, def *schema.Event) *ast.Term {
	if m.text != nil {
		return text(m.text(e))
	}
	return m.term(e, def)
}

func textMember(key string, get func(e *event.Event) string) member {
	return member{name: key, key: ast.StringTerm(key), text: get}
}

func numberMember[T int | int64 | uint32](key string, get func(e *event.Event) T) member {
	return member{name: key, key: ast.StringTerm(key), term: func(e *event.Event, _ *schema.Event) *ast.Term { return number(int64(get(e))) }}
}

func termMember(key string, get func(e *event.Event, def *schema.Event) *ast.Term) member {
	return member{name: key, key: ast.StringTerm(key), term: get}
}

// rareMember is a text that is absent when it is empty.
func rareMember(key string, get func(e *event.Event) string) member {
	return termMember(key, func(e *event.Event, _ *schema.Event) *ast.Term {
		if s := get(e); s != "" {
			return text(s)
		}
		return nil
	})
}

// members are the keys of the input, those of an event's JSON form.
var members = []member{
	numberMember("timestamp", func(e *event.Event) int64 { return e.Timestamp }),
	numberMember("threadStartTime", func(e *event.Event) int64 { return e.ThreadStartTime }),
	numberMember("processorId", func(e *event.Event) int { return e.ProcessorID }),
	numberMember("processId", func(e *event.Event) int { return e.ProcessID }),
	termMember("cgroupId", func(e *event.Event, _ *schema.Event) *ast.Term { return ast.UIntNumberTerm(e.CgroupID) }),
	numberMember("threadId", func(e *event.Event) int { return e.ThreadID }),
	numberMember("parentProcessId", func(e *event.Event) int { return e.ParentProcessID }),
	numberMember("hostProcessId", func(e *event.Event) int { return e.HostProcessID }),
	numberMember("hostThreadId", func(e *event.Event) int { return e.HostThreadID }),
	numberMember("hostParentProcessId", func(e *event.Event) int { return e.HostParentProcessID }),
	numberMember("userId", func(e *event.Event) int { return e.UserID }),
	numberMember("mountNamespace", func(e *event.Event) uint32 { return e.MountNS }),
	numberMember("pidNamespace", func(e *event.Event) uint32 { return e.PIDNS }),
	textMember("processName", func(e *event.Event) string { return e.ProcessName }),
	textMember("hostName", func(e *event.Event) string { return e.HostName }),
	textMember("containerId", func(e *event.Event) string { return e.ContainerID }),
	textMember("containerImage", func(e *event.Event) string { return e.ContainerImage }),
	textMember("containerName", func(e *event.Event) string { return e.ContainerName }),
	textMember("podName", func(e *event.Event) string { return e.PodName }),
	textMember("podNamespace", func(e *event.Event) string { return e.PodNamespace }),
	textMember("podUID", func(e *event.Event) string { return e.PodUID }),
	textMember("eventId", func(e *event.Event) string { return strconv.Itoa(int(e.EventID)) }),
	textMember("eventName", func(e *event.Event) string { return e.EventName }),
	numberMember("argsNum", func(e *event.Event) int { return len(e.Args) }),
	numberMember("returnValue", func(e *event.Event) int64 { return e.ReturnValue }),
	termMember("stackAddresses", func(e *event.Event, _ *schema.Event) *ast.Term { return stack(e.StackAddresses) }),
	termMember("args", func(e *event.Event, def *schema.Event) *ast.Term {
		return arguments(event.Render(e, def, event.Tracee))
	}),
	textMember("executable", func(e *event.Event) string { return e.Executable }),
	textMember("execId", func(e *event.Event) string { return e.ExecID }),
	textMember("parentExecId", func(e *event.Event) string { return e.ParentExecID }),
	termMember("sequence", func(e *event.Event, _ *schema.Event) *ast.Term { return ast.UIntNumberTerm(e.Sequence) }),
	termMember("ancestors", func(e *event.Event, _ *schema.Event) *ast.Term {
		return optional(e.Ancestors, e.Ancestors != nil, ancestor)
	}),
	termMember("matchedPolicies", func(e *event.Event, _ *schema.Event) *ast.Term {
		return optional(e.MatchedPolicies, len(e.MatchedPolicies) > 0, text)
	}),
	termMember("stackSymbols", func(e *event.Event, _ *schema.Event) *ast.Term {
		return optional(e.StackSymbols, e.StackSymbols != nil, text)
	}),
	rareMember("abi", func(e *event.Event) string { return e.ABI }),
	rareMember("containerRuntime", func(e *event.Event) string { return e.ContainerRuntime }),
	rareMember("containerImageDigest", func(e *event.Event) string { return e.ContainerImageDigest }),
	termMember("containerLabels", func(e *event.Event, _ *schema.Event) *ast.Term {
		return optional(e.ContainerLabels, e.ContainerLabels != nil, text)
	}),
	rareMember("userName", func(e *event.Event) string { return e.UserName }),
	rareMember("execSession", func(e *event.Event) string { return e.ExecSession }),
}

var memberByKey = func() map[string]*member {
	index := make(map[string]*member, len(members))
	for i := range members {
		index[members[i].name] = &members[i]
	}
	return index
}()

// needs says which keys of the input a policy refers to.
type needs struct {
	all     bool // which, cannot be told
	members []*member
	extra   []string // keys that only foreign streams have
}

// input is the event as its JSON form would be read, without that round trip,
// its arguments as Tracee's option parse-arguments shows them. It holds what is
// needed and no more.
func (n *needs) input(e *event.Event, def *schema.Event) ast.Value {
	if n.all {
		return whole(e, def)
	}
	o := ast.NewObjectWithCapacity(len(n.members))
	for _, m := range n.members {
		if v := m.value(e, def); v != nil {
			o.Insert(m.key, v)
		}
	}
	for _, key := range n.extra {
		if v, ok := e.Extra[key]; ok {
			o.Insert(text(key), raw(v))
		}
	}
	return o
}

func whole(e *event.Event, def *schema.Event) ast.Value {
	o := ast.NewObjectWithCapacity(len(members))
	for i := range members {
		if v := members[i].value(e, def); v != nil {
			o.Insert(members[i].key, v)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Extra)) {
		if memberByKey[key] == nil { // ours wins, as it does in the JSON form
			o.Insert(text(key), raw(e.Extra[key]))
		}
	}
	return o
}

// Keys of an argument.
var (
	keyName      = ast.StringTerm("name")
	keyType      = ast.StringTerm("type")
	keyValue     = ast.StringTerm("value")
	keyTruncated = ast.StringTerm("truncated")
	keyPath      = ast.StringTerm("path")
)

func arguments(args []event.Argument) *ast.Term {
	terms := make([]*ast.Term, len(args))
	for i := range args {
		a := &args[i]
		o := ast.NewObject(
			[2]*ast.Term{keyName, text(a.Name)},
			[2]*ast.Term{keyType, text(a.Type)},
			[2]*ast.Term{keyValue, value(a.Value)},
		)
		if a.Truncated {
			o.Insert(keyTruncated, ast.InternedTerm(true))
		}
		if a.Path != "" {
			o.Insert(keyPath, text(a.Path))
		}
		terms[i] = ast.NewTerm(o)
	}
	return ast.NewTerm(ast.NewArray(terms...))
}

func value(v any) *ast.Term {
	switch v := v.(type) {
	case nil:
		return ast.NullTerm()
	case string:
		return text(v)
	case int32:
		return number(int64(v))
	case uint32:
		return number(int64(v))
	case uint16:
		return number(int64(v))
	case int64:
		return number(v)
	case uint64:
		return ast.UIntNumberTerm(v)
	case bool:
		return ast.InternedTerm(v)
	case []string:
		return list(v, text)
	case []int32:
		return list(v, func(n int32) *ast.Term { return number(int64(n)) })
	case []byte:
		return ast.StringTerm(base64.StdEncoding.EncodeToString(v))
	case event.Sockaddr:
		return value(v.Map())
	case event.Cred:
		return value(v.Map())
	case []event.HookedSymbol:
		return list(v, func(h event.HookedSymbol) *ast.Term {
			return value(map[string]any{"SymbolName": h.SymbolName, "ModuleOwner": h.ModuleOwner})
		})
	case map[string]any:
		o := ast.NewObjectWithCapacity(len(v))
		for key, one := range v {
			o.Insert(text(key), value(one))
		}
		return ast.NewTerm(o)
	case []any:
		return list(v, value)
	case json.Number:
		return ast.NumberTerm(v)
	}
	// Types that only a foreign stream holds.
	j, err := json.Marshal(v)
	if err != nil {
		return ast.NullTerm()
	}
	return raw(j)
}

func list[T any](values []T, term func(T) *ast.Term) *ast.Term {
	terms := make([]*ast.Term, len(values))
	for i, v := range values {
		terms[i] = term(v)
	}
	return ast.NewTerm(ast.NewArray(terms...))
}

// optional is a list that not every event has.
func optional[T any](values []T, has bool, term func(T) *ast.Term) *ast.Term {
	if !has {
		return nil
	}
	return list(values, term)
}

func ancestor(a event.Ancestor) *ast.Term {
	return ast.NewTerm(ast.NewObject(
		[2]*ast.Term{ast.InternedTerm("execId"), text(a.ExecID)},
		[2]*ast.Term{ast.InternedTerm("hostProcessId"), number(int64(a.HostProcessID))},
		[2]*ast.Term{ast.InternedTerm("processName"), text(a.ProcessName)},
		[2]*ast.Term{ast.InternedTerm("executable"), text(a.Executable)},
	))
}

func stack(addresses []uint64) *ast.Term {
	if len(addresses) == 0 {
		return ast.NullTerm()
	}
	return list(addresses, ast.UIntNumberTerm)
}

func number(n int64) *ast.Term {
	return ast.InternedTerm(n)
}

// text is a string as it would come out of JSON.
func text(s string) *ast.Term { return ast.InternedTerm(clean(s)) }

// clean makes each byte that is not UTF-8 U+FFFD.
func clean(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// raw is JSON text; what is not JSON is a string, as the event's JSON form has it.
func raw(j []byte) *ast.Term {
	dec := json.NewDecoder(bytes.NewReader(j))
	dec.UseNumber()
	var v any
	if !json.Valid(j) || dec.Decode(&v) != nil {
		return text(string(j))
	}
	return value(v)
}
