package codec

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/tracehound/tracehound/pkg/event"
)

// published is message Frame as somebody else's compiler reads it.
func published(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	c := protocompile.Compiler{Resolver: &protocompile.SourceResolver{}}
	files, err := c.Compile(t.Context(), "event.proto")
	if err != nil {
		t.Fatal(err)
	}
	return files[0].Messages().ByName("Frame")
}

// What we write is what the published schema says: another implementation reads
// it without unknown fields, and we read what that one writes.
func TestProtobufIsThePublishedSchema(t *testing.T) {
	frame := published(t)
	in := bufio.NewReader(bytes.NewReader(encode(t, Protobuf, samples()...)))
	var again bytes.Buffer
	count := 0
	for ; ; count++ {
		m := dynamicpb.NewMessage(frame)
		err := protodelim.UnmarshalFrom(in, m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		noUnknown(t, m)
		if _, err := protodelim.MarshalTo(&again, m); err != nil {
			t.Fatal(err)
		}
	}
	if want := len(samples()) + 1; count != want {
		t.Errorf("%d frames, want %d", count, want)
	}
	got, errs, f := readAll(t, &again)
	if errs != nil || f != Protobuf {
		t.Errorf("what another implementation has written is %q: %v", f, errs)
	}
	if diff := cmp.Diff(samples(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func noUnknown(t *testing.T, m protoreflect.Message) {
	t.Helper()
	if len(m.GetUnknown()) > 0 {
		t.Errorf("message %s has fields that the schema lacks: %x", m.Descriptor().Name(), m.GetUnknown())
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap() || f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				noUnknown(t, v.List().Get(i).Message())
			}
		default:
			noUnknown(t, v.Message())
		}
		return true
	})
}

// Every field of the schema is one that the sample sets: a field that is in only
// one of both would go unnoticed.
func TestProtobufFieldsAreAllWritten(t *testing.T) {
	message := published(t).Parent().(protoreflect.FileDescriptor).Messages().ByName("Event")
	if got, want := len(protoFields), message.Fields().Len(); got != want {
		t.Errorf("%d fields are written, the schema has %d", got, want)
	}
	for _, f := range protoFields {
		if message.Fields().ByNumber(f.number) == nil {
			t.Errorf("the schema has no field %d", f.number)
		}
	}
}

// Fields of a later version are passed over.
func TestProtobufNewerFields(t *testing.T) {
	var e event.Event
	body := appendNumber(nil, 99, 1)
	body = protowire.AppendFixed64(protowire.AppendTag(body, 98, protowire.Fixed64Type), 7)
	body = appendMessage(body, 26, appendMessage(appendMessage(nil, argName, []byte("a")), 40, []byte("later")))
	body = appendMessage(body, 23, []byte("read"))
	if err := takeEvent(&e, wireValue{typ: protowire.BytesType, bytes: body}); err != nil {
		t.Fatal(err)
	}
	want := event.Event{EventName: "read", Args: []event.Argument{{Name: "a"}}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A stream cut at any byte gives the whole events before the cut, then one
// permanent error, or the end if the cut was between two frames.
func TestReadProtobufCutOff(t *testing.T) {
	events := samples()
	text := encode(t, Protobuf, events...)
	ends := map[int]int{0: 0, len(encode(t, Protobuf)): 0}
	for i := range events {
		ends[len(encode(t, Protobuf, events[:i+1]...))] = i + 1
	}
	whole := 0
	for cut := range len(text) + 1 {
		n, boundary := ends[cut]
		if boundary {
			whole = n
		}
		got, errs, _ := readAll(t, bytes.NewReader(text[:cut]))
		if len(got) != whole {
			t.Fatalf("cut at %d: %d events, want %d", cut, len(got), whole)
		}
		var stream *StreamError
		switch {
		case boundary && errs != nil:
			t.Fatalf("cut at %d, between frames: %v", cut, errs)
		case !boundary && (len(errs) != 1 || !errors.As(errs[0], &stream) || !errors.Is(stream, io.ErrUnexpectedEOF)):
			t.Fatalf("cut at %d: errors %v", cut, errs)
		}
	}
}

func TestReadProtobufCorrupt(t *testing.T) {
	header := string(encode(t, Protobuf))
	good := string(encode(t, Protobuf, samples()[1]))
	frame := func(message string) string {
		body := appendMessage(nil, frameEvent, []byte(message))
		return string(protowire.AppendVarint(nil, uint64(len(body)))) + string(body)
	}
	for _, c := range []struct{ name, text, want string }{
		{"no header", frame("\xba\x01\x10qwertyuiqwertyui"), "read protobuf stream after 0 events: field 2: no header"},
		{"another header", strings.Replace(header, "tracehound", "trackhound", 1), "read protobuf stream after 0 events: field 1: no header"},
		{"newer", strings.Replace(header, "\x10\x01", "\x10\x02", 1), "read protobuf stream after 0 events: field 1: stream of version 2"},
		{"huge frame", good + "\xff\xff\xff\xff\x7f", "read protobuf stream after 1 events: a frame of 34359738367 bytes: longer than 16 MiB"},
		{"endless length", good + strings.Repeat("\xff", 11), "read protobuf stream after 1 events: "},
		{"no name", header + frame("\x08\x01"), "read protobuf stream after 0 events: no eventName"},
		{"number as text", header + frame("\x0a\x01x"), "read protobuf stream after 0 events: field 2: field 1: value of another type"},
		{"bad json", header + frame("\xd2\x01\x03\x7a\x01{"), "read protobuf stream after 0 events: field 2: field 26: argument 1: field 15: value is not JSON"},
		{"half address", header + frame("\xd2\x01\x02\x72\x00"), "read protobuf stream after 0 events: field 2: field 26: argument 1: field 14: socket address"},
	} {
		_, errs, f := readAll(t, strings.NewReader(c.text))
		if f != Protobuf || len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), c.want) {
			t.Errorf("%s: format %q, errors %v; want %q", c.name, f, errs, c.want)
		}
	}
}

func FuzzReadProtobuf(f *testing.F) {
	text := encode(f, Protobuf, samples()...)
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add(encode(f, Protobuf))
	f.Add([]byte("\x10\x0a\x0e"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newProtoReader(newBuffered(data))
		var events []*event.Event
		for {
			e, err := r.Read()
			if err != nil {
				var stream *StreamError
				if !errors.Is(err, io.EOF) && !errors.As(err, &stream) {
					t.Fatalf("error %T %v", err, err)
				}
				break
			}
			events = append(events, e)
		}
		for _, e := range events {
			e.AppendJSON(nil)
		}
		back, errs, _ := readAll(t, bytes.NewReader(encode(t, Protobuf, events...)))
		if errs != nil || len(back) != len(events) {
			t.Fatalf("%d events come back as %d: %v", len(events), len(back), errs)
		}
	})
}
