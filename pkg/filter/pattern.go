package filter

import "strings"

// Pattern is text in which * stands for any text, also for none. A backslash
// makes the next character, * or backslash, stand for itself.
type Pattern string

// Literal is the pattern that matches this text alone.
func Literal(text string) Pattern { return Pattern(escape.Replace(text)) }

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`)

// pieces splits the pattern at its stars and resolves escapes.
func (p Pattern) pieces() []string {
	var list []string
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p):
			i++
			b.WriteByte(p[i])
		case p[i] == '*':
			list = append(list, b.String())
			b.Reset()
		default:
			b.WriteByte(p[i])
		}
	}
	return append(list, b.String())
}

// Match reports whether the whole text fits.
func (p Pattern) Match(text string) bool { return matchPieces(p.pieces(), text) }

func matchPieces(pieces []string, text string) bool {
	last := len(pieces) - 1
	if last == 0 {
		return text == pieces[0]
	}
	text, ok := strings.CutPrefix(text, pieces[0])
	if !ok {
		return false
	}
	text, ok = strings.CutSuffix(text, pieces[last])
	if !ok {
		return false
	}
	for _, piece := range pieces[1:last] {
		at := strings.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return true
}

// Ends are the text before the first star and that behind the last; stars says
// how many stars there are (two in a row are one). Without a star, prefix is all.
func (p Pattern) Ends() (prefix, suffix string, stars int) {
	pieces := p.pieces()
	prefix = pieces[0]
	if len(pieces) == 1 {
		return prefix, "", 0
	}
	stars = 1
	for _, piece := range pieces[1 : len(pieces)-1] {
		if piece != "" {
			stars++
		}
	}
	return prefix, pieces[len(pieces)-1], stars
}

// Texts are the patterns of a field of text.
type Texts struct {
	Equal    []Pattern
	NotEqual []Pattern
}

// Enabled reports whether there is a condition at all.
func (t *Texts) Enabled() bool { return len(t.Equal)+len(t.NotEqual) > 0 }

// Match reports whether the text fits one of Equal, if there are any, and none
// of NotEqual.
func (t *Texts) Match(text string) bool {
	return !anyMatch(t.NotEqual, text) && (len(t.Equal) == 0 || anyMatch(t.Equal, text))
}

// MatchAny is Match for a list: one text fits one of Equal, none fits one of
// NotEqual.
func (t *Texts) MatchAny(texts []string) bool {
	equal := len(t.Equal) == 0
	for _, text := range texts {
		if anyMatch(t.NotEqual, text) {
			return false
		}
		equal = equal || anyMatch(t.Equal, text)
	}
	return equal
}

// MatchMissing is the answer for a process or event that lacks the value: it
// equals nothing.
func (t *Texts) MatchMissing() bool { return len(t.Equal) == 0 }

func anyMatch(patterns []Pattern, text string) bool {
	for _, p := range patterns {
		if p.Match(text) {
			return true
		}
	}
	return false
}

func (t *Texts) add(op string, p Pattern) {
	list := &t.Equal
	if op == "!=" {
		list = &t.NotEqual
	}
	for _, have := range *list {
		if have == p {
			return
		}
	}
	*list = append(*list, p)
}

func (t *Texts) count() int { return len(t.Equal) + len(t.NotEqual) }

// satisfiable reports whether some text matches, as far as one sees at a glance:
// not when every pattern of Equal is taken away again.
func (t *Texts) satisfiable() bool {
	if len(t.Equal) == 0 {
		return true
	}
	for _, e := range t.Equal {
		prefix, _, stars := e.Ends()
		gone := false
		for _, n := range t.NotEqual {
			gone = gone || n == e || n == "*" || stars == 0 && n.Match(prefix)
		}
		if !gone {
			return true
		}
	}
	return false
}
