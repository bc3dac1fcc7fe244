// Package printer shows events to people. What it prints is safe for a
// terminal: every byte that a traced process chose is escaped unless it is
// printable.
package printer

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Options say how events look. The zero value is usable.
type Options struct {
	// Definition finds an event's definition by name, which lets numbers be
	// shown as names; nil when there is none.
	Definition func(name string) *schema.Event
	// Raw shows numbers all the same.
	Raw bool
	// Location is the time zone; nil means the machine's own.
	Location *time.Location
	// Containers shows the container column from the start. Without it the
	// column appears, under a second header, with the first event of a
	// container.
	Containers bool
	// Verbose adds the columns of host name, namespaces and parent to a table.
	Verbose bool
	// Relative says that times count from the tracer's start.
	Relative bool
	// Color marks what matters in colour; for terminals.
	Color bool
	// MaxValue cuts longer values, in bytes; the cut is marked with "…".
	// 0 means 1024, negative no limit.
	MaxValue int
}

const (
	defaultMaxValue = 1024
	flushSize       = 64 << 10
	clock           = "15:04:05.000000"
	shortID         = 12 // digits of a container id, as docker ps shows them
	lostEvents      = "lost_events"
)

// ANSI colours, and back.
const (
	alarm = "\x1b[1;31m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	blue  = "\x1b[36m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

// lines keeps lines until flush or until they fill 64 KiB. After an error of the
// underlying writer every call returns that error. The underlying writer stays
// open.
type lines struct {
	w   io.Writer
	buf []byte
	err error
}

// full is called behind every line.
func (l *lines) full() error {
	if len(l.buf) < flushSize {
		return l.err
	}
	return l.flush()
}

func (l *lines) flush() error {
	if l.err == nil && len(l.buf) > 0 {
		if _, err := l.w.Write(l.buf); err != nil {
			l.err = fmt.Errorf("write events for people: %w", err)
		}
		l.buf = l.buf[:0]
	}
	return l.err
}

// show appends values as people read them.
type show struct{ opts Options }

func newShow(opts Options) show {
	if opts.Location == nil {
		opts.Location = time.Local
	}
	if opts.MaxValue == 0 {
		opts.MaxValue = defaultMaxValue
	}
	return show{opts}
}

func (s *show) appendClock(dst []byte, ns int64) []byte {
	if s.opts.Relative {
		return strconv.AppendFloat(dst, float64(ns)/1e9, 'f', 6, 64)
	}
	return time.Unix(0, ns).In(s.opts.Location).AppendFormat(dst, clock)
}

// appendResult shows an error number by its name.
func (s *show) appendResult(dst []byte, v int64) []byte {
	const maxErrno = 4095
	if v < 0 && v >= -maxErrno && !s.opts.Raw {
		return append(dst, schema.Errno.Info().Format(v)...)
	}
	return strconv.AppendInt(dst, v, 10)
}

// kindOf is the kind of an event's argument; 0 when there is no definition.
// appendArgument appends an argument's value; another one may decide how it reads.
func (s *show) appendArgument(dst []byte, e *event.Event, a *event.Argument) []byte {
	k := s.kindOf(e, a.Name)
	if n, ok := e.Int(a.Name); ok && k.Info().FormatOf != nil && !s.opts.Raw {
		def := s.opts.Definition(e.EventName)
		return append(dst, e.Format(def, def.Field(a.Name), n)...)
	}
	return s.appendValue(dst, a, k)
}

func (s *show) kindOf(e *event.Event, name string) schema.Kind {
	if s.opts.Definition == nil {
		return 0
	}
	if def := s.opts.Definition(e.EventName); def != nil {
		if f := def.Field(name); f != nil {
			return f.Kind
		}
	}
	return 0
}

func (s *show) color(dst []byte, code string) []byte {
	if s.opts.Color {
		dst = append(dst, code...)
	}
	return dst
}

// appendLoss appends what a lost_events says, as a sentence.
func (s *show) appendLoss(dst []byte, e *event.Event) []byte {
	dst = s.color(dst, alarm)
	dst = append(s.appendClock(dst, e.Timestamp), " *** LOST "...)
	if count, ok := e.Int("count"); ok {
		dst = append(strconv.AppendUint(dst, uint64(count), 10), ' ')
	}
	dst = append(dst, "events"...)
	if buffer, ok := e.String("buffer"); ok {
		dst = appendWord(append(dst, " in buffer "...), buffer)
	}
	if cpu, ok := e.Int("cpu"); ok {
		dst = strconv.AppendInt(append(dst, ", cpu "...), cpu, 10)
	}
	from, hasFrom := e.Int("from")
	to, hasTo := e.Int("to")
	if hasFrom && hasTo {
		dst = s.appendClock(append(dst, ", from "...), from)
		dst = s.appendClock(append(dst, " to "...), to)
	}
	dst = append(dst, ": what happened then is incomplete ***"...)
	return append(s.color(dst, plain), '\n')
}
