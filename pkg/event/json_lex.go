package event

import (
	"encoding/binary"
	"math/bits"
)

// lexer walks JSON text and checks the syntax as it goes. What it accepts,
// json.Valid accepts. It gives up (false) on text that is no JSON, and on lists
// and objects nested deeper than maxDepth, so that its caller must then look
// another way.
type lexer struct {
	data []byte
	pos  int
	// plain says of the last string that its text is its bytes: ASCII without escapes.
	plain bool
	args  int // how many arguments there seem to be
}

const maxDepth = 100

// space moves to the next byte that is not white space and returns it, 0 at the end.
func (l *lexer) space() byte {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; c {
		case ' ', '\t', '\r', '\n':
			l.pos++
		default:
			return c
		}
	}
	return 0
}

// take moves behind the byte c and white space before it.
func (l *lexer) take(c byte) bool {
	if l.space() != c {
		return false
	}
	l.pos++
	return true
}

// end reports whether nothing follows.
func (l *lexer) end() bool { return l.space() == 0 && l.pos == len(l.data) }

// value moves behind a value and returns its text.
func (l *lexer) value() ([]byte, bool) {
	c := l.space()
	start := l.pos
	ok := l.skip(c, maxDepth)
	return l.data[start:l.pos], ok
}

// skip moves behind the value that begins with c at the position.
func (l *lexer) skip(c byte, depth int) bool {
	switch c {
	case '"':
		return l.skipString()
	case '{', '[':
		return depth > 0 && l.skipAll(c, depth-1)
	case 't':
		return l.skipWord("true")
	case 'f':
		return l.skipWord("false")
	case 'n':
		return l.skipWord("null")
	}
	return l.skipNumber()
}

// skipAll moves behind an object or a list.
func (l *lexer) skipAll(open byte, depth int) bool {
	l.pos++
	end := open + 2 // ']' and '}' both follow their '[' and '{' so
	c := l.space()
	if c == end {
		l.pos++
		return true
	}
	for {
		if open == '{' && (c != '"' || !l.skipString() || !l.take(':')) {
			return false
		}
		if !l.skip(l.space(), depth) {
			return false
		}
		switch l.space() {
		case ',':
			l.pos++
			c = l.space()
		case end:
			l.pos++
			return true
		default:
			return false
		}
	}
}

func (l *lexer) skipWord(word string) bool {
	if !l.has(word) {
		return false
	}
	l.pos += len(word)
	return true
}

func (l *lexer) skipNumber() bool {
	if l.at('-') {
		l.pos++
	}
	if l.at('0') {
		l.pos++
	} else if !l.skipDigits() {
		return false
	}
	if l.at('.') {
		l.pos++
		if !l.skipDigits() {
			return false
		}
	}
	if l.at('e') || l.at('E') {
		l.pos++
		if l.at('+') || l.at('-') {
			l.pos++
		}
		return l.skipDigits()
	}
	return true
}

func (l *lexer) at(c byte) bool { return l.pos < len(l.data) && l.data[l.pos] == c }

func (l *lexer) skipDigits() bool {
	i := l.pos
	for i < len(l.data) && l.data[i]-'0' <= 9 {
		i++
	}
	some := i > l.pos
	l.pos = i
	return some
}

// skipString moves behind the string at the position, a word of 8 bytes at a
// time where they are plain text.
func (l *lexer) skipString() bool {
	l.pos++
	l.plain = true
	if l.at('"') { // as the pod of most events
		l.pos++
		return true
	}
	for {
		for l.pos+8 <= len(l.data) {
			stop := notPlain(binary.LittleEndian.Uint64(l.data[l.pos:]))
			if stop == 0 {
				l.pos += 8
				continue
			}
			l.pos += bits.TrailingZeros64(stop) / 8
			break
		}
		if l.pos >= len(l.data) {
			return false
		}
		switch c := l.data[l.pos]; {
		case c == '"':
			l.pos++
			return true
		case c == '\\':
			l.plain = false
			if !l.skipEscape() {
				return false
			}
		case c < ' ':
			return false
		default:
			l.plain = l.plain && c < 0x80
			l.pos++
		}
	}
}

// notPlain has the top bit set of the first byte that is a quote, a backslash, a
// control character or not ASCII; bits above that one may be wrong. It is the
// old trick to find a zero byte in a word, thrice.
func notPlain(word uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := word^(ones*'"'), word^(ones*'\\')
	return ((quote-ones)&^quote | (slash-ones)&^slash | (word-ones*' ')&^word | word) & tops
}

func (l *lexer) skipEscape() bool {
	if l.pos+1 >= len(l.data) {
		return false
	}
	switch l.data[l.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		l.pos += 2
		return true
	case 'u':
		if l.pos+6 > len(l.data) {
			return false
		}
		for _, c := range l.data[l.pos+2 : l.pos+6] {
			if c-'0' > 9 && (c|0x20)-'a' > 5 {
				return false
			}
		}
		l.pos += 6
		return true
	}
	return false
}

// key moves behind the key of a member and its colon, and returns the key's
// text with its quotes.
func (l *lexer) key() ([]byte, bool) {
	if l.space() != '"' {
		return nil, false
	}
	start := l.pos
	if !l.skipString() {
		return nil, false
	}
	key := l.data[start:l.pos]
	return key, l.take(':')
}

// member moves behind a key, with its colon, and returns its place in members,
// len(members) for one that is not there; its name is in key then. Our own
// events have their keys in the order of members, after last.
func (l *lexer) member(last int) (at int, key []byte, ok bool) {
	if next := last + 1; next < len(members) && l.has(members[next].quoted) {
		l.pos += len(members[next].quoted)
		return next, nil, true
	}
	key, ok = l.key()
	if !ok || !l.plain {
		return 0, nil, false
	}
	key = key[1 : len(key)-1]
	at, known := memberIndex[string(key)]
	if !known {
		at = len(members)
	}
	return at, key, true
}

// has reports whether a text comes next.
func (l *lexer) has(text string) bool {
	return len(l.data)-l.pos >= len(text) && string(l.data[l.pos:l.pos+len(text)]) == text
}

// more moves behind the comma after an element, or behind end.
func (l *lexer) more(end byte) (more, ok bool) {
	switch l.space() {
	case ',':
		l.pos++
		return true, true
	case end:
		l.pos++
		return false, true
	}
	return false, false
}
