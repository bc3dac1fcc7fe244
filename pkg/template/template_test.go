package template

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

type sample struct {
	Text  string
	Map   map[string]any
	Num   int
	None  any
	Bytes []byte
	Ptr   *int
}

const hostile = "\",\\\n\x00\xff\u2028</script>{{}}"

func data() *sample {
	n := 7
	return &sample{Text: hostile, Map: map[string]any{"a\"": []any{1, "x"}}, Num: 5, Bytes: []byte("by\"tes"), Ptr: &n}
}

func TestExecute(t *testing.T) {
	js := func(v any) string { s, _ := toJSON(v, ""); return s }
	quoted := js(hostile)
	inner := quoted[1 : len(quoted)-1]
	tests := []struct {
		language     Language
		source, want string
	}{
		{Plain, `{{.Text}}|{{.Num}}`, hostile + "|5"},
		{JSON, `{"a":"{{.Text}}","b":{{.Text}},"c":"x {{.Num}} {{.Text}}"}`, `{"a":"` + inner + `","b":` + quoted + `,"c":"x 5 ` + inner + `"}`},
		{JSON, `[{{.Num}},{{.None}},{{.Map.nothere}},"{{.None}}","{{.Map.nothere}}",{{.Ptr}},"{{.Ptr}}"]`, `[5,null,null,"","",7,"7"]`},
		{JSON, `[{{.Map}},"{{.Map | toJson}}",{{toJson .Map}},{{(toJson .Map)}}]`, `[{"a\"":[1,"x"]},"{\"a\\\"\":[1,\"x\"]}",{"a\"":[1,"x"]},{"a\"":[1,"x"]}]`},
		{JSON, `{"x":{{.Text | quote}},"y":{{.Text | upper}},"z":{{printf "%d" .Num}}}`, `{"x":` + quoted + `,"y":` + js(strings.ToUpper(hostile)) + `,"z":"5"}`},
		{JSON, `{ {{.Text}}: {{if .Num}}"{{.Text}}"{{else}}null{{end}} }`, `{ ` + quoted + `: "` + inner + `" }`},
		{JSON, `[{{range $i, $v := .Map}}{{$v}}{{end}}{{range .Text | list}},{{.}}{{end}}]`, `[[1,"x"],` + quoted + `]`},
		{JSON, `{{define "s"}}<{{.}}>{{end}}["{{template "s" .Text}}",{{define "v"}}{{.}}{{end}}{{template "v" .Text}},"{{template "v" .Text}}"]`, `["<` + inner + `>",` + quoted + `,"` + inner + `"]`},
		{JSON, `{{$x := .Text}}{{with $y := .Num}}["{{$x}}",{{$y}}]{{end}}`, `["` + inner + `",5]`},
		{JSON, `["{{range $i, $v := list 1 2 3}}{{if eq $v 2}}{{continue}}{{end}}{{$v}}{{end}}"]`, `["13"]`},
		{JSON, `["a\"b{{.Num}}\\"]`, `["a\"b5\\"]`},
		{XML, `<a b="{{.Text}}" c='{{.Num}}'>{{"<&>"}}<!-- " < --></a>`, "<a b=\"&#34;,\\&#xA;\ufffd\ufffd\u2028&lt;/script&gt;{{}}\" c='5'>&lt;&amp;&gt;<!-- \" < --></a>"},
		{CSV, "a,{{.Text}},\"x {{.Text}}\"\n{{.Num}},{{\"=1+1\"}}\n", `a,""",\\\n\x00\xff\u2028</script>{{}}","x "",\\\n\x00\xff\u2028</script>{{}}"` + "\n\"5\",\"'=1+1\"\n"},
	}
	for _, tt := range tests {
		p, err := Parse("f.tmpl", tt.source, tt.language)
		if err != nil {
			t.Errorf("%s: %v", tt.source, err)
			continue
		}
		got, err := p.Execute(data())
		if err != nil || string(got) != tt.want {
			t.Errorf("%s\n got %s, %v\nwant %s", tt.source, got, err, tt.want)
		}
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		language     Language
		source, want string
	}{
		{Plain, "a\n {{.Text", `f.tmpl:2:2: unclosed action`},
		{Plain, "{{/* c */}}\n{{.Num}} {{ nothere .Num }}{{.Num}}", `f.tmpl:2:13: function "nothere" not defined`},
		{Plain, "x {{ $y }}", `f.tmpl:1:6: undefined variable "$y"`},
		{Plain, "x\n{{if .Num}}\ny\n", `f.tmpl:4:1: the template ends inside if`},
		{Plain, "{{env \"HOME\"}}", `function "env" not defined: a template must not read the machine`},
		{Plain, "{{now}}", `.Time is the time of the finding`},
		{Plain, "{{uuidv4}}", `not defined: a template makes the same text`},
		{Plain, "\n  {{.Nam}}", `f.tmpl:2:5: at <.Nam>: can't evaluate field Nam`},
		{JSON, `{"a":"{{.Text}}`, `f.tmpl:1:9: the template ends inside a string`},
		{JSON, `{"a":"x`, `f.tmpl:1:8: the template ends inside a string`},
		{JSON, "{\"a\":\"x\n\"}", `f.tmpl:1:8: a line ends`},
		{JSON, `{"a":"\{{.Num}}"}`, `f.tmpl:1:10: an action behind a backslash`},
		{JSON, `{"a":{{if .Num}}"x{{else}}"y"{{end}}}`, `f.tmpl:1:11: one way through if ends at another place`},
		{JSON, `[{{range .Map}}"{{end}}]`, `the range ends at another place of the JSON than it began`},
		{JSON, `["{{range .Map}}"{{break}}"{{end}}"]`, `the range is left at another place`},
		{JSON, `[{{template "x"}}]`, `template "x" is not defined`},
		{JSON, `{{define "x"}}"{{end}}[{{template "x"}}"]`, `template "x" ends at another place`},
		{JSON, `{"a" {{.Num}}}`, `f.tmpl:1:1: of a sample it makes what is not valid JSON`},
		{XML, `<a {{.Text}}="x"/>`, `an action inside a tag`},
		{XML, `<!-- {{.Text}} -->`, `an action inside a comment`},
		{XML, `<a>{{.Text}}`, `not valid XML`},
		{XML, `<a b="{{.Text}}>`, `ends inside a tag`},
		{CSV, `a{{.Text}},b`, `f.tmpl:1:4: an action beside other text`},
		{CSV, `{{.Text}}b`, `text beside a field that is whole`},
		{CSV, `"{{.Text}}`, `ends inside a quoted field`},
	}
	for _, tt := range tests {
		p, err := Parse("f.tmpl", tt.source, tt.language)
		if err == nil {
			err = p.Try(data())
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.source, err, tt.want)
		}
	}
}

// What a function makes must be one value: attackers' text in it adds no key.
func TestRawJSON(t *testing.T) {
	p, err := Parse("f", `{"a":{{printf "%s" (printf "%s" (.Text | toJson | trimAll "\""))}}}`, JSON)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Execute(&sample{Text: `1,"b":2`}); err == nil {
		t.Error("a key was added")
	}
	if out, err := p.Execute(&sample{Text: `12`}); err != nil || string(out) != `{"a":12}` {
		t.Errorf("%s, %v", out, err)
	}
}

func TestLanguageOf(t *testing.T) {
	for in, want := range map[[2]string]Language{
		{"a.json.tmpl", ""}: JSON, {"/x/a.json", ""}: JSON, {"a.tmpl", ""}: Plain, {"json", ""}: Plain, {"a.xml.gotmpl", ""}: XML, {"a.csv.tpl", ""}: CSV,
		{"a.tmpl", "application/json"}: JSON, {"a.tmpl", "Application/CloudEvents+JSON; charset=utf-8"}: JSON, {"a.json.tmpl", "text/plain"}: Plain,
		{"a", "text/xml"}: XML, {"a", "text/csv; header=absent"}: CSV, {"a", "application/x-ndjson"}: Plain,
	} {
		if got := LanguageOf(in[0], in[1]); got != want {
			t.Errorf("%v is %v, want %v", in, got, want)
		}
	}
}

// Whatever stands in a value, a JSON template makes the document that it makes of a
// harmless value, with that value in it.
func FuzzJSON(f *testing.F) {
	f.Add(hostile)
	f.Add(`\u0022,"x":{`)
	t1, err := Parse("f", `{"a":"x{{.Text}}y","b":[{{.Text}},{"{{.Text}}k":{{.Map}}}],"c":{{toJson .Text}},"d":"{{toJson .Map}}"}`, JSON)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, err := t1.Execute(&sample{Text: s, Map: map[string]any{s: s}})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var doc struct {
			A string
			B []any
			C string
			D string
		}
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatal(err)
		}
		var plain string
		q, _ := json.Marshal(s)
		_ = json.Unmarshal(q, &plain)
		if doc.A != "x"+plain+"y" || doc.B[0] != plain || len(doc.B) != 2 || doc.C != plain {
			t.Errorf("%q became %s", s, out)
		}
	})
}

// No source makes the parser panic, and places are inside of it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"{{", "{{if}}", `{"a":"{{.Text}}"}`, "{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", "{{`}}`}}", "{{/*", "<a b='{{.}}'>"} {
		for l := range languages {
			f.Add(s, l)
		}
	}
	f.Fuzz(func(t *testing.T, source string, l int) {
		if l < 0 || l >= len(languages) || len(source) > 200 {
			return
		}
		_, err := Parse("f", source, Language(l))
		if err == nil {
			return
		}
		var at *Error
		if !errors.As(err, &at) {
			t.Fatalf("%q: error %v has no place", source, err)
		}
		if lines := strings.Split(source, "\n"); at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > len(lines[at.Line-1])+1 {
			t.Errorf("%q: place %d:%d", source, at.Line, at.Column)
		}
	})
}
