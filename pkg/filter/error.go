package filter

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
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
	if near := nearest(wrong, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}

// nearest finds the known word that wrong was probably meant to be: the one it
// starts (shortest first), else the one with the fewest edits, at most one for
// every three letters and at least one; "" when none is near.
func nearest(wrong string, known []string) string {
	if len(wrong) > 64 || wrong == "" { // the edit distance is quadratic
		return ""
	}
	folded := strings.ToLower(wrong)
	best, fewest := "", max(1, len(wrong)/3)+1
	start := ""
	for _, k := range known {
		if len(folded) > 1 && strings.HasPrefix(k, folded) && (start == "" || len(k) < len(start)) {
			start = k
		}
		if d := levenshtein.ComputeDistance(folded, k); d < fewest {
			best, fewest = k, d
		}
	}
	if start != "" && fewest > 1 {
		return start
	}
	return best
}
