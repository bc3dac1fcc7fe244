package exechash

// lru remembers jobs, at most so many: the one that was longest not asked for
// goes first.
type lru struct {
	limit int
	tick  uint64
	at    map[Key]*entry
}

type entry struct {
	job  *Job
	used uint64 // the tick of the last time
}

func newLRU(limit int) *lru { return &lru{limit: limit, at: map[Key]*entry{}} }

func (l *lru) get(k Key) (*Job, bool) {
	e, ok := l.at[k]
	if !ok {
		return nil, false
	}
	l.tick++
	e.used = l.tick
	return e.job, true
}

func (l *lru) put(k Key, j *Job) {
	l.tick++
	l.at[k] = &entry{j, l.tick}
	if len(l.at) > l.limit {
		l.evict()
	}
}

// evict looks at all: it is a new program that brings us here, whose file is read
// anyway.
func (l *lru) evict() {
	var oldest Key
	first := l.tick + 1
	for k, e := range l.at {
		if e.used < first {
			oldest, first = k, e.used
		}
	}
	delete(l.at, oldest)
}

func (l *lru) drop(k Key) { delete(l.at, k) }
