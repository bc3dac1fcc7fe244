package tracer

import (
	"errors"
	"io"
	"log/slog"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/derive"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/filter"
)

// What symbols_loaded looks for is what filters on its argument name; a policy
// without such a filter wants the usual.
func TestWatched(t *testing.T) {
	for name, c := range map[string]struct {
		policies [][]string
		want     map[string]bool
	}{
		"usual":   {[][]string{{"event=symbols_loaded"}}, map[string]bool{"readdir": true, "strfry": false}},
		"named":   {[][]string{{"symbols_loaded.symbols=strfry,pam_*"}}, map[string]bool{"readdir": false, "strfry": true, "pam_start": true}},
		"path":    {[][]string{{"symbols_loaded.library_path!=/opt/*"}}, map[string]bool{"readdir": true, "strfry": false}},
		"without": {[][]string{{"symbols_loaded.symbols!=readdir"}}, map[string]bool{"readdir": true, "openat": true}},
		"both": {
			[][]string{{"symbols_loaded.symbols=strfry"}, {"event=symbols_loaded"}},
			map[string]bool{"readdir": true, "strfry": true, "memfrob": false},
		},
		"other events": {[][]string{{"event=openat"}, {"symbols_loaded.symbols=strfry"}}, map[string]bool{"readdir": false, "strfry": true}},
	} {
		var policies []filter.Policy
		for _, exprs := range c.policies {
			p, err := filter.ParsePolicy("p", exprs, catalog.Events())
			if err != nil {
				t.Fatal(err)
			}
			policies = append(policies, *p)
		}
		is := watched(&filter.Filter{Policies: policies})
		for symbol, want := range c.want {
			if is(symbol) != want {
				t.Errorf("%s: %s is watched: %v", name, symbol, !want)
			}
		}
	}
}

// slow is work beside the stages with made-up results.
type slow struct {
	made []derive.Made
	lost uint64
}

func (*slow) Look(*event.Event, uint64)          {}
func (*slow) Ready() <-chan struct{}             { return nil }
func (s *slow) Late(bool) []derive.Made          { made := s.made; s.made = nil; return made }
func (s *slow) Lost(bool) (uint64, int64, error) { return s.lost, 7, errors.New("gone") }

// What was made keeps its policies, and what was lost is told once, in the stream
// and in the totals.
func TestBeside(t *testing.T) {
	work := &slow{made: []derive.Made{{Event: &event.Event{EventName: "symbols_loaded"}, Mark: 5}}, lost: 3}
	s := &session{}
	s.beside = &beside{work: work, counters: &s.counters, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	items := s.beside.late(false)
	if len(items) != 2 || items[0].Event.EventName != "symbols_loaded" || items[0].Policies != 5 {
		t.Fatalf("items %v", items)
	}
	place, _ := items[1].Event.String("buffer")
	count, _ := items[1].Event.Int("count")
	if items[1].Event.EventName != "lost_events" || place != symbolsPlace || count != 3 {
		t.Errorf("%s of %d in %s, want lost_events of 3 in %s", items[1].Event.EventName, count, place, symbolsPlace)
	}
	if more := s.beside.late(true); len(more) > 0 {
		t.Errorf("told again: %v", more)
	}
	work.lost++
	if more := s.beside.late(true); len(more) != 1 {
		t.Errorf("%d items, want that one more is lost", len(more))
	}
	if s.lost() != 4 {
		t.Errorf("%d lost in all, want 4", s.lost())
	}
}
