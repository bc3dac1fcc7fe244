package report

import (
	"fmt"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Render makes the form of one finding. lost is how many events the tracer had
// lost until then: findings may be missing. It may be called from several
// goroutines at once, changes nothing, and gives the same bytes for the same
// finding whenever it is called.
type Render func(f *signature.Finding, lost uint64) ([]byte, error)

// Format is a form of findings.
type Format struct {
	Name string
	Doc  string // one line
	MIME string // of what Render returns, which is whole by itself
	Render
	// Header begins a file in which what Render returns is put one behind the
	// other; nil for most.
	Header []byte
	// NewDocument, unless nil, begins a file that must be one document: what
	// Render returns cannot be put one behind the other there.
	NewDocument func() Document
}

// Document makes one document of many findings. The bytes of Begin, of each Add
// and of End, one behind the other, are valid; so is a document that ends after
// any Add and goes on by having what End gave overwritten by the next Add, which
// is how a file stays valid while it grows.
type Document interface {
	Begin() []byte
	Add(f *signature.Finding, lost uint64) ([]byte, error)
	End() []byte
}

// TemplatePrefix and a file, or the name of a shipped template, are a format too.
const TemplatePrefix = "template="

// The formats that code names.
const (
	Text  = "text"
	Table = "table"
	JSON  = "json"
)

const (
	mimeText = "text/plain; charset=utf-8"
	mimeJSON = "application/json"
)

// Formats are all but templates, in the order in which they are listed.
func Formats() []Format {
	return []Format{
		{Name: Text, Doc: "a block of lines for people", MIME: mimeText, Render: text},
		{Name: Table, Doc: "a line of columns for people", MIME: mimeText, Render: tableRow, Header: []byte(tableHeader)},
		{Name: JSON, Doc: "a JSON object with Data, Context, SigMetadata, timestamp, id and ancestors", MIME: mimeJSON, Render: jsonLine},
		{Name: "postee", Doc: "what Postee's templates for Tracee read: the same as json", MIME: mimeJSON, Render: jsonLine},
		{Name: "ocsf", Doc: "a Detection Finding (2004) of OCSF " + ocsfVersion, MIME: mimeJSON, Render: ocsf},
		{Name: "ecs", Doc: "a document of the Elastic Common Schema " + ecsVersion, MIME: mimeJSON, Render: ecs},
		{Name: "falco", Doc: "what Falco prints as JSON", MIME: mimeJSON, Render: falco},
		{Name: "falcosidekick", Doc: "what Falcosidekick accepts: as falco, with texts alone in output_fields", MIME: mimeJSON, Render: falcosidekick},
		{Name: "cef", Doc: "a line of ArcSight's Common Event Format", MIME: mimeText, Render: cef},
		{Name: "csv", Doc: "a record of RFC 4180 with fixed columns", MIME: "text/csv; charset=utf-8; header=absent", Render: csvRow, Header: []byte(csvHeader)},
		{Name: "sarif", Doc: "SARIF 2.1.0: one document", MIME: "application/sarif+json", Render: sarif, NewDocument: newSarif},
		{Name: "alertmanager", Doc: "an alert as Prometheus Alertmanager takes it, in a list", MIME: mimeJSON, Render: alertmanager},
		{Name: "otlp", Doc: "an OpenTelemetry log record: protobuf, as OTLP over HTTP takes it", MIME: "application/x-protobuf", Render: otlp},
	}
}

// Names are the names of Formats.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// Lookup finds the format that spec names: one of Formats, or "template=" and a
// template. A template that is wrong is refused here, by file, line and column.
func Lookup(spec string) (Format, error) { return LookupAs(spec, "") }

// LookupAs is Lookup for what will have a content type, which tells what a template
// writes, and so how it escapes; "" leaves that to its name.
func LookupAs(spec, contentType string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == spec {
			return f, nil
		}
	}
	if file, ok := strings.CutPrefix(spec, TemplatePrefix); ok {
		return Template(file, contentType)
	}
	return Format{}, fmt.Errorf("format of findings %q is none of %s, %sNAME|FILE%s",
		spec, strings.Join(Names(), ", "), TemplatePrefix, nearest.Hint(spec, Names()))
}
