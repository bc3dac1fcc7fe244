package rules

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/tuning"
)

const (
	// closing is how long slow signatures may go on when the input has ended.
	closing = 30 * time.Second
	// groupDelay is what events may need to get here.
	groupDelay = 5 * time.Second
	// Handing few events to all signatures costs more than what these do with
	// them: after fewer than fewItems, more may gather.
	fewItems = 256
	gather   = time.Millisecond
	// grace is how long a writer at the other end of a pipe may go on after we
	// were told to stop: the same signal has told the tracer, which now sends
	// what it still holds.
	grace = 3 * time.Second
)

// findingsWriter is where findings go: report.Writer is one, outlet.Outlets another.
// A report.RenderError of Write concerns that finding alone, any other ends the run.
type findingsWriter interface {
	Write(f *signature.Finding, lost uint64) error
	Close() error
}

// session is one run over one input.
type session struct {
	in     *input
	out    findingsWriter
	engine *engine.Engine
	wants  selection
	log    *slog.Logger
	faults faults
	lack   lack
	events int // valid ones
	losses int // reports of loss
	unsaid int // findings that could not be rendered

	watched watched
	names   *identities

	// changed, unless nil, tells that the signatures may have changed; load then
	// reads them again.
	changed <-chan struct{}
	load    func() (*loaded, error)
	bind    func(*loaded) error // fits outputs to the signatures
	loaded  *loaded

	minSeverity int
	group       tuning.Group // unused with window 0
	excepted    int          // findings that are accepted
	minor       int          // findings below the least severity
	grouped     int          // findings that a summary stands for
}

func newSession(in *input, out findingsWriter, all *loaded, log *slog.Logger) (*session, error) {
	s := &session{in: in, out: out, log: log, faults: faults{log: log}, lack: newLack(all.needs, log), loaded: all, names: newIdentities(!in.endless)}
	var err error
	if s.engine, err = engine.New(engine.Options{Signatures: all.signatures, Report: s.report, Lost: s.lost, Log: log}); err != nil {
		return nil, err
	}
	s.wants.follow(s.engine)
	return s, nil
}

// run reads events until the input ends, or ctx does and the input had time to
// end, and prints the totals.
func (s *session) run(ctx context.Context) error {
	if out, ok := s.out.(outputCounter); ok {
		s.watched.outputs.Store(&out)
	}
	s.watched.phase.Store(reading)
	err := s.match(ctx)
	s.watched.phase.Store(ended)
	if err == nil {
		err = s.reportHeld(time.Now(), true)
	}
	if err == nil {
		err = s.writeAll(s.group.End(), s.engine.Lost())
	}
	if end := s.out.Close(); err == nil {
		err = end
	}
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
	in := newFeed()
	go in.read(stop, s.in, s.wants.of)
	defer in.halt()

	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	interrupted := ctx.Done()
	var tooLate <-chan time.Time
	for {
		select {
		case <-in.ready:
			items, more := in.take()
			s.events += in.skipped()
			if err := s.take(items); err != nil || !more {
				err = errors.Join(err, s.engine.Close(closing))
				if err == nil {
					s.commit(in.dealtWith())
				}
				return err
			}
			if len(items) < fewItems {
				time.Sleep(gather)
			}
		case now := <-tick.C:
			s.events += in.skipped()
			s.watched.end(s) // what signatures have done since
			if err := errors.Join(s.reportHeld(now, false), s.endGroups(now)); err != nil {
				return err
			}
			s.commit(in.dealtWith())
		case <-s.changed:
			s.reload()
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
			items, _ := in.take() // what has been read already
			s.events += in.skipped()
			return errors.Join(s.take(items), s.engine.Close(closing))
		}
	}
}

// commitTime is how long keeping findings, and telling the input so, may take.
const commitTime = 500 * time.Millisecond

// commit tells an input that wants to know how far its lines are dealt with. It
// waits until what was found in them is on disk: not long, for the lines come
// again when it is not. While findings are held back it is the next commit's.
func (s *session) commit(line int) {
	if s.in.commit == nil || s.names.waiting() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	var err error
	if out, ok := s.out.(interface{ Sync(context.Context) error }); ok {
		err = out.Sync(ctx)
	}
	if err == nil {
		err = s.in.commit(ctx, line)
	}
	if err != nil {
		s.log.Warn("events are not marked as dealt with: they may come again", "input", s.in.name, "error", err)
	}
}

// endGroups reports summaries whose time is over though nothing follows. Only
// of a live stream are the clocks of its events this machine's.
func (s *session) endGroups(now time.Time) error {
	if !s.in.endless {
		return nil
	}
	return s.writeAll(s.group.Ended(now.Add(-groupDelay)), s.engine.Lost())
}

// take handles what was read, in order; its error ends the run.
func (s *session) take(items []item) error {
	s.watched.begin()
	defer s.watched.end(s)
	var batch []*event.Event
	var end error
	for _, it := range items {
		var skipped *codec.LineError
		switch {
		case errors.As(it.err, &skipped):
			s.faults.line(skipped)
		case it.err != nil:
			end = s.faults.end(it.err)
		case !it.known:
			s.faults.event(it.event.EventName, it.format, it.position)
		default:
			s.events++
			s.lack.see(it.event)
			s.names.see(it.event)
			batch = append(batch, it.event)
		}
	}
	if len(batch) > 0 {
		if err := s.engine.OnBatch(batch); err != nil {
			return err
		}
		if err := s.reportHeld(time.Now(), false); err != nil {
			return err
		}
	}
	return end
}

// report passes on a finding, or holds it until its container is known.
func (s *session) report(f *signature.Finding, lost uint64) error {
	if f = s.names.complete(f, lost, time.Now()); f == nil {
		return nil
	}
	return s.pass(f, lost)
}

// reportHeld passes on those that were held, and need not be any more.
func (s *session) reportHeld(now time.Time, all bool) error {
	for _, h := range s.names.release(now, all) {
		if err := s.pass(h.finding, h.lost); err != nil {
			return err
		}
	}
	return nil
}

// pass passes on what is wanted of a finding.
func (s *session) pass(f *signature.Finding, lost uint64) error {
	if n := f.Metadata.Severity(); n >= 0 && n < s.minSeverity {
		s.minor++
		return nil
	}
	if s.loaded.tuning.Excepts(f, s.log) {
		s.excepted++
		return nil
	}
	if s.group.Window == 0 {
		return s.write(f, lost)
	}
	all := s.group.Add(f)
	if !slices.Contains(all, f) {
		s.grouped++
	}
	return s.writeAll(all, lost)
}

func (s *session) writeAll(all []*signature.Finding, lost uint64) error {
	for _, f := range all {
		if err := s.write(f, lost); err != nil {
			return err
		}
	}
	return nil
}

// write writes a finding. One that does not fit its template is told on
// stderr, whole, and does not end the run.
func (s *session) write(f *signature.Finding, lost uint64) error {
	err := s.out.Write(f, lost)
	var unsaid *report.RenderError
	if errors.As(err, &unsaid) {
		s.unsaid++
		f = unsaid.Finding // without secrets
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
	s.lack.end()
	if s.events == 0 && s.faults.total() == 0 {
		s.log.Info("input is empty: no events", "input", s.in.name)
	}
	findings, perSignature := uint64(0), []any{}
	for _, c := range s.engine.Counts() {
		findings += c.Findings
		if c.Findings > 0 {
			perSignature = append(perSignature, slog.Uint64(c.ID, c.Findings))
		}
		if c.Errors > 0 || c.Disabled || c.Skipped > 0 {
			s.log.Warn("signature did not see everything", "signature", c.ID, "name", c.Name, "file", c.Where,
				"errors", c.Errors, "disabled", c.Disabled, "skipped", c.Skipped)
		}
	}
	if s.engine.Lost() > 0 {
		s.log.Warn("findings are incomplete", "lost", s.engine.Lost(), "reports", s.losses)
	}
	for _, x := range s.loaded.tuning.Counts() {
		s.log.Info("exception", "exception", x.Where, "signature", x.Signature, "reason", x.Reason, "hits", x.Hits)
	}
	s.log.Info("done", "events", s.events, "bad_lines", s.faults.lines, "unknown_events", s.faults.unknown,
		"broken_ends", s.faults.cut, "lost", s.engine.Lost(), "findings", findings, "unrendered", s.unsaid,
		"excepted", s.excepted, "below_min_severity", s.minor, "grouped", s.grouped,
		slog.Group("by_signature", perSignature...))
}
