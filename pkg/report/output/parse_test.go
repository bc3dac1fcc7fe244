package output

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func parse(t *testing.T, text string) ([]Spec, error) {
	t.Helper()
	f, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Parse("c.yaml", f.Docs[0].Body)
	if err == nil {
		err = Complete(all)
	}
	return all, err
}

func TestParse(t *testing.T) {
	got, err := parse(t, `
- kind: stdout
- name: pager
  kind: webhook
  url: https://pager.example/hook
  format: ocsf
  min-severity: 3
  filter: signature.id != "TRC-2"
  headers: {X-Team: security}
  timeout: 3s
  queue-limit: 1GiB
  retry-max: 5m
- kind: webhook
  url: http://127.0.0.1:1/
- kind: file
  path: /var/log/findings.json
  rotate-size: 65536
  rotate-keep: 3
  fsync: batch
- kind: syslog
  address: tls://logs.example:6514
`)
	if err != nil {
		t.Fatal(err)
	}
	base := Spec{Timeout: 10 * time.Second, RetryMin: 500 * time.Millisecond, RetryMax: time.Minute, Batch: 1, Facility: "daemon", AppName: "tracehound", Method: "POST"}
	with := func(change func(*Spec)) Spec { s := base; change(&s); return s }
	want := []Spec{
		with(func(s *Spec) { s.Name, s.Kind, s.Format, s.QueueLimit = "stdout", Stdout, "text", 64<<20 }),
		with(func(s *Spec) {
			s.Name, s.Kind, s.Format, s.QueueLimit = "pager", Webhook, "ocsf", 1<<30
			s.URL, s.MinSeverity, s.Filter = "https://pager.example/hook", 3, `signature.id != "TRC-2"`
			s.Headers, s.Timeout, s.RetryMax = map[string]string{"X-Team": "security"}, 3*time.Second, 5*time.Minute
		}),
		with(func(s *Spec) {
			s.Name, s.Kind, s.Format, s.QueueLimit, s.URL = "webhook", Webhook, "json", 256<<20, "http://127.0.0.1:1/"
		}),
		with(func(s *Spec) {
			s.Name, s.Kind, s.Format, s.QueueLimit = "file", File, "json", 64<<20
			s.Path, s.RotateSize, s.RotateKeep, s.Fsync = "/var/log/findings.json", 65536, 3, FsyncBatch
		}),
		with(func(s *Spec) {
			s.Name, s.Kind, s.Format, s.QueueLimit = "syslog", Syslog, "json", 256<<20
			s.Address, s.Batch, s.BatchWait = "tls://logs.example:6514", 100, 200*time.Millisecond
		}),
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Spec{}, "Where")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if where := got[1].Where.String(); where != "c.yaml:3:7" {
		t.Errorf("the second is at %s", where)
	}
}

func TestParseFaults(t *testing.T) {
	for text, want := range map[string]string{
		"a: b":                       "c.yaml:1:2: outputs must be a list",
		"- webhook":                  "c.yaml:1:3: an output must be keys and values",
		"- name: x":                  "c.yaml:1:7: output has no kind",
		"- kind: webhok":             `c.yaml:1:7: output has unknown kind "webhok"; did you mean "webhook"?`,
		"- kind: webhook":            `output of kind webhook needs the key "url"`,
		"- {kind: webhook, urll: x}": `c.yaml:1:19: outputs of kind webhook have no key "urll"; did you mean "url"?`,
		"- {kind: stdout, url: x}":   `outputs of kind stdout have no key "url"`,
		"- {kind: postee, url: http://h/, format: text}":                         `outputs of kind postee have no key "format"`,
		"- {kind: webhook, url: ftp://h/}":                                       `output webhook: url "ftp://h/" must begin with http:// or https://`,
		"- {kind: webhook, url: http://h/, timeout: x}":                          "c.yaml:1",
		"- {kind: webhook, url: http://h/, queue-limit: lots}":                   `size "lots" must be a number of bytes`,
		"- {kind: webhook, url: http://h/, queue-limit: 1}":                      "queue-limit 1 must be at least 64KiB",
		"- {kind: webhook, url: http://h/, min-severity: 5}":                     "min-severity 5 must be from 0 to 4",
		"- {kind: webhook, url: http://h/, cert-file: x}":                        "cert-file and key-file go together",
		"- {kind: webhook, url: http://h/, bearer-token-file: x, basic-user: y}": "exclude each other",
		"- {kind: webhook, url: http://h/, compression: zip}":                    `compression "zip" must be one of none, gzip`,
		"- {kind: webhook, url: http://h/, proxy: h}":                            "proxy must be none or a URL",
		"- {kind: webhook, url: http://h/, name: a/b}":                           "name must be letters",
		"- {kind: stdout, name: x}\n- {kind: stdout, name: x}":                   `c.yaml:2:3: two outputs have the name "x"`,
		"- {kind: file, path: /a/b}\n- {kind: file, path: /a//b}":                `c.yaml:2:3: two outputs write the file /a//b`,
		"- {kind: webhook, url: 'http://u:s3cret@h:x/'}":                         "output webhook: url is malformed",
		"- {kind: webhook, url: http://h/, headers: {'X Y': a}}":                 `headers: "X Y" is no name of a header`,
		"- {kind: webhook, url: http://h/, headers: {X-Y: \"a\\nb\"}}":           `headers: "X-Y" is no name of a header, or its value`,
		"- {kind: webhook, url: http://h/, header-files: {'': a}}":               `header-files: "" is no name of a header`,
		"- {kind: syslog, address: h:514}":                                       "must be unix:///dev/log",
		"- {kind: syslog, address: 'tcp://h'}":                                   "must have a host and a port",
		"- {kind: syslog, address: 'unix://dev/log'}":                            "must name a socket by its whole path",
		"- {kind: syslog, address: 'tcp://h:1', facility: locall}":               `facility "locall" is none of syslog; did you mean`,
		"- {kind: kafka, servers: [h], topic: t}":                                `servers: "h" must have a host and a port`,
		"- {kind: kafka, servers: ['h:1'], topic: t, sasl: plain}":               "sasl needs user and password-file",
		"- {kind: nats, servers: ['nats://h:1'], subject: 'a.*'}":                "without wildcards",
		"- {kind: nats, servers: ['http://h:1'], subject: a}":                    "scheme",
		"- {kind: file, path: x, fsync: always}":                                 `fsync "always" must be one of never, batch, each`,
	} {
		if _, err := parse(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]string{"0": "0", "100": "100", "64KiB": "64KiB", "65536": "64KiB", "2GiB": "2GiB", "1536MiB": "1536MiB", "-1": "", "9999999999GiB": "", "1MB": "", "": ""} {
		var s Size
		if err := s.Set(text); (err != nil) != (want == "") || err == nil && s.String() != want {
			t.Errorf("%q: %v, %v", text, &s, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"- kind: stdout", "- {kind: webhook, url: http://h/, headers: {a: b}}", "- &a {kind: *a}", "[", "- kind: file\n  path: [x]", "- <<: {kind: stdout}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		file, err := tree(text)
		if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
			return
		}
		if all, err := Parse("c.yaml", file.Docs[0].Body); err == nil {
			_ = Complete(all)
		}
	})
}

// tree parses YAML; the library panics on some malformed text.
func tree(text []byte) (f *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return parser.ParseBytes(text, 0)
}
