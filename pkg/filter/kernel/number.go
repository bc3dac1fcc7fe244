package kernel

import (
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Number is an entry of a table of numbers: the first Bits bits of Value, the
// sign's bit turned so that they are in order. A look-up finds the entry with the
// most bits.
type Number struct {
	Event    schema.ID
	Field    Field
	Bits     int
	Value    uint64
	Policies Policies // that take such numbers
}

const signBit = 1 << 63

// numberTable answers for all numbers at once: an entry for everything, entries
// for each range between two bounds, and one for each value that is named.
func numberTable(event schema.ID, field Field, asked map[int][]*filter.Numbers) []Number {
	if len(asked) == 0 {
		return nil
	}
	starts := []uint64{0} // where ranges begin, in order
	for _, n := range slices.Concat(slices.Collect(maps.Values(asked))...) {
		if n.HasRange {
			starts = append(starts, ordered(n.Min))
			if n.Max != math.MaxInt64 {
				starts = append(starts, ordered(n.Max)+1)
			}
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	list := named(event, field, asked)
	exact := map[uint64]bool{}
	for _, n := range list {
		exact[n.Value] = true
	}
	for i, first := range starts {
		last := uint64(math.MaxUint64)
		if i+1 < len(starts) {
			last = starts[i+1] - 1
		}
		taken := unnamed(asked, first)
		for _, p := range prefixes(first, last) {
			// A range may begin or end with a named number as a block of its own.
			if p.bits < 64 || !exact[p.value] {
				list = append(list, Number{event, field, p.bits, p.value, taken})
			}
		}
	}
	return list
}

// unnamed are the policies that take a number, and those around it, by range.
func unnamed(asked map[int][]*filter.Numbers, x uint64) Policies {
	var taken Policies
	for i, all := range asked {
		taken |= 1 << i
		for _, n := range all {
			without := filter.Numbers{HasRange: n.HasRange, Min: n.Min, Max: n.Max}
			if n.HasRange && !without.Match(int64(x^signBit)) || !n.HasRange && len(n.Equal) > 0 {
				taken &^= 1 << i
			}
		}
	}
	return taken
}

func named(event schema.ID, field Field, asked map[int][]*filter.Numbers) []Number {
	values := map[int64]bool{}
	for _, n := range slices.Concat(slices.Collect(maps.Values(asked))...) {
		for _, list := range [][]int64{n.Equal, n.NotEqual} {
			for _, v := range list {
				values[v] = true
			}
		}
	}
	var list []Number
	for v := range values {
		var taken Policies
		for i, all := range asked {
			if !slices.ContainsFunc(all, func(n *filter.Numbers) bool { return !n.Match(v) }) {
				taken |= 1 << i
			}
		}
		list = append(list, Number{event, field, 64, ordered(v), taken})
	}
	slices.SortFunc(list, func(a, b Number) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return list
}

// ordered maps numbers to unsigned ones in the same order.
func ordered(v int64) uint64 { return uint64(v) ^ signBit }

type prefix struct {
	bits  int
	value uint64
}

// prefixes covers the numbers from first to last.
func prefixes(first, last uint64) []prefix {
	var list []prefix
	for {
		// The largest block that begins at first and does not go beyond last.
		size := 64
		if first != 0 {
			size = bits.TrailingZeros64(first)
		}
		for size == 64 && last != math.MaxUint64 || size < 64 && uint64(1)<<size-1 > last-first {
			size--
		}
		list = append(list, prefix{64 - size, first})
		if size == 64 {
			return list
		}
		end := first + (uint64(1)<<size - 1)
		if end == last {
			return list
		}
		first = end + 1
	}
}
