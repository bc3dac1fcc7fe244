package redact

// hint is a set of the kinds of secrets that a text may hold.
type hint uint64

// Kinds beside those of the table patterns, which have the bits from 0.
const (
	nameHint    hint = 1 << 62 // a name as of a password
	programHint hint = 1 << 63 // a program that takes a secret by a flag of one letter
)

// scanner finds all of a set of words in one pass over a text, whatever their
// case: an automaton as of Aho and Corasick, its failures resolved beforehand. So a
// text without a secret costs a look-up per byte.
type scanner struct {
	class [256]uint8 // of bytes; 0 for those in no word
	width int
	next  []uint32 // by state and class; a state is where its ways begin
	found []hint   // by state, too
}

func newScanner(words map[string]hint) *scanner {
	sc := &scanner{width: 1}
	for w := range words {
		for i := range len(w) {
			if c := w[i]; sc.class[c] == 0 {
				sc.class[c] = uint8(sc.width)
				if c >= 'a' && c <= 'z' {
					sc.class[c-'a'+'A'] = uint8(sc.width)
				}
				sc.width++
			}
		}
	}
	sc.add()
	for w, h := range words {
		state := 0
		for i := range len(w) {
			at := state + int(sc.class[w[i]])
			if sc.next[at] == 0 {
				sc.next[at] = sc.add()
			}
			state = int(sc.next[at])
		}
		sc.found[state] |= h
	}
	sc.resolve()
	return sc
}

func (sc *scanner) add() uint32 {
	state := len(sc.next)
	sc.next = append(sc.next, make([]uint32, sc.width)...)
	sc.found = append(sc.found, make([]hint, sc.width)...)
	return uint32(state)
}

// resolve gives each state, the nearer to the first the sooner, the ways of the
// longest of its ends that is a state.
func (sc *scanner) resolve() {
	fail := make([]int, len(sc.found))
	queue := []int{}
	for c := range sc.width {
		if s := int(sc.next[c]); s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		sc.found[state] |= sc.found[fail[state]]
		for c := range sc.width {
			at, other := state+c, sc.next[fail[state]+c]
			if s := int(sc.next[at]); s != 0 {
				fail[s] = int(other)
				queue = append(queue, s)
			} else {
				sc.next[at] = other
			}
		}
	}
}

// scan returns the hints of all words in a text.
func (sc *scanner) scan(s string) hint {
	var found hint
	var state uint32
	for i := range len(s) {
		state = sc.next[state+uint32(sc.class[s[i]])]
		if state != 0 {
			found |= sc.found[state]
		}
	}
	return found
}
