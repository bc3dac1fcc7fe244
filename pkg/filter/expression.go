package filter

import (
	"fmt"
	"strings"
)

// expression is one --trace value taken apart, before any meaning is given to
// its parts.
type expression struct {
	text    string
	field   string // the field's full name, once known
	negated bool   // written !NAME
	name    word
	op      word   // text "" when there is none
	values  []word // none without an operator
}

// word is a part of an expression.
type word struct {
	text string // with quotes and escapes resolved
	raw  string // as written
	pos  int    // byte offset of raw in the expression
	// pattern is a value's text in which * stands for any text; in quotes, \* is
	// a star.
	pattern Pattern
}

const operatorChars = "=!<>"

// split takes an expression apart: [!]NAME[OPERATOR VALUE{,VALUE}]. Blanks
// around a part do not count.
func split(text string) (expression, error) {
	e := expression{text: text}
	rest := strings.TrimLeft(text, " \t")
	if strings.TrimSpace(text) == "" {
		return e, e.wrong(word{}, "example: --trace event=execve", "empty expression")
	}
	if after, ok := strings.CutPrefix(rest, "!"); ok {
		e.negated, rest = true, after
	}
	end := strings.IndexAny(rest, operatorChars)
	if end < 0 {
		end = len(rest)
	}
	e.name = trimmed(rest[:end], len(text)-len(rest))
	if e.name.text == "" {
		return e, e.wrong(word{pos: e.name.pos}, knownFields(), "field name missing")
	}
	rest = rest[end:]
	if rest == "" {
		return e, nil
	}
	values := strings.TrimLeft(rest, operatorChars)
	op := rest[:len(rest)-len(values)]
	e.op = word{text: op, raw: op, pos: len(text) - len(rest)}
	var err error
	e.values, err = e.splitValues(values, len(text)-len(values))
	return e, err
}

// splitValues separates values at the commas outside quotes.
func (e expression) splitValues(s string, pos int) ([]word, error) {
	if strings.TrimSpace(s) == "" {
		return nil, e.wrong(word{pos: pos}, "", "value missing after %q", e.op.text)
	}
	var values []word
	for {
		v, n, err := e.cutValue(s, pos)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if n == len(s) {
			return values, nil
		}
		s, pos = s[n+1:], pos+n+1
	}
}

// cutValue reads the value at the start of s and says how many bytes it took,
// up to the comma that ends it.
func (e expression) cutValue(s string, pos int) (word, int, error) {
	blanks := len(s) - len(strings.TrimLeft(s, " \t"))
	if blanks < len(s) && (s[blanks] == '"' || s[blanks] == '\'') {
		return e.cutQuoted(s, pos, blanks)
	}
	end := strings.IndexByte(s, ',')
	if end < 0 {
		end = len(s)
	}
	v := trimmed(s[:end], pos)
	v.pattern = Pattern(strings.ReplaceAll(v.text, `\`, `\\`))
	if v.text == "" {
		return v, 0, e.wrong(word{pos: v.pos}, "remove the extra comma", "empty value in the list")
	}
	return v, end, nil
}

// cutQuoted reads a value in " or ' that opens at s[open]; a backslash takes
// the next byte as it is.
func (e expression) cutQuoted(s string, pos, open int) (word, int, error) {
	quote := s[open]
	var text, pattern strings.Builder
	i := open + 1
	for ; i < len(s) && s[i] != quote; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '*' || s[i] == '\\' {
				pattern.WriteByte('\\')
			}
		}
		text.WriteByte(s[i])
		pattern.WriteByte(s[i])
	}
	if i >= len(s) {
		raw := s[open:]
		return word{}, 0, e.wrong(word{raw: raw, pos: pos + open}, "", "quote %c is not closed", quote)
	}
	v := word{text: text.String(), raw: s[open : i+1], pos: pos + open, pattern: Pattern(pattern.String())}
	after := s[i+1:]
	end := strings.IndexByte(after, ',')
	if end < 0 {
		end = len(after)
	}
	if extra := trimmed(after[:end], pos+i+1); extra.text != "" {
		return v, 0, e.wrong(extra, "quote the whole value", "text %q after the closing quote", extra.text)
	}
	return v, i + 1 + end, nil
}

func trimmed(s string, pos int) word {
	left := strings.TrimLeft(s, " \t")
	t := strings.TrimRight(left, " \t")
	return word{text: t, raw: t, pos: pos + len(s) - len(left)}
}

// wrong is an error about the word w of the expression.
func (e expression) wrong(w word, hint, format string, args ...any) *Error {
	return &Error{Expr: e.text, Word: w.raw, Pos: w.pos, What: fmt.Sprintf(format, args...), Hint: hint}
}
