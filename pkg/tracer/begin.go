package tracer

import (
	"errors"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

// setUp does everything up to live probes. When the kernel refuses a program, it
// begins again without that one: its events come from elsewhere, in part, or not at all.
func (s *session) setUp() ([]pipeline.Stage, error) {
	if err := s.prepareCommand(); err != nil {
		return nil, err
	}
	if err := s.askRuntimes(); err != nil {
		return nil, err
	}
	for {
		stages, err := s.start()
		var refused *loader.RefusedError
		if !errors.As(err, &refused) {
			warnMissing(notTraced, s.missing, s.log)
			warnMissing(tracedInPart, s.partial, s.log)
			if err == nil {
				err = s.live()
			}
			return stages, err
		}
		if !s.doWithout(refused) {
			return nil, cli.Unfitf("trace this kernel: %w", err)
		}
	}
}

// live is called when the probes are.
func (s *session) live() error {
	if s.watched.Metrics {
		if err := s.loader.MeasurePrograms(); err != nil {
			s.log.Warn("metrics will not tell how long BPF programs run", "reason", err)
		}
	}
	if s.watch != nil {
		s.watch.Start()
	}
	if err := s.dropPrivileges(); err != nil {
		return err
	}
	s.counters.live.Store(true)
	return nil
}

func (s *session) start() ([]pipeline.Stage, error) {
	stages, err := s.load()
	if err != nil {
		return nil, err
	}
	if err := s.out.empty(); err != nil {
		return nil, err
	}
	return stages, s.attach()
}

// doWithout notes programs that the kernel refused; false when nothing can be
// traced without one of them.
func (s *session) doWithout(e *loader.RefusedError) bool {
	for program, reason := range e.Reasons {
		if _, again := s.refused[program]; again || loader.IsLifecycle(program) {
			return false
		}
		if s.refused == nil {
			s.refused = map[string]string{}
		}
		s.refused[program] = reason
		s.log.Warn("the kernel refuses a program; its events come from elsewhere, in part, or not at all", "program", program, "reason", reason)
	}
	if s.loader != nil {
		s.loader.Close()
		s.loader = nil
	}
	return true
}
