package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

var update = flag.Bool("update", false, "write the examples of docs/formats.md anew")

const formatsPage = "../../docs/formats.md"

// documented is the finding of the page's examples.
func documented() *signature.Finding {
	at := time.Date(2026, 11, 24, 6, 20, 0, 123456789, time.UTC)
	return &signature.Finding{
		ID: "00112233445566778899aabbccddeeff", Timestamp: at,
		Data: map[string]any{"written by": "/usr/bin/curl", "at": "2026-11-24T06:19:58Z"},
		Event: &event.Event{
			Timestamp: at.UnixNano(), EventName: "sched_process_exec", EventID: 707, ProcessName: "xmrig", HostName: "node-17", Executable: "/tmp/xmrig",
			HostProcessID: 4007, HostThreadID: 4007, HostParentProcessID: 4000, ProcessID: 12, ThreadID: 12, UserID: 1000,
			ExecID: "6f1c2e9a-4007-81234567890-3", ParentExecID: "6f1c2e9a-4000-81200000000-2", Sequence: 1234,
			ContainerID: "c0ffee" + strings.Repeat("0", 58), ContainerName: "web", ContainerImage: "docker.io/library/nginx:1.25",
			PodName: "web-1", PodNamespace: "prod", PodUID: "1c7b7f2e-5d0c-4a6e-9a6b-0d8f3a4b5c6d",
			Ancestors: []event.Ancestor{{ExecID: "6f1c2e9a-4000-81200000000-2", HostProcessID: 4000, ProcessName: "sh", Executable: "/usr/bin/dash"}},
			Args: []event.Argument{
				{Name: "pathname", Type: "const char*", Value: "/tmp/xmrig"},
				{Name: "argv", Type: "const char**", Value: []string{"/tmp/xmrig", "-o", "pool.example:3333", "--pass", "[redacted]"}},
			},
		},
		Metadata: signature.Metadata{
			ID: "TH-1", Version: "1.0.0", Name: "Container Drift", Description: "A container executed a file that was written while it ran.", Tags: []string{"container"},
			Properties: map[string]any{"Severity": 3, "MITRE ATT&CK": "Execution: Deploy Container", "Technique": "Deploy Container", "external_id": "T1610", "Category": "execution"},
		},
	}
}

// The page lists all formats and templates, and its examples are what comes out.
func TestFormatsPage(t *testing.T) {
	page, err := os.ReadFile(formatsPage)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)<!-- (format|template) ([a-z]+) -->\n```[a-z]*\n(.*?)```\n")
	seen := map[string]bool{}
	made := blocks.ReplaceAllFunc(page, func(block []byte) []byte {
		m := blocks.FindSubmatch(block)
		name := string(m[2])
		seen[string(m[1])+" "+name] = true
		if string(m[1]) == "template" {
			name = TemplatePrefix + name
		}
		return fmt.Appendf(nil, "<!-- %s %s -->\n```%s\n%s```\n", m[1], m[2], language(name), example(t, name))
	})
	if *update {
		if err := os.WriteFile(formatsPage, made, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(made, page) {
		t.Error("docs/formats.md shows what no longer comes out: go test ./pkg/report -run TestFormatsPage -update")
	}
	for _, f := range Formats() {
		if f.Name != "postee" && !seen["format "+f.Name] {
			t.Errorf("format %s has no example", f.Name)
		}
		if !bytes.Contains(page, []byte("| `"+f.Name+"` | "+f.Doc+" | `"+f.MIME+"` |\n")) {
			t.Errorf("format %s lacks its row: | `%s` | %s | `%s` |", f.Name, f.Name, f.Doc, f.MIME)
		}
	}
	for _, info := range ShippedTemplates {
		if !bytes.Contains(page, []byte("| `"+info.Name+"` | "+info.Doc+" |\n")) {
			t.Errorf("template %s lacks its row: | `%s` | %s |", info.Name, info.Name, info.Doc)
		}
	}
}

func language(name string) string {
	switch name {
	case Text, Table, "cef", "csv", TemplatePrefix + "simple":
		return "text"
	case TemplatePrefix + "xml":
		return "xml"
	}
	return "json"
}

// example is a finding in a format, for people: JSON indented, protobuf as JSON.
func example(t *testing.T, name string) []byte {
	t.Helper()
	if name == "otlp" {
		b, err := protojson.Marshal(LogRecord(documented(), 0))
		if err != nil {
			t.Fatal(err)
		}
		return indented(t, b)
	}
	format, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := format.Render(documented(), 0)
	if err != nil {
		t.Fatal(err)
	}
	out = bytes.TrimPrefix(append(bytes.Clone(format.Header), out...), []byte("\n"))
	for _, around := range []string{`"`, "|"} {
		out = bytes.ReplaceAll(out, []byte(around+cli.Version()+around), []byte(around+"v1.0.0"+around))
	}
	if language(name) == "json" {
		return indented(t, out)
	}
	return bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
}

// indented has what fits on a line on one.
func indented(t *testing.T, text []byte) []byte {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var write func(v any, indent string)
	write = func(v any, indent string) {
		line, err := marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		line = bytes.TrimSpace(line)
		var parts []json.RawMessage
		open, end := "[", "]"
		if object, is := v.(map[string]any); is {
			open, end = "{", "}"
			d := json.NewDecoder(bytes.NewReader(line))
			_, _ = d.Token()
			for d.More() {
				key, _ := d.Token()
				var skip json.RawMessage
				_ = d.Decode(&skip)
				parts = append(parts, json.RawMessage(key.(string)))
			}
			if len(line)+len(indent) > 120 {
				b.WriteString(open)
				for i, key := range parts {
					if i > 0 {
						b.WriteByte(',')
					}
					fmt.Fprintf(&b, "\n%s  %q: ", indent, key)
					write(object[string(key)], indent+"  ")
				}
				b.WriteString("\n" + indent + end)
				return
			}
		}
		if list, is := v.([]any); is && len(line)+len(indent) > 120 {
			b.WriteString(open)
			for i := range list {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString("\n" + indent + "  ")
				write(list[i], indent+"  ")
			}
			b.WriteString("\n" + indent + end)
			return
		}
		b.Write(line)
	}
	write(v, "")
	return []byte(b.String() + "\n")
}
