package signature

import "strconv"

// Position is a place in the file that a signature was written in. Line and
// Column count from 1; 0 means unknown.
type Position struct {
	File   string
	Line   int
	Column int
}

// String is "file:line:column", without what is unknown.
func (p Position) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			s += ":" + strconv.Itoa(p.Column)
		}
	}
	return s
}

// Located is what signatures that come from a text file also implement, so
// that faults in them can be shown at their place.
type Located interface {
	// Position is where the signature's metadata begin.
	Position() Position
	// SelectorPosition is the place of Selectors()[i].
	SelectorPosition(i int) Position
}
