package printer

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Widths of what stands before an action.
const (
	originWidth = 20
	actorWidth  = 24
	verbWidth   = 9
)

// Compact writes one line per event that says who did what to what, and how it
// ended. It keeps lines as a Table does.
type Compact struct {
	show
	lines
}

// NewCompact makes a Compact that writes to w.
func NewCompact(w io.Writer, opts Options) *Compact {
	return &Compact{show: newShow(opts), lines: lines{w: w}}
}

// Write adds the line of an event.
func (c *Compact) Write(e *event.Event) error {
	if c.err != nil {
		return c.err
	}
	if e.EventName == lostEvents {
		c.buf = c.appendLoss(c.buf, e)
		return c.full()
	}
	c.buf = append(c.appendClock(c.buf, e.Timestamp), ' ')
	c.origin(e)
	c.actor(e)
	c.action(e)
	c.buf = append(c.buf, '\n')
	return c.full()
}

// Flush writes the lines kept so far.
func (c *Compact) Flush() error { return c.flush() }

// origin is the pod, the container's name or its id, as far as they are known.
func (c *Compact) origin(e *event.Event) {
	start := len(c.buf)
	c.buf = c.color(c.buf, blue)
	plainStart := len(c.buf)
	switch {
	case e.PodName != "":
		c.buf = appendWord(append(appendWord(c.buf, e.PodNamespace), '/'), e.PodName)
	case e.ContainerName != "":
		c.buf = appendWord(c.buf, e.ContainerName)
	case e.ContainerID != "":
		c.buf = appendWord(c.buf, e.ContainerID[:min(len(e.ContainerID), shortID)])
	default:
		c.buf = append(c.buf[:start], "host"...)
		c.pad(start, originWidth)
		return
	}
	c.buf = c.color(c.buf, plain)
	c.pad(plainStart, originWidth+c.invisible(plain))
}

// actor is the program's name and its process id on the host.
func (c *Compact) actor(e *event.Event) {
	start := len(c.buf)
	name := e.ProcessName
	if i := strings.LastIndexByte(e.Executable, '/'); i >= 0 && i+1 < len(e.Executable) {
		name = e.Executable[i+1:]
	}
	c.buf = append(appendWord(c.buf, name), '(')
	c.buf = append(strconv.AppendInt(c.buf, int64(e.HostProcessID), 10), ')')
	c.pad(start, actorWidth)
}

func (c *Compact) invisible(code string) int {
	if c.opts.Color {
		return len(code)
	}
	return 0
}

// pad fills up to a width, and puts a space behind in any case.
func (c *Compact) pad(start, width int) {
	for n := utf8.RuneCount(c.buf[start:]); n < width; n++ {
		c.buf = append(c.buf, ' ')
	}
	c.buf = append(c.buf, ' ')
}

func (c *Compact) action(e *event.Event) {
	act, known := actions[e.EventName]
	if !known {
		c.buf = appendWord(c.buf, e.EventName)
		c.others(e)
		c.result(e)
		return
	}
	start := len(c.buf)
	c.buf = c.color(c.buf, act.color)
	visible := len(c.buf)
	c.buf = append(c.buf, act.verb...)
	if act.color != "" {
		c.buf = c.color(c.buf, plain)
		start = visible
		c.padTo(start, verbWidth+c.invisible(plain))
	} else {
		c.padTo(start, verbWidth)
	}
	for _, p := range act.parts {
		c.part(e, p)
	}
	if !act.silent {
		c.result(e)
	}
}

// padTo is pad without the space behind: parts bring one before them.
func (c *Compact) padTo(start, width int) {
	for n := utf8.RuneCount(c.buf[start:]); n < width; n++ {
		c.buf = append(c.buf, ' ')
	}
}

// part appends one argument, if the event carries it.
func (c *Compact) part(e *event.Event, p part) {
	a := e.Arg(p.arg)
	if a == nil || a.Value == nil {
		return
	}
	if p.form == omitZero {
		if n, ok := e.Int(p.arg); ok && n == 0 {
			return
		}
	}
	c.buf = append(c.buf, ' ')
	c.buf = append(c.buf, p.label...)
	switch list, isList := a.Value.([]string); {
	case isList:
		c.words(list, p.form == afterFirst)
	case p.form == ending:
		n, _ := e.Int(p.arg)
		c.ending(n)
	default:
		c.value(a, c.kindOf(e, p.arg))
	}
	if a.Truncated {
		c.buf = append(c.buf, cutMark...)
	}
}

// value appends text as one word, quoted only when it must be.
func (c *Compact) value(a *event.Argument, k schema.Kind) {
	if text, ok := a.Value.(string); ok {
		short := c.limit(text)
		c.buf = appendShell(c.buf, short)
		if len(short) < len(text) && !a.Truncated {
			c.buf = append(c.buf, cutMark...)
		}
		return
	}
	whole := *a
	whole.Truncated = false // said by the caller
	c.buf = c.appendValue(c.buf, &whole, k)
}

// words appends a list as a shell would read it.
func (c *Compact) words(list []string, rest bool) {
	if rest {
		list = list[min(1, len(list)):]
		c.buf = slices.Delete(c.buf, len(c.buf)-1, len(c.buf)) // the space: each word brings its own
	}
	start := len(c.buf)
	for i, w := range list {
		if i > 0 || rest {
			c.buf = append(c.buf, ' ')
		}
		if c.opts.MaxValue > 0 && len(c.buf)-start >= c.opts.MaxValue {
			c.buf = fmt.Appendf(c.buf, "%s (%d more)", cutMark, len(list)-i)
			return
		}
		short := c.limit(w)
		c.buf = appendShell(c.buf, short)
		if len(short) < len(w) {
			c.buf = append(c.buf, cutMark...)
		}
	}
}

// ending says how a process ended, of what wait(2) reports.
func (c *Compact) ending(status int64) {
	signal, code := status&0x7f, status>>8&0xff
	switch {
	case signal == 0 && code == 0:
		c.buf = append(c.buf, "0"...)
	case signal == 0:
		c.buf = c.color(c.buf, red)
		c.buf = strconv.AppendInt(append(c.buf, "status "...), code, 10)
		c.buf = c.color(c.buf, plain)
	default:
		c.buf = c.color(c.buf, red)
		c.buf = append(append(c.buf, "killed by "...), schema.Signal.Info().Format(signal)...)
		if status&0x80 != 0 {
			c.buf = append(c.buf, " (core dumped)"...)
		}
		c.buf = c.color(c.buf, plain)
	}
}

// others appends all arguments of an event that has no action.
func (c *Compact) others(e *event.Event) {
	for i := range e.Args {
		a := &e.Args[i]
		c.buf = append(appendWord(append(c.buf, ' '), a.Name), '=')
		c.buf = c.appendArgument(c.buf, e, a)
	}
}

func (c *Compact) result(e *event.Event) {
	if e.ReturnValue == 0 {
		return
	}
	c.buf = append(c.buf, " = "...)
	if e.ReturnValue > 0 {
		c.buf = c.appendResult(c.buf, e.ReturnValue)
		return
	}
	c.buf = c.color(c.buf, red)
	c.buf = c.appendResult(c.buf, e.ReturnValue)
	c.buf = c.color(c.buf, plain)
}

// appendShell appends a word as it is when nothing in it could be taken for
// something else, else quoted.
func appendShell(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, `""`...)
	}
	for _, r := range s {
		if r == ' ' || r == '"' || r == '\'' || r == '\\' || r == '=' && len(s) == 1 || r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.AppendQuote(dst, s)
		}
	}
	return append(dst, s...)
}
