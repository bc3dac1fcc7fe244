package kernel

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Map is a map of the BPF programs and what it must hold, as they read it.
type Map struct {
	Name    string
	Entries []Entry
}

// Entry is a key and its value.
type Entry struct{ Key, Value []byte }

// Sizes of what lies in the maps, see bpf/lib/maps.h.
const (
	textSize      = filter.KernelText + 1
	commSize      = 16
	idSize        = 64
	argumentsSize = 24
)

var order = binary.NativeEndian

// Maps are all tables as the BPF programs read them.
func (c *Config) Maps() []Map {
	all := []Map{{Name: "number_filter"}, {Name: "comm_filter"}, {Name: "text_filter"}, {Name: "container_filter"}, {Name: "event_rules"}}
	for _, n := range c.Numbers {
		all[0].add(n.key(), order.AppendUint64(nil, n.Policies))
	}
	for _, t := range c.Comms {
		all[1].add(t.bare(commSize), t.verdict())
	}
	for _, t := range c.Texts {
		all[2].add(t.key(), t.verdict())
	}
	for _, t := range c.Containers {
		all[3].add(t.bare(idSize), t.verdict())
	}
	for _, id := range slices.SortedFunc(maps.Keys(c.Rules), cmp.Compare[schema.ID]) {
		all[4].add(order.AppendUint32(nil, uint32(id)), c.Rules[id].value())
	}
	return all
}

func (m *Map) add(key, value []byte) { m.Entries = append(m.Entries, Entry{key, value}) }

// key is struct number_key.
func (n *Number) key() []byte {
	b := order.AppendUint32(nil, uint32(32+n.Bits))
	b = order.AppendUint16(b, uint16(n.Event))
	b = order.AppendUint16(b, uint16(n.Field))
	return binary.BigEndian.AppendUint64(b, n.Value)
}

// key is struct text_key.
func (t *Text) key() []byte {
	b := order.AppendUint32(nil, uint32(32+8*len(t.Text)))
	b = order.AppendUint16(b, uint16(t.Event))
	b = append(b, byte(t.Field), 0)
	if t.Reversed {
		b[7] = 1
	}
	return padded(append(b, t.Text...), 8+textSize)
}

// bare is the key of a table of one field, of names of a size.
func (t *Text) bare(size int) []byte {
	text := t.Text
	if len(text) > size {
		text = text[:size] // without the NUL, for which there is no room
	}
	return padded(append(order.AppendUint32(nil, uint32(8*len(text))), text...), 4+size)
}

func padded(b []byte, size int) []byte { return append(b, make([]byte, size-len(b))...) }

// verdict is struct verdict.
func (v Verdict) verdict() []byte {
	return order.AppendUint64(order.AppendUint64(nil, v.Yes), v.No)
}

// value is struct event_rule.
func (r *Rule) value() []byte {
	b := order.AppendUint64(order.AppendUint64(nil, r.Policies), r.Retval)
	for _, a := range r.Arguments {
		b = order.AppendUint64(order.AppendUint64(b, a.Policies), a.Missing)
		b = order.AppendUint32(b, uint32(a.Index))
		reversed := uint32(0)
		if a.Reversed {
			reversed = 1
		}
		b = order.AppendUint32(b, reversed)
	}
	return padded(b, 16+filter.KernelArguments*argumentsSize)
}
