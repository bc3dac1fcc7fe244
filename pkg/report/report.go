// Package report writes findings for people and for programs: as text, as a
// table, as JSON lines, or by a template of the user's own.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Forms are the ways to write findings, as --output names them; TemplatePrefix
// and a file name are another.
var Forms = []string{Text, Table, JSON}

// The forms.
const (
	Text           = "text"
	Table          = "table"
	JSON           = "json"
	TemplatePrefix = "template="
)

// Format is a form of findings.
type Format struct {
	Name string
	// MIME is the content type of what Render returns.
	MIME string
	// Render brings one finding into the form. lost is how many events the tracer had
	// lost until then: findings may be missing. Called from any goroutine.
	Render func(f *signature.Finding, lost uint64) ([]byte, error)
	// Header stands once before all findings; may be empty.
	Header []byte
}

const (
	mimeText = "text/plain; charset=utf-8"
	mimeJSON = "application/json"
)

// Lookup is the form that spec names: one of Forms or "template=FILE". A template
// that cannot be read or parsed is refused here, by file and line.
func Lookup(spec string) (Format, error) {
	switch spec {
	case Text:
		return Format{Name: Text, MIME: mimeText, Render: text}, nil
	case Table:
		return Format{Name: Table, MIME: mimeText, Render: tableRow, Header: []byte(tableHeader)}, nil
	case JSON:
		return Format{Name: JSON, MIME: mimeJSON, Render: jsonLine}, nil
	}
	if file, ok := strings.CutPrefix(spec, TemplatePrefix); ok {
		render, err := parseTemplate(file)
		return Format{Name: spec, MIME: mimeText, Render: render}, err
	}
	return Format{}, fmt.Errorf("form of findings %q is none of %s, %sFILE", spec, strings.Join(Forms, ", "), TemplatePrefix)
}

// Writer writes findings to one place. It is used from one goroutine.
type Writer struct {
	to     io.Writer
	render func(f *signature.Finding, lost uint64) ([]byte, error)
	header []byte
}

// New makes a writer of the form that spec names, as Lookup knows it.
func New(to io.Writer, spec string) (*Writer, error) {
	f, err := Lookup(spec)
	if err != nil {
		return nil, err
	}
	return &Writer{to: to, render: f.Render, header: f.Header}, nil
}

// RenderError says that a finding could not be brought into its form; nothing
// of it was written.
type RenderError struct {
	Finding *signature.Finding
	Err     error
}

func (e *RenderError) Error() string {
	return fmt.Sprintf("render finding %s of %s: %v", e.Finding.ID, e.Finding.Metadata.ID, e.Err)
}

func (e *RenderError) Unwrap() error { return e.Err }

// Write writes one finding with one write call, so that readers never see half
// of one. lost is how many events the tracer had lost until then: findings may
// be missing. A RenderError concerns this finding only; any other error comes
// from the place written to. It blocks as long as that does.
func (w *Writer) Write(f *signature.Finding, lost uint64) error {
	b, err := w.render(f, lost)
	if err != nil {
		return &RenderError{Finding: f, Err: err}
	}
	if len(w.header) > 0 {
		b = append(w.header, b...)
		w.header = nil
	}
	if _, err := w.to.Write(b); err != nil {
		return fmt.Errorf("write finding: %w", err)
	}
	return nil
}
