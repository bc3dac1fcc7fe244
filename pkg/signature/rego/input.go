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

// Keys of the input, made once.
var (
	keyTimestamp           = ast.StringTerm("timestamp")
	keyThreadStartTime     = ast.StringTerm("threadStartTime")
	keyProcessorID         = ast.StringTerm("processorId")
	keyProcessID           = ast.StringTerm("processId")
	keyCgroupID            = ast.StringTerm("cgroupId")
	keyThreadID            = ast.StringTerm("threadId")
	keyParentProcessID     = ast.StringTerm("parentProcessId")
	keyHostProcessID       = ast.StringTerm("hostProcessId")
	keyHostThreadID        = ast.StringTerm("hostThreadId")
	keyHostParentProcessID = ast.StringTerm("hostParentProcessId")
	keyUserID              = ast.StringTerm("userId")
	keyMountNS             = ast.StringTerm("mountNamespace")
	keyPIDNS               = ast.StringTerm("pidNamespace")
	keyProcessName         = ast.StringTerm("processName")
	keyHostName            = ast.StringTerm("hostName")
	keyContainerID         = ast.StringTerm("containerId")
	keyContainerImage      = ast.StringTerm("containerImage")
	keyContainerName       = ast.StringTerm("containerName")
	keyPodName             = ast.StringTerm("podName")
	keyPodNamespace        = ast.StringTerm("podNamespace")
	keyPodUID              = ast.StringTerm("podUID")
	keyEventID             = ast.StringTerm("eventId")
	keyEventName           = ast.StringTerm("eventName")
	keyArgsNum             = ast.StringTerm("argsNum")
	keyReturnValue         = ast.StringTerm("returnValue")
	keyStackAddresses      = ast.StringTerm("stackAddresses")
	keyArgs                = ast.StringTerm("args")
	keyExecutable          = ast.StringTerm("executable")
	keyExecID              = ast.StringTerm("execId")
	keyParentExecID        = ast.StringTerm("parentExecId")
	keySequence            = ast.StringTerm("sequence")
	keyABI                 = ast.StringTerm("abi")
	keyName                = ast.StringTerm("name")
	keyType                = ast.StringTerm("type")
	keyValue               = ast.StringTerm("value")
	keyTruncated           = ast.StringTerm("truncated")
	keyPath                = ast.StringTerm("path")
)

// input is the event as its JSON form would be read, without that round trip,
// its arguments as Tracee's option parse-arguments shows them.
func input(e *event.Event, def *schema.Event) ast.Value {
	o := ast.NewObject(
		[2]*ast.Term{keyTimestamp, number(e.Timestamp)},
		[2]*ast.Term{keyThreadStartTime, number(e.ThreadStartTime)},
		[2]*ast.Term{keyProcessorID, number(int64(e.ProcessorID))},
		[2]*ast.Term{keyProcessID, number(int64(e.ProcessID))},
		[2]*ast.Term{keyCgroupID, ast.UIntNumberTerm(e.CgroupID)},
		[2]*ast.Term{keyThreadID, number(int64(e.ThreadID))},
		[2]*ast.Term{keyParentProcessID, number(int64(e.ParentProcessID))},
		[2]*ast.Term{keyHostProcessID, number(int64(e.HostProcessID))},
		[2]*ast.Term{keyHostThreadID, number(int64(e.HostThreadID))},
		[2]*ast.Term{keyHostParentProcessID, number(int64(e.HostParentProcessID))},
		[2]*ast.Term{keyUserID, number(int64(e.UserID))},
		[2]*ast.Term{keyMountNS, number(int64(e.MountNS))},
		[2]*ast.Term{keyPIDNS, number(int64(e.PIDNS))},
		[2]*ast.Term{keyProcessName, text(e.ProcessName)},
		[2]*ast.Term{keyHostName, text(e.HostName)},
		[2]*ast.Term{keyContainerID, text(e.ContainerID)},
		[2]*ast.Term{keyContainerImage, text(e.ContainerImage)},
		[2]*ast.Term{keyContainerName, text(e.ContainerName)},
		[2]*ast.Term{keyPodName, text(e.PodName)},
		[2]*ast.Term{keyPodNamespace, text(e.PodNamespace)},
		[2]*ast.Term{keyPodUID, text(e.PodUID)},
		[2]*ast.Term{keyEventID, text(strconv.Itoa(int(e.EventID)))},
		[2]*ast.Term{keyEventName, text(e.EventName)},
		[2]*ast.Term{keyArgsNum, number(int64(len(e.Args)))},
		[2]*ast.Term{keyReturnValue, number(e.ReturnValue)},
		[2]*ast.Term{keyStackAddresses, stack(e.StackAddresses)},
		[2]*ast.Term{keyArgs, arguments(event.Render(e, def, event.Tracee))},
		[2]*ast.Term{keyExecutable, text(e.Executable)},
		[2]*ast.Term{keyExecID, text(e.ExecID)},
		[2]*ast.Term{keyParentExecID, text(e.ParentExecID)},
		[2]*ast.Term{keySequence, ast.UIntNumberTerm(e.Sequence)},
	)
	if e.ABI != "" {
		o.Insert(keyABI, text(e.ABI))
	}
	for _, key := range slices.Sorted(maps.Keys(e.Extra)) {
		k := text(key)
		if o.Get(k) == nil { // ours wins, as it does in the JSON form
			o.Insert(k, raw(e.Extra[key]))
		}
	}
	return o
}

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

func stack(addresses []uint64) *ast.Term {
	if len(addresses) == 0 {
		return ast.NullTerm()
	}
	return list(addresses, ast.UIntNumberTerm)
}

func number(n int64) *ast.Term {
	return ast.InternedTerm(n)
}

// text is a string as it would come out of JSON: each byte that is not UTF-8
// becomes U+FFFD.
func text(s string) *ast.Term {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	return ast.InternedTerm(s)
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
