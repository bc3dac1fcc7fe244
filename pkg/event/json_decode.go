package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// UnmarshalJSON implements json.Unmarshaler for our own events and for
// recorded streams of Tracee: keys may be missing, null or unknown to us
// (Extra), and numbers get the Go type that goes with the argument's type
// string. A value that does not fit its type is kept as encoding/json makes
// it, numbers as json.Number. A key of the event itself with a value of the
// wrong type is an error that names the key.
func (e *Event) UnmarshalJSON(data []byte) error {
	*e = Event{}
	if e.decode(data, nil) {
		return nil
	}
	return e.unmarshal(data)
}

// unmarshal is the general way, which knows what is wrong.
func (e *Event) unmarshal(data []byte) error {
	if !json.Valid(data) {
		return syntaxError(data)
	}
	data = bytes.TrimSpace(data)
	if data[0] != '{' {
		return fmt.Errorf("want an event, which is a JSON object, have %s", excerpt(data))
	}
	*e = Event{}
	return eachMember(data, e.setMember)
}

func (e *Event) setMember(key, value []byte) error {
	name, plain := unquoted(key)
	if !plain {
		name = []byte(unquote(key))
	}
	i, known := memberIndex[string(name)]
	if !known {
		e.setExtra(name, value)
		return nil
	}
	if string(value) == "null" {
		return nil
	}
	m := &members[i]
	var err error
	if m.text != nil {
		err = setString(m.text(e), value)
	} else {
		err = m.set(e, value)
	}
	if err != nil {
		return fmt.Errorf("key %q: %w", name, err)
	}
	return nil
}

func (e *Event) setExtra(name, value []byte) {
	if e.Extra == nil {
		e.Extra = make(Extra)
	}
	e.Extra[string(name)] = appendRaw(nil, bytes.ToValidUTF8(value, []byte("\ufffd")))
}

// member is a key of an event: where its text goes, or how its raw value, which
// is not null, is stored.
type member struct {
	key  string
	text func(e *Event) *string
	set  func(e *Event, raw []byte) error
	// args and counts mark the list of arguments and what says how long it is.
	args, counts bool

	quoted string // the key as it is written, with its colon
}

// members are the keys of an event in the order in which we write them.
var members = []member{
	{key: "timestamp", set: func(e *Event, raw []byte) error { return setInt(&e.Timestamp, raw) }},
	{key: "threadStartTime", set: func(e *Event, raw []byte) error { return setInt(&e.ThreadStartTime, raw) }},
	{key: "processorId", set: func(e *Event, raw []byte) error { return setInt(&e.ProcessorID, raw) }},
	{key: "processId", set: func(e *Event, raw []byte) error { return setInt(&e.ProcessID, raw) }},
	{key: "cgroupId", set: func(e *Event, raw []byte) error { return setUint(&e.CgroupID, raw) }},
	{key: "threadId", set: func(e *Event, raw []byte) error { return setInt(&e.ThreadID, raw) }},
	{key: "parentProcessId", set: func(e *Event, raw []byte) error { return setInt(&e.ParentProcessID, raw) }},
	{key: "hostProcessId", set: func(e *Event, raw []byte) error { return setInt(&e.HostProcessID, raw) }},
	{key: "hostThreadId", set: func(e *Event, raw []byte) error { return setInt(&e.HostThreadID, raw) }},
	{key: "hostParentProcessId", set: func(e *Event, raw []byte) error { return setInt(&e.HostParentProcessID, raw) }},
	{key: "userId", set: func(e *Event, raw []byte) error { return setInt(&e.UserID, raw) }},
	{key: "mountNamespace", set: func(e *Event, raw []byte) error { return setUint(&e.MountNS, raw) }},
	{key: "pidNamespace", set: func(e *Event, raw []byte) error { return setUint(&e.PIDNS, raw) }},
	{key: "processName", text: func(e *Event) *string { return &e.ProcessName }},
	{key: "hostName", text: func(e *Event) *string { return &e.HostName }},
	{key: "containerId", text: func(e *Event) *string { return &e.ContainerID }},
	{key: "containerImage", text: func(e *Event) *string { return &e.ContainerImage }},
	{key: "containerName", text: func(e *Event) *string { return &e.ContainerName }},
	{key: "podName", text: func(e *Event) *string { return &e.PodName }},
	{key: "podNamespace", text: func(e *Event) *string { return &e.PodNamespace }},
	{key: "podUID", text: func(e *Event) *string { return &e.PodUID }},
	{key: "eventId", set: setEventID},
	{key: "eventName", text: func(e *Event) *string { return &e.EventName }},
	{key: "argsNum", set: func(*Event, []byte) error { return nil }, counts: true}, // follows from args
	{key: "returnValue", set: func(e *Event, raw []byte) error { return setInt(&e.ReturnValue, raw) }},
	{key: "stackAddresses", set: setStack},
	{key: "args", set: setArgs, args: true},
	{key: "executable", text: func(e *Event) *string { return &e.Executable }},
	{key: "execId", text: func(e *Event) *string { return &e.ExecID }},
	{key: "parentExecId", text: func(e *Event) *string { return &e.ParentExecID }},
	{key: "sequence", set: func(e *Event, raw []byte) error { return setUint(&e.Sequence, raw) }},
	{key: "ancestors", set: setAncestors},
	{key: "matchedPolicies", set: setPolicies},
	{key: "stackSymbols", set: setTexts("symbols", func(e *Event) *[]string { return &e.StackSymbols })},
	{key: "abi", text: func(e *Event) *string { return &e.ABI }},
	{key: "containerRuntime", text: func(e *Event) *string { return &e.ContainerRuntime }},
	{key: "containerImageDigest", text: func(e *Event) *string { return &e.ContainerImageDigest }},
	{key: "containerLabels", set: setTexts("labels", func(e *Event) *[]string { return &e.ContainerLabels })},
	{key: "userName", text: func(e *Event) *string { return &e.UserName }},
	{key: "execSession", text: func(e *Event) *string { return &e.ExecSession }},
}

var memberIndex = func() map[string]int {
	index := make(map[string]int, len(members))
	for i := range members {
		index[members[i].key] = i
		members[i].quoted = `"` + members[i].key + `":`
	}
	return index
}()

func setInt[T int | int64](to *T, raw []byte) error {
	if n, ok := digits(raw); ok {
		*to = T(n)
		return nil
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return fmt.Errorf("want an integer, have %s", excerpt(raw))
	}
	*to = T(n)
	return nil
}

func setUint[T uint32 | uint64](to *T, raw []byte) error {
	n, ok := digits(raw)
	if !ok {
		var err error
		n, err = strconv.ParseUint(string(raw), 10, 64)
		ok = err == nil
	}
	if !ok || uint64(T(n)) != n {
		return fmt.Errorf("want an integer from 0 to %d, have %s", ^T(0), excerpt(raw))
	}
	*to = T(n)
	return nil
}

// digits reads a number of digits that cannot overflow.
func digits(raw []byte) (n uint64, ok bool) {
	if len(raw) > 18 {
		return 0, false
	}
	for _, c := range raw {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}

func setString(to *string, raw []byte) error {
	if raw[0] != '"' {
		return fmt.Errorf("want a string, have %s", excerpt(raw))
	}
	*to = unquote(raw)
	return nil
}

// setEventID takes the string that Tracee writes and a plain number.
func setEventID(e *Event, raw []byte) error {
	text := raw
	if raw[0] == '"' {
		text = []byte(unquote(raw))
	}
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil {
		return fmt.Errorf("want an event's number, have %s", excerpt(raw))
	}
	e.EventID = schema.ID(n)
	return nil
}

func setStack(e *Event, raw []byte) error {
	e.StackAddresses = nil
	if raw[0] != '[' {
		return fmt.Errorf("want a list of addresses, have %s", excerpt(raw))
	}
	return eachElement(raw, func(raw []byte) error {
		var address uint64
		if err := setUint(&address, raw); err != nil {
			return err
		}
		e.StackAddresses = append(e.StackAddresses, address)
		return nil
	})
}

func setArgs(e *Event, raw []byte) error {
	e.Args = nil
	if raw[0] != '[' {
		return fmt.Errorf("want a list of arguments, have %s", excerpt(raw))
	}
	return eachElement(raw, func(raw []byte) error {
		if e.Args == nil {
			e.Args = make([]Argument, 0, 8) // most events have fewer
		}
		e.Args = append(e.Args, Argument{})
		return e.Args[len(e.Args)-1].scan(raw)
	})
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *Argument) UnmarshalJSON(data []byte) error {
	if !json.Valid(data) {
		return syntaxError(data)
	}
	*a = Argument{}
	return a.scan(bytes.TrimSpace(data))
}

// scan reads an argument from valid JSON. Keys that an argument does not have
// are dropped: the event has no place for them.
func (a *Argument) scan(raw []byte) error {
	if raw[0] != '{' {
		return fmt.Errorf("want an argument, which is an object, have %s", excerpt(raw))
	}
	var value []byte
	err := eachMember(raw, func(key, raw []byte) error {
		switch string(key) {
		case `"name"`:
			return setString(&a.Name, raw)
		case `"type"`:
			return setString(&a.Type, raw)
		case `"value"`:
			value = raw
			return nil
		}
		return a.setRare(key, raw)
	})
	if err != nil {
		return fmt.Errorf("argument %q: %w", a.Name, err)
	}
	if value != nil {
		a.Value = decodeValue(a.Type, value)
	}
	return nil
}

// setRare stores what few arguments have.
func (a *Argument) setRare(key, raw []byte) error {
	switch string(key) {
	case `"truncated"`:
		a.Truncated = string(raw) == "true"
	case `"path"`:
		return setString(&a.Path, raw)
	}
	return nil
}

// excerpt is the beginning of a text for an error message.
func excerpt(raw []byte) string {
	const limit = 40
	if len(raw) > limit {
		return strconv.Quote(string(raw[:limit])) + "…"
	}
	return strconv.Quote(string(raw))
}

// setTexts stores a list of texts.
func setTexts(what string, at func(*Event) *[]string) func(*Event, []byte) error {
	return func(e *Event, raw []byte) error {
		if raw[0] != '[' {
			return fmt.Errorf("want a list of %s, have %s", what, excerpt(raw))
		}
		list := at(e)
		*list = []string{}
		return eachElement(raw, func(raw []byte) error {
			var text string
			err := setString(&text, raw)
			*list = append(*list, text)
			return err
		})
	}
}
