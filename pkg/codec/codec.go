// Package codec is both ends of the pipe between tracer and rules: events as
// JSON lines, as a gob stream or as protobuf frames. It starts no goroutines; a Read blocks as long
// as its input does.
package codec

import (
	"fmt"
	"io"

	"github.com/tracehound/tracehound/pkg/event"
)

// Format is how a stream of events is written.
type Format string

// The formats. None is what Open reports for an empty input.
const (
	None     Format = ""
	JSON     Format = "json"
	Gob      Format = "gob"
	Protobuf Format = "protobuf"
)

// MaxSize is the limit of one JSON line, line end not counted, and of one gob
// or protobuf message, in bytes.
const MaxSize = 16 << 20

// Writer writes events. It keeps what it has not written yet until Flush or
// until its buffer is full. After an error of the underlying writer every call
// returns that error. The underlying writer stays open.
type Writer interface {
	// Write adds an event and does not keep it.
	Write(e *event.Event) error
	Flush() error
}

// NewWriter makes a Writer of the format, which is not None.
func NewWriter(w io.Writer, f Format) (Writer, error) {
	switch f {
	case JSON:
		return newJSONWriter(w), nil
	case Gob:
		return newGobWriter(w), nil
	case Protobuf:
		return newProtoWriter(w), nil
	}
	return nil, fmt.Errorf("write events: unknown format %q: want json, gob or protobuf", f)
}

// Reader reads events.
type Reader interface {
	// Read returns the next event, which is the caller's own. At the end of
	// the input the error is io.EOF. A *LineError means that one line was
	// skipped and that the caller may go on. Every other error is permanent.
	// An event that is not selected is nil, without an error.
	Read() (*event.Event, error)
	// Select says which events are wanted; all are when it has not been called.
	// Of the others no more is decoded than it takes to know them: that a line is
	// JSON is still checked, whether its values fit their keys is not, nor what
	// is in the arguments of protobuf. Gob has to be decoded in whole.
	Select(event.Selection)
	// Position is where the last Read was, from 1: the line for JSON, the
	// number of the event for others. 0 before the first.
	Position() int
	// Skipped counts the lines that Read has reported as a *LineError.
	Skipped() int
}

// LineError is one line of JSON that is not an event.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

// StreamError is a stream, other than JSON, that cannot be read any further.
type StreamError struct {
	Format Format
	Events int // events read before
	Err    error
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("read %s stream after %d events: %v", e.Format, e.Events, e.Err)
}

// Unwrap returns the cause.
func (e *StreamError) Unwrap() error { return e.Err }
