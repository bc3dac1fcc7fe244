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

	"github.com/santhosh-tekuri/jsonschema/v6"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"
)

// check reads what a format made of a finding as its receivers do. name is the
// process's name as the receiver understood it.
type check func(out []byte) (name string, err error)

func checks(t testing.TB) map[string]check {
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
func checkJSON(t testing.TB, schema string, path ...any) check {
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
		name, _ := follow(doc, path).(string)
		return name, err
	}
}

// follow takes the steps of a path, keys and indexes, in a document.
func follow(doc any, path []any) any {
	for _, step := range path {
		switch at := doc.(type) {
		case map[string]any:
			doc = at[step.(string)]
		case []any:
			doc = at[step.(int)]
		}
	}
	return doc
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
	return csvText(record[14])
}

// csvText is what a cell says, but for the apostrophe before a formula, which may
// be the text's own.
func csvText(cell string) (string, error) {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.IndexByte("=+-@|%", rest[0]) >= 0 {
		return "-", nil
	}
	return unescape(cell)
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
