package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Escape makes bytes that an attacker chose (a command's name, a file's path)
// harmless on a terminal and in a line-oriented log: what is not printable
// (control characters, line and paragraph separators, characters that turn the
// direction of writing, broken UTF-8) becomes a Go escape sequence, and so does
// the backslash, so that no text can be taken for another.
func Escape(s string) string {
	clean := true
	for _, r := range s {
		if r == '\\' || r == utf8.RuneError || !strconv.IsPrint(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\\' || !strconv.IsPrint(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}
