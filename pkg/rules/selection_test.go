package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

// recorded are the events of all cases of the shipped signatures.
func recorded(t testing.TB) []*event.Event {
	t.Helper()
	cases, err := sigtest.LoadAll("../../signatures/*/*_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []*event.Event
	for _, c := range cases {
		all = append(all, c.Events...)
	}
	return all
}

// mixed is a stream of recorded events and of others that nobody wants, some in
// containers.
func mixed(t *testing.T, r *rand.Rand, n int) []*event.Event {
	t.Helper()
	pool, names := recorded(t), catalog.Events()
	all := make([]*event.Event, n)
	for i := range all {
		var e event.Event
		if r.IntN(3) > 0 {
			e = *pool[r.IntN(len(pool))]
		} else {
			e = event.Event{EventName: names[r.IntN(len(names))].Name, ProcessName: `a"b\`}
		}
		if r.IntN(4) == 0 {
			e.ContainerID = []string{"", "c0ffee"}[r.IntN(2)]
		}
		if r.IntN(50) == 0 {
			e.EventName = "nonesuch"
		}
		e.Timestamp, e.Sequence = 1_700_000_000_000_000_000+int64(i)*1e6, uint64(i+1)
		if e.EventName == "lost_events" {
			e.Args = []event.Argument{{Name: "count", Type: "u64", Value: uint64(r.IntN(9))}}
		}
		all[i] = &e
	}
	return all
}

func encoded(t testing.TB, f codec.Format, events []*event.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := codec.NewWriter(&b, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// foreign writes a JSON stream as others might: keys in another order, keys
// unknown to us, white space, and lines that are no events.
func foreign(t *testing.T, r *rand.Rand, stream []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for line := range strings.Lines(string(stream)) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.UseNumber()
		var m map[string]any
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		m["Unknown"] = []any{map[string]any{"eventName": "ptrace"}}
		if r.IntN(2) == 0 {
			m["aardvark"] = `{"eventName":"`
		}
		text, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\r\n", bytes.ReplaceAll(text, []byte("\n"), []byte("\t")))
		switch r.IntN(20) {
		case 0:
			b.Write(text[:r.IntN(len(text))/2])
			b.WriteString("\n")
		case 1:
			b.WriteString("[]\n\n")
		}
	}
	return b.Bytes()
}

var when = regexp.MustCompile(`(?m)^time=\S+ `)

// runAll runs the shipped signatures over a stream and returns what was said.
func runAll(t testing.TB, stream io.Reader, eager bool) (stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	w, err := report.New(&out, report.JSON)
	if err != nil {
		t.Fatal(err)
	}
	all, err := (&options{}).load(logger)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(&input{Reader: stream, name: "x"}, w, all, logger)
	if err != nil {
		t.Fatal(err)
	}
	// One after the other: a slow machine must not make findings late.
	s.engine, err = engine.New(engine.Options{Signatures: all.signatures, Report: s.report, Lost: s.lost, Log: logger, Serial: true})
	if err != nil {
		t.Fatal(err)
	}
	if eager {
		s.wants.table.Store(&map[string]wanted{}) // which knows no name
	}
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String(), when.ReplaceAllString(log.String(), "")
}

// Whether events that nobody wants are decoded or not, the findings, their order
// and the counts are the same.
func TestSelectionLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(uint64(testSeed), 0))
	events := mixed(t, r, 3000)
	plain := encoded(t, codec.JSON, events)
	for name, stream := range map[string][]byte{
		"json": plain, "foreign json": foreign(t, r, plain),
		"gob": encoded(t, codec.Gob, events), "protobuf": encoded(t, codec.Protobuf, events),
	} {
		eagerOut, eagerLog := runAll(t, bytes.NewReader(stream), true)
		out, log := runAll(t, bytes.NewReader(stream), false)
		if diff := cmp.Diff(eagerOut, out); diff != "" {
			t.Errorf("%s: findings (-all decoded +selected):\n%s", name, diff)
		}
		if diff := cmp.Diff(eagerLog, log); diff != "" {
			t.Errorf("%s: messages (-all decoded +selected):\n%s", name, diff)
		}
		if n := strings.Count(out, "\n"); n < 100 {
			t.Errorf("%s: only %d findings: the test proves little", name, n)
		}
	}
}

// testSeed is fixed, so that a failure can be repeated.
const testSeed = 4

// What nobody decodes is not known to have values of other types than its keys
// ask for; that it is JSON is.
func TestWhatIsBadInAnUnwantedEvent(t *testing.T) {
	stream := `{"eventName":"ptrace","timestamp":"soon"}
{"eventName":"close","timestamp":"soon"}
{"eventName":"close","timestamp":}
{"eventName":"close"
{"eventName":"nonesuch","timestamp":"soon"}
{"eventName":"nonesuch"}
`
	_, log := runAll(t, strings.NewReader(stream), false)
	if want := "events=1 bad_lines=4 unknown_events=1 "; !strings.Contains(log, want) {
		t.Errorf("want %s\n%s", want, log)
	}
}

// BenchmarkRules is all of rules, with the shipped signatures: events that they
// select and reject, and a stream of which nine in ten concern none.
func BenchmarkRules(b *testing.B) {
	near := &event.Event{EventName: "security_file_open", Args: []event.Argument{
		{Name: "pathname", Type: "const char*", Value: "/etc/nginx/conf.d/default.conf"}, {Name: "flags", Type: "int", Value: int32(32768)},
		{Name: "dev", Type: "dev_t", Value: uint32(46)}, {Name: "inode", Type: "unsigned long", Value: uint64(1312345)},
		{Name: "ctime", Type: "unsigned long", Value: uint64(1763999999000000000)},
	}}
	other := &event.Event{EventName: "sys_enter", Args: []event.Argument{{Name: "syscall", Type: "int", Value: int32(7)}}}
	for _, e := range []*event.Event{near, other} {
		e.Timestamp, e.ThreadStartTime, e.CgroupID, e.MountNS, e.PIDNS = 1764000000123456789, 51234567890, 8123, 4026532621, 4026532624
		e.ProcessName, e.HostName, e.ContainerID = "nginx", "web-1", strings.Repeat("4f1c8b1d", 8)
		e.Executable, e.ExecID, e.ParentExecID = "/usr/sbin/nginx", "0123456789ab:14711:51234567890:1", "0123456789ab:14700:50234567890:1"
	}
	for name, selected := range map[string]int{"selected": 10, "firehose": 1} {
		var events []*event.Event
		for i := range 10000 {
			if i%10 < selected {
				events = append(events, near)
			} else {
				events = append(events, other)
			}
		}
		for _, f := range []codec.Format{codec.JSON, codec.Gob, codec.Protobuf} {
			stream := encoded(b, f, events)
			b.Run(name+"/"+string(f), func(b *testing.B) {
				all, err := (&options{}).load(slog.New(slog.DiscardHandler))
				if err != nil {
					b.Fatal(err)
				}
				w, err := report.New(io.Discard, report.JSON)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				before := processorTime(b)
				for b.Loop() {
					s, err := newSession(&input{Reader: bytes.NewReader(stream), name: "x"}, w, all, slog.New(slog.DiscardHandler))
					if err != nil {
						b.Fatal(err)
					}
					if err := s.run(b.Context()); err != nil || s.events != len(events) {
						b.Fatal(err, s.events)
					}
				}
				b.ReportMetric(float64(processorTime(b)-before)/float64(b.N*len(events)), "cpu-ns/event")
			})
		}
	}
}

// processorTime is what this process has taken of it.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
