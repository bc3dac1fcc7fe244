// Package outlet is all outputs of one run: each finding goes to those that want
// it, in the form that each wants. Nothing here waits for a receiver or a disk.
package outlet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/receiver"
	"github.com/tracehound/tracehound/pkg/report/spool"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Options are what outputs are opened with.
type Options struct {
	Specs []output.Spec // completed
	// SpoolDir holds the queues of network outputs. It is made when there are any.
	SpoolDir string
	Stdout   io.Writer
	Host     string
	// Patient says that findings come from a recording: outputs on this machine may
	// hold it up, in place of dropping any.
	Patient bool
	// Patience is how long Close delivers.
	Patience time.Duration
	// Prepare makes what outputs get of each finding, their filters aside; nil changes
	// nothing.
	Prepare func(*signature.Finding) *signature.Finding
	Log     *slog.Logger
}

// Outlets are open outputs. Write and Bind are for one goroutine.
type Outlets struct {
	opts Options
	all  []*outlet
	dir  *spool.Dir // nil without network outputs
}

// outlet is one output.
type outlet struct {
	spec   output.Spec
	format report.Format
	render report.Render
	// Of a format that makes one document of all.
	begin  []byte
	end    func() []byte
	holds  func(*signature.Finding) bool // nil: any
	out    *deliver.Output               // nil: direct
	queue  *spool.Queue
	direct *report.Writer
}

// The limits of what one output holds in memory.
const (
	unwritten  = 64 << 20 // put and not yet on disk
	batchBytes = 4 << 20
	localBatch = 256
)

// Open opens outputs. What is wrong with one refuses them all: findings would
// not get where they are wanted.
func Open(ctx context.Context, o Options) (*Outlets, error) {
	all := &Outlets{opts: o}
	if slices.ContainsFunc(o.Specs, func(s output.Spec) bool { return s.Network() }) {
		dir, err := spool.OpenDir(o.SpoolDir)
		if err != nil {
			return nil, err
		}
		all.dir = dir
	}
	for _, s := range o.Specs {
		out, err := all.open(ctx, s)
		if err != nil {
			all.abandon()
			return nil, fmt.Errorf("open output %s: %w", s.Name, err)
		}
		all.all = append(all.all, out)
	}
	all.strangers()
	return all, nil
}

func (a *Outlets) open(ctx context.Context, s output.Spec) (*outlet, error) {
	form, err := report.LookupAs(s.Format, s.ContentType)
	if err != nil {
		return nil, err
	}
	out := newOutlet(s, form)
	if s.Kind == output.Stdout && len(a.opts.Specs) == 1 {
		// Alone, standard output may hold everything up, as it does in any pipe.
		out.direct, err = report.New(a.opts.Stdout, s.Format)
		return out, err
	}
	sender, err := a.sender(ctx, out)
	if err != nil {
		return nil, err
	}
	log := a.opts.Log.With("output", s.Name)
	queue := spool.Options{Limit: int64(s.QueueLimit), Memory: unwritten, Log: log}
	o := deliver.Options{
		Name: s.Name, Sender: sender, Batch: s.Batch, BatchBytes: batchBytes, Linger: s.BatchWait,
		Timeout: s.Timeout, RetryMin: s.RetryMin, RetryMax: s.RetryMax, Log: a.opts.Log,
	}
	if s.Network() {
		queue.Path = filepath.Join(a.opts.SpoolDir, queueName(&s))
		o.Dead = deliver.NewDeadLetters(filepath.Join(a.opts.SpoolDir, s.Name+deadSuffix))
	} else {
		o.Batch = localBatch
	}
	if out.queue, err = spool.Open(queue); err != nil {
		return nil, errors.Join(err, sender.Close())
	}
	if n := out.queue.Stats().Found; n > 0 {
		log.Info("findings of an earlier run wait for delivery", "findings", n)
	}
	o.Queue = out.queue
	out.out = deliver.Start(o)
	return out, nil
}

// newOutlet is an output that is not open yet.
func newOutlet(s output.Spec, form report.Format) *outlet {
	out := &outlet{spec: s, format: form, render: form.Render, begin: form.Header}
	if form.NewDocument == nil || s.Network() {
		return out // to a receiver each goes as a document of its own
	}
	var mu sync.Mutex // findings are added in one goroutine and written in another
	document := form.NewDocument()
	out.begin = document.Begin()
	out.end = func() []byte {
		mu.Lock()
		defer mu.Unlock()
		return document.End()
	}
	out.render = func(f *signature.Finding, lost uint64) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		return document.Add(f, lost)
	}
	return out
}

func (a *Outlets) sender(ctx context.Context, out *outlet) (deliver.Sender, error) {
	s := &out.spec
	switch s.Kind {
	case output.Stdout:
		return receiver.NewStream(a.opts.Stdout, out.begin, out.end, func(err error) {
			a.opts.Log.Warn("standard output takes nothing more: the other outputs go on", "error", err)
		}), nil
	case output.File:
		if out.end != nil {
			return receiver.NewDocumentFile(ctx, s, out.begin, out.end)
		}
		return receiver.NewFile(ctx, s, out.begin, func() {
			a.opts.Log.Info("waiting until somebody reads the FIFO", "output", s.Name, "path", s.Path)
		})
	}
	return receiver.New(receiver.Options{Spec: s, MIME: out.format.MIME, Host: a.opts.Host})
}

const (
	queueSuffix = ".queue"
	deadSuffix  = ".dead.jsonl"
)

// queueName names the file of an output's queue. What waits in it is rendered: another
// kind or form of output must not take it for its own.
func queueName(s *output.Spec) string {
	form := strings.Map(func(r rune) rune {
		if r == '/' || r < '!' || r > '~' {
			return '_'
		}
		return r
	}, s.Format)
	if len(form) > 64 {
		form = form[len(form)-64:]
	}
	return s.Name + "," + s.Kind + "," + form + queueSuffix
}

// strangers names the queues in the folder that no output delivers.
func (a *Outlets) strangers() {
	if a.dir == nil {
		return
	}
	files, err := filepath.Glob(filepath.Join(a.opts.SpoolDir, "*"+queueSuffix))
	if err != nil {
		return // the pattern is right
	}
	for _, file := range files {
		if slices.ContainsFunc(a.all, func(o *outlet) bool { return o.spec.Network() && queueName(&o.spec) == filepath.Base(file) }) {
			continue
		}
		if n := spool.Count(file); n > 0 {
			a.opts.Log.Warn("a queue belongs to no output: what waits in it is not delivered", "file", file, "findings", n,
				"hint", "its name is that of the output, its kind and its format: bring that output back, or remove the file")
		}
	}
}

// Bind gives each output its filter: compile makes one of the text that the user
// wrote. When one is wrong all stay as they were.
func (a *Outlets) Bind(compile func(text string) (func(*signature.Finding) bool, error)) error {
	made := make([]func(*signature.Finding) bool, len(a.all))
	for i, o := range a.all {
		if o.spec.Filter == "" {
			continue
		}
		var err error
		if made[i], err = compile(o.spec.Filter); err != nil {
			return fmt.Errorf("%s: filter of output %s: %w", o.spec.Where, o.spec.Name, err)
		}
	}
	for i, o := range a.all {
		o.holds = made[i]
	}
	return nil
}

// Write gives a finding to the outputs that want it. A report.RenderError says
// that some of them did not get it; any other error, that standard output alone was
// wanted and is gone.
func (a *Outlets) Write(f *signature.Finding, lost uint64) error {
	prepared := f
	if a.opts.Prepare != nil {
		prepared = a.opts.Prepare(f)
	}
	var faults []error
	for _, o := range a.all {
		if o.wants(f) {
			faults = append(faults, a.write(o, prepared, lost))
		}
	}
	return errors.Join(faults...)
}

func (o *outlet) wants(f *signature.Finding) bool {
	if n := f.Metadata.Severity(); n >= 0 && n < o.spec.MinSeverity {
		return false
	}
	return o.holds == nil || o.holds(f)
}

func (a *Outlets) write(o *outlet, f *signature.Finding, lost uint64) error {
	if o.direct != nil {
		return o.direct.Write(f, lost)
	}
	payload, err := o.render(f, lost)
	if err != nil {
		return &report.RenderError{Finding: f, Err: fmt.Errorf("output %s: %w", o.spec.Name, err)}
	}
	// What was added to a document cannot be dropped any more.
	if (a.opts.Patient || o.end != nil) && !o.spec.Network() {
		if err := o.queue.Room(len(payload)); err != nil {
			return err
		}
	}
	err = o.out.Put(spool.Item{ID: f.ID, Severity: f.Metadata.Severity(), Time: f.Timestamp, Payload: payload})
	if err != nil {
		a.opts.Log.Error("finding is lost", "output", o.spec.Name, "finding", f.ID, "signature", f.Metadata.ID, "error", err)
	}
	return nil
}

// Sync waits until network outputs have all that was written on disk.
func (a *Outlets) Sync(ctx context.Context) error {
	var faults []error
	for _, o := range a.all {
		if o.out != nil {
			faults = append(faults, o.out.Sync(ctx))
		}
	}
	return errors.Join(faults...)
}

// Stats are those of the outputs that have a queue.
func (a *Outlets) Stats() []Stats {
	var all []Stats
	for _, o := range a.all {
		if o.out != nil {
			all = append(all, Stats{o.spec.Name, o.spec.Kind, o.out.Stats()})
		}
	}
	return all
}

// Stats are how an output is.
type Stats struct {
	Name, Kind string
	deliver.Stats
}

// Close delivers what is left until patience is over; what network outputs then
// hold stays on disk. It says what became of everything.
func (a *Outlets) Close() error {
	type result struct {
		left int
		err  error
	}
	results := make([]chan result, len(a.all))
	var faults []error
	for i, o := range a.all {
		if o.direct != nil {
			faults = append(faults, o.direct.Close())
		}
		if o.out == nil {
			continue
		}
		results[i] = make(chan result, 1)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), a.opts.Patience)
			defer cancel()
			left, err := o.out.Close(ctx)
			results[i] <- result{left, err}
		}()
	}
	for i, o := range a.all {
		if results[i] == nil {
			continue
		}
		r := <-results[i]
		s := o.out.Stats()
		a.opts.Log.Info("output", "output", o.spec.Name, "queued", s.Queued, "sent", s.Sent, "retried", s.Retried,
			"dead_letters", s.Dead, "dropped", s.Dropped, "waiting", r.left)
		if r.left > 0 && !o.spec.Network() {
			faults = append(faults, fmt.Errorf("output %s: %d findings were not written: %w", o.spec.Name, r.left, s.Down))
		}
		if r.err != nil {
			faults = append(faults, fmt.Errorf("close output %s: %w", o.spec.Name, r.err))
		}
	}
	if a.dir != nil {
		faults = append(faults, a.dir.Close())
	}
	return errors.Join(faults...)
}

// abandon closes what was opened before something else could not be.
func (a *Outlets) abandon() {
	for _, o := range a.all {
		if o.out != nil {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, _ = o.out.Close(ctx)
		}
	}
	if a.dir != nil {
		_ = a.dir.Close()
	}
}
