package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// MarshalJSON implements json.Marshaler. Note that json.Marshal escapes <, >
// and & in what it returns; AppendJSON does not.
func (e Event) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// AppendJSON appends the event as one JSON object without line end: Tracee's
// keys in Tracee's order, then ours, then Extra sorted by key. Every key is
// always present but ancestors and matchedPolicies, which are when they were asked for,
// and those behind them, which are when there is something to say.
func (e *Event) AppendJSON(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"timestamp":`...), e.Timestamp, 10)
	dst = strconv.AppendInt(append(dst, `,"threadStartTime":`...), e.ThreadStartTime, 10)
	dst = appendInt(append(dst, `,"processorId":`...), e.ProcessorID)
	dst = appendInt(append(dst, `,"processId":`...), e.ProcessID)
	dst = strconv.AppendUint(append(dst, `,"cgroupId":`...), e.CgroupID, 10)
	dst = appendInt(append(dst, `,"threadId":`...), e.ThreadID)
	dst = appendInt(append(dst, `,"parentProcessId":`...), e.ParentProcessID)
	dst = appendInt(append(dst, `,"hostProcessId":`...), e.HostProcessID)
	dst = appendInt(append(dst, `,"hostThreadId":`...), e.HostThreadID)
	dst = appendInt(append(dst, `,"hostParentProcessId":`...), e.HostParentProcessID)
	dst = appendInt(append(dst, `,"userId":`...), e.UserID)
	dst = strconv.AppendUint(append(dst, `,"mountNamespace":`...), uint64(e.MountNS), 10)
	dst = strconv.AppendUint(append(dst, `,"pidNamespace":`...), uint64(e.PIDNS), 10)
	dst = appendString(append(dst, `,"processName":`...), e.ProcessName)
	dst = appendString(append(dst, `,"hostName":`...), e.HostName)
	dst = appendString(append(dst, `,"containerId":`...), e.ContainerID)
	dst = appendString(append(dst, `,"containerImage":`...), e.ContainerImage)
	dst = appendString(append(dst, `,"containerName":`...), e.ContainerName)
	dst = appendString(append(dst, `,"podName":`...), e.PodName)
	dst = appendString(append(dst, `,"podNamespace":`...), e.PodNamespace)
	dst = appendString(append(dst, `,"podUID":`...), e.PodUID)
	dst = appendInt(append(dst, `,"eventId":"`...), int(e.EventID))
	dst = appendString(append(dst, `","eventName":`...), e.EventName)
	dst = appendInt(append(dst, `,"argsNum":`...), len(e.Args))
	dst = strconv.AppendInt(append(dst, `,"returnValue":`...), e.ReturnValue, 10)
	dst = appendStack(append(dst, `,"stackAddresses":`...), e.StackAddresses)
	dst = append(dst, `,"args":[`...)
	for i := range e.Args {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.Args[i].AppendJSON(dst)
	}
	dst = appendString(append(dst, `],"executable":`...), e.Executable)
	dst = appendString(append(dst, `,"execId":`...), e.ExecID)
	dst = appendString(append(dst, `,"parentExecId":`...), e.ParentExecID)
	dst = strconv.AppendUint(append(dst, `,"sequence":`...), e.Sequence, 10)
	if e.Ancestors != nil {
		dst = appendList(append(dst, `,"ancestors":`...), e.Ancestors, func(dst []byte, a Ancestor) []byte { return a.AppendJSON(dst) })
	}
	if len(e.MatchedPolicies) > 0 {
		dst = appendList(append(dst, `,"matchedPolicies":`...), e.MatchedPolicies, appendString)
	}
	if e.StackSymbols != nil {
		dst = appendList(append(dst, `,"stackSymbols":`...), e.StackSymbols, appendString)
	}
	if e.ABI != "" {
		dst = appendString(append(dst, `,"abi":`...), e.ABI)
	}
	dst = e.appendContainer(dst)
	if len(e.Extra) > 0 {
		dst = appendExtra(dst, e.Extra)
	}
	return append(dst, '}')
}

// appendContainer appends what few events have.
func (e *Event) appendContainer(dst []byte) []byte {
	if e.ContainerRuntime != "" {
		dst = appendString(append(dst, `,"containerRuntime":`...), e.ContainerRuntime)
	}
	if e.ContainerImageDigest != "" {
		dst = appendString(append(dst, `,"containerImageDigest":`...), e.ContainerImageDigest)
	}
	if e.ContainerLabels != nil {
		dst = appendList(append(dst, `,"containerLabels":`...), e.ContainerLabels, appendString)
	}
	if e.UserName != "" {
		dst = appendString(append(dst, `,"userName":`...), e.UserName)
	}
	if e.ExecSession != "" {
		dst = appendString(append(dst, `,"execSession":`...), e.ExecSession)
	}
	return dst
}

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

func appendStack(dst []byte, addresses []uint64) []byte {
	if len(addresses) == 0 {
		return append(dst, "null"...)
	}
	sep := byte('[')
	for _, a := range addresses {
		dst = strconv.AppendUint(append(dst, sep), a, 10)
		sep = ','
	}
	return append(dst, ']')
}

func appendExtra(dst []byte, extra Extra) []byte {
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		if _, known := memberIndex[key]; known {
			continue // it would be the second of its name
		}
		dst = append(appendString(append(dst, ','), key), ':')
		dst = appendRaw(dst, extra[key])
	}
	return dst
}

// appendRaw appends JSON text without white space, so that it cannot break the
// line; what is not JSON goes out as a string.
func appendRaw(dst []byte, raw json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return appendString(dst, string(raw))
	}
	return append(dst, b.Bytes()...)
}

// MarshalJSON implements json.Marshaler.
func (a Argument) MarshalJSON() ([]byte, error) { return a.AppendJSON(nil), nil }

// AppendJSON appends the argument as {"name":…,"type":…,"value":…} and, only
// when they are set, "truncated":true and "path".
func (a *Argument) AppendJSON(dst []byte) []byte {
	dst = appendString(append(dst, `{"name":`...), a.Name)
	dst = appendString(append(dst, `,"type":`...), a.Type)
	dst = appendValue(append(dst, `,"value":`...), a.Value)
	if a.Truncated {
		dst = append(dst, `,"truncated":true`...)
	}
	if a.Path != "" {
		dst = appendString(append(dst, `,"path":`...), a.Path)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10)
	case uint32:
		return strconv.AppendUint(dst, uint64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case uint64:
		return strconv.AppendUint(dst, v, 10)
	case uint16:
		return strconv.AppendUint(dst, uint64(v), 10)
	case bool:
		return strconv.AppendBool(dst, v)
	case string:
		return appendString(dst, v)
	case []string:
		return appendList(dst, v, appendString)
	case []int32:
		return appendList(dst, v, func(dst []byte, n int32) []byte { return strconv.AppendInt(dst, int64(n), 10) })
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"')
	case Sockaddr:
		return v.AppendJSON(dst)
	case Cred:
		return v.AppendJSON(dst)
	case []HookedSymbol:
		return appendList(dst, v, appendHookedSymbol)
	}
	return appendAny(dst, value)
}

func appendList[T any](dst []byte, list []T, element func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = element(dst, v)
	}
	return append(dst, ']')
}

// appendAny appends a value of a type that our own events do not have. What
// encoding/json refuses goes out as its text.
func appendAny(dst []byte, value any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return appendString(dst, fmt.Sprint(value))
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}
