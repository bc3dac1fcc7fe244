package printer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func templateFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "events.tmpl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTemplate(t *testing.T) {
	e := hostEvents()[1]
	for text, want := range map[string]string{
		"{{.EventName}} {{.ProcessName | upper}}\n":                 "openat CAT\n",
		`{{with .Arg "pathname"}}{{.Value}}{{end}};`:                "/etc/shadow;",
		`{{with .Arg "absent"}}{{.Value}}{{else}}none{{end}}`:       "none",
		`{{range .Args}}{{.Name}}={{toJson .Value}} {{end}}`:        `dirfd=5 pathname="/etc/shadow" flags=65 mode=420 `,
		`{{(dict "a" 1).a}} {{printf "a\x1b" | printable}}`:         `1 a\x1b`,
		`{{. | toJson | fromJson | len | lt 10 | ternary "y" "n"}}`: "y",
	} {
		var b bytes.Buffer
		w, err := NewTemplate(&b, templateFile(t, text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err := errors.Join(w.Write(e), w.Flush()); err != nil || b.String() != want {
			t.Errorf("%s: wrote %q, %v, want %q", text, b.String(), err, want)
		}
	}
}

func TestTemplateRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a\n{{.EventNam}}":          ":2:2: executing \"events.tmpl\" at <.EventNam>: can't evaluate field EventNam",
		"a\n\n{{if}}":               ":3: missing value for if",
		`{{env "HOME"}}`:            `:1: function "env" not defined`,
		`{{getHostByName "a.com"}}`: `:1: function "getHostByName" not defined`,
		"{{":                        ":1: ",
	} {
		file := templateFile(t, text)
		_, err := NewTemplate(&bytes.Buffer{}, file)
		if err == nil || !strings.Contains(err.Error(), " template "+file+want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := NewTemplate(&bytes.Buffer{}, "/no/such.tmpl"); err == nil || err.Error() != "read template: open /no/such.tmpl: no such file or directory" {
		t.Errorf("%v", err)
	}
}

// An event that the template fails on leaves no half of a line, and the next is
// written.
func TestTemplateFails(t *testing.T) {
	var b bytes.Buffer
	w, err := NewTemplate(&b, templateFile(t, `{{.EventName}}: {{(.Arg "pathname").Value}}{{"\n"}}`))
	if err != nil {
		t.Fatal(err)
	}
	var render *RenderError
	if err := w.Write(hostEvents()[2]); !errors.As(err, &render) || render.Event.EventName != "ptrace" {
		t.Errorf("%v", err)
	}
	if err := errors.Join(w.Write(hostEvents()[1]), w.Flush()); err != nil || b.String() != "openat: /etc/shadow\n" {
		t.Errorf("wrote %q, %v", b.String(), err)
	}
}
