package rules

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature"
)

const (
	// queue is how many decoded events may wait for the signatures.
	queue = 1024
	// grace is how long a writer at the other end of a pipe may go on after we
	// were told to stop: the same signal has told the tracer, which now sends
	// what it still holds.
	grace = 3 * time.Second
)

// session is one run over one input.
type session struct {
	in     *input
	out    *report.Writer
	engine *engine.Engine
	log    *slog.Logger
	faults faults
	events int // valid ones
	losses int // reports of loss
	unsaid int // findings that could not be rendered
}

func newSession(in *input, out *report.Writer, signatures []engine.Signature, log *slog.Logger) (*session, error) {
	s := &session{in: in, out: out, log: log, faults: faults{log: log}}
	var err error
	s.engine, err = engine.New(engine.Options{Signatures: signatures, Report: s.report, Lost: s.lost, Log: log})
	return s, err
}

// run reads events until the input ends, or ctx does and the input had time to
// end, and prints the totals.
func (s *session) run(ctx context.Context) error {
	err := s.match(ctx)
	s.totals()
	switch {
	case err != nil:
		return err
	case s.events == 0 && s.faults.total() > 0:
		return fmt.Errorf("read input: nothing valid in %s: %s", s.in.name, &s.faults)
	}
	return nil
}

// match is the loop of decode → match → report.
func (s *session) match(ctx context.Context) error {
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	items := make(chan item, queue)
	go read(stop, s.in, items)

	interrupted := ctx.Done()
	var tooLate <-chan time.Time
	for {
		select {
		case it, ok := <-items:
			if !ok {
				return nil
			}
			if err := s.take(it); err != nil {
				return err
			}
		case <-interrupted:
			interrupted = nil
			if !s.in.endless {
				cancel() // what is queued still counts
				continue
			}
			s.log.Info("stopping when the input ends", "wait", grace)
			tooLate = time.After(grace)
		case <-tooLate:
			s.log.Warn("input did not end in time: what it still holds is not read", "input", s.in.name)
			cancel()
			return s.drain(items)
		}
	}
}

// drain takes what has been read already.
func (s *session) drain(items <-chan item) error {
	for {
		select {
		case it, ok := <-items:
			if !ok {
				return nil
			}
			if err := s.take(it); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// item is one outcome of reading.
type item struct {
	event    *event.Event
	err      error
	format   codec.Format
	position int
}

// read sends everything that the input holds and closes items. It ends when
// stop does, but not before a Read that blocks; it then lives as long as the
// process.
func read(stop context.Context, in *input, items chan<- item) {
	defer close(items)
	send := func(it item) bool {
		select {
		case items <- it:
			return true
		case <-stop.Done():
			return false
		}
	}
	r, format, err := codec.Open(in)
	if err != nil {
		send(item{err: err})
		return
	}
	for stop.Err() == nil {
		e, err := r.Read()
		if !send(item{event: e, err: err, format: format, position: r.Position()}) {
			return
		}
		var skipped *codec.LineError
		if err != nil && !errors.As(err, &skipped) {
			return
		}
	}
}

// take handles one outcome; its error ends the run.
func (s *session) take(it item) error {
	var skipped *codec.LineError
	switch {
	case errors.As(it.err, &skipped):
		s.faults.line(skipped)
		return nil
	case it.err != nil:
		return s.faults.end(it.err)
	}
	definition := catalog.ByName(it.event.EventName)
	if definition == nil {
		s.faults.event(it.event.EventName, it.format, it.position)
		return nil
	}
	s.events++
	event.Normalize(it.event, definition)
	return s.engine.OnEvent(it.event)
}

// report writes a finding. One that does not fit its template is told on
// stderr, whole, and does not end the run.
func (s *session) report(f *signature.Finding, lost uint64) error {
	err := s.out.Write(f, lost)
	var unsaid *report.RenderError
	if errors.As(err, &unsaid) {
		s.unsaid++
		s.log.Error("finding does not fit the template", "error", unsaid.Err, "signature", f.Metadata.ID,
			"name", f.Metadata.Name, "finding", f.ID, "time", f.Timestamp, "data", f.Data,
			"command", f.Event.ProcessName, "host", f.Event.HostName)
		return nil
	}
	return err
}

func (s *session) lost(l engine.Loss) {
	s.losses++
	s.log.Warn("the tracer lost events: findings of this time may be missing",
		"count", l.Count, "buffer", l.Buffer, "cpu", l.CPU, "from", l.From, "to", l.To)
}

// totals says on stderr what became of everything.
func (s *session) totals() {
	if s.events == 0 && s.faults.total() == 0 {
		s.log.Info("input is empty: no events", "input", s.in.name)
	}
	findings, perSignature := uint64(0), []any{}
	for _, c := range s.engine.Counts() {
		findings += c.Findings
		perSignature = append(perSignature, slog.Uint64(c.ID, c.Findings))
		if c.Errors > 0 || c.Disabled {
			s.log.Warn("signature did not see everything", "signature", c.ID, "name", c.Name, "file", c.Where,
				"errors", c.Errors, "disabled", c.Disabled)
		}
	}
	if s.engine.Lost() > 0 {
		s.log.Warn("findings are incomplete", "lost", s.engine.Lost(), "reports", s.losses)
	}
	s.log.Info("done", "events", s.events, "bad_lines", s.faults.lines, "unknown_events", s.faults.unknown,
		"broken_ends", s.faults.cut, "lost", s.engine.Lost(), "findings", findings, "unrendered", s.unsaid,
		slog.Group("by_signature", perSignature...))
}
