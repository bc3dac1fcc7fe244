package filter

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

// Error is a --trace expression that cannot be used.
type Error struct {
	Expr string // the expression as the user wrote it
	Word string // the wrong part of Expr, as written; "" when something is missing
	Pos  int    // byte offset of Word in Expr
	What string // what is wrong, naming the word
	Hint string // the way out; may be ""
}

func (e *Error) Error() string {
	s := fmt.Sprintf("parse trace expression %q: %s", e.Expr, e.What)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// didYouMean suggests the known word that is closest to a wrong one; otherwise
// it is the given advice.
func didYouMean(wrong string, known []string, otherwise string) string {
	if near := nearest.Word(wrong, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}
