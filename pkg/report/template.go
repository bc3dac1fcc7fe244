package report

import (
	"embed"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/template"
)

//go:embed templates/*.tmpl
var shippedTemplates embed.FS

// TemplateInfo is a shipped template.
type TemplateInfo struct {
	Name string
	Doc  string
	file string
}

// ShippedTemplates are listed in their order.
var ShippedTemplates = []TemplateInfo{
	{"rawjson", "Data, Context and SigMetadata, as Tracee's template of that name", "rawjson.json.tmpl"},
	{"falcosidekick", "an alert for Falcosidekick", "falcosidekick.json.tmpl"},
	{"csv", "time, process and host", "csv.csv.tmpl"},
	{"xml", "an element detection", "xml.xml.tmpl"},
	{"simple", "four lines of text", "simple.tmpl"},
	{"sprig", "the finding's data, indented", "sprig.json.tmpl"},
	{"slack", "a message for a Slack webhook", "slack.json.tmpl"},
	{"teams", "a card for a Microsoft Teams webhook", "teams.json.tmpl"},
	{"discord", "a message for a Discord webhook", "discord.json.tmpl"},
	{"splunk", "an event for Splunk's HTTP Event Collector", "splunk.json.tmpl"},
	{"loki", "a request to Loki's /loki/api/v1/push", "loki.json.tmpl"},
}

// Template makes a format of a template: a shipped one by its name, else a file.
// What it writes, and so how values are escaped, the content type tells, or the
// file's name when that is "". A template that is wrong, or fails on a sample, is
// refused with its line and column.
func Template(name, contentType string) (Format, error) {
	file, source, err := readTemplate(name)
	if err != nil {
		return Format{}, err
	}
	language := template.LanguageOf(file, contentType)
	t, err := template.Parse(file, source, language)
	if err != nil {
		return Format{}, fmt.Errorf("parse template %w", err)
	}
	if err := t.Try(newView(sample, 1)); err != nil {
		return Format{}, fmt.Errorf("check template %w", err)
	}
	mime := language.MIME()
	if contentType != "" {
		mime = contentType
	}
	return Format{Name: TemplatePrefix + name, Doc: "a template", MIME: mime, Render: func(f *signature.Finding, lost uint64) ([]byte, error) {
		return t.Execute(newView(f, lost))
	}}, nil
}

// readTemplate takes a name without a slash or a point for that of a shipped
// template, unless there is none.
func readTemplate(name string) (file, source string, err error) {
	var names []string
	for _, s := range ShippedTemplates {
		names = append(names, s.Name)
		if s.Name == name {
			b, err := shippedTemplates.ReadFile(path.Join("templates", s.file))
			return s.file, string(b), err
		}
	}
	b, err := os.ReadFile(name)
	if err != nil {
		hint := ""
		if !strings.ContainsAny(name, "./") {
			hint = "; shipped are " + strings.Join(names, ", ") + nearest.Hint(name, names)
		}
		return "", "", fmt.Errorf("read template: %w%s", err, hint)
	}
	return name, string(b), nil
}

// view is what templates see: the finding by the Go names of its JSON keys, and
// what is tedious to make of it. It is a copy: templates can change maps.
type view struct {
	finding
	Time  time.Time
	Event struct{ Payload *event.Event } // as Tracee's templates name Context

	of   *signature.Finding
	lost uint64
}

func newView(f *signature.Finding, lost uint64) *view {
	c, e := *f, *f.Event
	c.Data, _ = clone(f.Data).(map[string]any)
	c.Metadata.Properties, _ = clone(f.Metadata.Properties).(map[string]any)
	c.Event = &e
	v := &view{finding: *newFinding(&c, lost), Time: f.Timestamp.UTC(), of: &c, lost: lost}
	v.Event.Payload = &e
	return v
}

// MarshalJSON makes toJson of it the same as the format json.
func (v *view) MarshalJSON() ([]byte, error) {
	return encode(v.of, func(f *signature.Finding) any { return newFinding(f, v.lost) })
}

// clone copies maps and lists.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if v == nil {
			return map[string]any(nil)
		}
		to := make(map[string]any, len(v))
		for key, value := range v {
			to[key] = clone(value)
		}
		return to
	case []any:
		to := make([]any, len(v))
		for i, value := range v {
			to[i] = clone(value)
		}
		return to
	}
	return v
}

// Severity is 0 to 4, or -1 when the signature does not say.
func (v *view) Severity() int { return v.of.Metadata.Severity() }

// Level is the severity as a word.
func (v *view) Level() string { return levelOf(v.of).word }

// Priority is the severity as Falco says it.
func (v *view) Priority() string { return levelOf(v.of).falco }

// Title is the signature's name.
func (v *view) Title() string { return title(v.of) }

// Summary says in a line what was found, by whom and where.
func (v *view) Summary() string { return summary(v.of) }

// Technique is its number and words in MITRE ATT&CK.
func (v *view) Technique() string { return technique(v.of) }

// CommandLine is that of the process, on events that have it.
func (v *view) CommandLine() string { return subjectOf(v.of.Event).commandLine() }

// Fields are Falco's fields as texts.
func (v *view) Fields() map[string]string {
	return texts(falcoFields(v.of, v.lost))
}

// Output is the line that Falco would print.
func (v *view) Output() string { return falcoOutput(v.of, v.Priority(), falcoFields(v.of, v.lost)) }

// UUID is the id as one.
func (v *view) UUID() string { return findingUUID(v.of) }

// sample stands for any finding when a template is checked.
var sample = Sample(time.Unix(1_700_000_000, 123456789).UTC(), "host-1")
