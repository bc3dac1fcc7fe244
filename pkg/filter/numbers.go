package filter

import (
	"math"
	"slices"
)

// Values are the values that a field may and may not have, each in the order
// given and without repetition. A value in both is excluded.
type Values[T comparable] struct {
	Equal    []T
	NotEqual []T
}

// Numbers is a condition on a number: Values and, for numbers that those do not
// name, a range.
type Numbers struct {
	Values[int64]
	HasRange bool
	Min, Max int64 // inclusive; valid if HasRange
}

// Enabled reports whether there is a condition at all.
func (v *Values[T]) Enabled() bool { return len(v.Equal)+len(v.NotEqual) > 0 }

// Enabled reports whether there is a condition at all.
func (n *Numbers) Enabled() bool { return n.Values.Enabled() || n.HasRange }

func (v *Values[T]) named(x T) bool {
	return slices.Contains(v.Equal, x) || slices.Contains(v.NotEqual, x)
}

// Match reports whether the value is one of Equal, if there are any, and none
// of NotEqual.
func (v *Values[T]) Match(x T) bool {
	if slices.Contains(v.NotEqual, x) {
		return false
	}
	return len(v.Equal) == 0 || slices.Contains(v.Equal, x)
}

// MatchMissing is the answer for an event that lacks the value: it equals
// nothing, and is in no range.
func (n *Numbers) MatchMissing() bool { return len(n.Equal) == 0 && !n.HasRange }

// Match reports whether the number is wanted.
func (n *Numbers) Match(x int64) bool {
	if n.HasRange && !n.named(x) {
		return n.Min <= x && x <= n.Max
	}
	return n.Values.Match(x)
}

func (v *Values[T]) add(op string, x T) {
	list := &v.Equal
	if op == "!=" {
		list = &v.NotEqual
	}
	if !slices.Contains(*list, x) {
		*list = append(*list, x)
	}
}

func (v *Values[T]) count() int { return len(v.Equal) + len(v.NotEqual) }

// bounds are the numbers that a field can have.
type bounds struct{ min, max int64 }

var (
	unsigned32 = bounds{0, math.MaxUint32}
	signed64   = bounds{math.MinInt64, math.MaxInt64}
)

// narrow takes what a range operator excludes out of the range; false when
// nothing is left.
func (n *Numbers) narrow(op string, x int64, of bounds) bool {
	if !n.HasRange {
		n.HasRange, n.Min, n.Max = true, of.min, of.max
	}
	switch op {
	case "<":
		if x == of.min {
			return false
		}
		n.Max = min(n.Max, x-1)
	case "<=":
		n.Max = min(n.Max, x)
	case ">":
		if x == of.max {
			return false
		}
		n.Min = max(n.Min, x+1)
	case ">=":
		n.Min = max(n.Min, x)
	}
	return n.Min <= n.Max
}

// satisfiable reports whether any value matches.
func (v *Values[T]) satisfiable() bool {
	return len(v.Equal) == 0 || slices.ContainsFunc(v.Equal, v.Match)
}

// satisfiable reports whether any number matches.
func (n *Numbers) satisfiable() bool {
	if slices.ContainsFunc(n.Equal, n.Match) {
		return true
	}
	if !n.HasRange {
		return len(n.Equal) == 0
	}
	// A range longer than the list of exclusions cannot be used up by it.
	if uint64(n.Max)-uint64(n.Min) >= uint64(len(n.NotEqual)) {
		return true
	}
	for x := n.Min; ; x++ {
		if n.Match(x) {
			return true
		}
		if x == n.Max {
			return false
		}
	}
}
