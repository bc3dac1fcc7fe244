package report

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/signature"
)

const sarifBegin = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"results":[` + "\n"

// sarif is a whole SARIF 2.1.0 document for one finding.
func sarif(f *signature.Finding, lost uint64) ([]byte, error) {
	d := newSarif()
	result, err := d.Add(f, lost)
	if err != nil {
		return nil, err
	}
	return slices.Concat(d.Begin(), result, d.End()), nil
}

// sarifDocument is one run. The rules come behind the results, where all are
// known.
type sarifDocument struct {
	begun bool
	rules []json.RawMessage
	index map[string]int // of a rule, by id and version
}

func newSarif() Document { return &sarifDocument{rules: []json.RawMessage{}, index: map[string]int{}} }

func (d *sarifDocument) Begin() []byte { return []byte(sarifBegin) }

// Add adds a result, and the signature's rule when it is new.
func (d *sarifDocument) Add(f *signature.Finding, lost uint64) ([]byte, error) {
	key := f.Metadata.ID + "\x00" + f.Metadata.Version
	n, known := d.index[key]
	if !known {
		rule, err := encode(f, func(f *signature.Finding) any { return sarifRuleOf(f) })
		if err != nil {
			return nil, err
		}
		n = len(d.rules)
		d.rules = append(d.rules, rule)
	}
	result, err := encode(f, func(f *signature.Finding) any { return sarifResult(f, lost, n) })
	if err != nil {
		d.rules = d.rules[:n]
		return nil, err
	}
	d.index[key] = n
	if d.begun {
		result = append([]byte(","), result...)
	}
	d.begun = true
	return result, nil
}

func (d *sarifDocument) End() []byte {
	driver := object{"name": "Tracehound", "version": cli.Version(), "rules": d.rules}
	end, err := marshal(object{"driver": driver})
	if err != nil {
		panic(err) // the rules are JSON already
	}
	return slices.Concat([]byte(`],"columnKind":"unicodeCodePoints","tool":`), bytes.TrimSpace(end), []byte("}]}\n"))
}

func sarifID(f *signature.Finding) string {
	if f.Metadata.ID != "" {
		return f.Metadata.ID
	}
	return f.Metadata.Name
}

func sarifRuleOf(f *signature.Finding) object {
	level := levelOf(f)
	tags := append([]string{"security"}, f.Metadata.Tags...)
	if id := attackOf(f).id(); id != "" {
		tags = append(tags, "external/mitre-attack/"+id)
	}
	properties := object{"security-severity": level.sarifScore, "tags": tags}
	properties.put("version", f.Metadata.Version)
	o := object{
		"id": sarifID(f), "shortDescription": object{"text": title(f)},
		"defaultConfiguration": object{"level": level.sarif}, "properties": properties,
	}
	o.put("name", f.Metadata.Name)
	if f.Metadata.Description != "" {
		o["fullDescription"] = object{"text": f.Metadata.Description}
	}
	if response := f.Metadata.Property("response"); response != "" {
		o["help"] = object{"text": response}
	}
	return o
}

func sarifResult(f *signature.Finding, lost uint64, rule int) object {
	e, s := f.Event, subjectOf(f.Event)
	where := s.file
	if where == "" {
		where = e.Executable
	}
	location := object{"logicalLocations": []any{object{"kind": "process", "name": e.ProcessName, "fullyQualifiedName": whereabouts(f)}}}
	if where != "" {
		location["physicalLocation"] = object{"artifactLocation": object{"uri": fileURI(where)}}
	}
	properties := object{
		"time": f.Timestamp.UTC().Format(time.RFC3339Nano), "event": e.EventName, "args": args(e),
		"pid": e.HostProcessID, "uid": e.UserID, "ancestors": ancestorsOf(e),
	}
	for key, value := range map[string]any{
		"data": f.Data, "executable": e.Executable, "argv": s.argv, "execId": e.ExecID, "host": e.HostName, "container": e.ContainerID,
		"image": e.ContainerImage, "pod": pod(e.PodNamespace, e.PodName),
	} {
		properties.put(key, value)
	}
	if lost > 0 {
		properties["lostEvents"] = lost
	}
	return object{
		"ruleId": sarifID(f), "ruleIndex": rule, "level": levelOf(f).sarif,
		"message":             object{"text": summary(f)},
		"locations":           []any{location},
		"partialFingerprints": object{"findingId/v1": f.ID},
		"properties":          properties,
	}
}

// fileURI makes a URI of any bytes.
func fileURI(p string) string {
	if strings.HasPrefix(p, "/") {
		return (&url.URL{Scheme: "file", Path: p}).String()
	}
	return (&url.URL{Path: p}).String()
}
