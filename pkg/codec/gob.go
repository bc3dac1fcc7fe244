package codec

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/tracehound/tracehound/pkg/event"
)

// generic stands for a value of a type that only a foreign stream brings: the
// argument as JSON. A gob of nested lists and maps could make a reader allocate
// or recurse without bound, so none is registered.
type generic []byte

// register makes the types of argument values known to gob. The simple ones
// are gob's own: int32, uint32, int64, uint64, uint16, bool, string, []string,
// []byte and []int32.
var register = sync.OnceFunc(func() {
	gob.RegisterName("sockaddr", event.Sockaddr{})
	gob.RegisterName("cred", event.Cred{})
	gob.RegisterName("hooks", []event.HookedSymbol(nil))
	gob.RegisterName("number", json.Number(""))
	gob.RegisterName("json", generic(nil))
})

type gobWriter struct {
	w   *bufio.Writer
	enc *gob.Encoder
	err error
}

func newGobWriter(w io.Writer) *gobWriter {
	register()
	out := bufio.NewWriterSize(w, bufferSize)
	return &gobWriter{w: out, enc: gob.NewEncoder(out)}
}

func (w *gobWriter) Write(e *event.Event) error {
	if w.err != nil {
		return w.err
	}
	if err := w.enc.Encode(withGeneric(e)); err != nil {
		w.err = fmt.Errorf("write event %s: %w", e.EventName, err)
	}
	return w.err
}

func (w *gobWriter) Flush() error {
	if w.err == nil {
		if err := w.w.Flush(); err != nil {
			w.err = fmt.Errorf("write events: %w", err)
		}
	}
	return w.err
}

// withGeneric returns the event, or a copy in which values of other types than
// the tracer's own are generic.
func withGeneric(e *event.Event) *event.Event {
	copied := false
	for i := range e.Args {
		switch e.Args[i].Value.(type) {
		case nil, int32, uint32, int64, uint64, uint16, bool, string, []string, []byte, []int32, event.Sockaddr, event.Cred, []event.HookedSymbol, json.Number:
			continue
		}
		if !copied {
			c := *e
			c.Args = append([]event.Argument(nil), e.Args...)
			e, copied = &c, true
		}
		e.Args[i].Value = generic(e.Args[i].AppendJSON(nil))
	}
	return e
}

type gobReader struct {
	in     *frames
	dec    *gob.Decoder
	events int
	err    error           // permanent
	wants  event.Selection // nil for all
}

func newGobReader(in *bufio.Reader) *gobReader {
	register()
	f := &frames{in: in}
	return &gobReader{in: f, dec: gob.NewDecoder(f)}
}

func (r *gobReader) Position() int { return r.events }

func (r *gobReader) Skipped() int { return 0 }

func (r *gobReader) Select(wants event.Selection) { r.wants = wants }

func (r *gobReader) Read() (*event.Event, error) {
	if r.err != nil {
		return nil, r.err
	}
	before := r.in.count
	e, err := r.decode()
	switch {
	case err == nil:
		r.events++
		if r.wants != nil && e.EventName != "" && !r.wants.Wants([]byte(e.EventName), e.Origin() == event.Container) {
			return nil, nil
		}
		return e, nil
	case errors.Is(err, io.EOF) && r.in.count == before:
		r.err = io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.err = &StreamError{Format: Gob, Events: r.events, Err: fmt.Errorf("%w: the stream was cut off", io.ErrUnexpectedEOF)}
	default:
		r.err = &StreamError{Format: Gob, Events: r.events, Err: err}
	}
	return nil, r.err
}

// decode reads one event. Package gob promises no more than errors for what
// its own encoder wrote; a corrupt stream can make it panic.
func (r *gobReader) decode() (e *event.Event, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, err = nil, fmt.Errorf("decode event: %v", p)
		}
	}()
	e = new(event.Event)
	if err := r.dec.Decode(e); err != nil {
		return nil, err
	}
	return e, tidy(e)
}

// tidy gives an event the form that JSON gives it: no empty lists in place of
// absent ones, and generic values as they were.
func tidy(e *event.Event) error {
	if len(e.Args) == 0 {
		e.Args = nil
	}
	if len(e.StackAddresses) == 0 {
		e.StackAddresses = nil
	}
	for i := range e.Args {
		a := &e.Args[i]
		switch v := a.Value.(type) {
		case []string:
			if v == nil {
				a.Value = []string{}
			}
		case []int32:
			if v == nil {
				a.Value = []int32{}
			}
		case []byte:
			if v == nil {
				a.Value = []byte{}
			}
		case []event.HookedSymbol:
			if v == nil {
				a.Value = []event.HookedSymbol{}
			}
		case generic:
			if err := a.UnmarshalJSON(v); err != nil {
				return fmt.Errorf("decode argument %s: %w", a.Name, err)
			}
		}
	}
	return nil
}
