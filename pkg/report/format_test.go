package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tracehound/tracehound/pkg/signature"
)

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

func verify(t testing.TB, format Format, check check, f *signature.Finding, name string) {
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
		if i%20 > 2 {
			continue
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
		":":                              {":", "", ""},
		"@x":                             {"@x", "", ""},
		"docker.io/library/x@sha256:abc": {"docker.io/library/x", "", "sha256:abc"},
	} {
		a, b, c := image(name)
		if diff := cmp.Diff(want, [3]string{a, b, c}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever text stands in a finding, each format is what its receiver takes.
func FuzzFormats(f *testing.F) {
	for _, s := range hostileTexts {
		if len(s) < 1000 {
			f.Add(s)
		}
	}
	checks := checks(f)
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return // what is empty is left out
		}
		finding := withText(inPod(), s)
		for _, format := range Formats() {
			verify(t, format, checks[format.Name], finding, s)
		}
	})
}
