package tracer

import (
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/symbols"
)

// symbolStage is the stage of option:stack-symbols: it begins to name a stack,
// and what waits for the names is the sink.
func (s *session) symbolStage() func(*pipeline.Item) bool {
	if !s.spec.has(stackSymbols) {
		return func(*pipeline.Item) bool { return true }
	}
	if s.symbolizer == nil {
		s.symbolizer = symbols.New()
	}
	return func(it *pipeline.Item) bool {
		e := it.Event
		if len(e.StackAddresses) == 0 {
			return true
		}
		job := s.symbolizer.Begin(e.HostProcessID, e.ExecID, e.StackAddresses)
		before := it.Finish
		it.Finish = func() {
			if before != nil {
				before()
			}
			e.StackSymbols = job.Wait()
		}
		return true
	}
}
