package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tracehound/tracehound/pkg/signature"
)

// check reads what a format made of a finding as its receivers do. name is the
// process's name as the receiver understood it.
type check func(out []byte) (name string, err error)

func checks(t *testing.T) map[string]check {
	t.Helper()
	return map[string]check{
		Text:            checkText("Command: (.*)\n"),
		Table:           checkText(""),
		JSON:            checkJSON(t, "json", "Context", "processName"),
		"postee":        checkJSON(t, "json", "Context", "processName"),
		"ocsf":          checkJSON(t, "ocsf", "evidences", 0, "process", "name"),
		"ecs":           checkJSON(t, "ecs", "process", "name"),
		"falco":         checkJSON(t, "falco", "output_fields", "proc.name"),
		"falcosidekick": all(checkJSON(t, "falcosidekick", "output_fields", "proc.name"), checkFalcosidekick),
		"cef":           checkCEF,
		"csv":           checkCSV,
		"sarif":         checkJSON(t, "sarif", "runs", 0, "results", 0, "locations", 0, "logicalLocations", 0, "name"),
		"alertmanager":  checkJSON(t, "alertmanager", 0, "labels", "process"),
		"otlp":          checkOTLP,
	}
}

func all(first, then check) check {
	return func(out []byte) (string, error) {
		name, err := first(out)
		_, also := then(out)
		return name, errors.Join(err, also)
	}
}

func TestEveryFormatOfEveryFinding(t *testing.T) {
	checks := checks(t)
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			check := checks[format.Name]
			if check == nil {
				t.Fatal("format without a check")
			}
			for _, f := range shipped(t) {
				verify(t, format, check, f, f.Event.ProcessName)
				if t.Failed() {
					return
				}
			}
			for s, findings := range hostileFindings(t) {
				for _, f := range findings {
					if verify(t, format, check, f, s); t.Failed() {
						t.Fatalf("the text was %.100q", s)
					}
				}
			}
		})
	}
}

// oneEach takes the first finding of each signature.
func oneEach(findings []*signature.Finding) []*signature.Finding {
	seen := map[string]bool{}
	var first []*signature.Finding
	for _, f := range findings {
		if !seen[f.Metadata.ID] {
			first = append(first, f)
		}
		seen[f.Metadata.ID] = true
	}
	return first
}

func verify(t *testing.T, format Format, check check, f *signature.Finding, name string) {
	t.Helper()
	out, err := format.Render(f, 3)
	if err != nil {
		t.Errorf("%s: %v", f.Metadata.ID, err)
		return
	}
	again, _ := format.Render(f, 3)
	if !bytes.Equal(out, again) {
		t.Errorf("%s: another text the second time", f.Metadata.ID)
	}
	got, err := check(out)
	if err != nil {
		t.Errorf("%s: %v\n%.3000s", f.Metadata.ID, err, out)
	}
	want := strings.ToValidUTF8(name, "\ufffd")
	if format.Name == "cef" {
		want = cefText(name)
		if cut, ok := strings.CutSuffix(got, "…"); ok && len(name) > 1000 && strings.HasPrefix(want, cut) {
			return
		}
	}
	// A receiver may merge bytes that are no UTF-8, or replace each.
	if one := func(s string) string { return regexp.MustCompile("\ufffd+").ReplaceAllString(s, "?") }; got != "-" && one(got) != one(want) {
		t.Errorf("%s: process %.200q, want %.200q", f.Metadata.ID, got, want)
	}
}

func checkText(name string) check {
	return func(out []byte) (string, error) {
		for _, r := range string(out) {
			if r != '\n' && !strconv.IsPrint(r) {
				return "-", fmt.Errorf("character %U", r)
			}
		}
		if name == "" {
			if n := bytes.Count(out, []byte("\n")); n != 1 {
				return "-", fmt.Errorf("%d lines", n)
			}
			return "-", nil
		}
		m := regexp.MustCompile(name).FindAllSubmatch(out, -1)
		if len(m) != 1 {
			return "-", fmt.Errorf("%d times %s", len(m), name)
		}
		return unescape(string(m[0][1]))
	}
}

// unescape undoes Escape, but for bytes that are no UTF-8.
func unescape(s string) (string, error) {
	s, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	return strings.ToValidUTF8(s, "\ufffd"), err
}

// checkJSON holds a document against the schema that we publish, and follows a
// path in it.
func checkJSON(t *testing.T, schema string, path ...any) check {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile("../../docs/schema/findings/" + schema + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(out []byte) (string, error) {
		if !utf8.Valid(out) || schema != "sarif" && bytes.Count(out, []byte("\n")) != 1 {
			return "-", errors.New("not UTF-8 on one line")
		}
		if err := oneKeyOfEachName(out); err != nil {
			return "-", err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			return "-", err
		}
		err = s.Validate(doc)
		for _, step := range path {
			switch at := doc.(type) {
			case map[string]any:
				doc = at[step.(string)]
			case []any:
				doc = at[step.(int)]
			}
		}
		name, _ := doc.(string)
		return name, err
	}
}

// oneKeyOfEachName refuses objects in which a key stands twice, which
// encoding/json takes.
func oneKeyOfEachName(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	var open []map[string]bool // nil for a list
	key := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		in := len(open) > 0 && open[len(open)-1] != nil
		switch v := token.(type) {
		case json.Delim:
			switch v {
			case '{':
				open, key = append(open, map[string]bool{}), true
				continue
			case '[':
				open = append(open, nil)
				continue
			}
			open = open[:len(open)-1]
			in = len(open) > 0 && open[len(open)-1] != nil
			key = in
			continue
		case string:
			if in && key {
				if open[len(open)-1][v] {
					return fmt.Errorf("key %.50q twice", v)
				}
				open[len(open)-1][v], key = true, false
				continue
			}
		}
		key = in
	}
}

// checkFalcosidekick does what its handler does to a request.
func checkFalcosidekick(out []byte) (string, error) {
	var payload struct {
		UUID, Output, Priority, Rule, Hostname, Source string
		Time                                           time.Time
		OutputFields                                   map[string]any `json:"output_fields"`
		Tags                                           []string
	}
	if err := json.Unmarshal(out, &payload); err != nil {
		return "-", err
	}
	known := map[string]bool{
		"emergency": true, "alert": true, "critical": true, "error": true, "warning": true, "notice": true, "informational": true, "debug": true,
	}
	_, namespace := payload.OutputFields["k8s.ns.name"]
	_, isText := payload.OutputFields["k8s.ns.name"].(string)
	if !known[strings.ToLower(payload.Priority)] || payload.Rule == "" || payload.Time.IsZero() || len(payload.OutputFields) == 0 || namespace != isText {
		return "-", fmt.Errorf("refused: %.300v", payload)
	}
	return "-", nil
}

var cefPair = regexp.MustCompile(`(?s)^([a-zA-Z0-9]+)=((?:[^\\=\n]|\\[\\=nr])*?)(?: ([a-zA-Z0-9]+=.*)|$)`)

// checkCEF reads by the grammar of ArcSight's Common Event Format.
func checkCEF(out []byte) (string, error) {
	line, ok := strings.CutSuffix(string(out), "\n")
	if !ok || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
		return "-", errors.New("not a line")
	}
	header := regexp.MustCompile(`^CEF:0((?:\|(?:[^|\\]|\\[|\\])*){6})\|(.*)$`).FindStringSubmatch(line)
	if header == nil {
		return "-", errors.New("no header")
	}
	fields := map[string]string{}
	for rest := header[2]; rest != ""; {
		m := cefPair.FindStringSubmatch(rest)
		if m == nil {
			return "-", fmt.Errorf("no extension: %.200q", rest)
		}
		if _, twice := fields[m[1]]; twice {
			return "-", fmt.Errorf("key %s twice", m[1])
		}
		fields[m[1]] = strings.NewReplacer(`\\`, `\`, `\=`, "=", `\n`, "\n", `\r`, "\r").Replace(m[2])
		rest = m[3]
	}
	if _, err := strconv.ParseInt(fields["rt"], 10, 64); err != nil || fields["externalId"] == "" || len(fields["cs5"]) > 4*4000 {
		return "-", fmt.Errorf("fields %.300v", fields)
	}
	return fields["sproc"], nil
}

// cefText is how a text comes out of CEF: what is not printable is written as text
// does, but for line ends, and what is too long is cut.
func cefText(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\n', r == '\r', r == '\\', r != utf8.RuneError && strconv.IsPrint(r), r == utf8.RuneError && size > 1:
			b.WriteString(s[:size])
		default:
			b.WriteString(Escape(s[:size]))
		}
		s = s[size:]
	}
	return b.String()
}

func checkCSV(out []byte) (string, error) {
	if !bytes.HasSuffix(out, []byte("\r\n")) || bytes.Count(out, []byte("\n")) != 1 {
		return "-", errors.New("not one line with CRLF")
	}
	r := csv.NewReader(bytes.NewReader(out))
	r.FieldsPerRecord = len(csvColumns)
	record, err := r.Read()
	if err != nil {
		return "-", err
	}
	for _, cell := range record {
		if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "\t") {
			return "-", fmt.Errorf("formula %.50q", cell)
		}
	}
	return unescape(strings.TrimPrefix(record[14], "'"))
}

func checkOTLP(out []byte) (string, error) {
	var data logs.LogsData
	if err := proto.Unmarshal(out, &data); err != nil {
		return "-", err
	}
	record := data.ResourceLogs[0].ScopeLogs[0].LogRecords[0]
	if record.TimeUnixNano == 0 || record.SeverityNumber == 0 || record.Body.GetStringValue() == "" {
		return "-", fmt.Errorf("record %v", record)
	}
	seen := map[string]*common.AnyValue{}
	for _, a := range record.Attributes {
		if seen[a.Key] != nil {
			return "-", fmt.Errorf("attribute %s twice", a.Key)
		}
		seen[a.Key] = a.Value
	}
	if seen["log.record.uid"].GetStringValue() == "" || seen["process.pid"].GetIntValue() == 0 {
		return "-", fmt.Errorf("attributes %v", record.Attributes)
	}
	return seen["process.command"].GetStringValue(), nil
}

// A request to an OTLP receiver may be several bodies, one behind the other.
func TestOTLPBodiesJoin(t *testing.T) {
	a, _ := otlp(antiDebugging(), 0)
	b, _ := otlp(inPod(), 0)
	var data logs.LogsData
	if err := proto.Unmarshal(append(a, b...), &data); err != nil || len(data.ResourceLogs) != 2 {
		t.Errorf("%d records, %v", len(data.ResourceLogs), err)
	}
}

// A SARIF file is valid after each finding, and names each rule once.
func TestSarifDocument(t *testing.T) {
	check := checkJSON(t, "sarif", "runs", 0, "tool", "driver", "name")
	d := newSarif()
	file := d.Begin()
	for i, f := range append([]*signature.Finding{inPod()}, shipped(t)...) {
		if i > 0 {
			b, err := d.Add(f, 0)
			if err != nil {
				t.Fatal(err)
			}
			file = append(file, b...)
		}
		if name, err := check(append(bytes.Clone(file), d.End()...)); err != nil || name != "Tracehound" {
			t.Fatalf("after %d findings: %q, %v", i, name, err)
		}
	}
	var doc struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	if err := json.Unmarshal(append(file, d.End()...), &doc); err != nil {
		t.Fatal(err)
	}
	run := doc.Runs[0]
	if len(run.Results) != len(shipped(t)) || len(run.Tool.Driver.Rules) != len(oneEach(shipped(t))) {
		t.Errorf("%d results of %d rules", len(run.Results), len(run.Tool.Driver.Rules))
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("result of %s has the rule of %s", r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
		}
	}
}

// The writer ends a document, even one without findings.
func TestWriterOfDocument(t *testing.T) {
	check := checkJSON(t, "sarif", "version")
	for n := range 3 {
		var b bytes.Buffer
		w, err := New(&b, "sarif")
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			if err := w.Write(inPod(), 0); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := check(b.Bytes()); err != nil {
			t.Errorf("with %d findings: %v", n, err)
		}
	}
}

// Severities keep their order in every format's scale.
func TestLevels(t *testing.T) {
	priority := map[string]int{"Informational": 1, "Notice": 2, "Warning": 3, "Error": 4, "Critical": 5, "Alert": 6}
	for i, l := range levels {
		if l.falco == "" || priority[l.falco] == 0 || l.ocsfName == "" || l.sarif == "" {
			t.Errorf("severity %d: %+v", i, l)
		}
		if i == 0 {
			continue
		}
		low := levels[i-1]
		if priority[low.falco] >= priority[l.falco] || low.ocsf >= l.ocsf || low.cef >= l.cef || low.risk >= l.risk || low.otlp >= l.otlp || low.sarifScore >= l.sarifScore {
			t.Errorf("severity %d is not above %d: %+v %+v", i, i-1, l, low)
		}
	}
	for value, want := range map[any]string{0: "info", 3: "high", 4: "critical", 9: "critical", -1: "unknown", "x": "unknown", nil: "unknown"} {
		f := antiDebugging()
		f.Metadata.Properties = map[string]any{signature.Severity: value}
		if got := levelOf(f).word; got != want {
			t.Errorf("severity %v is %s, want %s", value, got, want)
		}
	}
}

// What JSON cannot hold loses no finding in any format.
func TestDataThatCannotBeEncoded(t *testing.T) {
	f := inPod()
	f.Data = map[string]any{"func": func() {}, "chan": make(chan int), "fine": 1}
	for _, format := range Formats() {
		out, err := format.Render(f, 0)
		if err != nil || !bytes.Contains(out, []byte("fine")) {
			t.Errorf("%s: %v: %s", format.Name, err, out)
		}
	}
}

func TestAttack(t *testing.T) {
	for _, tt := range []struct {
		properties map[string]any
		want       attack
	}{
		{nil, attack{}},
		{map[string]any{"MITRE ATT&CK": "Execution: Unix Shell", "Technique": "Unix Shell", "external_id": "T1059.004"},
			attack{"Execution", "TA0002", "Unix Shell", "T1059", "T1059.004"}},
		{map[string]any{"MITRE ATT&CK": "Defense Evasion: Rootkit", "external_id": "T1014"}, attack{"Defense Evasion", "TA0005", "Rootkit", "T1014", ""}},
	} {
		f := &signature.Finding{Metadata: signature.Metadata{Properties: tt.properties}}
		if diff := cmp.Diff(tt.want, attackOf(f), cmp.AllowUnexported(attack{})); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.properties, diff)
		}
	}
	for _, f := range oneEach(shipped(t)) {
		if a := attackOf(f); a.tacticID == "" || a.technique == "" || a.id() == "" {
			t.Errorf("%s has no place in ATT&CK: %+v", f.Metadata.ID, a)
		}
	}
}

func TestImage(t *testing.T) {
	for name, want := range map[string][3]string{
		"nginx":                          {"nginx", "", ""},
		"nginx:1.25":                     {"nginx", "1.25", ""},
		"reg:5000/a/b":                   {"reg:5000/a/b", "", ""},
		"reg:5000/a/b:v1@sha256:abcd":    {"reg:5000/a/b", "v1", "sha256:abcd"},
		"docker.io/library/x@sha256:abc": {"docker.io/library/x", "", "sha256:abc"},
	} {
		a, b, c := image(name)
		if diff := cmp.Diff(want, [3]string{a, b, c}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
