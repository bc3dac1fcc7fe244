package tracer

import (
	"context"
	"fmt"
	"log/slog"
	"time"

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
)

// source turns records into events and losses into lost_events.
type source struct {
	loader  *loader.Loader
	decoder decode.Decoder
	losses  losses
	// undecodable counts records that made no event: a bug, never silence.
	undecodable uint64
	log         *slog.Logger
}

// run emits batches until ctx ends; then it detaches the probes and emits what
// is still queued.
func (s *source) run(ctx context.Context, emit func([]pipeline.Item)) error {
	for ctx.Err() == nil {
		if err := s.loader.Reader().Wait(pollInterval); err != nil {
			return err
		}
		s.drain(emit)
		if err := s.reportLosses(emit, false); err != nil {
			return err
		}
	}
	if err := s.detach(emit); err != nil {
		return fmt.Errorf("detach probes: %w", err)
	}
	s.drain(emit)
	return s.reportLosses(emit, true)
}

// detach emits what the probes still deliver while they are being detached.
func (s *source) detach(emit func([]pipeline.Item)) error {
	done := make(chan error, 1)
	go func() { done <- s.loader.Detach() }()
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(pollInterval):
			s.drain(emit)
		}
	}
}

// drain emits until the rings are empty.
func (s *source) drain(emit func([]pipeline.Item)) {
	for {
		batch := make([]pipeline.Item, 0, batchSize)
		n := s.loader.Reader().Drain(batchSize, func(record []byte) {
			if it, ok := s.decode(record); ok {
				batch = append(batch, it)
			}
		})
		if len(batch) > 0 {
			emit(batch)
		}
		if n < batchSize {
			return
		}
	}
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
	return pipeline.Item{Event: e, Hidden: r.ContextOnly}, true
}

func (s *source) reportLosses(emit func([]pipeline.Item), now bool) error {
	if !now && time.Since(s.losses.read) < lossInterval {
		return nil
	}
	counts, err := s.loader.Losses()
	if err != nil {
		return err
	}
	events := s.losses.update(counts, s.decoder.BootTime, time.Now())
	if len(events) == 0 {
		return nil
	}
	batch := make([]pipeline.Item, len(events))
	for i, e := range events {
		batch[i].Event = e
	}
	emit(batch)
	return nil
}
