package cel

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// sequence finds the event that ends a row of steps, in order and within a span
// of time from its first to its last. With tree, each step is taken by the
// process of the one before or by one that descends from it; else all steps have
// the same key.
type sequence struct {
	steps  int
	within time.Duration
	key    func(*event.Event) string // nil: tree
	// under way: by step that comes next, from 1, and by key, what has happened.
	// Of several rows at the same step the latest counts.
	waiting []*recent[[]*taken]
	parents *recent[string] // of processes, for tree
}

// taken is a step that was taken.
type taken struct {
	at      time.Time
	event   string
	command string
	process string
}

func (q *sequence) reset() {
	q.parents = newRecent[string]()
	q.waiting = make([]*recent[[]*taken], q.steps)
	for i := range q.waiting {
		q.waiting[i] = newRecent[[]*taken]()
	}
}

// see learns who descends from whom.
func (q *sequence) see(e *event.Event) {
	if q.key == nil && e.ExecID != "" && e.ParentExecID != "" {
		q.parents.Add(processOf(e), process(e.ParentExecID))
	}
}

func (q *sequence) hit(step int, e *event.Event) (map[string]any, bool) {
	now := &taken{at: when(e), event: e.EventName, command: e.ProcessName, process: processOf(e)}
	if step == 0 {
		q.waiting[1].Add(q.keyOf(e), []*taken{now})
		return nil, true
	}
	key, row := q.find(step, e)
	if row == nil || now.at.Sub(row[0].at) > q.within || now.at.Before(row[len(row)-1].at) {
		return nil, false
	}
	q.waiting[step].Remove(key)
	row = append(slices.Clip(row), now)
	if step+1 < q.steps {
		q.waiting[step+1].Add(q.keyOf(e), row)
		return nil, true
	}
	return map[string]any{"steps": shownSteps(row)}, true
}

func (q *sequence) keyOf(e *event.Event) string {
	if q.key == nil {
		return processOf(e)
	}
	return q.key(e)
}

// find looks for a row that waits for the event.
func (q *sequence) find(step int, e *event.Event) (string, []*taken) {
	for _, key := range q.candidates(e) {
		if row, ok := q.waiting[step].Peek(key); ok {
			return key, row
		}
	}
	return "", nil
}

// candidates are the keys under which a row may wait: of a tree the process and
// those that it descends from, as far as they are known.
func (q *sequence) candidates(e *event.Event) []string {
	if q.key != nil {
		return []string{q.key(e)}
	}
	all := []string{processOf(e), process(e.ParentExecID)}
	for i := range e.Ancestors {
		all = append(all, process(e.Ancestors[i].ExecID))
	}
	for range maxDepth {
		parent, known := q.parents.Peek(all[len(all)-1])
		if !known || slices.Contains(all, parent) {
			break
		}
		all = append(all, parent)
	}
	return all
}

// maxDepth is how far up a tree is followed.
const maxDepth = 32

// process is the process of a key of one executed program, which ends in the
// number of programs that the process has executed.
func process(execID string) string {
	if i := strings.LastIndexByte(execID, '-'); i > 0 {
		return execID[:i]
	}
	return execID
}

func processOf(e *event.Event) string {
	if e.ExecID == "" { // of a foreign stream
		return e.HostName + " " + itoa(e.HostProcessID)
	}
	return process(e.ExecID)
}

func shownSteps(row []*taken) []any {
	all := make([]any, len(row))
	for i, t := range row {
		all[i] = map[string]any{"event": t.event, "command": t.command, "time": t.at.Format(time.RFC3339Nano)}
	}
	return all
}

// sequenceText is a sequence as written.
type sequenceText struct {
	Within text       `yaml:"within"`
	By     text       `yaml:"by"`
	Steps  []stepText `yaml:"steps"`
}

type stepText struct {
	Events []selection     `yaml:"events"`
	Match  text            `yaml:"match"`
	Data   map[string]text `yaml:"data"`
}

const (
	byTree   = "tree"
	maxSteps = 8
)

// keyWords lists the words for keys.
func keyWords() string { return strings.Join(slices.Sorted(maps.Keys(keys)), ", ") }

func (l *loader) sequence(s *Signature, w *entity, near text) {
	q := w.Sequence
	if len(w.Events) > 0 || w.Match.line > 0 {
		l.fail(near, "signature %s has a sequence: its events and match belong to the steps", s.meta.ID)
	}
	if len(q.Steps) < 2 || len(q.Steps) > maxSteps {
		l.fail(near, "sequence: has %d steps, must have 2 to %d", len(q.Steps), maxSteps)
		return
	}
	m := &sequence{steps: len(q.Steps), within: l.span(q.Within, near, "sequence: within"), key: keys[q.By.value]}
	if m.key == nil && q.By.value != byTree {
		l.fail(or(q.By, near), "sequence: by %q must be one of %s, %s", q.By.value, keyWords(), byTree)
	}
	for i := range slices.Backward(q.Steps) {
		step := &q.Steps[i]
		data := step.Data
		if data == nil && i == len(q.Steps)-1 {
			data = w.Data
		}
		if len(step.Events) == 0 {
			l.fail(near, "sequence: step %d selects no events", i+1)
		}
		l.selections(s, &entity{Events: step.Events, Match: step.Match, Data: data}, i, near)
	}
	if m.key == nil {
		l.lineage(s, near)
	}
	m.reset()
	s.memory = m
}

// lineage selects what tells who descends from whom, beside the parent that
// every event names.
func (l *loader) lineage(s *Signature, near text) {
	const name = "sched_process_exec"
	if _, err := l.lookup(name); err != nil || s.rules[name] != nil {
		return
	}
	s.selectors = append(s.selectors, signature.Selector{Name: name})
	s.selectorsAt = append(s.selectorsAt, l.at(near))
}
