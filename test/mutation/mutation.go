// Package mutation changes the shipped signatures, one small thing at a time: an
// operator, a clause, a constant, a member of a list, a selector. What a
// signature says that none of its cases proves shows up as a change that no
// case notices.
//
// Signatures in CEL and Rego are changed in their syntax trees and loaded from
// the changed text. Of those in Go one program is built that holds all changes;
// a variable of its environment chooses one.
package mutation

import "fmt"

// Mutant is a file with one change.
type Mutant struct {
	File string // from the top of the repository
	Line int
	What string
	// Text is the changed file. Of one in Go, whose changes are all in one
	// program, it is nil and Number chooses.
	Text   []byte
	Number int
}

func (m Mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.What) }

// change is a changed expression: what was changed in which of its lines, from 0.
type change struct {
	line int
	what string
	text string
}
