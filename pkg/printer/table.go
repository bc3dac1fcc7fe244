package printer

import (
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/event"
)

// Table writes one line per event under a header. It keeps lines until Flush
// or until they fill 64 KiB. After an error of the underlying writer every
// call returns that error. The underlying writer stays open.
type Table struct {
	show
	lines
	columns []column // nil until the header is written
}

type column struct {
	title string
	width int
	cell  func(t *Table, dst []byte, e *event.Event) []byte
}

// NewTable makes a table that writes to w.
func NewTable(w io.Writer, opts Options) *Table {
	return &Table{show: newShow(opts), lines: lines{w: w}}
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
		t.buf = t.appendLoss(t.buf, e)
	} else {
		t.row(func(dst []byte, c column) []byte { return c.cell(t, dst, e) })
	}
	return t.full()
}

// Flush writes the lines kept so far; the first one writes the header even
// when there are no events yet.
func (t *Table) Flush() error {
	if t.err == nil {
		t.header()
	}
	return t.flush()
}

func (t *Table) header() {
	if t.columns != nil {
		return
	}
	t.columns = layout(t.opts.Containers, t.opts.Verbose)
	t.row(func(dst []byte, c column) []byte { return append(dst, c.title...) })
}

// layout lists the columns. In the container layout ids are "own/host".
func layout(containers, verbose bool) []column {
	pid, tid, ppid, width := "PID", "TID", "PPID", 7
	if containers {
		pid, tid, ppid, width = "PID/HOST", "TID/HOST", "PPID/HOST", 13
	}
	all := []column{{"TIME", len(clock), (*Table).time}}
	if verbose {
		all = append(all, column{"UTS_NAME", 16, (*Table).uts})
	}
	if containers {
		all = append(all, column{"CONTAINER", shortID, (*Table).container})
	}
	if verbose {
		all = append(all, column{"MNT_NS", 10, (*Table).mountNS}, column{"PID_NS", 10, (*Table).pidNS})
	}
	all = append(all,
		column{"UID", 6, (*Table).uid},
		column{"COMM", 16, (*Table).comm},
		column{pid, width, (*Table).pid},
		column{tid, width, (*Table).tid},
	)
	if verbose {
		all = append(all, column{ppid, width, (*Table).ppid})
	}
	return append(all,
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

func (t *Table) ret(dst []byte, e *event.Event) []byte { return t.appendResult(dst, e.ReturnValue) }

func (t *Table) name(dst []byte, e *event.Event) []byte { return appendWord(dst, e.EventName) }

func (t *Table) ppid(dst []byte, e *event.Event) []byte {
	return appendPID(dst, e.ParentProcessID, e.HostParentProcessID)
}

func (t *Table) uts(dst []byte, e *event.Event) []byte { return appendWord(dst, e.HostName) }

func (t *Table) mountNS(dst []byte, e *event.Event) []byte {
	return strconv.AppendUint(dst, uint64(e.MountNS), 10)
}

func (t *Table) pidNS(dst []byte, e *event.Event) []byte {
	return strconv.AppendUint(dst, uint64(e.PIDNS), 10)
}

func (t *Table) args(dst []byte, e *event.Event) []byte {
	for i := range e.Args {
		a := &e.Args[i]
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(appendWord(dst, a.Name), ": "...)
		dst = t.appendArgument(dst, e, a)
	}
	return dst
}
