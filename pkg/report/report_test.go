package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// antiDebugging is the finding that the text form is known by.
func antiDebugging() *signature.Finding {
	return &signature.Finding{
		ID:        "00112233445566778899aabbccddeeff",
		Timestamp: time.Date(2022, 8, 5, 6, 20, 0, 500, time.UTC),
		Event: &event.Event{
			Timestamp: 1659680400000000500, EventName: "ptrace", ProcessName: "strace", HostName: "ip-10-0-0-1.ap",
			HostProcessID: 41, HostThreadID: 41, HostParentProcessID: 40,
		},
		Metadata: signature.Metadata{ID: "TRC-2", Version: "1", Name: "Anti-Debugging", Properties: map[string]any{
			"Severity": 3, "MITRE ATT&CK": "Defense Evasion: Execution Guardrails", "external_id": "T1480",
		}},
	}
}

// inPod is a finding with data, in a container.
func inPod() *signature.Finding {
	f := antiDebugging()
	f.Data = map[string]any{"port": 4444, "addr": "10.1.1.1", "fds": []int{0, 1}}
	f.Event.ContainerID = strings.Repeat("0123456789abcdef", 4)
	f.Event.ContainerName, f.Event.ContainerImage = "web", "nginx:1"
	f.Event.PodName, f.Event.PodNamespace = "web-0", "shop"
	f.Event.HostThreadID, f.Event.UserID, f.Event.Executable = 42, 1000, "/usr/bin/strace"
	f.Event.ExecID, f.Event.ParentExecID = "b-41-7", "b-40-6"
	return f
}

func write(t *testing.T, spec string, lost uint64, findings ...*signature.Finding) string {
	t.Helper()
	var b bytes.Buffer
	w, err := New(&b, spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if err := w.Write(f, lost); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestText(t *testing.T) {
	want := `
*** Detection ***
Time: 2022-08-05T06:20:00Z
Signature ID: TRC-2
Signature: Anti-Debugging
Data: map[]
Command: strace
Hostname: ip-10-0-0-1.ap
Severity: 3
Technique: T1480 Defense Evasion: Execution Guardrails
Event: ptrace
Process: pid 41, uid 0
Finding ID: 00112233445566778899aabbccddeeff
`
	if diff := cmp.Diff(want, write(t, Text, 0, antiDebugging())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = `
*** Detection ***
Time: 2022-08-05T06:20:00Z
Signature ID: TRC-2
Signature: Anti-Debugging
Data: map[addr:10.1.1.1 fds:[0 1] port:4444]
Command: strace
Hostname: ip-10-0-0-1.ap
Severity: 3
Technique: T1480 Defense Evasion: Execution Guardrails
Event: ptrace
Process: pid 41, thread 42, uid 1000, /usr/bin/strace
Container: 0123456789ab, web, image nginx:1, pod shop/web-0
Finding ID: 00112233445566778899aabbccddeeff
Lost events: 12 before this finding; others may be missing
`
	if diff := cmp.Diff(want, write(t, Text, 12, inPod())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTable(t *testing.T) {
	want := `TIME                 ID       SEV SIGNATURE                        PID COMMAND         CONTAINER    DATA
2022-08-05T06:20:00Z TRC-2    3   Anti-Debugging                    41 strace          -            -
2022-08-05T06:20:00Z TRC-2    3   Anti-Debugging                    41 strace          0123456789ab addr:10.1.1.1 fds:[0 1] port:4444
`
	if diff := cmp.Diff(want, write(t, Table, 0, antiDebugging(), inPod())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSON(t *testing.T) {
	out := write(t, JSON, 3, inPod())
	if strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, "\n") {
		t.Fatalf("not one line: %q", out)
	}
	if !strings.HasPrefix(out, `{"Data":{`) {
		t.Errorf("does not begin with Data: %.40q", out)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	context := got["Context"].(map[string]any)
	if context["processName"] != "strace" || context["parentExecId"] != "b-40-6" {
		t.Errorf("Context is not the event: %v", context)
	}
	delete(got, "Context")
	want := map[string]any{
		"Data": map[string]any{"addr": "10.1.1.1", "port": 4444.0, "fds": []any{0.0, 1.0}},
		"SigMetadata": map[string]any{
			"ID": "TRC-2", "Version": "1", "Name": "Anti-Debugging", "Description": "", "Tags": nil,
			"Properties": map[string]any{"Severity": 3.0, "MITRE ATT&CK": "Defense Evasion: Execution Guardrails", "external_id": "T1480"},
		},
		"timestamp": "2022-08-05T06:20:00.0000005Z", "id": "00112233445566778899aabbccddeeff",
		"ancestors": []any{map[string]any{"execId": "b-40-6", "hostProcessId": 40.0}}, "lostEvents": 3.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSONKeepsEmptyAncestorsAndNullData(t *testing.T) {
	f := antiDebugging()
	f.Event.HostParentProcessID = 0
	out := write(t, JSON, 0, f)
	for _, part := range []string{`{"Data":null,`, `"ancestors":[]`, `"MITRE ATT&CK"`} {
		if !strings.Contains(out, part) {
			t.Errorf("lacks %s: %s", part, out)
		}
	}
	if strings.Contains(out, "lostEvents") {
		t.Errorf("lost events that were not: %s", out)
	}
}

func TestJSONOfDataThatJSONCannotHold(t *testing.T) {
	f := antiDebugging()
	f.Data = map[string]any{"nan": math.NaN(), "fine": 1}
	f.Metadata.Properties = map[string]any{"f": math.Inf(1)}
	out := write(t, JSON, 0, f)
	if !strings.Contains(out, `"Data":{"fine":1,"nan":"NaN"}`) || !strings.Contains(out, `"f":"+Inf"`) {
		t.Errorf("finding lost its data: %s", out)
	}
}

// An attacker names processes, files and hosts; none of them may forge a line
// or reach the terminal.
func TestHostileText(t *testing.T) {
	f := antiDebugging()
	evil := "a\nTime: 1\x1b[2J\r\u202ex\x9b\u2028\\\x00"
	f.Event.ProcessName, f.Event.HostName, f.Event.Executable, f.Event.ContainerID = evil, evil, evil, evil
	f.Metadata.Name = evil
	f.Data = map[string]any{evil: evil}
	for _, form := range []string{Text, Table} {
		out := write(t, form, 0, f)
		for _, r := range out {
			if r != '\n' && (r < ' ' || r > '~') {
				t.Errorf("%s: character %U got through: %q", form, r, out)
			}
		}
	}
	if n := strings.Count(write(t, Text, 0, f), "\nTime: "); n != 1 {
		t.Errorf("%d lines of time, want 1", n)
	}
	if n := strings.Count(write(t, Table, 0, f), "\n"); n != 2 {
		t.Errorf("%d lines of table, want 2", n)
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                "",
		"naïve 日本":        "naïve 日本",
		"a\tb\nc":         `a\tb\nc`,
		"\x1b[0m":         `\x1b[0m`,
		"\x9b":            `\x9b`,
		"\u009b":          `\u009b`,
		"\u202e":          `\u202e`,
		`\n`:              `\\n`,
		"\ufffd":          "\ufffd",
		"\xff\ufffd":      "\\xff\ufffd",
		"tail\xe6\x97":    `tail\xe6\x97`,
		"it's \"quoted\"": "it's \"quoted\"",
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b]0;x\a\xff\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		out := Escape(s)
		if !utf8.ValidString(out) || strings.ContainsAny(out, "\n\r\t\x1b\x00\u2028\u202e") {
			t.Errorf("Escape(%q) = %q", s, out)
		}
	})
}

func templateFile(t *testing.T, source string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "f.tmpl")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTemplate(t *testing.T) {
	source := `{{.SigMetadata.ID}} {{.Timestamp}} {{.Context.ProcessName}} {{index .SigMetadata.Properties "Severity"}} {{.Data.addr}} {{toJson .Data}} {{.LostEvents}}
`
	want := `TRC-2 2022-08-05T06:20:00.0000005Z strace 3 10.1.1.1 {"addr":"10.1.1.1","fds":[0,1],"port":4444} 2
`
	if diff := cmp.Diff(want, write(t, TemplatePrefix+templateFile(t, source), 2, inPod())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBadTemplate(t *testing.T) {
	tests := []struct{ source, want string }{
		{"line one\n{{.Data", "f.tmpl:2:1: unclosed action"},
		{"\n\n{{nothere}}", `f.tmpl:3:3: function "nothere" not defined`},
		{"x\n{{.SigMetadta.ID}}", "f.tmpl:2:14: at <.SigMetadta.ID>: can't evaluate field SigMetadta"},
		{"{{.Context.processName}}", "can't evaluate field processName"},
	}
	for _, tt := range tests {
		_, err := New(&bytes.Buffer{}, TemplatePrefix+templateFile(t, tt.source))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("template %q: error %v, want %q", tt.source, err, tt.want)
		}
	}
	if _, err := New(&bytes.Buffer{}, TemplatePrefix+"/nowhere"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing template: %v", err)
	}
	if _, err := New(&bytes.Buffer{}, "xml"); err == nil || !strings.Contains(err.Error(), "none of text, table, json") {
		t.Errorf("unknown form: %v", err)
	}
}

// A template may be right for one signature's data and not for another's.
func TestTemplateFailsForOneFinding(t *testing.T) {
	var b bytes.Buffer
	w, err := New(&b, TemplatePrefix+templateFile(t, "begin {{substr 0 2 .Data.addr}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	err = w.Write(antiDebugging(), 0)
	var render *RenderError
	if !errors.As(err, &render) || render.Finding.Metadata.ID != "TRC-2" {
		t.Errorf("error %v, want a RenderError of TRC-2", err)
	}
	if err := w.Write(inPod(), 0); err != nil {
		t.Error(err)
	}
	if got, want := b.String(), "begin 10\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

type fullDisk struct{ err error }

func (d fullDisk) Write([]byte) (int, error) { return 0, d.err }

func TestWriteError(t *testing.T) {
	full := errors.New("no space")
	for _, form := range Names() {
		w, err := New(fullDisk{full}, form)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(antiDebugging(), 0); !errors.Is(err, full) {
			t.Errorf("%s: error %v, want %v", form, err, full)
		}
	}
}
