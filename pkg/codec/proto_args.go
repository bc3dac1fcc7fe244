package codec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tracehound/tracehound/pkg/event"
)

// Numbers of the fields of message Argument in event.proto.
const (
	argName protowire.Number = iota + 1
	argType
	argTruncated
	argInt32
	argUint32
	argInt64
	argUint64
	argUint16
	argBool
	argText
	argTexts
	argRaw
	argNumbers
	argAddress
	argJSON
	argPath
)

func putArgs(dst []byte, e *event.Event) []byte {
	var a []byte
	for i := range e.Args {
		a = appendArg(a[:0], &e.Args[i])
		dst = protowire.AppendBytes(protowire.AppendTag(dst, 26, protowire.BytesType), a)
	}
	return dst
}

func appendArg(dst []byte, a *event.Argument) []byte {
	dst = protowire.AppendString(protowire.AppendTag(dst, argName, protowire.BytesType), a.Name)
	dst = protowire.AppendString(protowire.AppendTag(dst, argType, protowire.BytesType), a.Type)
	if a.Truncated {
		dst = appendNumber(dst, argTruncated, 1)
	}
	if a.Path != "" {
		dst = protowire.AppendString(protowire.AppendTag(dst, argPath, protowire.BytesType), a.Path)
	}
	switch v := a.Value.(type) {
	case nil:
		return dst
	case int32:
		return appendNumber(dst, argInt32, protowire.EncodeZigZag(int64(v)))
	case uint32:
		return appendNumber(dst, argUint32, uint64(v))
	case int64:
		return appendNumber(dst, argInt64, protowire.EncodeZigZag(v))
	case uint64:
		return appendNumber(dst, argUint64, v)
	case uint16:
		return appendNumber(dst, argUint16, uint64(v))
	case bool:
		return appendNumber(dst, argBool, protowire.EncodeBool(v))
	case string:
		return protowire.AppendString(protowire.AppendTag(dst, argText, protowire.BytesType), v)
	case []byte:
		return appendMessage(dst, argRaw, v)
	case []string:
		var list []byte
		for _, s := range v {
			list = protowire.AppendString(protowire.AppendTag(list, 1, protowire.BytesType), s)
		}
		return appendMessage(dst, argTexts, list)
	case []int32:
		var list []byte
		for _, n := range v {
			list = protowire.AppendVarint(list, protowire.EncodeZigZag(int64(n)))
		}
		if len(list) > 0 {
			list = appendMessage(nil, 1, list)
		}
		return appendMessage(dst, argNumbers, list)
	case event.Sockaddr:
		return appendMessage(dst, argAddress, addressParts(v))
	}
	return appendMessage(dst, argJSON, a.AppendJSON(nil))
}

func appendNumber(dst []byte, n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(dst, n, protowire.VarintType), v)
}

func appendMessage(dst []byte, n protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, n, protowire.BytesType), v)
}

func addressParts(a event.Sockaddr) []byte {
	var list []byte
	m := a.Map()
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value, _ := m[key].(string) // all are
		entry := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), key)
		entry = protowire.AppendString(protowire.AppendTag(entry, 2, protowire.BytesType), value)
		list = appendMessage(list, 1, entry)
	}
	return list
}

func takeArg(e *event.Event, v wireValue) error {
	e.Args = append(e.Args, event.Argument{})
	a := &e.Args[len(e.Args)-1]
	err := eachField(v, func(n protowire.Number, v wireValue) error { return takeArgField(a, n, v) })
	if err != nil {
		return fmt.Errorf("argument %d: %w", len(e.Args), err)
	}
	return nil
}

func takeArgField(a *event.Argument, n protowire.Number, v wireValue) error {
	want := protowire.BytesType
	if n >= argTruncated && n <= argBool {
		want = protowire.VarintType
	}
	switch {
	case n > argPath:
		return nil
	case v.typ != want:
		return errWireType
	case want == protowire.VarintType:
		takeNumber(a, n, v.number)
		return nil
	}
	var err error
	switch n {
	case argName:
		a.Name = v.text()
	case argType:
		a.Type = v.text()
	case argPath:
		a.Path = string(v.bytes)
	case argText:
		a.Value = string(v.bytes)
	case argRaw:
		a.Value = append([]byte{}, v.bytes...)
	case argTexts:
		a.Value, err = texts(v)
	case argNumbers:
		a.Value, err = numbers(v)
	case argAddress:
		a.Value, err = address(v)
	case argJSON:
		err = takeJSON(a, v.bytes)
	}
	return err
}

func takeNumber(a *event.Argument, n protowire.Number, v uint64) {
	switch n {
	case argTruncated:
		a.Truncated = v != 0
	case argInt32:
		a.Value = int32(protowire.DecodeZigZag(v & 0xffffffff))
	case argUint32:
		a.Value = uint32(v)
	case argInt64:
		a.Value = protowire.DecodeZigZag(v)
	case argUint64:
		a.Value = v
	case argUint16:
		a.Value = uint16(v)
	case argBool:
		a.Value = v != 0
	}
}

func texts(v wireValue) ([]string, error) {
	list := []string{}
	err := eachField(v, func(n protowire.Number, v wireValue) error {
		if n == 1 && v.typ != protowire.BytesType {
			return errWireType
		}
		if n == 1 {
			list = append(list, string(v.bytes))
		}
		return nil
	})
	return list, err
}

func numbers(v wireValue) ([]int32, error) {
	list := []int32{}
	err := eachField(v, func(n protowire.Number, v wireValue) error {
		if n != 1 {
			return nil
		}
		return eachNumber(v, func(u uint64) { list = append(list, int32(protowire.DecodeZigZag(u&0xffffffff))) })
	})
	return list, err
}

func address(v wireValue) (event.Sockaddr, error) {
	parts := map[string]any{}
	err := eachField(v, func(n protowire.Number, v wireValue) error {
		if n != 1 {
			return nil
		}
		key, value, err := mapEntry(v)
		parts[key] = string(value)
		return err
	})
	if err != nil {
		return event.Sockaddr{}, err
	}
	a, ok := event.SockaddrOf(parts)
	if !ok {
		return a, fmt.Errorf("socket address %v is not complete", parts)
	}
	return a, nil
}

// takeJSON reads a whole argument in its JSON form.
func takeJSON(a *event.Argument, text []byte) error {
	if !json.Valid(text) {
		return fmt.Errorf("value is not JSON")
	}
	return a.UnmarshalJSON(text)
}
