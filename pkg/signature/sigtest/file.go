package sigtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/document"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

const (
	apiVersion = "tracehound/v1"
	kind       = "Cases"
)

// maxSize is the longest file that is read.
const maxSize = 64 << 20

// IsFile tells by its name whether a file holds cases: NAME_test.yaml,
// NAME_test.yml or NAME.txtar.
func IsFile(path string) bool {
	name := filepath.Base(path)
	return strings.HasSuffix(name, "_test.yaml") || strings.HasSuffix(name, "_test.yml") || strings.HasSuffix(name, ".txtar")
}

// Load reads the cases of a file. A recorded stream that a case names lies
// beside the file.
func Load(path string) ([]Case, error) {
	data, err := document.Read(path, maxSize)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	if strings.HasSuffix(path, ".txtar") {
		c, err := loadArchive(path, data)
		return []Case{c}, err
	}
	return loadYAML(path, data)
}

// LoadAll reads the cases of all files that a pattern of path/filepath names; there
// must be one.
func LoadAll(pattern string) ([]Case, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("find cases %s: %w", pattern, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("find cases %s: there is no such file", pattern)
	}
	var all []Case
	for _, file := range files {
		cases, err := Load(file)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

// casesFile is a file of cases as written.
type casesFile struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Signature  string    `yaml:"signature"`
	Cases      []written `yaml:"cases"`
}

type written struct {
	Name      string           `yaml:"name"`
	Signature string           `yaml:"signature"`
	Every     map[string]any   `yaml:"every"` // keys that all events have
	Events    []map[string]any `yaml:"events"`
	Stream    string           `yaml:"stream"` // in place of events
	Findings  *[]finding       `yaml:"findings"`
}

type finding struct {
	Event int            `yaml:"event"`
	Data  map[string]any `yaml:"data"`
}

// loadYAML takes each case by itself, so that a fault has its place.
func loadYAML(path string, data []byte) (cases []Case, err error) {
	defer func() { // the YAML library panics on some malformed text
		if r := recover(); r != nil {
			cases, err = nil, fmt.Errorf("%s: malformed YAML: %v", path, r)
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, document.Error(path, err)
	}
	for _, doc := range file.Docs {
		var d casesFile
		if err := yaml.NodeToValue(doc.Body, &d, yaml.Strict()); err != nil {
			return nil, document.Error(path, err)
		}
		if d.APIVersion != apiVersion || d.Kind != kind {
			return nil, fmt.Errorf("%s: must have apiVersion: %s and kind: %s", path, apiVersion, kind)
		}
		for i, w := range d.Cases {
			c, err := w.toCase(path, d.Signature)
			c.Where = signature.Position{File: path, Line: document.Line(doc.Body, "cases", i)}
			if err != nil {
				return nil, fmt.Errorf("%s: case %q: %w", c.Where, w.Name, err)
			}
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("%s: holds no cases", path)
	}
	return cases, nil
}

func (w *written) toCase(path, id string) (Case, error) {
	c := Case{Name: w.Name, Signature: w.Signature}
	if c.Signature == "" {
		c.Signature = id
	}
	switch {
	case w.Name == "":
		return c, errors.New("has no name")
	case c.Signature == "":
		return c, errors.New("names no signature, and the file does not either")
	case w.Findings == nil:
		return c, errors.New("has no findings: write findings: [] when the signature must stay silent")
	case (w.Stream == "") == (len(w.Events) == 0):
		return c, errors.New("must have either events or stream")
	}
	if err := w.readEvents(path, &c); err != nil {
		return c, err
	}
	err := c.expect(*w.Findings)
	return c, err
}

func (w *written) readEvents(path string, c *Case) error {
	if w.Stream != "" {
		data, err := document.Read(filepath.Join(filepath.Dir(path), w.Stream), maxSize)
		if err != nil {
			return fmt.Errorf("read stream: %w", err)
		}
		c.Events, err = readStream(data)
		return err
	}
	for i, keys := range w.Events {
		for key, value := range w.Every {
			if _, ok := keys[key]; !ok {
				keys[key] = value
			}
		}
		e, err := newEvent(keys, i)
		if err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
		c.Events = append(c.Events, e)
	}
	return nil
}

func (c *Case) expect(all []finding) error {
	for _, f := range all {
		if f.Event == 0 && len(c.Events) == 1 {
			f.Event = 1
		}
		if f.Event < 1 || f.Event > len(c.Events) {
			return fmt.Errorf("finding of event %d: there are events 1 to %d", f.Event, len(c.Events))
		}
		c.Findings = append(c.Findings, Finding(f))
	}
	return nil
}

// LoadStream reads a recorded stream, of which nothing may be wrong.
func LoadStream(path string) ([]*event.Event, error) {
	data, err := document.Read(path, maxSize)
	if err != nil {
		return nil, fmt.Errorf("read stream: %w", err)
	}
	all, err := readStream(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

// readStream reads a recording whole; anything wrong in it is an error.
func readStream(data []byte) ([]*event.Event, error) {
	r, _, err := codec.Open(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var all []*event.Event
	for {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read stream: %w", err)
		}
		event.Normalize(e, catalog.ByName(e.EventName))
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, errors.New("stream holds no events")
	}
	return all, nil
}

// The files of an archive.
const (
	eventsFile   = "events"
	findingsFile = "findings"
)

func loadArchive(path string, data []byte) (Case, error) {
	a := txtar.Parse(data)
	id, name, _ := strings.Cut(strings.TrimSpace(string(a.Comment)), " ")
	c := Case{Where: signature.Position{File: path}, Signature: id, Name: strings.TrimSpace(name)}
	if id == "" || c.Name == "" {
		return c, fmt.Errorf("%s: must begin with a signature's id and the case's name", path)
	}
	var all *[]finding
	for _, f := range a.Files {
		var err error
		switch f.Name {
		case eventsFile:
			c.Events, err = readStream(f.Data)
		case findingsFile:
			all = &[]finding{}
			err = yaml.UnmarshalWithOptions(f.Data, all, yaml.Strict())
		default:
			err = fmt.Errorf("unknown file: an archive holds %s and %s", eventsFile, findingsFile)
		}
		if err != nil {
			return c, fmt.Errorf("%s: %s: %w", path, f.Name, err)
		}
	}
	if len(c.Events) == 0 || all == nil {
		return c, fmt.Errorf("%s: lacks %s or %s", path, eventsFile, findingsFile)
	}
	if err := c.expect(*all); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
