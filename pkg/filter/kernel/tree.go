package kernel

import "github.com/tracehound/tracehound/pkg/filter"

// Trees are the processes that policies name as roots of trees.
type Trees map[uint32]Root

// Root is what the policies that name a process say of its tree.
type Root struct{ In, Out Policies }

// Of is what a process passes on that is named so, when it gets around from its
// own parent.
func (r Root) Of(around Policies) Policies { return around&^r.Out | r.In }

func (t Trees) add(s *filter.Scope, bit Policies) {
	for _, pid := range s.Tree.Equal {
		r := t[uint32(pid)]
		r.In |= bit
		t[uint32(pid)] = r
	}
	for _, pid := range s.Tree.NotEqual {
		r := t[uint32(pid)]
		r.Out |= bit
		r.In &^= bit
		t[uint32(pid)] = r
	}
}
