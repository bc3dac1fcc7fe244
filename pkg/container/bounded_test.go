package container

import (
	"math/rand/v2"
	"testing"
)

func TestBoundedPushesOutTheOldest(t *testing.T) {
	b := newBounded[string](3)
	for key := range uint64(3) {
		b.put(key, "first")
	}
	b.put(0, "again") // keeps its place
	b.put(3, "first")
	for key, want := range map[uint64]bool{0: false, 1: true, 2: true, 3: true} {
		if _, ok := b.get(key); ok != want {
			t.Errorf("key %d is there: %v", key, ok)
		}
	}
	// A key that was removed and put again has a new place, and its old slot
	// does not push it out.
	b.remove(1)
	b.put(1, "new")
	b.put(4, "first")
	b.put(5, "first")
	if v, ok := b.get(1); !ok || v != "new" {
		t.Errorf("key 1 is %q, %v", v, ok)
	}
}

func TestBoundedStaysBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	b := newBounded[int](8)
	for i := range 10_000 {
		key := r.Uint64N(20)
		if r.IntN(3) == 0 {
			b.remove(key)
		} else {
			b.put(key, i)
			if v, ok := b.get(key); !ok || v != i {
				t.Fatalf("key %d put and not found", key)
			}
		}
		if len(b.values) > 8 {
			t.Fatalf("%d entries of at most 8", len(b.values))
		}
	}
}
