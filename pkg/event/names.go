package event

import "hash/maphash"

// Names keeps the strings that repeat from event to event, so that each is
// allocated once. A table of two places for each hash is bounded whatever the
// stream holds. Nil keeps nothing. It is for one goroutine.
type Names struct {
	seed  maphash.Seed
	slots [2048]string
}

// longestName is the longest text that is worth keeping.
const longestName = 96

// NewNames makes an empty table.
func NewNames() *Names { return &Names{seed: maphash.MakeSeed()} }

// Of is the text as a string of its own, or one that it was before.
func (n *Names) Of(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if n == nil || len(text) > longestName {
		return string(text)
	}
	i := maphash.Bytes(n.seed, text) % uint64(len(n.slots))
	if n.slots[i] == string(text) {
		return n.slots[i]
	}
	second := i ^ 1
	if n.slots[second] != string(text) {
		n.slots[second], n.slots[i] = n.slots[i], string(text)
		return n.slots[i]
	}
	return n.slots[second]
}
