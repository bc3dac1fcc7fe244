package event

import "hash/maphash"

// names keeps the strings that repeat from event to event, so that each is
// allocated once. A table of one entry per hash is bounded whatever the stream
// holds. Nil keeps nothing.
type names struct {
	seed  maphash.Seed
	slots [1024]string
}

// longestName is the longest text that is worth keeping.
const longestName = 96

func newNames() *names { return &names{seed: maphash.MakeSeed()} }

func (n *names) of(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if n == nil || len(text) > longestName {
		return string(text)
	}
	slot := &n.slots[maphash.Bytes(n.seed, text)%uint64(len(n.slots))]
	if *slot != string(text) {
		*slot = string(text)
	}
	return *slot
}
