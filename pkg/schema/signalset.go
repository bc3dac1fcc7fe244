package schema

import (
	mathbits "math/bits"
	"strconv"
	"strings"
)

// namedSignals is how many signals a set may have to be shown by name: what is
// nearly every signal reads better as a number.
const namedSignals = 16

// formatSignalSet shows a set as "{SIGINT,SIGTERM}". In braces, for a signal's
// name alone is its number and not its bit.
func formatSignalSet(v int64) string {
	set := uint64(v)
	if mathbits.OnesCount64(set) > namedSignals {
		return formatHex(v)
	}
	var words []string
	for ; set != 0; set &= set - 1 {
		words = append(words, signals.format(int64(mathbits.TrailingZeros64(set)+1)))
	}
	return "{" + strings.Join(words, ",") + "}"
}

func parseSignalSet(s string) (int64, bool) {
	inner, ok := strings.CutPrefix(s, "{")
	if !ok {
		return parseNumber(s)
	}
	if inner, ok = strings.CutSuffix(inner, "}"); !ok {
		return 0, false
	}
	var set int64
	if strings.TrimSpace(inner) == "" {
		return 0, true
	}
	for word := range strings.SplitSeq(inner, ",") {
		n, ok := signalNumber(strings.TrimSpace(word))
		if !ok {
			return 0, false
		}
		set |= 1 << (n - 1)
	}
	return set, true
}

func signalNumber(word string) (int64, bool) {
	if n, ok := signals.number(word); ok {
		return n, true
	}
	n, err := strconv.Atoi(word)
	return int64(n), err == nil && n >= 1 && n <= 64
}
