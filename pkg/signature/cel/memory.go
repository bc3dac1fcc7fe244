package cel

import (
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/tracehound/tracehound/pkg/event"
)

// memory is what a signature on several events remembers.
type memory interface {
	// see is told of every event.
	see(e *event.Event)
	// hit is told that an event matches a step. It returns what to say beside the
	// finding's data, nil when this is no finding (yet), and whether the event
	// counted.
	hit(step int, e *event.Event) (told map[string]any, used bool)
	reset()
}

// maxKeys bounds what one signature remembers. When it is exceeded, the key
// whose value was set longest ago is forgotten: look it up with Peek.
const maxKeys = 4096

type recent[T any] = simplelru.LRU[string, T]

func newRecent[T any]() *recent[T] {
	l, _ := simplelru.NewLRU[string, T](maxKeys, nil) // refuses only a size below 1
	return l
}

// keys are the words for what events must have in common.
var keys = map[string]func(*event.Event) string{
	"process": processOf,
	"parent":  func(e *event.Event) string { return e.ParentExecID },
	"container": func(e *event.Event) string {
		if e.ContainerID != "" {
			return e.ContainerID
		}
		return e.HostName
	},
	"program": func(e *event.Event) string { return e.HostName + " " + e.ContainerID + " " + e.Executable },
	"user":    func(e *event.Event) string { return e.ContainerID + " " + itoa(e.UserID) },
	"host":    func(*event.Event) string { return "" },
}

// when is an event's time.
func when(e *event.Event) time.Time { return time.Unix(0, e.Timestamp).UTC() }
