package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Template reads a Go text/template that is executed once per finding. It
// sees .Data, .Context (the event, by Go names: .Context.ProcessName),
// .SigMetadata, .Timestamp, .ID, .Ancestors and .LostEvents, and has the
// function toJson beside the language's own. What it prints is written as it
// is: escaping is its author's business.
func Template(file, _ string) (Format, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return Format{}, fmt.Errorf("read template: %w", err)
	}
	t, err := template.New(filepath.Base(file)).Funcs(template.FuncMap{"toJson": toJSON}).Parse(string(source))
	if err != nil {
		return Format{}, templateError("parse template", file, err)
	}
	// A field that no finding has is a mistake of the template and not of the
	// data: say so now and not at the first finding.
	err = t.Execute(io.Discard, newFinding(sample, 1))
	if err != nil && strings.Contains(err.Error(), "can't evaluate field") {
		return Format{}, templateError("check template", file, err)
	}
	return Format{Name: TemplatePrefix + file, Doc: "a template", MIME: mimeText, Render: func(f *signature.Finding, lost uint64) ([]byte, error) {
		var b bytes.Buffer
		if err := t.Execute(&b, newFinding(f, lost)); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	}}, nil
}

// templateError names the file as the user did: text/template says
// "template: NAME:LINE: …" with the last part of it.
func templateError(verb, file string, err error) error {
	rest, ok := strings.CutPrefix(err.Error(), "template: "+filepath.Base(file)+":")
	if !ok {
		return fmt.Errorf("%s %s: %w", verb, file, err)
	}
	return errors.New(verb + " " + file + ":" + rest)
}

func toJSON(v any) (string, error) {
	b, err := marshal(v)
	return strings.TrimSuffix(string(b), "\n"), err
}

// sample stands for any finding when a template is checked.
var sample = &signature.Finding{
	ID:       "0123456789abcdef0123456789abcdef",
	Data:     map[string]any{},
	Event:    &event.Event{},
	Metadata: signature.Metadata{ID: "TRC-0", Properties: map[string]any{"Severity": 0}},
}
