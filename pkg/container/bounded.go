package container

// bounded is a map that pushes out its oldest entry when it is full.
type bounded[V any] struct {
	values map[uint64]held[V]
	ring   []uint64 // keys in order of arrival
	next   int      // slot of the ring that the next new key takes
}

type held[V any] struct {
	value V
	slot  int
}

func newBounded[V any](size int) bounded[V] {
	return bounded[V]{values: map[uint64]held[V]{}, ring: make([]uint64, size)}
}

func (b *bounded[V]) get(key uint64) (V, bool) {
	h, ok := b.values[key]
	return h.value, ok
}

func (b *bounded[V]) put(key uint64, value V) {
	if h, ok := b.values[key]; ok {
		b.values[key] = held[V]{value, h.slot}
		return
	}
	// The slot may hold a key that was removed, or put again elsewhere, since.
	if oldest := b.ring[b.next]; b.values[oldest].slot == b.next {
		delete(b.values, oldest)
	}
	b.ring[b.next] = key
	b.values[key] = held[V]{value, b.next}
	b.next = (b.next + 1) % len(b.ring)
}

func (b *bounded[V]) remove(key uint64) { delete(b.values, key) }
