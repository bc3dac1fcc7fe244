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

// field is one field of an object, read from a T.
type field[T any] struct {
	name string
	typ  *types.Type
	get  func(T) any
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
	{"timestamp", types.TimestampType, func(e *event.Event) any { return time.Unix(0, e.Timestamp).UTC() }},
	{"threadStartTime", types.IntType, func(e *event.Event) any { return e.ThreadStartTime }},
	{"processorId", types.IntType, func(e *event.Event) any { return e.ProcessorID }},
	{"processId", types.IntType, func(e *event.Event) any { return e.ProcessID }},
	{"cgroupId", types.IntType, func(e *event.Event) any { return int64(e.CgroupID) }},
	{"threadId", types.IntType, func(e *event.Event) any { return e.ThreadID }},
	{"parentProcessId", types.IntType, func(e *event.Event) any { return e.ParentProcessID }},
	{"hostProcessId", types.IntType, func(e *event.Event) any { return e.HostProcessID }},
	{"hostThreadId", types.IntType, func(e *event.Event) any { return e.HostThreadID }},
	{"hostParentProcessId", types.IntType, func(e *event.Event) any { return e.HostParentProcessID }},
	{"userId", types.IntType, func(e *event.Event) any { return e.UserID }},
	{"mountNamespace", types.IntType, func(e *event.Event) any { return int64(e.MountNS) }},
	{"pidNamespace", types.IntType, func(e *event.Event) any { return int64(e.PIDNS) }},
	{"processName", types.StringType, func(e *event.Event) any { return e.ProcessName }},
	{"hostName", types.StringType, func(e *event.Event) any { return e.HostName }},
	{"containerId", types.StringType, func(e *event.Event) any { return e.ContainerID }},
	{"containerImage", types.StringType, func(e *event.Event) any { return e.ContainerImage }},
	{"containerName", types.StringType, func(e *event.Event) any { return e.ContainerName }},
	{"podName", types.StringType, func(e *event.Event) any { return e.PodName }},
	{"podNamespace", types.StringType, func(e *event.Event) any { return e.PodNamespace }},
	{"podUID", types.StringType, func(e *event.Event) any { return e.PodUID }},
	{"eventId", types.IntType, func(e *event.Event) any { return int64(e.EventID) }},
	{"eventName", types.StringType, func(e *event.Event) any { return e.EventName }},
	{"returnValue", types.IntType, func(e *event.Event) any { return e.ReturnValue }},
	{"stackAddresses", intList, func(e *event.Event) any { return signed(e.StackAddresses) }},
	{"executable", types.StringType, func(e *event.Event) any { return e.Executable }},
	{"execId", types.StringType, func(e *event.Event) any { return e.ExecID }},
	{"parentExecId", types.StringType, func(e *event.Event) any { return e.ParentExecID }},
	{"sequence", types.IntType, func(e *event.Event) any { return int64(e.Sequence) }},
	{"abi", types.StringType, func(e *event.Event) any { return e.ABI }},
	{"ancestors", types.NewListType(ancestorType), func(e *event.Event) any { return e.Ancestors }},
	{"matchedPolicies", stringList, func(e *event.Event) any { return e.MatchedPolicies }},
	{"origin", types.StringType, func(e *event.Event) any { return string(e.Origin()) }},
}

var sockaddrFields = []field[event.Sockaddr]{
	{"family", types.IntType, func(a event.Sockaddr) any { return family(a) }},
	{"path", types.StringType, func(a event.Sockaddr) any { return a.Path }},
	{"addr", types.StringType, func(a event.Sockaddr) any { return a.Addr }},
	{"port", types.IntType, func(a event.Sockaddr) any { return int64(a.Port) }},
	{"flowInfo", types.IntType, func(a event.Sockaddr) any { return int64(a.FlowInfo) }},
	{"scopeId", types.IntType, func(a event.Sockaddr) any { return int64(a.ScopeID) }},
	{"fields", types.NewMapType(types.StringType, types.StringType), func(a event.Sockaddr) any { return a.Fields() }},
}

var ancestorFields = []field[event.Ancestor]{
	{"execId", types.StringType, func(a event.Ancestor) any { return a.ExecID }},
	{"hostProcessId", types.IntType, func(a event.Ancestor) any { return a.HostProcessID }},
	{"processName", types.StringType, func(a event.Ancestor) any { return a.ProcessName }},
	{"executable", types.StringType, func(a event.Ancestor) any { return a.Executable }},
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
