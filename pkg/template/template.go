// Package template is Go's text/template for documents of a language. What an
// action prints is escaped by where it stands, so that no text can end a string,
// add a key or begin an element: see language.go. The functions are sprig's, but
// for those that look at the machine, the clock or chance.
package template

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

// Template is one that was parsed. Execute may be called from several goroutines.
type Template struct {
	file     string
	t        *template.Template
	language *language
}

// Error is a fault at a place of a template.
type Error struct {
	File         string
	Line, Column int // from 1
	Err          error
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Parse reads a template that writes the language. file is what errors call it.
// An error is an *Error.
func Parse(file, source string, l Language) (*Template, error) {
	lang := languages[l]
	funcs := functions(lang)
	t, err := template.New(treeName).Funcs(funcs).Parse(source)
	if err != nil {
		return nil, parseError(file, source, funcs, err)
	}
	if err := escape(t, lang); err != nil {
		var at *fault
		errors.As(err, &at) // escape returns nothing else
		line, column := position(source, at.offset)
		return nil, &Error{file, line, column, errors.New(at.problem)}
	}
	return &Template{file, t, lang}, nil
}

// treeName is never shown.
const treeName = "t"

// Execute writes what the template makes of data. What is not a document of the
// language is an error, as is what the functions refuse, which is an *Error.
func (t *Template) Execute(data any) ([]byte, error) {
	var b bytes.Buffer
	if err := t.t.Execute(&b, data); err != nil {
		return nil, executeError(t.file, err)
	}
	if t.language.check != nil {
		if err := t.language.check(b.Bytes()); err != nil {
			return nil, fmt.Errorf("not valid %s: %w", t.language.name, err)
		}
	}
	return b.Bytes(), nil
}

// Try executes the template on a sample, and refuses it when it names a field that
// the sample, and so anything, does not have, or when it makes no document. Other
// faults may be the sample's. An error is an *Error.
func (t *Template) Try(sample any) error {
	_, err := t.Execute(sample)
	var at *Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &at):
		return &Error{t.file, 1, 1, fmt.Errorf("of a sample it makes what is %w", err)}
	case strings.Contains(err.Error(), "can't evaluate field"):
		return err
	}
	return nil
}

var executed = regexp.MustCompile(`^template: [^:]*:(\d+):(\d+): (?s:(.*))$`)

// executeError gives a fault of execution its place, columns counted from 1.
func executeError(file string, err error) error {
	m := executed.FindStringSubmatch(err.Error())
	if m == nil {
		return &Error{file, 1, 1, err}
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	text := m[3]
	if _, after, ok := strings.Cut(text, "at <"); ok { // "executing "t" at <.Nam>: can't …"
		text = "at <" + after
	}
	return &Error{file, line, column + 1, errors.New(text)}
}
