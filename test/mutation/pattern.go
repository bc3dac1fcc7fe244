package mutation

import (
	"fmt"
	"strings"
)

// patterns are changes of a regular expression: without an anchor, without one
// of the alternatives of a group, without a sign that says how often.
func patterns(p string) []change {
	var all []change
	without := func(from, to int) {
		all = append(all, change{what: fmt.Sprintf("pattern: %s at %d left out", p[from:to], from), text: p[:from] + p[to:]})
	}
	var groups []group
	groups = append(groups, group{start: 0})
	end := func(at int) {
		g := groups[len(groups)-1]
		groups = groups[:len(groups)-1]
		from := g.start
		for _, bar := range g.bars {
			without(from, bar+1)
			from = bar + 1
		}
		if len(g.bars) > 0 { // the last goes with the sign before it
			without(from-1, at)
		}
	}
	set := false
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
		case c == ']':
			set = false
		case set:
		case c == '[':
			set = true
		case c == '(':
			groups = append(groups, group{start: i + 1})
		case c == ')':
			end(i)
		case c == '|':
			last := &groups[len(groups)-1]
			last.bars = append(last.bars, i)
		case strings.IndexByte("?*+^$", c) >= 0:
			without(i, i+1)
		}
	}
	end(len(p))
	return all
}

// group is a part of a pattern in brackets, or the whole, and its signs |.
type group struct {
	start int
	bars  []int
}
