package rules

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/tracehound/tracehound/pkg/codec"
)

// loud is how many faults of one kind are reported one by one; the rest is only
// counted, so that a broken stream does not bury the findings.
const loud = 5

// faults counts what is wrong with the input.
type faults struct {
	log     *slog.Logger
	lines   int // skipped: not events, or too long
	unknown int // events whose name the catalogue does not hold
	cut     int // streams that end in the middle of an event
}

// line reports a line that is no event.
func (f *faults) line(err *codec.LineError) {
	f.lines++
	f.report(f.lines, "skipped a line of the input", "line", err.Line, "error", err.Err)
}

// event reports an event of a kind that this version does not know.
func (f *faults) event(name string, format codec.Format, position int) {
	f.unknown++
	unit := "line"
	if format == codec.Gob {
		unit = "number"
	}
	f.report(f.unknown, "skipped an event of unknown name", unit, position, "event", name)
}

// end takes the error that ended the input. It returns nil for a proper end
// and for a stream that was cut off, which is a fault as any other.
func (f *faults) end(err error) error {
	var cut *codec.StreamError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &cut) && errors.Is(err, io.ErrUnexpectedEOF):
		f.cut++
		f.report(f.cut, "input ends in the middle of an event", "events", cut.Events, "error", cut.Err)
		return nil
	}
	return fmt.Errorf("read input: %w", err)
}

func (f *faults) report(n int, message string, args ...any) {
	if n > loud {
		return
	}
	f.log.Warn(message, args...)
	if n == loud {
		f.log.Warn("further faults of this kind are only counted", "kind", message)
	}
}

func (f *faults) total() int { return f.lines + f.unknown + f.cut }

// String lists the faults: "2 lines skipped, 1 unknown event".
func (f *faults) String() string {
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{
		{f.lines, "bad line", "bad lines"},
		{f.unknown, "event of unknown name", "events of unknown name"},
		{f.cut, "broken end", "broken ends"},
	} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.one)
		case p.n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.many))
		}
	}
	return strings.Join(parts, ", ")
}
