package tracer

import (
	"github.com/tracehound/tracehound/pkg/pipeline"
	"github.com/tracehound/tracehound/pkg/users"
)

const userNames = "user-names"

// userStage is the stage of option:user-names, or nothing without it: it begins to
// look the user up, and what waits for the result is the sink.
func (s *session) userStage() func(*pipeline.Item) bool {
	if !s.spec.has(userNames) {
		return func(*pipeline.Item) bool { return true }
	}
	if s.names == nil {
		s.names = users.New("/proc")
	}
	return func(it *pipeline.Item) bool {
		e := it.Event
		if e.HostProcessID == 0 {
			return true
		}
		name := s.names.Begin(e.ContainerID, e.HostProcessID, uint32(e.UserID))
		before := it.Finish
		it.Finish = func() {
			if before != nil {
				before()
			}
			e.UserName = name.Wait()
		}
		return true
	}
}
