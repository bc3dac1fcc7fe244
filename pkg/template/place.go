package template

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

// position makes line and column, from 1, of an offset.
func position(source string, offset int) (line, column int) {
	before := source[:min(offset, len(source))]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndexByte(before, '\n')
}

var (
	parsed   = regexp.MustCompile(`^template: [^:]*:(\d+): (?s:(.*))$`)
	token    = regexp.MustCompile(`"((?:[^"\\]|\\.)+)"`)
	startsAt = regexp.MustCompile(` started at ` + treeName + `:\d+`)
)

// parseError finds the place of a fault, of which text/template tells the line
// alone: the first action with which the template has that fault, and in it the
// word that the fault names.
func parseError(file, source string, funcs template.FuncMap, err error) error {
	m := parsed.FindStringSubmatch(err.Error())
	if m == nil {
		return &Error{file, 1, 1, err}
	}
	problem, offset := m[2], len(source)
	for _, a := range actions(source) {
		if !a.closed {
			offset = a.start
			break
		}
		_, err := template.New(treeName).Funcs(funcs).Parse(source[:a.end])
		if err == nil {
			continue
		}
		if part := parsed.FindStringSubmatch(err.Error()); part != nil && part[2] == problem && problem != "unexpected EOF" {
			offset = a.start + wordIn(source[a.start:a.end], problem)
			break
		}
	}
	line, column := position(source, offset)
	problem = startsAt.ReplaceAllString(problem, "")
	if name := token.FindStringSubmatch(problem); name != nil && strings.HasPrefix(problem, "function ") {
		problem += reasonFor(name[1])
	}
	if problem == "unexpected EOF" {
		problem = "the template ends inside if, range, with, block or define: an {{end}} is missing"
	}
	return &Error{file, line, column, errors.New(problem)}
}

// wordIn is where the word is that a fault names.
func wordIn(action, problem string) int {
	m := token.FindStringSubmatch(problem)
	if m == nil {
		return 0
	}
	word, err := strconv.Unquote(`"` + m[1] + `"`)
	if err != nil {
		return 0
	}
	return max(0, strings.Index(action, word))
}

// action is one from its {{ to behind its }}.
type action struct {
	start, end int
	closed     bool
}

// actions finds the actions of a source, as text/template's lexer does.
func actions(source string) []action {
	var all []action
	for at := 0; ; {
		i := strings.Index(source[at:], "{{")
		if i < 0 {
			return all
		}
		a := action{start: at + i}
		a.end, a.closed = closing(source, a.start+2)
		all = append(all, a)
		if !a.closed {
			return all
		}
		at = a.end
	}
}

var comment = regexp.MustCompile(`^(?:- )?/\*`)

func closing(source string, at int) (end int, ok bool) {
	if comment.MatchString(source[at:]) {
		if i := strings.Index(source[at:], "*/"); i >= 0 {
			at += i
		}
	}
	for ; at < len(source); at++ {
		switch c := source[at]; c {
		case '}':
			if strings.HasPrefix(source[at:], "}}") {
				return at + 2, true
			}
		case '"', '\'', '`':
			for at++; at < len(source) && source[at] != c; at++ {
				if source[at] == '\\' && c != '`' {
					at++
				}
				if at < len(source) && source[at] == '\n' && c != '`' {
					return len(source), false
				}
			}
		}
	}
	return len(source), false
}
