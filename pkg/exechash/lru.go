package exechash

import "container/list"

// lru remembers jobs, at most so many: the one that was longest not asked for
// goes first.
type lru struct {
	limit int
	order *list.List // of entries, the latest first
	at    map[Key]*list.Element
}

type entry struct {
	key Key
	job *Job
}

func newLRU(limit int) *lru {
	return &lru{limit: limit, order: list.New(), at: map[Key]*list.Element{}}
}

func (l *lru) get(k Key) (*Job, bool) {
	e, ok := l.at[k]
	if !ok {
		return nil, false
	}
	l.order.MoveToFront(e)
	return e.Value.(*entry).job, true
}

func (l *lru) put(k Key, j *Job) {
	l.drop(k)
	l.at[k] = l.order.PushFront(&entry{k, j})
	if len(l.at) > l.limit {
		l.drop(l.order.Back().Value.(*entry).key)
	}
}

func (l *lru) drop(k Key) {
	if e, ok := l.at[k]; ok {
		l.order.Remove(e)
		delete(l.at, k)
	}
}
