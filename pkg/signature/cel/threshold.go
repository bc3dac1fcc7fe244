package cel

import (
	"strconv"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

// threshold finds the event that is the count-th within a window of time, among
// those with the same key. Counting then begins anew.
type threshold struct {
	count  int
	window time.Duration
	key    func(*event.Event) string
	times  *recent[[]int64] // of the events in the window, ns
}

func (t *threshold) see(*event.Event) {}

func (t *threshold) reset() { t.times = newRecent[[]int64]() }

func (t *threshold) hit(_ int, e *event.Event) (map[string]any, bool) {
	key := t.key(e)
	times, _ := t.times.Peek(key)
	for len(times) > 0 && times[0] < e.Timestamp-int64(t.window) {
		times = times[1:]
	}
	times = append(times, e.Timestamp)
	if len(times) < t.count {
		t.times.Add(key, times)
		return nil, true
	}
	t.times.Remove(key)
	return map[string]any{"count": int64(t.count), "since": time.Unix(0, times[0]).UTC().Format(time.RFC3339Nano)}, true
}

func itoa(n int) string { return strconv.Itoa(n) }

// thresholdText is a threshold as written.
type thresholdText struct {
	Count  text `yaml:"count"`
	Window text `yaml:"window"`
	By     text `yaml:"by"`
}

// maxCount bounds the times that are remembered of each key.
const maxCount = 1000

func (l *loader) threshold(s *Signature, w *entity, near text) {
	t := w.Threshold
	if w.Sequence != nil {
		l.fail(near, "signature %s has a threshold and a sequence: it can have one of them", s.meta.ID)
		return
	}
	n, err := strconv.Atoi(t.Count.value)
	if err != nil || n < 2 || n > maxCount {
		l.fail(or(t.Count, near), "threshold: count %q must be a number from 2 to %d", t.Count.value, maxCount)
	}
	m := &threshold{count: n, window: l.span(t.Window, near, "threshold: window"), key: keys[t.By.value]}
	if m.key == nil {
		l.fail(or(t.By, near), "threshold: by %q must be one of %s", t.By.value, keyWords())
	}
	m.reset()
	s.memory = m
}

// span reads a duration that must be there.
func (l *loader) span(t, near text, what string) time.Duration {
	d, err := time.ParseDuration(t.value)
	if err != nil || d <= 0 || d > 24*time.Hour {
		l.fail(or(t, near), "%s %q must be a time from 1ns to 24h, as 90s", what, t.value)
	}
	return d
}

// or is the place to show for what may be missing.
func or(t, near text) text {
	if t.line == 0 {
		return near
	}
	return t
}
