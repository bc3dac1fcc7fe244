package tuning

import (
	"maps"
	"slices"
	"time"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Group lets the first of like findings pass at once and makes one summary of
// those that follow it within a window of time, by the findings' own times.
// Findings are alike that one signature made of one program in one container.
type Group struct {
	Window time.Duration
	open   map[groupKey]*group
}

type groupKey struct{ signature, host, container, executable string }

// group is what followed a finding.
type group struct {
	until time.Time
	count int
	first time.Time
	last  *signature.Finding
	ids   []string
}

// samples is how many findings a summary names.
const samples = 5

// Add takes a finding and returns what to report: the finding itself if it is
// the first of its kind, and the summaries whose windows have ended.
func (g *Group) Add(f *signature.Finding) []*signature.Finding {
	all := g.Ended(f.Timestamp)
	if g.open == nil {
		g.open = map[groupKey]*group{}
	}
	key := groupKey{f.Metadata.ID, f.Event.HostName, f.Event.ContainerID, f.Event.Executable}
	in := g.open[key]
	if in == nil {
		g.open[key] = &group{until: f.Timestamp.Add(g.Window)}
		return append(all, f)
	}
	if in.count == 0 {
		in.first = f.Timestamp
	}
	in.count++
	in.last = f
	if len(in.ids) < samples {
		in.ids = append(in.ids, f.ID)
	}
	return all
}

// Ended returns the summaries whose windows have ended at a time, the oldest
// first.
func (g *Group) Ended(now time.Time) []*signature.Finding {
	var all []*signature.Finding
	for key, in := range g.open {
		if now.Before(in.until) {
			continue
		}
		delete(g.open, key)
		if in.count > 0 {
			all = append(all, in.summary())
		}
	}
	slices.SortFunc(all, func(a, b *signature.Finding) int { return a.Timestamp.Compare(b.Timestamp) })
	return all
}

// End returns the summaries of all windows.
func (g *Group) End() []*signature.Finding { return g.Ended(time.Unix(1<<62, 0)) }

// summary is the last finding, which says for how many it stands.
func (g *group) summary() *signature.Finding {
	f := *g.last
	f.Data = maps.Clone(f.Data)
	if f.Data == nil {
		f.Data = map[string]any{}
	}
	f.Data["group"] = map[string]any{
		"count": g.count, "since": g.first.Format(time.RFC3339Nano), "until": f.Timestamp.Format(time.RFC3339Nano), "findings": g.ids,
	}
	return &f
}
