package codec

import (
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// protoField is one field of message Event: how it is written and read. Fields of
// value 0 are not written.
type protoField struct {
	number protowire.Number
	put    func(dst []byte, e *event.Event) []byte
	take   func(e *event.Event, v wireValue) error
}

// wireValue is one field's value as it came.
type wireValue struct {
	typ    protowire.Type
	number uint64
	bytes  []byte
	names  *event.Names // what repeats; may be nil
}

// text is a copy of the bytes as a string.
func (v wireValue) text() string { return v.names.Of(v.bytes) }

var errWireType = errors.New("value of another type than the schema has")

type integer interface {
	~int | ~int32 | ~int64 | ~uint32 | ~uint64
}

// varint is a field that holds a number as it is.
func varint[T integer](n protowire.Number, at func(*event.Event) *T) protoField {
	return protoField{
		number: n,
		put: func(dst []byte, e *event.Event) []byte {
			v := *at(e)
			if v == 0 {
				return dst
			}
			return protowire.AppendVarint(protowire.AppendTag(dst, n, protowire.VarintType), uint64(v))
		},
		take: func(e *event.Event, v wireValue) error {
			if v.typ != protowire.VarintType {
				return errWireType
			}
			*at(e) = T(v.number)
			return nil
		},
	}
}

func text(n protowire.Number, at func(*event.Event) *string) protoField {
	return protoField{
		number: n,
		put: func(dst []byte, e *event.Event) []byte {
			if *at(e) == "" {
				return dst
			}
			return protowire.AppendString(protowire.AppendTag(dst, n, protowire.BytesType), *at(e))
		},
		take: func(e *event.Event, v wireValue) error {
			if v.typ != protowire.BytesType {
				return errWireType
			}
			*at(e) = v.text()
			return nil
		},
	}
}

func list(n protowire.Number, at func(*event.Event) *[]string) protoField {
	return protoField{
		number: n,
		put: func(dst []byte, e *event.Event) []byte {
			for _, s := range *at(e) {
				dst = protowire.AppendString(protowire.AppendTag(dst, n, protowire.BytesType), s)
			}
			return dst
		},
		take: func(e *event.Event, v wireValue) error {
			if v.typ != protowire.BytesType {
				return errWireType
			}
			*at(e) = append(*at(e), v.text())
			return nil
		},
	}
}

// protoFields is message Event of event.proto, in order of the numbers.
var protoFields = []protoField{
	varint(1, func(e *event.Event) *int64 { return &e.Timestamp }),
	varint(2, func(e *event.Event) *int64 { return &e.ThreadStartTime }),
	varint(3, func(e *event.Event) *int { return &e.ProcessorID }),
	varint(4, func(e *event.Event) *int { return &e.ProcessID }),
	varint(5, func(e *event.Event) *uint64 { return &e.CgroupID }),
	varint(6, func(e *event.Event) *int { return &e.ThreadID }),
	varint(7, func(e *event.Event) *int { return &e.ParentProcessID }),
	varint(8, func(e *event.Event) *int { return &e.HostProcessID }),
	varint(9, func(e *event.Event) *int { return &e.HostThreadID }),
	varint(10, func(e *event.Event) *int { return &e.HostParentProcessID }),
	varint(11, func(e *event.Event) *int { return &e.UserID }),
	varint(12, func(e *event.Event) *uint32 { return &e.MountNS }),
	varint(13, func(e *event.Event) *uint32 { return &e.PIDNS }),
	text(14, func(e *event.Event) *string { return &e.ProcessName }),
	text(15, func(e *event.Event) *string { return &e.HostName }),
	text(16, func(e *event.Event) *string { return &e.ContainerID }),
	text(17, func(e *event.Event) *string { return &e.ContainerImage }),
	text(18, func(e *event.Event) *string { return &e.ContainerName }),
	text(19, func(e *event.Event) *string { return &e.PodName }),
	text(20, func(e *event.Event) *string { return &e.PodNamespace }),
	text(21, func(e *event.Event) *string { return &e.PodUID }),
	varint(22, func(e *event.Event) *schema.ID { return &e.EventID }),
	text(23, func(e *event.Event) *string { return &e.EventName }),
	{24, putReturn, takeReturn},
	{25, putStack, takeStack},
	{26, putArgs, takeArg},
	text(27, func(e *event.Event) *string { return &e.Executable }),
	text(28, func(e *event.Event) *string { return &e.ExecID }),
	text(29, func(e *event.Event) *string { return &e.ParentExecID }),
	varint(30, func(e *event.Event) *uint64 { return &e.Sequence }),
	{31, putExtra, takeExtra},
	{32, putAncestors, takeAncestor},
	list(33, func(e *event.Event) *[]string { return &e.StackSymbols }),
	list(34, func(e *event.Event) *[]string { return &e.MatchedPolicies }),
	text(35, func(e *event.Event) *string { return &e.ABI }),
	text(36, func(e *event.Event) *string { return &e.ContainerRuntime }),
	text(37, func(e *event.Event) *string { return &e.ContainerImageDigest }),
	list(38, func(e *event.Event) *[]string { return &e.ContainerLabels }),
	text(39, func(e *event.Event) *string { return &e.UserName }),
	text(40, func(e *event.Event) *string { return &e.ExecSession }),
}

// protoByNumber is indexed by the field's number.
var protoByNumber = func() []*protoField {
	list := make([]*protoField, len(protoFields)+1)
	for i := range protoFields {
		list[protoFields[i].number] = &protoFields[i]
	}
	return list
}()

func putReturn(dst []byte, e *event.Event) []byte {
	if e.ReturnValue == 0 {
		return dst
	}
	return protowire.AppendVarint(protowire.AppendTag(dst, 24, protowire.VarintType), protowire.EncodeZigZag(e.ReturnValue))
}

func takeReturn(e *event.Event, v wireValue) error {
	if v.typ != protowire.VarintType {
		return errWireType
	}
	e.ReturnValue = protowire.DecodeZigZag(v.number)
	return nil
}

// Numbers in a row are packed, and read one by one, too.
func putStack(dst []byte, e *event.Event) []byte {
	if len(e.StackAddresses) == 0 {
		return dst
	}
	size := 0
	for _, a := range e.StackAddresses {
		size += protowire.SizeVarint(a)
	}
	dst = protowire.AppendVarint(protowire.AppendTag(dst, 25, protowire.BytesType), uint64(size))
	for _, a := range e.StackAddresses {
		dst = protowire.AppendVarint(dst, a)
	}
	return dst
}

func takeStack(e *event.Event, v wireValue) error {
	return eachNumber(v, func(n uint64) { e.StackAddresses = append(e.StackAddresses, n) })
}

func eachNumber(v wireValue, take func(uint64)) error {
	switch v.typ {
	case protowire.VarintType:
		take(v.number)
		return nil
	case protowire.BytesType:
		for b := v.bytes; len(b) > 0; {
			n, size := protowire.ConsumeVarint(b)
			if size < 0 {
				return protowire.ParseError(size)
			}
			take(n)
			b = b[size:]
		}
		return nil
	}
	return errWireType
}

func putExtra(dst []byte, e *event.Event) []byte {
	for key, value := range e.Extra {
		entry := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), key)
		entry = protowire.AppendBytes(protowire.AppendTag(entry, 2, protowire.BytesType), value)
		dst = protowire.AppendBytes(protowire.AppendTag(dst, 31, protowire.BytesType), entry)
	}
	return dst
}

func takeExtra(e *event.Event, v wireValue) error {
	key, value, err := mapEntry(v)
	if err != nil {
		return err
	}
	if !json.Valid(value) {
		return fmt.Errorf("value of key %q is not JSON", key)
	}
	if e.Extra == nil {
		e.Extra = event.Extra{}
	}
	e.Extra[key] = append(json.RawMessage(nil), value...)
	return nil
}

func mapEntry(v wireValue) (key string, value []byte, err error) {
	err = eachField(v, func(n protowire.Number, v wireValue) error {
		switch {
		case n > 2:
		case v.typ != protowire.BytesType:
			return errWireType
		case n == 1:
			key = string(v.bytes)
		default:
			value = v.bytes
		}
		return nil
	})
	return key, value, err
}

// eachField calls take for every field of a message, in order.
func eachField(message wireValue, take func(protowire.Number, wireValue) error) error {
	if message.typ != protowire.BytesType {
		return errWireType
	}
	for b := message.bytes; len(b) > 0; {
		n, typ, size := protowire.ConsumeTag(b)
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		v := wireValue{typ: typ, names: message.names}
		switch typ {
		case protowire.VarintType:
			v.number, size = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			v.bytes, size = protowire.ConsumeBytes(b)
		default:
			size = protowire.ConsumeFieldValue(n, typ, b)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		if err := take(n, v); err != nil {
			return fmt.Errorf("field %d: %w", n, err)
		}
	}
	return nil
}

func putAncestors(dst []byte, e *event.Event) []byte {
	for i := range e.Ancestors {
		a := &e.Ancestors[i]
		m := appendMessage(nil, 1, []byte(a.ExecID))
		m = appendNumber(m, 2, uint64(a.HostProcessID))
		m = appendMessage(m, 3, []byte(a.ProcessName))
		dst = appendMessage(dst, 32, appendMessage(m, 4, []byte(a.Executable)))
	}
	return dst
}

func takeAncestor(e *event.Event, v wireValue) error {
	var a event.Ancestor
	err := eachField(v, func(n protowire.Number, v wireValue) error {
		switch {
		case n > 4:
			return nil
		case (n == 2) != (v.typ == protowire.VarintType):
			return errWireType
		}
		switch n {
		case 1:
			a.ExecID = string(v.bytes)
		case 2:
			a.HostProcessID = int(v.number)
		case 3:
			a.ProcessName = string(v.bytes)
		case 4:
			a.Executable = string(v.bytes)
		}
		return nil
	})
	e.Ancestors = append(e.Ancestors, a)
	return err
}
