package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/load"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

// shipped are findings of every shipped signature, made by the signatures
// themselves of the events of their cases.
func shipped(t *testing.T) []*signature.Finding {
	t.Helper()
	all, err := shippedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var shippedOnce = sync.OnceValues(func() ([]*signature.Finding, error) {
	signatures := map[string]signature.Signature{}
	found := load.Load(load.Options{Shipped: true})
	if err := found.Err(); err != nil {
		return nil, err
	}
	for _, s := range found.Signatures {
		signatures[s.ID] = s.Signature
	}
	cases, err := sigtest.LoadAll("../../signatures/*/*_test.yaml")
	if err != nil {
		return nil, err
	}
	var all []*signature.Finding
	silent := maps.Clone(signatures)
	for _, c := range cases {
		findings, err := findingsOf(signatures[c.Signature], c.Events)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Where, err)
		}
		if len(findings) > 0 {
			delete(silent, c.Signature)
			all = append(all, findings[0])
		}
	}
	if len(silent) > 0 {
		return nil, fmt.Errorf("no finding of %s", slices.Sorted(maps.Keys(silent)))
	}
	return all, nil
})

func findingsOf(s signature.Signature, events []*event.Event) ([]*signature.Finding, error) {
	if remembers, ok := s.(signature.Stateful); ok {
		remembers.Reset()
	}
	var all []*signature.Finding
	e, err := engine.New(engine.Options{
		Signatures: []engine.Signature{{Signature: s}}, Serial: true,
		Report: func(f *signature.Finding, _ uint64) error {
			all = append(all, f)
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return all, e.OnBatch(events)
}

// hostileTexts are what an attacker may name things.
var hostileTexts = map[string]string{
	"quotes":    `"quotes" 'single' \back\ "`,
	"lines":     "a\nTime: 1\r\nCEF:0|x\r\n\r\n",
	"controls":  "\x00\x01\x1b[2J\x7f\b\t\f\v",
	"not UTF-8": "\xff\xfe a\xc0\x80 \xed\xa0\x80 tail\xe6\x97",
	"unicode":   "\u2028\u202egpj.exe\ufeff\U0001f480\ufffd",
	"markup":    `</script><!--]]>&amp;{{.}}${x}%s%n`,
	"formula":   `=cmd|' /C calc'!A0`,
	"formula 2": "\t=1+1",
	"cef":       `a|b=c \| \= x=`,
	"json":      `","priority":"Debug","x":{"y":["`,
	"long":      strings.Repeat("A\"\\\n\xff=|,é", 64<<10/9),
	"blanks":    " \t ",
}

// withText puts a text into everything of a finding that an attacker may choose.
func withText(f *signature.Finding, s string) *signature.Finding {
	h, e := *f, *f.Event
	e.ProcessName, e.HostName, e.Executable = s, s, s
	if e.ContainerID != "" {
		e.ContainerID, e.ContainerName, e.ContainerImage, e.PodName, e.PodNamespace, e.PodUID = s, s, s, s, s, s
	}
	e.ExecID, e.ParentExecID = s, s
	e.Ancestors = []event.Ancestor{{ExecID: s, HostProcessID: 7, ProcessName: s, Executable: s}, {ExecID: s}}
	e.StackSymbols = []string{s}
	e.Args = slices.Clone(e.Args)
	for i := range e.Args {
		a := &e.Args[i]
		a.Path = s
		switch v := a.Value.(type) {
		case string:
			a.Value = s
		case []string:
			a.Value = []string{s, s}
		case []byte:
			a.Value = []byte(s)
		case event.Sockaddr:
			v.Path, v.Addr = s, s
			a.Value = v
		}
	}
	e.Args = append(e.Args, event.Argument{Name: "argv", Type: "const char*const*", Value: []string{s, "", s}},
		event.Argument{Name: "odd", Type: "x", Value: map[string]any{s: []any{s, nil, 1.5}}})
	h.Event = &e
	h.Data = map[string]any{s: s, "list": []any{s, map[string]any{s: s}}, "text": s}
	return &h
}

// withArgument adds an argument to the command line of a finding.
func withArgument(f *signature.Finding, s string) *signature.Finding {
	for i, a := range f.Event.Args {
		if argv, ok := a.Value.([]string); ok {
			f.Event.Args[i].Value = append(slices.Clone(argv), s)
		}
	}
	return f
}

// hostileFindings are one of each signature with all those texts in one, the longest as
// an argument, and of a few with each text by itself.
func hostileFindings(t *testing.T) map[string][]*signature.Finding {
	t.Helper()
	var together strings.Builder
	for _, what := range slices.Sorted(maps.Keys(hostileTexts)) {
		if what != "long" {
			together.WriteString(hostileTexts[what])
		}
	}
	each := oneEach(shipped(t))
	all := map[string][]*signature.Finding{}
	for i, f := range each {
		all[together.String()] = append(all[together.String()], withArgument(withText(f, together.String()), hostileTexts["long"]))
		for what, s := range hostileTexts {
			if i%8 == 0 && what != "long" || i == 0 {
				all[s] = append(all[s], withText(f, s))
			}
		}
	}
	return all
}
