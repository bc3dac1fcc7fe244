package tracer

import (
	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/exechash"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

const execHash = "exec-hash"

// The fields of sched_process_exec that the option fills.
const (
	fieldSum    = "sha256"
	fieldReason = "sha256_missing"
)

// hashPrograms is the stage of option:exec-hash: it begins to hash, and what
// waits for the result is the sink.
func hashPrograms(h *exechash.Hasher) func(*pipeline.Item) bool {
	return func(it *pipeline.Item) bool {
		e := it.Event
		if e.EventName != "sched_process_exec" {
			return true
		}
		p, ok := programOf(e)
		if !ok {
			addText(e, fieldReason, "the event lacks the file's path, inode or ctime")
			return true
		}
		job := h.Begin(&p)
		it.Finish = func() {
			if sum, err := job.Wait(); err != nil {
				addText(e, fieldReason, err.Error())
			} else {
				addText(e, fieldSum, sum)
			}
		}
		return true
	}
}

func programOf(e *event.Event) (exechash.Program, bool) {
	path, hasPath := e.String("pathname")
	dev, hasDev := e.Int("dev")
	inode, hasInode := e.Int("inode")
	ctime, hasCtime := e.Int("ctime")
	return exechash.Program{
		Key: exechash.Key{Container: e.ContainerID, Dev: uint32(dev), Inode: uint64(inode), Ctime: uint64(ctime)},
		PID: e.HostProcessID, ParentPID: e.HostParentProcessID, MountNS: e.MountNS, Path: path,
	}, hasPath && hasDev && hasInode && hasCtime
}

// addText appends an argument; the fields of the option are the definition's last.
func addText(e *event.Event, name, value string) {
	f := catalog.ByName(e.EventName).Field(name)
	e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: value})
}

// hashStage is the stage, or nothing without the option.
func (s *session) hashStage() func(*pipeline.Item) bool {
	if !s.spec.has(execHash) {
		return func(*pipeline.Item) bool { return true }
	}
	if s.hasher == nil {
		s.hasher = exechash.New()
	}
	return hashPrograms(s.hasher)
}
