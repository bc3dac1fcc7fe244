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
	set, known := setters[string(name)]
	if !known {
		if e.Extra == nil {
			e.Extra = make(Extra)
		}
		e.Extra[string(name)] = appendRaw(nil, bytes.ToValidUTF8(value, []byte("\ufffd")))
		return nil
	}
	if string(value) == "null" {
		return nil
	}
	if err := set(e, value); err != nil {
		return fmt.Errorf("key %q: %w", name, err)
	}
	return nil
}

// setters store the raw value of each key of an event.
var setters = map[string]func(e *Event, raw []byte) error{
	"timestamp":           func(e *Event, raw []byte) error { return setInt(&e.Timestamp, raw) },
	"threadStartTime":     func(e *Event, raw []byte) error { return setInt(&e.ThreadStartTime, raw) },
	"processorId":         func(e *Event, raw []byte) error { return setInt(&e.ProcessorID, raw) },
	"processId":           func(e *Event, raw []byte) error { return setInt(&e.ProcessID, raw) },
	"cgroupId":            func(e *Event, raw []byte) error { return setUint(&e.CgroupID, raw) },
	"threadId":            func(e *Event, raw []byte) error { return setInt(&e.ThreadID, raw) },
	"parentProcessId":     func(e *Event, raw []byte) error { return setInt(&e.ParentProcessID, raw) },
	"hostProcessId":       func(e *Event, raw []byte) error { return setInt(&e.HostProcessID, raw) },
	"hostThreadId":        func(e *Event, raw []byte) error { return setInt(&e.HostThreadID, raw) },
	"hostParentProcessId": func(e *Event, raw []byte) error { return setInt(&e.HostParentProcessID, raw) },
	"userId":              func(e *Event, raw []byte) error { return setInt(&e.UserID, raw) },
	"mountNamespace":      func(e *Event, raw []byte) error { return setUint(&e.MountNS, raw) },
	"pidNamespace":        func(e *Event, raw []byte) error { return setUint(&e.PIDNS, raw) },
	"processName":         func(e *Event, raw []byte) error { return setString(&e.ProcessName, raw) },
	"hostName":            func(e *Event, raw []byte) error { return setString(&e.HostName, raw) },
	"containerId":         func(e *Event, raw []byte) error { return setString(&e.ContainerID, raw) },
	"containerImage":      func(e *Event, raw []byte) error { return setString(&e.ContainerImage, raw) },
	"containerName":       func(e *Event, raw []byte) error { return setString(&e.ContainerName, raw) },
	"podName":             func(e *Event, raw []byte) error { return setString(&e.PodName, raw) },
	"podNamespace":        func(e *Event, raw []byte) error { return setString(&e.PodNamespace, raw) },
	"podUID":              func(e *Event, raw []byte) error { return setString(&e.PodUID, raw) },
	"eventId":             setEventID,
	"eventName":           func(e *Event, raw []byte) error { return setString(&e.EventName, raw) },
	"argsNum":             func(*Event, []byte) error { return nil }, // follows from args
	"returnValue":         func(e *Event, raw []byte) error { return setInt(&e.ReturnValue, raw) },
	"stackAddresses":      setStack,
	"args":                setArgs,
	"executable":          func(e *Event, raw []byte) error { return setString(&e.Executable, raw) },
	"execId":              func(e *Event, raw []byte) error { return setString(&e.ExecID, raw) },
	"parentExecId":        func(e *Event, raw []byte) error { return setString(&e.ParentExecID, raw) },
	"abi":                 func(e *Event, raw []byte) error { return setString(&e.ABI, raw) },
	"ancestors":           setAncestors,
	"stackSymbols":        setStackSymbols,
	"matchedPolicies":     setPolicies,
	"sequence":            func(e *Event, raw []byte) error { return setUint(&e.Sequence, raw) },
}

func setInt[T int | int64](to *T, raw []byte) error {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return fmt.Errorf("want an integer, have %s", excerpt(raw))
	}
	*to = T(n)
	return nil
}

func setUint[T uint32 | uint64](to *T, raw []byte) error {
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || uint64(T(n)) != n {
		return fmt.Errorf("want an integer from 0 to %d, have %s", ^T(0), excerpt(raw))
	}
	*to = T(n)
	return nil
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
		case `"truncated"`:
			a.Truncated = string(raw) == "true"
		case `"path"`:
			return setString(&a.Path, raw)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("argument %q: %w", a.Name, err)
	}
	if value != nil {
		a.Value = decodeValue(a.Type, value)
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

func setStackSymbols(e *Event, raw []byte) error {
	if raw[0] != '[' {
		return fmt.Errorf("want a list of symbols, have %s", excerpt(raw))
	}
	e.StackSymbols = []string{}
	return eachElement(raw, func(raw []byte) error {
		var name string
		err := setString(&name, raw)
		e.StackSymbols = append(e.StackSymbols, name)
		return err
	})
}
