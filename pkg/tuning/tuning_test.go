package tuning

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

type fake struct {
	id     string
	events []string
}

func (f fake) Metadata() signature.Metadata {
	return signature.Metadata{ID: f.id, Name: f.id, Tags: []string{"linux"}, Properties: map[string]any{signature.Severity: 2}}
}

func (f fake) Selectors() []signature.Selector {
	var all []signature.Selector
	for _, name := range f.events {
		all = append(all, signature.Selector{Name: name})
	}
	return all
}
func (fake) OnEvent(*event.Event) (*signature.Match, error) { return nil, nil }

var signatures = []signature.Signature{fake{"S-1", []string{"security_file_open", "ptrace"}}, fake{"S-2", []string{"*"}}, fake{"S-3", []string{"ptrace"}}}

const head = "apiVersion: tracehound/v1\nkind: Tuning\n"

func loadText(t *testing.T, text string) (*Tuning, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load([]string{path})
}

func bound(t *testing.T, text string) (*Tuning, []signature.Signature) {
	t.Helper()
	tuning, err := loadText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	all, err := tuning.Bind(signatures)
	if err != nil {
		t.Fatal(err)
	}
	return tuning, all
}

func finding(id, path string, data map[string]any) *signature.Finding {
	return &signature.Finding{
		Metadata: signature.Metadata{ID: id}, Data: data, Timestamp: time.Date(2027, 6, 30, 12, 0, 0, 0, time.UTC),
		Event: &event.Event{EventName: "security_file_open", Executable: "/usr/bin/vi", Args: []event.Argument{{Name: "pathname", Value: path}}},
	}
}

func TestExceptions(t *testing.T) {
	exception := func(id, when, more string) string {
		return head + fmt.Sprintf("exceptions:\n- signature: %s\n  when: %s\n  reason: known\n%s", id, when, more)
	}
	tests := []struct {
		name, text string
		f          *signature.Finding
		want       bool
	}{
		{"by argument", exception("S-1", `args.pathname == "/etc/hosts"`, ""), finding("S-1", "/etc/hosts", nil), true},
		{"other argument", exception("S-1", `args.pathname == "/etc/hosts"`, ""), finding("S-1", "/etc/host", nil), false},
		{"other signature", exception("S-3", "event.returnValue == 0", ""), finding("S-1", "/etc/hosts", nil), false},
		{"by program", exception("S-1", `event.executable == "/usr/bin/vi"`, ""), finding("S-1", "/x", nil), true},
		{"by data", exception("S-1", `data.file == "x"`, ""), finding("S-1", "/x", map[string]any{"file": "x"}), true},
		{"data is not there", exception("S-1", `data.file == "x"`, ""), finding("S-1", "/x", nil), false},
		{"of a signature on any event", exception("S-2", `args.pathname == "/x"`, ""), finding("S-2", "/x", nil), true},
		{"argument of another event", exception("S-1", `args.request == 0`, ""), finding("S-1", "/x", nil), false},
		{"on its last day", exception("S-1", "event.returnValue == 0", "  expires: 2027-06-30\n"), finding("S-1", "/x", nil), true},
		{"the day after", exception("S-1", "event.returnValue == 0", "  expires: 2027-06-29\n"), finding("S-1", "/x", nil), false},
		{"to the minute", exception("S-1", "event.returnValue == 0", "  expires: 2027-06-30T12:00:00Z\n"), finding("S-1", "/x", nil), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tuning, _ := bound(t, tt.text)
			hits := map[bool]uint64{true: 2}[tt.want]
			for range 2 {
				if got := tuning.Excepts(tt.f, slog.New(slog.DiscardHandler)); got != tt.want {
					t.Errorf("excepted: %v", got)
				}
			}
			if c := tuning.Counts()[0]; c.Hits != hits || !strings.HasSuffix(c.Where, "t.yaml:4") {
				t.Errorf("count %+v", c)
			}
		})
	}
}

// A condition that fails silences nothing, and is told once.
func TestExceptionThatFails(t *testing.T) {
	tuning, _ := bound(t, head+"exceptions: [{signature: S-1, when: '1 / (event.returnValue) == 1', reason: r}]\n")
	var log bytes.Buffer
	for range 3 {
		if tuning.Excepts(finding("S-1", "/x", nil), slog.New(slog.NewTextHandler(&log, nil))) {
			t.Error("excepted")
		}
	}
	if n := strings.Count(log.String(), "division by zero"); n != 1 {
		t.Errorf("told %d times:\n%s", n, &log)
	}
}

func TestOverrides(t *testing.T) {
	_, all := bound(t, head+"overrides:\n- {signature: S-1, severity: 4, tags: [pager, x]}\n- {signature: S-3, enabled: false}\n- {signature: S-2, enabled: true}\n")
	if all[2] != nil {
		t.Error("S-3 is enabled")
	}
	meta := all[0].Metadata()
	if diff := cmp.Diff([]any{4, []string{"pager", "x"}}, []any{meta.Properties[signature.Severity], meta.Tags}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if signatures[0].Metadata().Properties[signature.Severity] != 2 || all[1].Metadata().Properties[signature.Severity] != 2 {
		t.Error("the signature itself has changed")
	}
}

func TestFaults(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"foreign", "a: 1\n", "unknown field"},
		{"kind", "apiVersion: tracehound/v1\nkind: Cases\n", "must have apiVersion"},
		{"key", head + "exception: []\n", `unknown field "exception"`},
		{"no signature", head + "exceptions: [{when: x, reason: y}]\n", "t.yaml:3: exception: names no signature"},
		{"no condition", head + "exceptions: [{signature: S-1, reason: y}]\n", "has no condition"},
		{"no reason", head + "exceptions: [{signature: S-1, when: 'true'}]\n", "has no reason"},
		{"expiry", head + "exceptions: [{signature: S-1, when: 'true', reason: r, expires: soon}]\n", `expires "soon" must be a day`},
		{"unknown id", head + "exceptions: [{signature: S-11, when: 'true', reason: r}]\n", `no signature has the id "S-11"; did you mean "S-1"`},
		{"condition", head + "exceptions:\n- signature: S-1\n  when: args.path == \"\"\n  reason: r\n", "t.yaml:4: exception of S-1: column 5: undefined field 'path'"},
		{"not a condition", head + "exceptions: [{signature: S-1, when: event.processName, reason: r}]\n", "must be a condition"},
		{"override of nothing", head + "overrides: [{signature: S-1}]\n", "override of S-1 changes nothing"},
		{"override without id", head + "overrides: [{severity: 1}]\n", "override names no signature"},
		{"override of unknown", head + "overrides: [{signature: S-9, severity: 1}]\n", `no signature has the id "S-9"`},
		{"severity", head + "overrides: [{signature: S-1, severity: 5}]\n", "severity 5 must be from 0 to 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tuning, err := loadText(t, tt.text)
			if err == nil {
				_, err = tuning.Bind(signatures)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestExpired(t *testing.T) {
	tuning, _ := bound(t, head+"exceptions:\n- {signature: S-1, when: 'true', reason: a, expires: 2020-01-01}\n- {signature: S-1, when: 'true', reason: b}\n")
	if got := tuning.Expired(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); len(got) != 1 || got[0].Reason != "a" {
		t.Errorf("expired %+v", got)
	}
}

func TestGroup(t *testing.T) {
	at := func(s int, exe string) *signature.Finding {
		f := finding("S-1", "/x", map[string]any{"file": "/x"})
		f.ID, f.Event.Executable, f.Timestamp = fmt.Sprint(s, exe), exe, time.Unix(int64(s), 0).UTC()
		return f
	}
	g := Group{Window: 60 * time.Second}
	var told []string
	tell := func(all []*signature.Finding) {
		for _, f := range all {
			if group, ok := f.Data["group"].(map[string]any); ok {
				told = append(told, fmt.Sprintf("%s: %v more since %v, file %v, %v", f.ID, group["count"], group["since"], f.Data["file"], group["findings"]))
			} else {
				told = append(told, f.ID)
			}
		}
	}
	for s := range 8 {
		tell(g.Add(at(s, "a")))
	}
	tell(g.Add(at(10, "b")))
	tell(g.Add(at(59, "a")))
	tell(g.Ended(time.Unix(59, 0)))
	tell(g.Add(at(61, "a")))
	tell(g.Add(at(200, "b")))
	tell(g.Add(at(201, "b")))
	tell(g.End())
	want := []string{
		"0a", "10b", "59a: 8 more since 1970-01-01T00:00:01Z, file /x, [1a 2a 3a 4a 5a]", "61a", "200b",
		"201b: 1 more since 1970-01-01T00:03:21Z, file /x, [201b]",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is suggested silences the finding it was made of, and no finding of
// another file, whatever stands in its texts.
func TestSuggest(t *testing.T) {
	for _, path := range []string{"/etc/hosts", "a\"b\\c\n: 'x' # {", "\u00e9\u2028 ${x}"} {
		f := finding("S-1", path, nil)
		f.Event.EventName = "security_file_open"
		text, err := Suggest([]byte(fmt.Sprintf(`{"Context":%s,"SigMetadata":{"ID":"S-1","Name":"n"}}`, f.Event.AppendJSON(nil))))
		if err != nil {
			t.Fatal(err)
		}
		tuning, _ := bound(t, strings.Replace(text, `reason: ""`, `reason: "r"`, 1))
		if !tuning.Excepts(f, slog.New(slog.DiscardHandler)) {
			t.Errorf("not excepted by\n%s", text)
		}
		if tuning.Excepts(finding("S-1", path+"x", nil), slog.New(slog.DiscardHandler)) {
			t.Errorf("another file is excepted by\n%s", text)
		}
	}
	for text, want := range map[string]string{"": "read finding", "{}": "lacks Context", `{"Context":{"eventName":"no"},"SigMetadata":{"ID":"x"}}`: "unknown event"} {
		if _, err := Suggest([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "exceptions: [{signature: S-1, when: 'true', reason: r, expires: 2027-01-01}]\noverrides: [{signature: S-1, severity: 1}]\n"))
	f.Fuzz(func(_ *testing.T, data []byte) { (&Tuning{}).read("t.yaml", data) })
}
