// Package nearest finds the known word that a mistyped one was meant to be, for
// "did you mean" in errors about unknown words.
package nearest

import (
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// longest bounds the work that a hostile word can cause.
const longest = 128

// Word returns the known word closest to word, "" when none is close enough to
// be what the writer meant. Case is ignored; of equals the first wins.
func Word(word string, known []string) string {
	if word == "" || len(word) > longest {
		return ""
	}
	lower := strings.ToLower(word)
	best, least := "", limit(lower)+1
	for _, k := range known {
		d := distance(lower, strings.ToLower(k))
		if d < least {
			best, least = k, d
		}
	}
	return best
}

// Hint returns `; did you mean "x"?`, or "" when no known word is close.
func Hint(word string, known []string) string {
	if w := Word(word, known); w != "" {
		return "; did you mean " + strconv.Quote(w) + "?"
	}
	return ""
}

// distance is the edit distance; a word that was only begun counts as one
// mistake, so that "prot" finds "protobuf".
func distance(word, known string) int {
	if len(word) >= 2 && strings.HasPrefix(known, word) && known != word {
		return 1
	}
	return levenshtein.ComputeDistance(word, known)
}

// limit is how many mistakes a word of this length may hold.
func limit(word string) int {
	switch n := len(word); {
	case n <= 3:
		return 1
	case n <= 7:
		return 2
	default:
		return n / 3
	}
}
