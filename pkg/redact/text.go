package redact

import (
	"slices"
	"strings"
)

// span is a secret's place in a text.
type span struct{ from, to int }

// replace puts Mark in place of the spans.
func replace(s string, spans []span) string {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, p := range spans {
		if p.from >= at {
			b.WriteString(s[at:p.from])
			b.WriteString(Mark)
		}
		at = max(at, p.to) // it may begin in the one before
	}
	b.WriteString(s[at:])
	return b.String()
}

// text returns s without secrets, and whether there were any.
func (r *Redactor) text(s string) (string, bool) {
	spans := r.spans(s)
	if len(spans) == 0 {
		return s, false
	}
	clean := replace(s, spans)
	return clean, clean != s
}

func (r *Redactor) spans(s string) []span {
	var spans []span
	if r.defaults {
		if found := hints.scan(s); found != 0 {
			spans = known(s, found)
			if found&nameHint != 0 {
				spans = append(spans, assignments(s)...)
			}
			if found&(nameHint|programHint) != 0 && strings.ContainsAny(s, " \t\n") {
				spans = append(spans, commandSpans(split(s))...)
			}
		}
	}
	for _, re := range r.own {
		spans = append(spans, matches(re, s)...)
	}
	return spans
}

// each takes texts that have nothing to do with one another.
func (r *Redactor) each(list []string) ([]string, bool) {
	var to []string
	for i, s := range list {
		if clean, ok := r.text(s); ok {
			if to == nil {
				to = slices.Clone(list)
			}
			to[i] = clean
		}
	}
	if to == nil {
		return list, false
	}
	return to, true
}

// list takes the arguments of a program: a flag and its value are two of them.
func (r *Redactor) list(list []string) ([]string, bool) {
	to, changed := r.each(list)
	var found hint
	if r.defaults {
		for _, s := range list {
			found |= hints.scan(s)
		}
	}
	if found&(nameHint|programHint) != 0 {
		words := make([]word, len(list))
		for i, s := range list {
			words[i] = word{text: s, element: i, span: span{0, len(s)}}
		}
		for _, w := range append(commandWords(words), variables(words)...) {
			if !changed {
				to, changed = slices.Clone(list), true
			}
			to[w.element] = replace(list[w.element], append(r.spans(list[w.element]), w.span))
		}
	}
	if len(r.own) == 0 || len(list) < 2 {
		return to, changed
	}
	return r.joined(to, changed)
}

// variables are the values of NAME=VALUE that are elements of a list, blanks and
// quotes in them too.
func variables(words []word) []word {
	var secrets []word
	for _, w := range words {
		name, value, ok := strings.Cut(w.text, "=")
		if ok && !strings.HasPrefix(value, "=") && isSecret(value) && secretName(strings.TrimLeft(name, "-")) {
			w.from += len(name) + 1
			secrets = append(secrets, w)
		}
	}
	return secrets
}

// joined tries the user's expressions on the command line as people read it, with
// a blank between arguments.
func (r *Redactor) joined(list []string, changed bool) ([]string, bool) {
	line := strings.Join(list, " ")
	var spans []span
	for _, re := range r.own {
		spans = append(spans, matches(re, line)...)
	}
	if len(spans) == 0 {
		return list, changed
	}
	to, start := slices.Clone(list), 0
	for i, s := range list {
		var inside []span
		for _, p := range spans {
			if from, end := max(p.from-start, 0), min(p.to-start, len(s)); from < end {
				inside = append(inside, span{from, end})
			}
		}
		if len(inside) > 0 && s != Mark {
			to[i] = replace(s, inside)
		}
		start += len(s) + 1
	}
	return to, changed || !slices.Equal(to, list)
}
