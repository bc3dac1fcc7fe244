// Package report brings findings into the forms that people and programs want,
// and writes them.
package report

import (
	"fmt"
	"io"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Writer writes findings to one place. It is used from one goroutine.
type Writer struct {
	to       io.Writer
	render   Render
	header   []byte
	document Document // unless nil, in place of render
}

// New makes a writer of the format that spec names, as Lookup finds it.
func New(to io.Writer, spec string) (*Writer, error) {
	f, err := Lookup(spec)
	if err != nil {
		return nil, err
	}
	w := &Writer{to: to, render: f.Render, header: f.Header}
	if f.NewDocument != nil {
		w.document = f.NewDocument()
		w.render, w.header = w.document.Add, w.document.Begin()
	}
	return w, nil
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
	return w.write(b)
}

// Close ends what was begun, a document without findings too. It does not close
// the place written to.
func (w *Writer) Close() error {
	if w.document == nil {
		return nil
	}
	return w.write(w.document.End())
}

func (w *Writer) write(b []byte) error {
	if len(w.header) > 0 {
		b = append(w.header, b...)
		w.header = nil
	}
	if _, err := w.to.Write(b); err != nil {
		return fmt.Errorf("write finding: %w", err)
	}
	return nil
}
