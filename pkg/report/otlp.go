package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// otlpDepth bounds the nesting of a signature's data.
const otlpDepth = 16

// otlp is the body of a request to /v1/logs with one record. Several, one behind
// the other, are a request too: so protobuf joins messages.
func otlp(f *signature.Finding, lost uint64) ([]byte, error) {
	// LogsData has the same field as ExportLogsServiceRequest, without gRPC.
	return proto.MarshalOptions{Deterministic: true}.Marshal(&logs.LogsData{ResourceLogs: []*logs.ResourceLogs{{
		Resource: &resource.Resource{Attributes: otlpAttributes(map[string]any{
			"service.name": "tracehound", "service.version": cli.Version(), "host.name": f.Event.HostName,
		})},
		ScopeLogs: []*logs.ScopeLogs{{
			Scope:      &common.InstrumentationScope{Name: "github.com/tracehound/tracehound", Version: cli.Version()},
			LogRecords: []*logs.LogRecord{LogRecord(f, lost)},
		}},
	}}})
}

// LogRecord is a finding as OpenTelemetry's, with the names of its semantic
// conventions. It was observed when it happened: so the record is the same
// whenever it is made.
func LogRecord(f *signature.Finding, lost uint64) *logs.LogRecord {
	level, at := levelOf(f), uint64(max(0, f.Timestamp.UnixNano()))
	return &logs.LogRecord{
		TimeUnixNano: at, ObservedTimeUnixNano: at,
		SeverityNumber: logs.SeverityNumber(level.otlp), SeverityText: level.otlpText,
		EventName:  "tracehound.finding",
		Body:       otlpValue(summary(f), 0),
		Attributes: otlpAttributes(otlpFields(f, lost)),
	}
}

func otlpFields(f *signature.Finding, lost uint64) map[string]any {
	e, s, a := f.Event, subjectOf(f.Event), attackOf(f)
	repository, tag, digest := image(e.ContainerImage)
	fields := map[string]any{
		"log.record.uid":     f.ID,
		"security_rule.uuid": f.Metadata.ID, "security_rule.name": f.Metadata.Name, "security_rule.version": f.Metadata.Version,
		"security_rule.description": f.Metadata.Description, "security_rule.category": f.Metadata.Property("Category"),
		"process.pid": e.HostProcessID, "process.vpid": e.ProcessID, "process.parent_pid": e.HostParentProcessID, "thread.id": e.HostThreadID,
		"process.command": e.ProcessName, "process.executable.path": e.Executable, "process.executable.name": base(e.Executable),
		"process.command_args": s.argv, "user.id": fmt.Sprint(e.UserID),
		"container.id": e.ContainerID, "container.name": e.ContainerName, "container.image.name": repository, "container.image.id": digest,
		"k8s.namespace.name": e.PodNamespace, "k8s.pod.name": e.PodName, "k8s.pod.uid": e.PodUID,
		"file.path": s.file, "network.peer.address": s.peer.ip, "network.local.address": s.local.ip,
		"threat.tactic.name": a.tactic, "threat.tactic.id": a.tacticID, "threat.technique.name": a.technique, "threat.technique.id": a.id(),
		"tracehound.event": e.EventName, "tracehound.return_value": e.ReturnValue, "tracehound.exec_id": e.ExecID,
		"tracehound.tags": f.Metadata.Tags, "tracehound.response": f.Metadata.Property("response"),
		"tracehound.args": args(e), "tracehound.data": f.Data,
	}
	if tag != "" {
		fields["container.image.tags"] = []string{tag}
	}
	if s.peer.ip != "" {
		fields["network.peer.port"] = int(s.peer.port)
	}
	if s.local.ip != "" {
		fields["network.local.port"] = int(s.local.port)
	}
	if n := f.Metadata.Severity(); n >= 0 {
		fields["tracehound.severity"] = n
	}
	if lost > 0 {
		fields["tracehound.lost_events"] = lost
	}
	ancestors := []any{}
	for _, a := range ancestorsOf(e) {
		ancestors = append(ancestors, map[string]any{"execId": a.ExecID, "hostProcessId": a.HostProcessID, "processName": a.ProcessName, "executable": a.Executable})
	}
	fields["tracehound.ancestors"] = ancestors
	return fields
}

// otlpAttributes are those that are not empty, sorted.
func otlpAttributes(fields map[string]any) []*common.KeyValue {
	kept := object{}
	for key, value := range fields {
		kept.put(key, value)
	}
	return otlpMembers(kept, 0)
}

func otlpMembers(m map[string]any, depth int) []*common.KeyValue {
	var all []*common.KeyValue
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, &common.KeyValue{Key: utf8Text(key), Value: otlpValue(m[key], depth)})
	}
	return all
}

// otlpValue keeps the type of what OTLP has a type for; the rest becomes JSON, or
// else text.
func otlpValue(v any, depth int) *common.AnyValue {
	integer := func(n int64) *common.AnyValue { return &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: n}} }
	switch v := v.(type) {
	case nil:
		return &common.AnyValue{}
	case string:
		return &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: utf8Text(v)}}
	case bool:
		return &common.AnyValue{Value: &common.AnyValue_BoolValue{BoolValue: v}}
	case float64:
		return &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: v}}
	case []byte:
		return &common.AnyValue{Value: &common.AnyValue_BytesValue{BytesValue: v}}
	case int:
		return integer(int64(v))
	case int32:
		return integer(int64(v))
	case int64:
		return integer(v)
	case uint16:
		return integer(int64(v))
	case uint32:
		return integer(int64(v))
	case uint64:
		if v <= 1<<63-1 {
			return integer(int64(v))
		}
	case []string:
		return otlpList(v, depth)
	case []int32:
		return otlpList(v, depth)
	case []int:
		return otlpList(v, depth)
	case []any:
		return otlpList(v, depth)
	case event.Sockaddr:
		return otlpMap(v.Map(), depth)
	case map[string]any:
		return otlpMap(v, depth)
	}
	return otlpValue(texts(map[string]any{"": v})[""], depth)
}

func otlpList[T any](list []T, depth int) *common.AnyValue {
	if depth >= otlpDepth {
		return otlpValue(fmt.Sprint(list), depth)
	}
	array := &common.ArrayValue{}
	for _, v := range list {
		array.Values = append(array.Values, otlpValue(v, depth+1))
	}
	return &common.AnyValue{Value: &common.AnyValue_ArrayValue{ArrayValue: array}}
}

func otlpMap(m map[string]any, depth int) *common.AnyValue {
	if depth >= otlpDepth {
		return otlpValue(fmt.Sprint(m), depth)
	}
	return &common.AnyValue{Value: &common.AnyValue_KvlistValue{KvlistValue: &common.KeyValueList{Values: otlpMembers(m, depth+1)}}}
}

// utf8Text makes text that protobuf and labels take: they refuse bytes that are
// no UTF-8.
func utf8Text(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
