package tracer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/decode"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

const (
	// pollInterval bounds how long a record waits in the ring when too little
	// is queued for the kernel to wake us.
	pollInterval = 20 * time.Millisecond
	batchSize    = 256
	// lossInterval is how often the kernel side's counters are read.
	lossInterval = 200 * time.Millisecond
	// minHeartbeat is the shortest time between heartbeats that makes sense.
	minHeartbeat = 100 * time.Millisecond

	heartbeatEvent = "heartbeat"
	// undecodablePlace is where records are lost that make no event.
	undecodablePlace = "decode"
)

// source turns records into events and losses into lost_events.
type source struct {
	records records
	probes  probes
	decoder decode.Decoder
	losses  losses
	// first are events of the tracer's own, told before all others.
	first []*event.Event
	// undecodable counts records that made no event: a bug, never silence.
	undecodable uint64
	log         *slog.Logger
	sorter      *sorter // nil unless option:sort-events
	counters    *counters
	// heartbeat is the time between two heartbeat events; 0 is none.
	heartbeat time.Duration
	beat      time.Time // of the last
}

// records is a *loader.Reader.
type records interface {
	Wait(d time.Duration) error
	Drain(limit int, handle func(record []byte)) (int, error)
}

// probes is a *loader.Loader.
type probes interface {
	Losses() ([]loader.Loss, error)
	Detach() error
}

// run emits batches until ctx ends; then it detaches the probes and emits what
// is still queued. Under a flood the rings are never empty: time and losses are
// looked at after every batch.
func (s *source) run(ctx context.Context, out func([]pipeline.Item)) error {
	emit := s.sorter.through(out)
	defer s.sorter.release(out, true)
	emitAll(s.first, emit)
	for ctx.Err() == nil {
		n, err := s.batch(emit)
		if err != nil {
			return err
		}
		if err := s.reportLosses(emit, false); err != nil {
			return err
		}
		s.sayAlive(emit, time.Now())
		if n == batchSize {
			continue
		}
		s.sorter.release(out, false)
		if err := s.records.Wait(pollInterval); err != nil {
			return err
		}
	}
	err := s.detach(emit) // what is queued is good all the same
	return errors.Join(err, s.drain(emit), s.reportLosses(emit, true))
}

// detach emits what the probes still deliver while they are being detached. It
// does not return before that is over: the caller frees them then.
func (s *source) detach(emit func([]pipeline.Item)) error {
	done := make(chan error, 1)
	go func() { done <- s.probes.Detach() }()
	wait := pollInterval
	for {
		select {
		case err := <-done:
			if err != nil {
				return fmt.Errorf("detach probes: %w", err)
			}
			return nil
		case <-time.After(wait):
		}
		n, err := s.batch(emit)
		wait = pollInterval
		if n == batchSize && err == nil {
			wait = 0
		}
		if err == nil { // an error of the ring stays and is drain's to tell
			_ = s.reportLosses(emit, false) // at the end they are read once more
		}
	}
}

// drain emits until the rings are empty.
func (s *source) drain(emit func([]pipeline.Item)) error {
	for {
		if n, err := s.batch(emit); n < batchSize || err != nil {
			return err
		}
	}
}

// batch emits the events of at most batchSize records and says how many there
// were.
func (s *source) batch(emit func([]pipeline.Item)) (int, error) {
	batch := make([]pipeline.Item, 0, batchSize)
	n, err := s.records.Drain(batchSize, func(record []byte) {
		if it, ok := s.decode(record); ok {
			batch = append(batch, it)
		}
	})
	if len(batch) > 0 {
		emit(batch)
	}
	return n, err
}

func (s *source) decode(record []byte) (pipeline.Item, bool) {
	e := new(event.Event)
	r, err := s.decoder.Decode(record, e)
	if err != nil {
		s.undecodable++
		if s.undecodable == 1 {
			s.log.Error("a record of the kernel side makes no event; the number of such records is in the totals", "error", err)
		}
		return pipeline.Item{}, false
	}
	if r.Fault && !r.ContextOnly {
		s.counters.faults.Add(1)
	}
	return pipeline.Item{Event: e, Hidden: r.ContextOnly, Policies: r.Policies}, true
}

// sayAlive emits a heartbeat when it is time for one, the first at once.
func (s *source) sayAlive(emit func([]pipeline.Item), now time.Time) {
	if s.heartbeat == 0 || now.Sub(s.beat) < s.heartbeat {
		return
	}
	s.beat = now
	emit([]pipeline.Item{{Event: s.counters.heartbeat(catalog.ByName(heartbeatEvent), now)}})
}

func (s *source) reportLosses(emit func([]pipeline.Item), now bool) error {
	if !now && time.Since(s.losses.read) < lossInterval {
		return nil
	}
	counts, err := s.probes.Losses()
	if err != nil {
		return err
	}
	if s.undecodable > 0 {
		now := time.Now().UnixNano() - s.decoder.BootTime
		counts = append(counts, loader.Loss{Buffer: undecodablePlace, CPU: -1, Count: s.undecodable, Last: uint64(now)})
	}
	events := s.losses.update(counts, s.decoder.BootTime, time.Now())
	for _, e := range events {
		place, _ := e.String("buffer")
		n, _ := e.Int("count")
		s.counters.lose(place, uint64(n))
	}
	emitAll(events, emit)
	return nil
}

func emitAll(events []*event.Event, emit func([]pipeline.Item)) {
	if len(events) == 0 {
		return
	}
	batch := make([]pipeline.Item, len(events))
	for i, e := range events {
		batch[i].Event = e
	}
	emit(batch)
}
