package tuning

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/document"
	"github.com/tracehound/tracehound/pkg/signature"
)

const (
	apiVersion = "tracehound/v1"
	kind       = "Tuning"
)

// maxSize is the longest file that is read.
const maxSize = 4 << 20

// Load reads files. Faults are joined, each with its file and line.
func Load(paths []string) (*Tuning, error) {
	t := &Tuning{}
	var faults []error
	for _, path := range paths {
		data, err := document.Read(path, maxSize)
		if err != nil {
			faults = append(faults, fmt.Errorf("read tuning: %w", err))
			continue
		}
		faults = append(faults, t.read(path, data)...)
	}
	return t, errors.Join(faults...)
}

// written is a file as written.
type written struct {
	APIVersion string             `yaml:"apiVersion"`
	Kind       string             `yaml:"kind"`
	Exceptions []writtenException `yaml:"exceptions"`
	Overrides  []writtenOverride  `yaml:"overrides"`
}

type writtenException struct {
	Signature string `yaml:"signature"`
	When      string `yaml:"when"`
	Reason    string `yaml:"reason"`
	Owner     string `yaml:"owner"`
	Expires   string `yaml:"expires"`
}

type writtenOverride struct {
	Signature string   `yaml:"signature"`
	Severity  *int     `yaml:"severity"`
	Tags      []string `yaml:"tags"`
	Enabled   *bool    `yaml:"enabled"`
}

func (t *Tuning) read(path string, data []byte) (faults []error) {
	defer func() { // the YAML library panics on some malformed text
		if r := recover(); r != nil {
			faults = append(faults, fmt.Errorf("%s: malformed YAML: %v", path, r))
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return []error{document.Error(path, err)}
	}
	for _, doc := range file.Docs {
		var d written
		if err := yaml.NodeToValue(doc.Body, &d, yaml.Strict()); err != nil {
			faults = append(faults, document.Error(path, err))
			continue
		}
		if d.APIVersion != apiVersion || d.Kind != kind {
			faults = append(faults, fmt.Errorf("%s: must have apiVersion: %s and kind: %s", path, apiVersion, kind))
			continue
		}
		faults = append(faults, t.take(path, doc.Body, &d)...)
	}
	return faults
}

func (t *Tuning) take(path string, body ast.Node, d *written) (faults []error) {
	at := func(list string, i int) signature.Position {
		return signature.Position{File: path, Line: document.Line(body, list, i)}
	}
	for i, w := range d.Exceptions {
		x, err := w.exception()
		x.where = at("exceptions", i)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: exception: %w", x.where, err))
		}
		t.exceptions = append(t.exceptions, x)
	}
	for i, w := range d.Overrides {
		o := override{w.Signature, w.Severity, w.Tags, w.Enabled, at("overrides", i)}
		switch {
		case o.signature == "":
			faults = append(faults, fmt.Errorf("%s: override names no signature", o.where))
		case o.severity != nil && (*o.severity < 0 || *o.severity > signature.MaxSeverity):
			faults = append(faults, fmt.Errorf("%s: override of %s: severity %d must be from 0 to %d", o.where, o.signature, *o.severity, signature.MaxSeverity))
		case o.severity == nil && o.tags == nil && o.enabled == nil:
			faults = append(faults, fmt.Errorf("%s: override of %s changes nothing: give severity, tags or enabled", o.where, o.signature))
		}
		t.overrides = append(t.overrides, o)
	}
	return faults
}

func (w *writtenException) exception() (*exception, error) {
	x := &exception{signature: w.Signature, when: w.When, reason: strings.TrimSpace(w.Reason), owner: w.Owner}
	switch {
	case x.signature == "":
		return x, errors.New("names no signature")
	case strings.TrimSpace(x.when) == "":
		return x, errors.New("has no condition: say when; to silence all of a signature, write an override with enabled: false")
	case x.reason == "":
		return x, errors.New("has no reason: whoever reads it later needs one")
	}
	if w.Expires == "" {
		return x, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if day, err := time.Parse(layout, w.Expires); err == nil {
			if x.expires = day; layout == time.DateOnly {
				x.expires = day.AddDate(0, 0, 1) // to the end of that day, UTC
			}
			return x, nil
		}
	}
	return x, fmt.Errorf("expires %q must be a day as 2027-06-30, or a time as 2027-06-30T12:00:00Z", w.Expires)
}

// Expired lists the exceptions that no longer count.
func (t *Tuning) Expired(now time.Time) []Count {
	return slices.DeleteFunc(t.Counts(), func(c Count) bool { return c.Expires.IsZero() || now.Before(c.Expires) })
}

func unknown(where signature.Position, id string, known map[string][]signature.Signature) error {
	ids := make([]string, 0, len(known))
	for k := range known {
		ids = append(ids, k)
	}
	return fmt.Errorf("%s: no signature has the id %q%s", where, id, nearest.Hint(id, ids))
}
