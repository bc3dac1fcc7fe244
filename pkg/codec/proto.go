package codec

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tracehound/tracehound/pkg/event"
)

// The messages are those of event.proto, written and read by hand: the tables
// of proto_fields.go and proto_args.go are shorter than what a compiler makes of
// the schema, and a test reads what they write by the schema.

const (
	protoMagic   = "tracehound"
	protoVersion = 1

	frameHeader protowire.Number = 1
	frameEvent  protowire.Number = 2
)

type protoWriter struct {
	w          *bufio.Writer
	body, head []byte // of one frame
	began      bool
	err        error
}

func newProtoWriter(w io.Writer) *protoWriter {
	return &protoWriter{w: bufio.NewWriterSize(w, bufferSize)}
}

func protoHeader() []byte {
	h := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), protoMagic)
	return appendNumber(h, 2, protoVersion)
}

func (w *protoWriter) Write(e *event.Event) error {
	if w.err != nil {
		return w.err
	}
	w.begin()
	w.body = w.body[:0]
	for i := range protoFields {
		w.body = protoFields[i].put(w.body, e)
	}
	if len(w.body) > MaxSize {
		err := fmt.Errorf("write event %s: %d bytes: %w", e.EventName, len(w.body), errLong)
		w.body = nil
		return err
	}
	w.frame(frameEvent, w.body)
	return w.err
}

// begin writes the header, also of a stream that stays without events.
func (w *protoWriter) begin() {
	if !w.began && w.err == nil {
		w.began = true
		w.frame(frameHeader, protoHeader())
	}
}

func (w *protoWriter) frame(n protowire.Number, message []byte) {
	tag := protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.BytesType), uint64(len(message)))
	w.head = protowire.AppendVarint(w.head[:0], uint64(len(tag)+len(message)))
	for _, part := range [][]byte{w.head, tag, message} {
		if _, err := w.w.Write(part); err != nil && w.err == nil {
			w.err = fmt.Errorf("write events: %w", err)
		}
	}
}

func (w *protoWriter) Flush() error {
	w.begin()
	if w.err == nil {
		if err := w.w.Flush(); err != nil {
			w.err = fmt.Errorf("write events: %w", err)
		}
	}
	return w.err
}

type protoReader struct {
	in     *bufio.Reader
	buf    []byte
	began  bool
	events int
	err    error           // permanent
	wants  event.Selection // nil for all
	names  *event.Names
}

func newProtoReader(in *bufio.Reader) *protoReader {
	return &protoReader{in: in, names: event.NewNames()}
}

func (r *protoReader) Position() int { return r.events }

func (r *protoReader) Skipped() int { return 0 }

func (r *protoReader) Select(wants event.Selection) { r.wants = wants }

func (r *protoReader) Read() (*event.Event, error) {
	for r.err == nil {
		e, is, err := r.next()
		switch {
		case err == nil && is:
			r.events++
			return e, nil
		case err == nil: // a frame of another sort
		case errors.Is(err, io.EOF):
			r.err = io.EOF
		default:
			r.err = &StreamError{Format: Protobuf, Events: r.events, Err: err}
		}
	}
	return nil, r.err
}

// next reads one frame; is is false for one that holds no event, and e nil for
// an event that is not selected.
func (r *protoReader) next() (e *event.Event, is bool, err error) {
	size, err := binary.ReadUvarint(r.in)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, false, errCutOff
	case err != nil:
		return nil, false, err
	case size > MaxSize+16: // and the frame around it
		return nil, false, fmt.Errorf("a frame of %d bytes: %w", size, errLong)
	}
	if err := r.fill(int(size)); err != nil {
		return nil, false, err
	}
	err = eachField(wireValue{typ: protowire.BytesType, bytes: r.buf}, func(n protowire.Number, v wireValue) error {
		var err error
		switch {
		case n == frameHeader:
			err = r.header(v)
		case !r.began:
			err = errNoHeader
		case n == frameEvent:
			is = true
			e, err = r.event(v)
		}
		return err
	})
	switch {
	case err == nil && !r.began:
		err = errNoHeader
	case err == nil && e != nil && e.EventName == "":
		err = errUnnamed
	}
	return e, is, err
}

func (r *protoReader) event(message wireValue) (*event.Event, error) {
	message.names = r.names
	o, err := look(message)
	if err != nil || r.wants != nil && o.known && !r.wants.Wants(o.name, o.container) {
		return nil, err
	}
	e := new(event.Event)
	if o.args > 0 {
		e.Args = make([]event.Argument, 0, min(o.args, 64))
	}
	return e, takeEvent(e, message)
}

// Numbers of fields of message Event.
const (
	fieldContainerID protowire.Number = 16
	fieldEventName   protowire.Number = 23
	fieldArgs        protowire.Number = 26
)

// outline is what an event is selected by, and how many arguments it has.
type outline struct {
	name             []byte
	known, container bool // known: name and container are of their types
	args             int
}

func look(message wireValue) (o outline, err error) {
	odd := false
	err = eachField(message, func(n protowire.Number, v wireValue) error {
		switch n {
		case fieldEventName:
			o.name, odd = v.bytes, odd || v.typ != protowire.BytesType
		case fieldContainerID:
			o.container, odd = len(v.bytes) > 0, odd || v.typ != protowire.BytesType
		case fieldArgs:
			o.args++
		}
		return nil
	})
	o.known = len(o.name) > 0 && !odd
	return o, err
}

var (
	errNoHeader = errors.New("no header of tracehound's: not a stream of `tracer --output protobuf`")
	errCutOff   = fmt.Errorf("%w: the stream was cut off", io.ErrUnexpectedEOF)
)

// fill reads a frame. Memory is taken as bytes come, not as the length claims.
func (r *protoReader) fill(size int) error {
	const step = 1 << 20
	if cap(r.buf) > step && size <= step {
		r.buf = nil // one long event must not hold its memory for ever
	}
	r.buf = r.buf[:0]
	for len(r.buf) < size {
		from, n := len(r.buf), min(size-len(r.buf), step)
		r.buf = append(r.buf, make([]byte, n)...)
		if _, err := io.ReadFull(r.in, r.buf[from:]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return errCutOff
			}
			return err
		}
	}
	return nil
}

// header checks whose stream it is. Streams that were put together have several.
func (r *protoReader) header(v wireValue) error {
	var magic string
	var version uint64
	err := eachField(v, func(n protowire.Number, v wireValue) error {
		switch n {
		case 1:
			magic = string(v.bytes)
		case 2:
			version = v.number
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case magic != protoMagic:
		return errNoHeader
	case version != protoVersion:
		return fmt.Errorf("stream of version %d: this program reads version %d", version, protoVersion)
	}
	r.began = true
	return nil
}

func takeEvent(e *event.Event, v wireValue) error {
	return eachField(v, func(n protowire.Number, v wireValue) error {
		if int(n) >= len(protoByNumber) {
			return nil // a newer field
		}
		return protoByNumber[n].take(e, v)
	})
}
