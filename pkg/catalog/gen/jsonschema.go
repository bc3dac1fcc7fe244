package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/tracehound/tracehound/pkg/schema"
)

// object is a JSON object whose keys keep their order.
type object []member

// tall and tallList are written with one member per line.
type (
	tall     object
	tallList []any
)

type member struct {
	key   string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", m.key, err)
		}
		fmt.Fprintf(&b, "%s:%s", key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// jsonSchema writes docs/schema/event.schema.json: one event on the wire, ours
// or Tracee's. OPA knows earlier drafts and of those only a part: it takes types
// from "properties" and passes over "if" and "then", so everything that depends
// on the event's name hangs there.
func jsonSchema() ([]byte, error) {
	top := tall{
		{"$comment", notice},
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "urn:tracehound:event"},
		{"title", "Event"},
		{"description", "One event, a line of the stream that tracer writes as JSON and rules reads."},
		{"type", "object"},
		{"required", required()},
		{"properties", tall(envelope)},
		{"if", object{{"required", []string{"eventName", "args"}}}},
		{"then", object{{"$ref", "#/$defs/byName"}}},
		{"$defs", definitions()},
	}
	var b bytes.Buffer
	if err := layOut(&b, top, ""); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

var (
	integer  = object{{"type", "integer"}}
	text     = object{{"type", "string"}}
	unsigned = object{{"type", "integer"}, {"minimum", 0}}
)

// envelope are the keys of every event: Tracee's, then from executable on ours.
var envelope = object{
	{"timestamp", described(integer, "nanoseconds since 1970")},
	{"threadStartTime", described(integer, "nanoseconds since boot")},
	{"processorId", integer},
	{"processId", described(integer, "in the task's own pid namespace, as the next two")},
	{"cgroupId", unsigned},
	{"threadId", integer},
	{"parentProcessId", integer},
	{"hostProcessId", integer},
	{"hostThreadId", integer},
	{"hostParentProcessId", integer},
	{"userId", integer},
	{"mountNamespace", described(unsigned, "inode number")},
	{"pidNamespace", described(unsigned, "inode number")},
	{"processName", described(text, "at most 15 bytes")},
	{"hostName", text},
	{"containerId", described(text, "empty on the host")},
	{"containerImage", text},
	{"containerName", text},
	{"podName", text},
	{"podNamespace", text},
	{"podUID", text},
	{"eventId", object{{"type", "string"}, {"pattern", "^-?[0-9]+$"}}},
	{"eventName", text},
	{"argsNum", unsigned},
	{"returnValue", integer},
	{"stackAddresses", object{{"type", []string{"array", "null"}}, {"items", unsigned}}},
	{"args", object{{"type", "array"}, {"items", object{
		{"type", "object"},
		{"required", []string{"name", "type", "value"}},
		{"properties", object{
			{"name", text},
			{"type", described(text, "C type")},
			{"value", object{}},
			{"truncated", described(object{{"type", "boolean"}}, "the value was cut at its limit")},
			{"path", described(object{{"type", "string"}}, "what a descriptor was open on, with option:fd-paths")},
		}},
	}}}},
	{"executable", described(text, "path of the program that the process runs")},
	{"execId", described(text, "the same for all events of one executed program")},
	{"parentExecId", text},
	{"sequence", described(unsigned, "position in the tracer's output, from 1")},
	{"ancestors", ancestors},
	{"stackSymbols", described(object{{"type", "array"}, {"items", text}}, "a name for each of stackAddresses, with option:stack-symbols")},
	{"matchedPolicies", described(object{{"type", "array"}, {"items", text}}, "policies that want the event; when policies were given")},
	{"abi", described(text, "i386 for a system call in the manner of 32-bit x86 programs, and where an argument syscall names one; else absent")},
	{"containerRuntime", described(text, "docker, containerd, crio, podman, lxc, systemd-nspawn or unknown; absent on the host")},
	{"containerImageDigest", described(text, "the digest that the image was pulled by, or the id of one built on the machine")},
	{"containerLabels", described(object{{"type", "array"}, {"items", text}}, "KEY=VALUE, the container's and its pod's, with option:container-labels")},
	{"userName", described(text, "of userId, by the passwd file of the process's own root folder, with option:user-names")},
	{"execSession", described(text, "execId of the program that the runtime was told to start in a running container (docker exec, kubectl exec), for it and its descendants")},
}

var ancestors = object{
	{"type", "array"},
	{"description", "programs that the process descends from, its parent first; with option:ancestors=N"},
	{"items", object{
		{"type", "object"},
		{"required", []string{"execId", "hostProcessId", "processName", "executable"}},
		{"properties", object{{"execId", text}, {"hostProcessId", integer}, {"processName", text}, {"executable", text}}},
	}},
}

// required are the keys that Tracee's events have too.
func required() []string {
	var keys []string
	for _, m := range envelope {
		if m.key == "executable" {
			break
		}
		keys = append(keys, m.key)
	}
	return keys
}

func described(o object, text string) object {
	return append(slices.Clone(o), member{"description", text})
}

// definitions are what refers to by name: one rule per event, one per kind.
func definitions() tall {
	var (
		rules         tallList
		events, kinds tall
	)
	for _, e := range slices.Concat(others(), calls()) {
		rules = append(rules, object{
			{"if", object{{"properties", object{{"eventName", object{{"const", e.Name}}}}}}},
			{"then", object{{"$ref", "#/$defs/events/" + e.Name}}},
		})
		events = append(events, member{e.Name, argumentsOf(&e)})
	}
	for _, k := range schema.Kinds() {
		kinds = append(kinds, member{k.String(), valueOf(k.Info())})
	}
	return tall{{"byName", tall{{"allOf", rules}}}, {"events", events}, {"kinds", kinds}}
}

// argumentsOf allows an event's own arguments. None is required.
func argumentsOf(e *schema.Event) object {
	if len(e.Fields) == 0 {
		return object{{"properties", object{{"args", object{{"maxItems", 0}}}}}}
	}
	var forms []object
	for _, f := range e.Fields {
		forms = append(forms, object{{"properties", object{
			{"name", object{{"const", f.Name}}},
			{"value", object{{"$ref", "#/$defs/kinds/" + f.Kind.String()}}},
		}}})
	}
	return object{{"properties", object{{"args", object{{"items", object{{"anyOf", forms}}}}}}}}
}

// valueOf is the JSON form of a kind. Kinds with names come as strings and, with
// raw-arguments, as numbers.
func valueOf(info schema.KindInfo) object {
	form := object{{"description", info.Doc}}
	switch info.Enc {
	case schema.EncBool:
		return append(form, member{"type", "boolean"})
	case schema.EncString, schema.EncBytes:
		return append(form, member{"type", "string"})
	case schema.EncStrings:
		return append(form, member{"type", "array"}, member{"items", text})
	case schema.EncI32Pair:
		return append(form, member{"type", "array"}, member{"items", integer}, member{"minItems", 2}, member{"maxItems", 2})
	case schema.EncCred:
		return append(form, member{"type", "object"}, member{"required", []string{"Uid"}}, member{"additionalProperties", unsigned})
	case schema.EncHooks:
		symbol := object{{"type", "object"}, {"required", []string{"SymbolName", "ModuleOwner"}}, {"additionalProperties", text}}
		return append(form, member{"type", "array"}, member{"items", symbol})
	case schema.EncSockaddr:
		return append(form, member{"type", "object"}, member{"required", []string{"sa_family"}}, member{"additionalProperties", text})
	}
	if info.Format != nil {
		form = append(form, member{"type", []string{"integer", "string"}}, member{"minLength", 1})
	} else {
		form = append(form, member{"type", "integer"})
	}
	low, high := limits(info.Enc)
	return append(form, member{"minimum", low}, member{"maximum", high})
}

func limits(e schema.Encoding) (low int64, high uint64) {
	switch e {
	case schema.EncI32:
		return math.MinInt32, math.MaxInt32
	case schema.EncU32:
		return 0, math.MaxUint32
	case schema.EncI64:
		return math.MinInt64, math.MaxInt64
	case schema.EncU16:
		return 0, math.MaxUint16
	}
	return 0, math.MaxUint64
}

// layOut writes JSON with the members of tall values one per line, so that a
// change to one event changes few lines.
func layOut(b *bytes.Buffer, value any, indent string) error {
	deeper := indent + "  "
	switch v := value.(type) {
	case tall:
		return eachLine(b, len(v), "{", "}", indent, func(i int) error {
			fmt.Fprintf(b, "%q: ", v[i].key)
			return layOut(b, v[i].value, deeper)
		})
	case tallList:
		return eachLine(b, len(v), "[", "]", indent, func(i int) error { return layOut(b, v[i], deeper) })
	}
	line, err := json.Marshal(value)
	b.Write(line)
	return err
}

func eachLine(b *bytes.Buffer, n int, open, end, indent string, write func(int) error) error {
	b.WriteString(open)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + indent + "  ")
		if err := write(i); err != nil {
			return err
		}
	}
	b.WriteString("\n" + indent + end)
	return nil
}
