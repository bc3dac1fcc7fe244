package tracer

import (
	"fmt"
	"strings"
)

// totals says at the end what was written and what was not.
func (s *session) totals() {
	var b strings.Builder
	fmt.Fprintf(&b, "tracer: %d events written, %d lost", s.counters.written.Load(), s.lost())
	if s.source.undecodable > 0 {
		fmt.Fprintf(&b, " (%d of them not understood)", s.source.undecodable)
	}
	if n := s.source.sorter.tooLate(); n > 0 {
		fmt.Fprintf(&b, ", %d came too late to be in order", n)
	}
	if n := s.counters.faults.Load(); n > 0 {
		fmt.Fprintf(&b, ", %d with arguments that could not be read", n)
	}
	if s.out.unsaid > 0 {
		fmt.Fprintf(&b, ", %d that a template fails on not written", s.out.unsaid)
	}
	if s.command != nil {
		fmt.Fprintf(&b, "; %s: %s", s.path, s.command.outcome())
	}
	fmt.Fprintln(s.stderr, b.String())
}

// without says beside what is traced that something is not, or not all of it.
func without(missing, partial int) string {
	said := ""
	if missing > 0 {
		said = fmt.Sprintf("; without %d that it does not have", missing)
	}
	if partial > 0 {
		said += fmt.Sprintf("; %d in part, as it refuses programs of theirs", partial)
	}
	return said
}
