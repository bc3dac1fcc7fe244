package cel

import (
	"container/list"
	"time"

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
// longest unheard of is forgotten.
const maxKeys = 4096

// recent is a map that forgets.
type recent[T any] struct {
	byKey map[string]*list.Element
	order *list.List // the latest first
}

type remembered[T any] struct {
	key   string
	value T
}

func newRecent[T any]() *recent[T] {
	return &recent[T]{byKey: map[string]*list.Element{}, order: list.New()}
}

// get returns the value of a key, nil when there is none.
func (r *recent[T]) get(key string) *T {
	at, ok := r.byKey[key]
	if !ok {
		return nil
	}
	return &at.Value.(*remembered[T]).value
}

// set puts a value in place and makes its key the latest.
func (r *recent[T]) set(key string, value T) {
	if at, ok := r.byKey[key]; ok {
		at.Value.(*remembered[T]).value = value
		r.order.MoveToFront(at)
		return
	}
	r.byKey[key] = r.order.PushFront(&remembered[T]{key, value})
	if r.order.Len() > maxKeys {
		r.remove(r.order.Back().Value.(*remembered[T]).key)
	}
}

func (r *recent[T]) remove(key string) {
	if at, ok := r.byKey[key]; ok {
		r.order.Remove(at)
		delete(r.byKey, key)
	}
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
	"user": func(e *event.Event) string { return e.ContainerID + " " + itoa(e.UserID) },
	"host": func(*event.Event) string { return "" },
}

// when is an event's time.
func when(e *event.Event) time.Time { return time.Unix(0, e.Timestamp).UTC() }
