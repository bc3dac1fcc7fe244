package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfig(t *testing.T) {
	tests := []struct {
		name, file string
		args       []string
		want       probe
	}{
		{"empty", "# nothing\n", nil, probe{Color: "red", Path: "probe"}},
		{"all sorts", "color: blue\ncount: 0x10\nwords: [a, b]\nlist:\n  - uid!=0\n  - 'event=a,b'\nlog-level: debug\n", nil,
			probe{Color: "blue", Count: 16, Words: []string{"a", "b"}, List: []string{"uid!=0", "event=a,b"}, Path: "probe"}},
		{"command line beats file", "color: blue\nlist: [a]\n", []string{"--color=green", "-l", "b"},
			probe{Color: "green", List: []string{"b"}, Path: "probe"}},
		{"one key", "count: 3", nil, probe{Color: "red", Count: 3, Path: "probe"}},
		{"other commands' keys", "json: true\ncount: 3\n", nil, probe{Color: "red", Count: 3, Path: "probe"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &probe{}
			if code, _, stderr := p.run(append(tt.args, "--config", writeConfig(t, tt.file))...); code != Done {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if diff := cmp.Diff(&tt.want, p, cmp.AllowUnexported(probe{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadConfig(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"unknown key", "color: red\ncolour: red\n", `c.yaml:2: unknown key "colour"; did you mean "color"?`},
		{"bad value", "\n\ncolor: gren\n", `c.yaml:3: color "gren": must be one of red, green, blue; did you mean "green"?`},
		{"bad item", "words:\n  - a\n  - ','\n", `c.yaml:3: words ",": names nothing`},
		{"nested", "list:\n  a: b\n", "c.yaml:2: list: takes text, a number"},
		{"no value", "count:\n", "c.yaml:1: count: takes text, a number"},
		{"not a mapping", "- a\n", "c.yaml:1: is not a mapping"},
		{"not YAML", "a: [b\nc: d\n", "parse YAML"},
		{"twice", "count: 1\ncount: 2\n", "c.yaml:2: parse YAML: mapping key \"count\" already defined"},
		{"two documents", "count: 1\n---\ncount: 2\n", "c.yaml:3: more than one YAML document"},
		{"config in config", "config: x\n", `c.yaml:1: unknown key "config"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := (&probe{}).run("--config", writeConfig(t, tt.file))
			if code != BadUsage || !strings.Contains(stderr, tt.want) {
				t.Errorf("exit code %d, stderr %q; want %d and %q", code, stderr, BadUsage, tt.want)
			}
		})
	}
	if code, _, stderr := (&probe{}).run("--config", "/nowhere"); code != BadUsage || !strings.Contains(stderr, "read config: open /nowhere") {
		t.Errorf("missing file: exit code %d, stderr %q", code, stderr)
	}
}

func FuzzParseConfig(f *testing.F) {
	for _, seed := range []string{"", "a: b", "a: [b, c]\nd:\n  - e\n", "a: &x b\nc: *x\n", "? [a]\n: b\n", "a: !!int x", "<<: a", "---\n---\n", "\xff", "a: |\n  b\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		settings, err := parseConfig("c.yaml", content)
		if err != nil {
			return
		}
		for _, s := range settings {
			if s.line < 1 {
				t.Errorf("setting %q has no line", s.name)
			}
		}
	})
}
