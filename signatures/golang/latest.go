package golang

import "github.com/hashicorp/golang-lru/v2/simplelru"

// latest is a map of bounded size: what was longest unheard of is forgotten.
type latest[K comparable, V any] = simplelru.LRU[K, V]

func newLatest[K comparable, V any](limit int) *latest[K, V] {
	l, _ := simplelru.NewLRU[K, V](limit, nil) // refuses only a limit below 1
	return l
}
