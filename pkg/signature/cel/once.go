package cel

import (
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

// once finds the first event with a key, and is silent about others with that key
// within a window of time from it.
type once struct {
	window time.Duration
	key    func(*event.Event) string
	told   *recent[int64] // when, ns
}

func (o *once) see(*event.Event) {}

func (o *once) reset() { o.told = newRecent[int64]() }

func (o *once) hit(_ int, e *event.Event) (map[string]any, bool) {
	key := o.key(e)
	// What is out of order is older than what was told by little.
	if last, ok := o.told.Peek(key); ok && e.Timestamp < last+int64(o.window) {
		return nil, true
	}
	o.told.Add(key, e.Timestamp)
	return map[string]any{}, true
}

// onceText is a once as written.
type onceText struct {
	Window text `yaml:"window"`
	By     text `yaml:"by"`
}

func (l *loader) once(s *Signature, w *entity, near text) {
	if w.Threshold != nil || w.Sequence != nil {
		l.fail(near, "signature %s has once beside a threshold or a sequence: it can have one of them", s.meta.ID)
		return
	}
	o := &once{window: l.span(w.Once.Window, near, "once: window"), key: keys[w.Once.By.value]}
	if o.key == nil {
		l.fail(or(w.Once.By, near), "once: by %q must be one of %s", w.Once.By.value, keyWords())
	}
	o.reset()
	s.memory = o
}
