package cel

import (
	"strings"
	"time"

	"github.com/google/cel-go/common/types"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Names of the variables.
const (
	varEvent = "event"
	varArgs  = "args"
	varText  = "text"
)

// Names of the types behind them. There is one of args and text per event.
const (
	typeEvent    = "tracehound.Event"
	typeArgs     = "tracehound.Args"
	typeText     = "tracehound.Text"
	typeSockaddr = "tracehound.Sockaddr"
	typeCred     = "tracehound.Cred"
	typeAncestor = "tracehound.Ancestor"
)

// field is one field of an object, read from a T. One that is a text or a number
// can be read as such, without making an interface of it.
type field[T any] struct {
	name   string
	typ    *types.Type
	get    func(T) any
	text   func(T) string
	number func(T) int64
}

func textField[T any](name string, text func(T) string) field[T] {
	return field[T]{name: name, typ: types.StringType, get: func(v T) any { return text(v) }, text: text}
}

func numberField[T any](name string, number func(T) int64) field[T] {
	return field[T]{name: name, typ: types.IntType, get: func(v T) any { return number(v) }, number: number}
}

func otherField[T any](name string, typ *types.Type, get func(T) any) field[T] {
	return field[T]{name: name, typ: typ, get: get}
}

var (
	stringList   = types.NewListType(types.StringType)
	intList      = types.NewListType(types.IntType)
	sockaddrType = types.NewObjectType(typeSockaddr)
	credType     = types.NewObjectType(typeCred)
	ancestorType = types.NewObjectType(typeAncestor)

	hookList = types.NewListType(types.NewMapType(types.StringType, types.StringType))
)

// eventFields are what expressions can ask of an event, named as in its JSON
// form.
var eventFields = []field[*event.Event]{
	otherField("timestamp", types.TimestampType, func(e *event.Event) any { return time.Unix(0, e.Timestamp).UTC() }),
	numberField("threadStartTime", func(e *event.Event) int64 { return e.ThreadStartTime }),
	numberField("processorId", func(e *event.Event) int64 { return int64(e.ProcessorID) }),
	numberField("processId", func(e *event.Event) int64 { return int64(e.ProcessID) }),
	numberField("cgroupId", func(e *event.Event) int64 { return int64(e.CgroupID) }),
	numberField("threadId", func(e *event.Event) int64 { return int64(e.ThreadID) }),
	numberField("parentProcessId", func(e *event.Event) int64 { return int64(e.ParentProcessID) }),
	numberField("hostProcessId", func(e *event.Event) int64 { return int64(e.HostProcessID) }),
	numberField("hostThreadId", func(e *event.Event) int64 { return int64(e.HostThreadID) }),
	numberField("hostParentProcessId", func(e *event.Event) int64 { return int64(e.HostParentProcessID) }),
	numberField("userId", func(e *event.Event) int64 { return int64(e.UserID) }),
	numberField("mountNamespace", func(e *event.Event) int64 { return int64(e.MountNS) }),
	numberField("pidNamespace", func(e *event.Event) int64 { return int64(e.PIDNS) }),
	textField("processName", func(e *event.Event) string { return e.ProcessName }),
	textField("hostName", func(e *event.Event) string { return e.HostName }),
	textField("containerId", func(e *event.Event) string { return e.ContainerID }),
	textField("containerImage", func(e *event.Event) string { return e.ContainerImage }),
	textField("containerName", func(e *event.Event) string { return e.ContainerName }),
	textField("podName", func(e *event.Event) string { return e.PodName }),
	textField("podNamespace", func(e *event.Event) string { return e.PodNamespace }),
	textField("podUID", func(e *event.Event) string { return e.PodUID }),
	numberField("eventId", func(e *event.Event) int64 { return int64(e.EventID) }),
	textField("eventName", func(e *event.Event) string { return e.EventName }),
	numberField("returnValue", func(e *event.Event) int64 { return e.ReturnValue }),
	otherField("stackAddresses", intList, func(e *event.Event) any { return signed(e.StackAddresses) }),
	textField("executable", func(e *event.Event) string { return e.Executable }),
	textField("execId", func(e *event.Event) string { return e.ExecID }),
	textField("parentExecId", func(e *event.Event) string { return e.ParentExecID }),
	numberField("sequence", func(e *event.Event) int64 { return int64(e.Sequence) }),
	textField("abi", func(e *event.Event) string { return e.ABI }),
	textField("containerRuntime", func(e *event.Event) string { return e.ContainerRuntime }),
	textField("containerImageDigest", func(e *event.Event) string { return e.ContainerImageDigest }),
	otherField("containerLabels", stringList, func(e *event.Event) any { return e.ContainerLabels }),
	textField("userName", func(e *event.Event) string { return e.UserName }),
	textField("execSession", func(e *event.Event) string { return e.ExecSession }),
	otherField("ancestors", types.NewListType(ancestorType), func(e *event.Event) any { return e.Ancestors }),
	otherField("matchedPolicies", stringList, func(e *event.Event) any { return e.MatchedPolicies }),
	textField("origin", func(e *event.Event) string { return string(e.Origin()) }),
}

var sockaddrFields = []field[event.Sockaddr]{
	numberField("family", family),
	textField("path", func(a event.Sockaddr) string { return a.Path }),
	textField("addr", func(a event.Sockaddr) string { return a.Addr }),
	numberField("port", func(a event.Sockaddr) int64 { return int64(a.Port) }),
	numberField("flowInfo", func(a event.Sockaddr) int64 { return int64(a.FlowInfo) }),
	numberField("scopeId", func(a event.Sockaddr) int64 { return int64(a.ScopeID) }),
	otherField("fields", types.NewMapType(types.StringType, types.StringType), func(a event.Sockaddr) any { return a.Fields() }),
}

var ancestorFields = []field[event.Ancestor]{
	textField("execId", func(a event.Ancestor) string { return a.ExecID }),
	numberField("hostProcessId", func(a event.Ancestor) int64 { return int64(a.HostProcessID) }),
	textField("processName", func(a event.Ancestor) string { return a.ProcessName }),
	textField("executable", func(a event.Ancestor) string { return a.Executable }),
}

// credField is the name of a member of credentials: as in JSON, begun with a
// small letter as all fields are here.
func credField(key string) string { return strings.ToLower(key[:1]) + key[1:] }

// family is the address family as a number; -1 for a name unknown to us.
func family(a event.Sockaddr) int64 {
	if n, ok := schema.SocketDomain.Info().Parse(a.Family); ok {
		return n
	}
	return -1
}

func signed(list []uint64) []int64 {
	to := make([]int64, len(list))
	for i, n := range list {
		to[i] = int64(n)
	}
	return to
}

// typeOf is the CEL type of an encoding.
func typeOf(enc schema.Encoding) *types.Type {
	switch enc {
	case schema.EncBool:
		return types.BoolType
	case schema.EncString:
		return types.StringType
	case schema.EncStrings:
		return stringList
	case schema.EncBytes:
		return types.BytesType
	case schema.EncSockaddr:
		return sockaddrType
	case schema.EncCred:
		return credType
	case schema.EncI32Pair:
		return intList
	case schema.EncHooks:
		return hookList
	}
	return types.IntType
}
