package printer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"

	"github.com/tracehound/tracehound/pkg/event"
)

// Template writes what a Go text/template makes of each event. It sees the
// event by its Go names (.EventName, .ProcessName, .Arg "pathname") and has
// sprig's functions and our own: toJson, which keeps the stream's form, and
// printable, which makes text safe for a terminal. What it prints is written as
// it is.
type Template struct {
	lines
	t *template.Template
}

// RenderError is an event that a template could not be executed on. Nothing was
// written of it, and the next may go well.
type RenderError struct {
	Event *event.Event
	Err   error
}

func (e *RenderError) Error() string {
	return fmt.Sprintf("execute template on event %s: %v", e.Event.EventName, e.Err)
}

// Unwrap returns the cause.
func (e *RenderError) Unwrap() error { return e.Err }

// NewTemplate reads a template. One that cannot be parsed, or that names a field
// that no event has, is refused with its line.
func NewTemplate(w io.Writer, file string) (*Template, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	t, err := template.New(filepath.Base(file)).Funcs(functions()).Parse(string(source))
	if err != nil {
		return nil, templateError("parse template", file, err)
	}
	err = t.Execute(io.Discard, &event.Event{})
	if err != nil && strings.Contains(err.Error(), "can't evaluate field") {
		return nil, templateError("check template", file, err)
	}
	return &Template{lines: lines{w: w}, t: t}, nil
}

// functions are sprig's, but for those that look at this machine or wait for the
// network: a template shows events.
func functions() template.FuncMap {
	f := maps.Clone(sprig.TxtFuncMap())
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(f, name)
	}
	f["toJson"] = toJSON
	f["printable"] = func(s string) string { return string(appendPrintable(nil, s)) }
	return f
}

func toJSON(v any) (string, error) {
	if e, ok := v.(*event.Event); ok {
		return string(e.AppendJSON(nil)), nil
	}
	a := event.Argument{Value: v}
	text := string(a.AppendJSON(nil))
	return strings.TrimSuffix(strings.TrimPrefix(text, `{"name":"","type":"","value":`), "}"), nil
}

// templateError names the file as the user did: text/template says
// "template: NAME:LINE: …" with the last part of it.
func templateError(verb, file string, err error) error {
	if rest, ok := strings.CutPrefix(err.Error(), "template: "+filepath.Base(file)+":"); ok {
		return errors.New(verb + " " + file + ":" + rest)
	}
	return fmt.Errorf("%s %s: %w", verb, file, err)
}

// Write adds what the template makes of an event; nothing when that fails, which
// is a *RenderError.
func (t *Template) Write(e *event.Event) error {
	if t.err != nil {
		return t.err
	}
	var b bytes.Buffer
	if err := t.t.Execute(&b, e); err != nil {
		return &RenderError{Event: e, Err: err}
	}
	t.buf = append(t.buf, b.Bytes()...)
	return t.full()
}

// Flush writes what is kept.
func (t *Template) Flush() error { return t.flush() }
