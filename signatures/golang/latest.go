package golang

import "container/list"

// latest is a map of bounded size: what was longest unheard of is forgotten.
type latest[K comparable, V any] struct {
	limit  int
	values map[K]*list.Element
	order  *list.List // most recently heard of first
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLatest[K comparable, V any](limit int) *latest[K, V] {
	return &latest[K, V]{limit: limit, values: map[K]*list.Element{}, order: list.New()}
}

func (l *latest[K, V]) get(key K) (value V, ok bool) {
	el, ok := l.values[key]
	if !ok {
		return value, false
	}
	l.order.MoveToFront(el)
	return el.Value.(*entry[K, V]).value, true
}

func (l *latest[K, V]) set(key K, value V) {
	if el, ok := l.values[key]; ok {
		el.Value.(*entry[K, V]).value = value
		l.order.MoveToFront(el)
		return
	}
	l.values[key] = l.order.PushFront(&entry[K, V]{key, value})
	if l.order.Len() > l.limit {
		l.remove(l.order.Back().Value.(*entry[K, V]).key)
	}
}

func (l *latest[K, V]) remove(key K) {
	if el, ok := l.values[key]; ok {
		l.order.Remove(el)
		delete(l.values, key)
	}
}
