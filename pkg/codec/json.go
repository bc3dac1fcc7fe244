package codec

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/tracehound/tracehound/pkg/event"
)

var (
	errLong    = fmt.Errorf("longer than %d MiB", MaxSize>>20)
	errUnnamed = errors.New("no eventName: not an event")
)

type jsonWriter struct {
	w   io.Writer
	buf []byte
	err error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	return &jsonWriter{w: w, buf: make([]byte, 0, 2*bufferSize)}
}

// Write writes whole lines only, so that a reader that starts or ends in the
// middle sees as little broken text as possible.
func (w *jsonWriter) Write(e *event.Event) error {
	if w.err != nil {
		return w.err
	}
	start := len(w.buf)
	w.buf = e.AppendJSON(w.buf)
	if size := len(w.buf) - start; size > MaxSize {
		w.buf = w.buf[:start]
		return fmt.Errorf("write event %s: %d bytes: %w", e.EventName, size, errLong)
	}
	w.buf = append(w.buf, '\n')
	if len(w.buf) < bufferSize {
		return nil
	}
	return w.Flush()
}

func (w *jsonWriter) Flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	if _, err := w.w.Write(w.buf); err != nil {
		w.err = fmt.Errorf("write events: %w", err)
	}
	w.buf = w.buf[:0]
	if cap(w.buf) > MaxSize {
		w.buf = make([]byte, 0, 2*bufferSize)
	}
	return w.err
}

type jsonReader struct {
	in            *bufio.Reader
	long          []byte // a line that does not fit the buffer of in
	line, skipped int
	err           error // permanent
	decoder       *event.Decoder
	wants         event.Selection // nil for all
}

func newJSONReader(in *bufio.Reader, lines int) *jsonReader {
	return &jsonReader{in: in, line: lines, decoder: event.NewDecoder()}
}

func (r *jsonReader) Select(wants event.Selection) { r.wants = wants }

func (r *jsonReader) Position() int { return r.line }

func (r *jsonReader) Skipped() int { return r.skipped }

func (r *jsonReader) Read() (*event.Event, error) {
	for r.err == nil {
		line, err := r.next()
		if len(line) == 0 && err == nil {
			continue
		}
		if err == nil && r.wants != nil && event.Unwanted(line, r.wants) {
			return nil, nil
		}
		var e *event.Event
		if err == nil {
			e, err = r.decoder.Decode(line)
		}
		if err == nil && e.EventName == "" {
			err = errUnnamed
		}
		if err != nil {
			r.skipped++
			return nil, &LineError{Line: r.line, Err: err}
		}
		return e, nil
	}
	return nil, r.err
}

// next returns the next line without its end and the white space around it;
// the text is valid until the following call. The last line needs no end. An
// error concerns this line only; the end of the input is in r.err.
func (r *jsonReader) next() ([]byte, error) {
	if cap(r.long) > 1<<20 {
		r.long = nil // one long line must not hold its memory for ever
	}
	r.long = r.long[:0]
	for size := 0; ; {
		part, err := r.in.ReadSlice('\n')
		size += len(part)
		if errors.Is(err, bufio.ErrBufferFull) {
			if size <= MaxSize {
				r.long = append(r.long, part...)
			}
			continue
		}
		if err != nil {
			r.err = err
			if !errors.Is(err, io.EOF) {
				r.err = fmt.Errorf("read line %d: %w", r.line+1, err)
				return nil, nil
			}
			if size == 0 {
				return nil, nil
			}
		}
		r.line++
		if size -= len(part) - len(bytes.TrimRight(part, "\r\n")); size > MaxSize {
			return nil, errLong
		}
		if len(r.long) > 0 {
			r.long = append(r.long, part...)
			part = r.long
		}
		return bytes.TrimSpace(part), nil
	}
}
