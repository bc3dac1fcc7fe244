package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each shipped template, of each shipped signature's finding, with any text, is
// what its receiver takes.
func TestShippedTemplates(t *testing.T) {
	embedded, _ := shippedTemplates.ReadDir("templates")
	if len(embedded) != len(ShippedTemplates) {
		t.Errorf("%d templates are embedded and %d listed", len(embedded), len(ShippedTemplates))
	}
	verifiers := templateChecks(t)
	for _, info := range ShippedTemplates {
		t.Run(info.Name, func(t *testing.T) {
			format, err := Lookup(TemplatePrefix + info.Name)
			if err != nil {
				t.Fatal(err)
			}
			check := verifiers[info.Name]
			if check == nil {
				t.Fatal("template without a check")
			}
			for _, f := range shipped(t) {
				if verify(t, format, check, f, f.Event.ProcessName); t.Failed() {
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

func templateChecks(t *testing.T) map[string]check {
	t.Helper()
	sidekick := checkJSON(t, "falcosidekick", "output_fields", "proc.name")
	return map[string]check{
		"rawjson": checkPath("Context", "processName"),
		"falcosidekick": func(out []byte) (string, error) {
			// The template has the time with as many digits as there are.
			fixed := regexp.MustCompile(`"time":"[^"]*"`).ReplaceAll(out, []byte(`"time":"2022-08-05T06:20:00.000000000Z"`))
			fixed = bytes.Replace(fixed, []byte(`"hostname"`), []byte(`"uuid":"00112233-4455-6677-8899-aabbccddeeff","hostname"`), 1)
			name, err := sidekick(fixed)
			_, refused := checkFalcosidekick(out)
			return name, errors.Join(err, refused)
		},
		"csv":     checkTemplateCSV,
		"xml":     checkTemplateXML,
		"simple":  checkText("process: (.*) \\(pid \\d+\\)\n"),
		"sprig":   checkPath(),
		"slack":   checkPath("blocks", 0, "type"),
		"teams":   checkPath("attachments", 0, "contentType"),
		"discord": checkPath("embeds", 0, "title"),
		"splunk":  checkPath("event", "Context", "processName"),
		"loki":    checkLoki,
	}
}

// checkPath follows a path in a JSON document; only processName is compared.
func checkPath(path ...any) check {
	return func(out []byte) (string, error) {
		if err := oneKeyOfEachName(out); err != nil {
			return "-", err
		}
		var doc any
		if err := json.Unmarshal(out, &doc); err != nil {
			return "-", err
		}
		doc = follow(doc, path)
		name, ok := doc.(string)
		if len(path) > 0 && !ok {
			return "-", fmt.Errorf("%v is %v", path, doc)
		}
		if len(path) == 0 || path[len(path)-1] != "processName" {
			return "-", nil
		}
		return name, nil
	}
}

func checkTemplateCSV(out []byte) (string, error) {
	r := csv.NewReader(bytes.NewReader(out))
	r.FieldsPerRecord = 3
	record, err := r.Read()
	if err != nil {
		return "-", err
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		return "-", errors.New("more than one record")
	}
	return csvText(record[1])
}

func checkTemplateXML(out []byte) (string, error) {
	var d struct {
		XMLName xml.Name `xml:"detection"`
		Name    string   `xml:"processname"`
		Host    string   `xml:"hostname"`
		Others  []struct {
			XMLName xml.Name
		} `xml:",any"`
	}
	if err := xml.Unmarshal(out, &d); err != nil {
		return "-", err
	}
	if d.Name != d.Host && strings.ContainsAny(d.Name, "<\"\n") || len(d.Others) != 2 {
		return "-", fmt.Errorf("elements %v", d)
	}
	return "-", nil // control characters do not come through XML
}

func checkLoki(out []byte) (string, error) {
	var push struct {
		Streams []struct {
			Stream map[string]string
			Values [][2]string
		}
	}
	if err := json.Unmarshal(out, &push); err != nil {
		return "-", err
	}
	return checkPath("Context", "processName")([]byte(push.Streams[0].Values[0][1]))
}

// A template that is JSON by its name or its content type cannot be broken out of.
func TestTemplateLanguage(t *testing.T) {
	source := `{"name":"{{.Context.ProcessName}}","pid":{{.Context.HostProcessID}},"data":{{.Data}}}`
	for name, contentType := range map[string]string{"x.json.tmpl": "", "x.tmpl": "application/vnd.x+json; charset=utf-8", "x.json": ""} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		format, err := Template(file, contentType)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]string{true: "application/json", false: contentType}[contentType == ""]; format.MIME != want {
			t.Errorf("%s: content type %s, want %s", name, format.MIME, want)
		}
		f := withText(inPod(), `","admin":true,"x":"`)
		out, err := format.Render(f, 0)
		if err != nil {
			t.Fatal(err)
		}
		if name, err := checkPath("data", "text")(out); err != nil || name != "-" || bytes.Contains(out, []byte(`,"admin":true`)) && !bytes.Contains(out, []byte(`\",\"admin\":true`)) {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

// Templates written for Tracee 0.8 name the event so.
func TestTraceesNames(t *testing.T) {
	out := write(t, TemplatePrefix+templateFile(t, "{{.SigMetadata.Name}} {{.Event.Payload.ProcessName}} {{.Event.Payload.HostName}} {{.Data.port}}\n"), 0, inPod())
	if out != "Anti-Debugging strace ip-10-0-0-1.ap 4444\n" {
		t.Errorf("wrote %q", out)
	}
}

// A template works on a copy: other outputs get the finding as it was.
func TestTemplateChangesNothing(t *testing.T) {
	f := inPod()
	f.Data["in"] = map[string]any{"a": 1}
	before, _ := jsonLine(f, 0)
	write(t, TemplatePrefix+templateFile(t, `{{$_ := set .Data "port" 1}}{{$_ := unset .Data "addr"}}{{$_ := set .Data.in "b" 2}}{{$_ := set .SigMetadata.Properties "Severity" 0}}`), 0, f)
	if after, _ := jsonLine(f, 0); !bytes.Equal(before, after) {
		t.Errorf("was %s is %s", before, after)
	}
}

func TestUnknownTemplate(t *testing.T) {
	_, err := Lookup("template=slak")
	if err == nil || !strings.Contains(err.Error(), `did you mean "slack"?`) {
		t.Errorf("%v", err)
	}
}

func BenchmarkFormats(b *testing.B) {
	for _, format := range Formats() {
		b.Run(format.Name, func(b *testing.B) {
			f := inPod()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := format.Render(f, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
