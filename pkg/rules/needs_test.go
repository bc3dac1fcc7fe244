package rules

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature/load"
)

func TestLack(t *testing.T) {
	without := &event.Event{EventName: "sched_process_exec"}
	with := &event.Event{EventName: "sched_process_exec", Args: []event.Argument{{Name: "env", Value: []string{}}}}
	other := &event.Event{EventName: "ptrace"}
	times := func(n int, e *event.Event) (all []*event.Event) {
		for range n {
			all = append(all, e)
		}
		return all
	}
	tests := []struct {
		name          string
		events        []*event.Event
		before, atEnd int // how often it is told before the end of the input, and with it
	}{
		{"nothing", nil, 0, 0},
		{"only others", times(100, other), 0, 0},
		{"one", times(1, without), 0, 1},
		{"not enough yet", times(patience-1, without), 0, 1},
		{"enough", times(patience, without), 1, 1},
		{"once", times(100*patience, without), 1, 1},
		{"there", times(100, with), 0, 0},
		{"there now and then", append(append(times(patience-1, without), with), times(100, without)...), 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			l := newLack(map[load.Need][]string{{Event: "sched_process_exec", Argument: "env", Option: "exec-env"}: {"A", "B"}},
				slog.New(slog.NewTextHandler(&log, nil)))
			told := func() int { return strings.Count(log.String(), "option:exec-env\" signatures=A,B") }
			for _, e := range tt.events {
				l.see(e)
			}
			if got := told(); got != tt.before {
				t.Errorf("told %d times before the end, want %d: %s", got, tt.before, &log)
			}
			l.end()
			l.end()
			if got := told(); got != tt.atEnd {
				t.Errorf("told %d times, want %d: %s", got, tt.atEnd, &log)
			}
		})
	}
}
