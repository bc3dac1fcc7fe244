package load

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// write makes files in a new folder and goes there, so that paths are short.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func regoText(id, event string) string {
	return fmt.Sprintf(`package tracee.%s
__rego_metadoc__ := {"id": "%s", "name": "n"}
tracee_selected_events[s] {
	s := {"source": "tracee", "name": "%s"}
}
tracee_match { input.returnValue == 0 }
`, strings.ReplaceAll(id, "-", "_"), id, event)
}

func celText(id, event string) string {
	return fmt.Sprintf(`apiVersion: tracehound/v1
kind: Signatures
signatures:
  - metadata: {id: %s, name: n}
    events: [{name: %s}]
    match: event.returnValue == 0
`, id, event)
}

// shown is a result as ids with places, notes and errors.
func shown(r *Result) (ids, notes, errs []string) {
	for _, s := range r.Signatures {
		ids = append(ids, fmt.Sprintf("%s %s %s", s.ID, s.Engine, s.Where))
	}
	for _, err := range r.Errors {
		errs = append(errs, err.Error())
	}
	return ids, r.Notes, errs
}

func TestShipped(t *testing.T) {
	r := Load(Options{Shipped: true})
	if err := r.Err(); err != nil || len(r.Notes) > 0 {
		t.Fatalf("errors %v, notes %q", err, r.Notes)
	}
	var ids []string
	for _, s := range r.Signatures {
		ids = append(ids, s.ID+" "+string(s.Engine))
		m := s.Metadata()
		severity, ok := m.Properties["Severity"].(int)
		if !ok || severity < 0 || severity > 4 {
			t.Errorf("%s: severity %v (%T)", s.ID, m.Properties["Severity"], m.Properties["Severity"])
		}
		for _, key := range []string{"MITRE ATT&CK", "Category", "Technique", "external_id"} {
			if text, _ := m.Properties[key].(string); text == "" {
				t.Errorf("%s: property %s is %v", s.ID, key, m.Properties[key])
			}
		}
		if id, _ := m.Properties["external_id"].(string); !strings.HasPrefix(id, "T1") {
			t.Errorf("%s: external_id %q", s.ID, id)
		}
		if technique, _ := m.Properties["Technique"].(string); !strings.HasSuffix(fmt.Sprint(m.Properties["MITRE ATT&CK"]), ": "+technique) {
			t.Errorf("%s: the two names of its technique differ: %v", s.ID, m.Properties)
		}
		if m.Version == "" || m.Description == "" || len(m.Tags) == 0 {
			t.Errorf("%s: metadata %+v", s.ID, m)
		}
		if s.Where.Line == 0 || !strings.HasPrefix(s.Where.File, "signatures/") {
			t.Errorf("%s: place %s", s.ID, s.Where)
		}
		if _, err := os.Stat(filepath.Join("../../..", s.Where.File)); err != nil {
			t.Errorf("%s: place %s: %v", s.ID, s.Where, err)
		}
	}
	slices.Sort(ids)
	if diff := cmp.Diff(shippedFiles(t), ids); diff != "" {
		t.Errorf("signatures (-want by the names of files +got):\n%s", diff)
	}
}

// shippedFiles lists "ID engine" of each file that holds a signature: a file is
// named after its id.
func shippedFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	for engine, pattern := range map[string]string{"go": "golang/t*_[0-9]*.go", "rego": "rego/*.rego", "cel": "cel/t*.yaml"} {
		files, err := filepath.Glob("../../../signatures/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name, _, _ := strings.Cut(filepath.Base(file), ".")
			if !strings.HasSuffix(name, "_test") {
				all = append(all, strings.ToUpper(strings.ReplaceAll(name, "_", "-"))+" "+engine)
			}
		}
	}
	slices.Sort(all)
	return all
}

// A shipped signature must bear every event without arguments.
func TestShippedBearEmptyEvents(t *testing.T) {
	for _, s := range Load(Options{Shipped: true}).Signatures {
		for _, def := range catalog.Events() {
			if m, err := s.OnEvent(&event.Event{EventName: def.Name}); m != nil || err != nil {
				t.Errorf("%s on empty %s: %v, %v", s.ID, def.Name, m, err)
			}
		}
	}
}

func TestDirectory(t *testing.T) {
	write(t, map[string]string{
		"dir/a.rego":              regoText("A-1", "ptrace"),
		"dir/sub/b.yaml":          celText("B-1", "ptrace"),
		"dir/sub/c.yml":           celText("C-1", "openat"),
		"dir/sub/d.cel":           celText("D-1", "openat"),
		"dir/sub/E.REGO":          regoText("E-1", "openat"),
		"dir/lib/my_helpers.rego": "package my\nzero(n) { n == 0 }\n",
		"dir/uses.rego":           strings.Replace(regoText("U-1", "ptrace"), "input.returnValue == 0", "data.my.zero(input.returnValue)", 1),
		"dir/helpers.rego":        "package tracee.helpers\nget_tracee_argument(x) = 1 { true }\n",
		"dir/a_test.rego":         "package tracee.A_1\ntest_x { no.such(1) }\n",
		"dir/values.yaml":         "replicas: 3\n",
		"dir/template.yaml":       "{{ if x }}\n",
		"dir/policy.rego":         "package kubernetes.admission\nimport rego.v1\ndeny contains 1 if input.x\n",
		"dir/README.md":           "# not one\n",
		"dir/.hidden/a.rego":      regoText("A-1", "ptrace"),
		"dir/..data/a.rego":       "not Rego",
		"elsewhere/x.rego":        regoText("X-1", "ptrace"),
	})
	if err := os.Symlink("../elsewhere/x.rego", "dir/x.rego"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../elsewhere", "dir/link"); err != nil {
		t.Fatal(err)
	}
	ids, notes, errs := shown(Load(Options{Dirs: []string{"dir", "dir/sub", "./dir"}}))
	if diff := cmp.Diff([]string{
		"A-1 rego dir/a.rego:2:1", "E-1 rego dir/sub/E.REGO:2:1", "B-1 cel dir/sub/b.yaml:4:20", "C-1 cel dir/sub/c.yml:4:20", "D-1 cel dir/sub/d.cel:4:20",
		"U-1 rego dir/uses.rego:2:1", "X-1 rego dir/x.rego:2:1",
	}, ids); diff != "" {
		t.Errorf("signatures (-want +got):\n%s", diff)
	}
	if len(errs) > 0 {
		t.Errorf("errors %q", errs)
	}
	for _, want := range []string{
		"ignored dir/values.yaml: not a signature file: has neither apiVersion tracehound/v1 nor kind Signatures",
		"ignored dir/template.yaml: not a signature file: has neither apiVersion tracehound/v1 nor kind Signatures, and is not valid YAML",
		"ignored dir/policy.rego: not a signature: defines neither __rego_metadoc__, tracee_selected_events nor tracee_match",
		"ignored dir/helpers.rego: data.tracee.helpers is built in",
		"ignored dir/link: a link to a directory is not followed; name the directory itself",
	} {
		if !slices.Contains(notes, want) {
			t.Errorf("no note %q", want)
		}
	}
	if len(notes) != 5 {
		t.Errorf("notes %q", notes)
	}
}

func TestFaults(t *testing.T) {
	noID := strings.Replace(regoText("A-1", "ptrace"), `"id": "A-1", `, "", 1)
	noName := strings.Replace(celText("A-1", "ptrace"), ", name: n", "", 1)
	badOrigin := strings.Replace(regoText("A-1", "ptrace"), `"source"`, `"origin": "pod", "source"`, 1)
	badSource := strings.Replace(regoText("A-1", "ptrace"), `"tracee"`, `"falco"`, 1)
	tests := []struct {
		name  string
		files map[string]string
		want  []string // errors, in order
	}{
		{"unknown event in Rego", map[string]string{"d/a.rego": regoText("A-1", "ptrase")},
			[]string{`d/a.rego:4:36: signature A-1 selects an unknown event "ptrase"; did you mean "ptrace"?`}},
		{"unknown event in CEL", map[string]string{"d/a.yaml": celText("A-1", "opennat")},
			[]string{`d/a.yaml:5:21: unknown event "opennat"; did you mean "openat"?`}},
		{"unknown event unlike any", map[string]string{"d/a.rego": regoText("A-1", "no_such_thing_at_all")},
			[]string{`d/a.rego:4:36: signature A-1 selects an unknown event "no_such_thing_at_all"`}},
		{"argument", map[string]string{"d/a.yaml": strings.Replace(celText("A-1", "ptrace"), "event.returnValue", "args.requst", 1)},
			[]string{`d/a.yaml:6:16: undefined field 'requst'; the arguments of ptrace are request, pid, addr, data (on event ptrace)`}},
		{"id twice", map[string]string{"d/a.rego": regoText("A-1", "ptrace"), "d/b.yaml": celText("A-1", "ptrace")},
			[]string{"d/b.yaml:4:20: signature id A-1 is taken by d/a.rego:2:1: give one of them another id"}},
		{"id twice in a file", map[string]string{"d/b.yaml": celText("A-1", "ptrace") + "---\n" + celText("A-1", "ptrace")},
			[]string{"d/b.yaml:11:20: signature id A-1 is taken by d/b.yaml:4:20: give one of them another id"}},
		{"no id", map[string]string{"d/a.rego": noID}, []string{"d/a.rego:2:1: signature has no id"}},
		{"no name", map[string]string{"d/a.yaml": noName}, []string{"d/a.yaml:4:20: signature A-1 has no name"}},
		{"id with a comma", map[string]string{"d/a.yaml": celText("'A,1'", "ptrace")},
			[]string{`d/a.yaml:4:20: signature id "A,1": must begin with a letter or digit and hold only letters, digits and . _ : / -`}},
		{"origin", map[string]string{"d/a.rego": badOrigin}, []string{`d/a.rego:4:53: signature A-1: unknown origin "pod": must be host, container or *`}},
		{"source", map[string]string{"d/a.rego": badSource}, []string{`d/a.rego:4:35: signature A-1: unknown source "falco": must be tracehound or tracee, or left out`}},
		{"does not parse", map[string]string{"d/a.rego": "package tracee.X\n\nx := ", "d/b.yaml": "apiVersion: tracehound/v1\nkind: Signatures\na: b: c\n"},
			[]string{"d/a.rego:3:5: unexpected eof token", "d/b.yaml:3:4: mapping value is not allowed in this context"}},
		{"library does not parse", map[string]string{"d/my_helpers.rego": "package my\nx := ", "d/a.rego": regoText("A-1", "ptrace"), "d/b.yaml": celText("B-1", "nosuch")},
			[]string{"d/my_helpers.rego:2:5: unexpected eof token", `d/b.yaml:5:21: unknown event "nosuch"`}},
		{"plugin", map[string]string{"d/a.so": "\x7fELF"},
			[]string{"open plugin d/a.so: this rules cannot load Go plugins: build it with CGO_ENABLED=1 go build -tags plugins ./cmd/rules, or remove the file"}},
		{"too long", map[string]string{"d/a.rego": "#" + strings.Repeat(" ", maxSize)}, []string{"read signature file: d/a.rego: longer than 4 MiB"}},
		{"no directory", nil, []string{"read rules directory: open d: no such file or directory"}},
		{"directory is a file", map[string]string{"d": ""}, []string{"read rules directory: open d: not a directory"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, tt.files)
			r := Load(Options{Dirs: []string{"d"}})
			_, _, errs := shown(r)
			if len(errs) != len(tt.want) {
				t.Fatalf("errors %q, want %q", errs, tt.want)
			}
			for i := range errs {
				if !strings.HasPrefix(errs[i], tt.want[i]) {
					t.Errorf("error %q\nwant  %q", errs[i], tt.want[i])
				}
			}
			if r.Err() == nil {
				t.Error("Err() = nil")
			}
		})
	}
}

// What is wrong with one signature does not hide the others.
func TestFaultsLeaveOthers(t *testing.T) {
	write(t, map[string]string{"d/a.rego": regoText("A-1", "ptrase"), "d/b.rego": regoText("B-1", "ptrace"), "d/c.yaml": celText("C-1", "nosuch") + "---\n" + celText("C-2", "ptrace")})
	ids, _, errs := shown(Load(Options{Dirs: []string{"d"}}))
	if len(errs) != 2 || len(ids) != 2 || !strings.HasPrefix(ids[0], "B-1") || !strings.HasPrefix(ids[1], "C-2") {
		t.Errorf("signatures %q, errors %q", ids, errs)
	}
}

func TestNamedFiles(t *testing.T) {
	write(t, map[string]string{
		"a.rego": regoText("A-1", "ptrace"), "a_test.rego": "package x", "my_helpers.rego": "package my\n", "pod.yaml": "kind: Pod\n", "notes.txt": "", "empty.rego": "package x\n",
		"dir/b.yaml": celText("B-1", "ptrace"), "dir/pod.yaml": "kind: Pod\n",
	})
	if err := syscall.Mkfifo("pipe.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	ids, notes, errs := shown(Load(Options{Files: []string{"a.rego", "a_test.rego", "my_helpers.rego", "pod.yaml", "notes.txt", "empty.rego", "absent.rego", "pipe.yaml", "dir"}}))
	if diff := cmp.Diff([]string{"B-1 cel dir/b.yaml:4:20", "A-1 rego a.rego:2:1"}, ids); diff != "" {
		t.Errorf("signatures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"ignored dir/pod.yaml: not a signature file: has neither apiVersion tracehound/v1 nor kind Signatures",
		"ignored a_test.rego: the name says that it is a test",
	}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"notes.txt: not a signature file: its name must end in .rego, .yaml, .yml, .cel or .so",
		"read signature file: stat absent.rego: no such file or directory",
		"read signature file: pipe.yaml: not a regular file",
		"pod.yaml: not a signature file: has neither apiVersion tracehound/v1 nor kind Signatures",
		"empty.rego: not a signature: defines neither __rego_metadoc__, tracee_selected_events nor tracee_match",
	}, errs); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// hostile is a signature such as a plugin could hold.
type hostile struct{ id string }

func (h hostile) Metadata() signature.Metadata {
	if h.id == "" {
		panic("no metadata today")
	}
	return signature.Metadata{ID: h.id, Name: "n"}
}
func (hostile) Selectors() []signature.Selector                { return nil }
func (hostile) OnEvent(*event.Event) (*signature.Match, error) { return nil, nil }

func TestHostileSignatures(t *testing.T) {
	for want, s := range map[string]signature.Signature{
		"x.so: signature panicked when asked for its metadata: no metadata today": hostile{},
		"x.so: signature H-1 selects no events":                                   hostile{"H-1"},
		"x.so: signature is nil":                                                  nil,
	} {
		l := &loader{ids: map[string]signature.Position{}}
		l.add(s, Go, signature.Position{File: "x.so"})
		if len(l.Errors) != 1 || l.Errors[0].Error() != want || len(l.Signatures) > 0 {
			t.Errorf("errors %q, want %q", l.Errors, want)
		}
	}
}

// Every signature of Tracee 0.8 and 0.9 is known by the id that it has there.
func TestEveryIDOfTracee(t *testing.T) {
	missing := map[string]bool{}
	for i := 1; i <= 15; i++ {
		missing[fmt.Sprintf("TRC-%d", i)] = true
	}
	for i := 1; i <= 31; i++ {
		missing[fmt.Sprintf("TRC-10%d", i)] = true
	}
	for _, s := range Load(Options{Shipped: true}).Signatures {
		delete(missing, s.ID)
		for _, alias := range s.Metadata().Aliases() {
			delete(missing, alias)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no signature is called %v", slices.Sorted(maps.Keys(missing)))
	}
}
