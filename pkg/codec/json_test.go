package codec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

func names(events []*event.Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.EventName)
	}
	return all
}

func TestReadJSON(t *testing.T) {
	const a, b = `{"eventName":"a"}`, `{"eventName":"b","args":null}`
	long := `{"eventName":"` + strings.Repeat("x", MaxSize-len(`{"eventName":""}`))
	tests := []struct {
		name, text string
		want       []string
		errs       []string
	}{
		{"two lines", a + "\n" + b + "\n", []string{"a", "b"}, nil},
		{"no last line end", a + "\n" + b, []string{"a", "b"}, nil},
		{"windows line ends", a + "\r\n" + b + "\r\n", []string{"a", "b"}, nil},
		{"byte order mark", utf8BOM + a + "\n", []string{"a"}, nil},
		{"blank lines count", "\n \t\n" + a + "\n\n\r\nx\n", []string{"a"}, []string{"line 6: parse JSON: invalid character 'x' looking for beginning of value"}},
		{"white space around", "  " + a + " \t\n", []string{"a"}, nil},
		{"text first", "TIME UID COMM\n" + a + "\n", []string{"a"}, []string{"line 1: parse JSON: invalid character 'T' looking for beginning of value"}},
		{"cut off", a + "\n" + b[:20], []string{"a"}, []string{"line 2: parse JSON: unexpected end of JSON input"}},
		{"two events in a line", a + b + "\n" + a, []string{"a"}, []string{"line 1: parse JSON: invalid character '{' after top-level value"}},
		{"not an object", "null\n[]\n7\n" + a, []string{"a"}, []string{
			`line 1: want an event, which is a JSON object, have "null"`, `line 2: want an event, which is a JSON object, have "[]"`,
			`line 3: want an event, which is a JSON object, have "7"`}},
		{"not an event", `{"Data":null,"Context":{}}` + "\n" + a, []string{"a"}, []string{"line 1: no eventName: not an event"}},
		{"wrong type", `{"eventName":"a","userId":"root"}` + "\n" + a, []string{"a"}, []string{`line 1: key "userId": want an integer, have "\"root\""`}},
		{"nul bytes", a + "\n\x00\x00\n" + b, []string{"a", "b"}, []string{`line 2: parse JSON: invalid character '\x00' looking for beginning of value`}},
		{"not utf-8", `{"eventName":"` + "\xff" + `"}`, []string{"\ufffd"}, nil},
		{"16 MiB", long + "\"}\n" + a, []string{long[len(`{"eventName":"`):], "a"}, nil},
		{"16 MiB windows", long + "\"}\r\n" + a, []string{long[len(`{"eventName":"`):], "a"}, nil},
		{"over 16 MiB", a + "\n" + long + "x\"}\n" + b, []string{"a", "b"}, []string{"line 2: longer than 16 MiB"}},
		{"over 16 MiB at the end", a + "\n" + long + long, []string{"a"}, []string{"line 2: longer than 16 MiB"}},
	}
	for _, tt := range tests {
		events, errs, f := readAll(t, strings.NewReader(tt.text))
		if f != JSON {
			t.Errorf("%s: format %q", tt.name, f)
		}
		var texts []string
		for _, err := range errs {
			texts = append(texts, err.Error())
		}
		if diff := cmp.Diff(tt.want, names(events)); diff != "" {
			t.Errorf("%s: events (-want +got):\n%.2000s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.errs, texts); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestReadJSONCountsSkipped(t *testing.T) {
	r, _, err := Open(strings.NewReader("x\n{}\n{\"eventName\":\"a\"}\ny"))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		}
	}
	if r.Skipped() != 3 || r.Position() != 4 {
		t.Errorf("skipped %d lines, position %d; want 3, 4", r.Skipped(), r.Position())
	}
}

func TestReadJSONInputFails(t *testing.T) {
	broken := errors.New("device gone")
	in := io.MultiReader(strings.NewReader("{\"eventName\":\"a\"}\n{\"event"), iotest.ErrReader(broken))
	events, errs, _ := readAll(t, in)
	if len(events) != 1 || len(errs) != 1 || !errors.Is(errs[0], broken) || errs[0].Error() != "read line 2: device gone" {
		t.Errorf("events %v, errors %v", names(events), errs)
	}
}

type lineChecker struct{ t *testing.T }

func (c lineChecker) Write(p []byte) (int, error) {
	if !bytes.HasSuffix(p, []byte("}\n")) {
		c.t.Errorf("a write ends within a line: %.80q", p)
	}
	return len(p), nil
}

func TestWriteJSONWholeLines(t *testing.T) {
	w := newJSONWriter(lineChecker{t})
	for i := range 1000 {
		if err := w.Write(&event.Event{EventName: fmt.Sprint("e", strings.Repeat("x", i))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

func TestWriteJSONTooLong(t *testing.T) {
	var b bytes.Buffer
	w := newJSONWriter(&b)
	big := &event.Event{EventName: "big", ProcessName: strings.Repeat("x", MaxSize)}
	if err := w.Write(big); !errors.Is(err, errLong) {
		t.Errorf("error %v; want %v", err, errLong)
	}
	if err := errors.Join(w.Write(&event.Event{EventName: "a"}), w.Flush()); err != nil {
		t.Fatal(err)
	}
	events, errs, _ := readAll(t, &b)
	if diff := cmp.Diff([]string{"a"}, names(events)); diff != "" || errs != nil {
		t.Errorf("errors %v (-want +got):\n%s", errs, diff)
	}
}

// Whatever the bytes, every line is an event or an error with its number, and
// what was read is written back and read as the same.
func FuzzReadJSON(f *testing.F) {
	f.Add(encode(f, JSON, samples()...))
	f.Add([]byte("{\"eventName\":\"a\"}\r\n\n{}\nnull\n{\"eventName\":\"b\",\"x\":[1e9]}"))
	f.Add([]byte(utf8BOM + "{\"eventName\":\"a\",\"args\":[{\"name\":\"n\",\"value\":{\"a\":[[]]}}]}"))
	f.Add([]byte("TIME\x1b[2J\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := newJSONReader(newBuffered(data), 0)
		var events []*event.Event
		for {
			e, err := in.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				events = append(events, e)
			}
		}
		if lines := bytes.Count(data, []byte("\n")) + 1; in.Position() > lines || len(events)+in.Skipped() > lines {
			t.Fatalf("%d lines: position %d, %d events, %d skipped", lines, in.Position(), len(events), in.Skipped())
		}
		again, errs, _ := readAll(t, bytes.NewReader(encode(t, JSON, events...)))
		if diff := cmp.Diff(events, again); diff != "" || errs != nil {
			t.Fatalf("errors %v (-first +again):\n%s", errs, diff)
		}
	})
}
