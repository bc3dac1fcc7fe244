// Package printer shows events to people. What it prints is safe for a
// terminal: every byte that a traced process chose is escaped unless it is
// printable.
package printer

import (
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Options say how a table looks. The zero value is usable.
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
	// Color marks loss in colour; for terminals.
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

// Table writes one line per event under a header. It keeps lines until Flush
// or until they fill 64 KiB. After an error of the underlying writer every
// call returns that error. The underlying writer stays open.
type Table struct {
	w       io.Writer
	opts    Options
	columns []column // nil until the header is written
	buf     []byte
	err     error
}

type column struct {
	title string
	width int
	cell  func(t *Table, dst []byte, e *event.Event) []byte
}

// NewTable makes a table that writes to w.
func NewTable(w io.Writer, opts Options) *Table {
	if opts.Location == nil {
		opts.Location = time.Local
	}
	if opts.MaxValue == 0 {
		opts.MaxValue = defaultMaxValue
	}
	return &Table{w: w, opts: opts}
}

// Write adds the line of an event.
func (t *Table) Write(e *event.Event) error {
	if t.err != nil {
		return t.err
	}
	if e.ContainerID != "" && !t.opts.Containers {
		t.opts.Containers, t.columns = true, nil
	}
	t.header()
	if e.EventName == lostEvents {
		t.loss(e)
	} else {
		t.row(func(dst []byte, c column) []byte { return c.cell(t, dst, e) })
	}
	if len(t.buf) < flushSize {
		return nil
	}
	return t.flush()
}

// Flush writes the lines kept so far; the first one writes the header even
// when there are no events yet.
func (t *Table) Flush() error {
	if t.err == nil {
		t.header()
	}
	return t.flush()
}

func (t *Table) flush() error {
	if t.err == nil && len(t.buf) > 0 {
		if _, err := t.w.Write(t.buf); err != nil {
			t.err = fmt.Errorf("write table: %w", err)
		}
		t.buf = t.buf[:0]
	}
	return t.err
}

func (t *Table) header() {
	if t.columns != nil {
		return
	}
	t.columns = layout(t.opts.Containers)
	t.row(func(dst []byte, c column) []byte { return append(dst, c.title...) })
}

// layout lists the columns. In the container layout ids are "own/host".
func layout(containers bool) []column {
	pid, tid, width := "PID", "TID", 7
	if containers {
		pid, tid, width = "PID/HOST", "TID/HOST", 13
	}
	all := []column{{"TIME", len(clock), (*Table).time}}
	if containers {
		all = append(all, column{"CONTAINER", shortID, (*Table).container})
	}
	return append(all,
		column{"UID", 6, (*Table).uid},
		column{"COMM", 16, (*Table).comm},
		column{pid, width, (*Table).pid},
		column{tid, width, (*Table).tid},
		column{"RET", 16, (*Table).ret},
		column{"EVENT", 24, (*Table).name},
		column{"ARGS", 0, (*Table).args},
	)
}

// row appends a line. A cell that is too wide pushes the next ones only as far
// as it must, so that the columns after it come back into place.
func (t *Table) row(cell func(dst []byte, c column) []byte) {
	at, target := 0, 0
	for i, c := range t.columns {
		if i > 0 {
			for pad := max(1, target-at); pad > 0; pad-- {
				t.buf = append(t.buf, ' ')
				at++
			}
		}
		start := len(t.buf)
		t.buf = cell(t.buf, c)
		at += utf8.RuneCount(t.buf[start:])
		target += c.width + 1
	}
	for len(t.buf) > 0 && t.buf[len(t.buf)-1] == ' ' {
		t.buf = t.buf[:len(t.buf)-1]
	}
	t.buf = append(t.buf, '\n')
}

func (t *Table) time(dst []byte, e *event.Event) []byte {
	return t.appendClock(dst, e.Timestamp)
}

func (t *Table) appendClock(dst []byte, ns int64) []byte {
	return time.Unix(0, ns).In(t.opts.Location).AppendFormat(dst, clock)
}

func (t *Table) container(dst []byte, e *event.Event) []byte {
	if e.ContainerID == "" {
		return append(dst, "host"...)
	}
	return appendWord(dst, e.ContainerID[:min(len(e.ContainerID), shortID)])
}

func (t *Table) uid(dst []byte, e *event.Event) []byte {
	return strconv.AppendInt(dst, int64(e.UserID), 10)
}

func (t *Table) comm(dst []byte, e *event.Event) []byte { return appendWord(dst, e.ProcessName) }

func (t *Table) pid(dst []byte, e *event.Event) []byte {
	return appendPID(dst, e.ProcessID, e.HostProcessID)
}

func (t *Table) tid(dst []byte, e *event.Event) []byte {
	return appendPID(dst, e.ThreadID, e.HostThreadID)
}

// appendPID appends the id in the task's own namespace and, where it is
// another, the one that ps on the host shows.
func appendPID(dst []byte, own, host int) []byte {
	dst = strconv.AppendInt(dst, int64(own), 10)
	if host != own && host != 0 {
		dst = strconv.AppendInt(append(dst, '/'), int64(host), 10)
	}
	return dst
}

// ret shows an error number with its name: the number is what a filter takes,
// the name is what a person knows.
func (t *Table) ret(dst []byte, e *event.Event) []byte {
	const maxErrno = 4095
	dst = strconv.AppendInt(dst, e.ReturnValue, 10)
	if e.ReturnValue >= 0 || e.ReturnValue < -maxErrno {
		return dst
	}
	name := schema.Errno.Info().Format(e.ReturnValue)
	if len(name) < 2 || name[1] != 'E' {
		return dst
	}
	return append(append(dst, ' '), name[1:]...)
}

func (t *Table) name(dst []byte, e *event.Event) []byte { return appendWord(dst, e.EventName) }

func (t *Table) args(dst []byte, e *event.Event) []byte {
	var def *schema.Event
	if t.opts.Definition != nil {
		def = t.opts.Definition(e.EventName)
	}
	for i := range e.Args {
		a := &e.Args[i]
		if i > 0 {
			dst = append(dst, ", "...)
		}
		kind := schema.Kind(0)
		if def != nil {
			if f := def.Field(a.Name); f != nil {
				kind = f.Kind
			}
		}
		dst = append(appendWord(dst, a.Name), ": "...)
		dst = t.appendValue(dst, a, kind)
	}
	return dst
}

// ANSI bold red, and back.
const (
	alarm = "\x1b[1;31m"
	plain = "\x1b[0m"
)

// loss appends a line across all columns.
func (t *Table) loss(e *event.Event) {
	if t.opts.Color {
		t.buf = append(t.buf, alarm...)
	}
	t.buf = t.appendClock(t.buf, e.Timestamp)
	t.buf = append(t.buf, " *** LOST "...)
	if count, ok := e.Int("count"); ok {
		t.buf = append(strconv.AppendUint(t.buf, uint64(count), 10), ' ')
	}
	t.buf = append(t.buf, "events"...)
	if buffer, ok := e.String("buffer"); ok {
		t.buf = appendWord(append(t.buf, " in buffer "...), buffer)
	}
	if cpu, ok := e.Int("cpu"); ok {
		t.buf = strconv.AppendInt(append(t.buf, ", cpu "...), cpu, 10)
	}
	from, hasFrom := e.Int("from")
	to, hasTo := e.Int("to")
	if hasFrom && hasTo {
		t.buf = t.appendClock(append(t.buf, ", from "...), from)
		t.buf = t.appendClock(append(t.buf, " to "...), to)
	}
	t.buf = append(t.buf, ": what happened then is incomplete ***"...)
	if t.opts.Color {
		t.buf = append(t.buf, plain...)
	}
	t.buf = append(t.buf, '\n')
}
