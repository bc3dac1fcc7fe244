package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"kafka://h:9092/events":                    "",
		"kafka://h:9092,i:9092/events?group=g":     "",
		"nats://h:4222/EVENTS?group=g&subject=a.b": "",
		"kafka://h:9092":                           "must be kafka://HOST:PORT/NAME",
		"kafka://h:9092/a/b":                       "must be kafka://HOST:PORT/NAME",
		"kafka://h/events":                         `servers: "h" must have a host and a port`,
		"kafka:///events":                          "must have a host and a port",
		"kafka://h:1/events?grup=g":                `"grup" is none of ca-file, cert-file, group, key-file, password-file, sasl, server-name, user, each once and with a value; did you mean "group"?`,
		"kafka://h:1/events?group=":                "each once and with a value",
		"kafka://h:1/events?group=a&group=b":       "each once",
		"kafka://h:1/events?subject=x":             `"subject" is none of`,
		"kafka://h:1/events?sasl=plain":            "sasl needs user and password-file",
		"kafka://h:1/events?%zz":                   "behind the ?",
		"kafka://h:1/events?cert-file=x":           "cert-file and key-file go together",
	} {
		if _, err := parse(name); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"kafka://h:1/t", "nats://h:1/s?group=x", "kafka://", "nats:///?&&", "kafka://a,b/c?%"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, name string) {
		for _, p := range Prefixes {
			_, _ = parse(p + strings.TrimPrefix(name, p))
		}
	})
}

// fake is messages in memory.
type fake struct {
	texts  []string
	closed []int
}

func (f *fake) next(context.Context) ([]byte, any, error) {
	if len(f.texts) == 0 {
		return nil, nil, io.EOF
	}
	text := f.texts[0]
	f.texts = f.texts[1:]
	return []byte(text), len(f.texts), nil
}

func (f *fake) done(_ context.Context, tokens []any) error {
	for _, t := range tokens {
		if n, ok := t.(int); ok {
			f.closed = append(f.closed, n)
		}
	}
	return nil
}

func (f *fake) close() {}

// Messages are lines, whatever their ends, and are committed in whole.
func TestLines(t *testing.T) {
	f := &fake{texts: []string{"a", "b\nc\n", "", "d\r\n", "e"}}
	s := &Source{ctx: t.Context(), from: f}
	text, err := io.ReadAll(s)
	if err != nil || string(text) != "a\nb\nc\nd\ne\n" {
		t.Fatalf("%q, %v", text, err)
	}
	for _, step := range []struct {
		line int
		want []int
	}{{0, nil}, {1, []int{4}}, {2, []int{4}}, {3, []int{4, 3, 2}}, {3, []int{4, 3, 2}}, {5, []int{4, 3, 2, 1, 0}}} {
		if err := s.Commit(t.Context(), step.line); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, f.closed); diff != "" {
			t.Errorf("line %d (-want +got):\n%s", step.line, diff)
		}
	}
}

// systems are the inputs by which messages can be read, from each kind of system.
func systems(t *testing.T, texts []string) map[string]string {
	t.Helper()
	k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, "events"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(k.ListenAddrs()...), kgo.DefaultProduceTopic("events"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	n, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true, JetStream: true, StoreDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	n.Start()
	t.Cleanup(n.Shutdown)
	if !n.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS server does not start")
	}
	conn, err := nats.Connect(n.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err == nil {
		_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"events.>"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		node := fmt.Sprint("node", i%8)
		if err := client.ProduceSync(t.Context(), &kgo.Record{Key: []byte(node), Value: []byte(text)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		if _, err := js.Publish(t.Context(), "events."+node, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{
		"kafka": "kafka://" + strings.Join(k.ListenAddrs(), ",") + "/events?group=g",
		"nats":  n.ClientURL() + "/EVENTS?group=g&subject=events.%3E",
	}
}

// lines reads n lines, in time.
func lines(t *testing.T, s *Source, n int) (all []string) {
	t.Helper()
	r := bufio.NewScanner(s)
	for len(all) < n && r.Scan() {
		all = append(all, r.Text())
	}
	if len(all) < n {
		t.Fatalf("%d of %d lines: %v", len(all), n, r.Err())
	}
	return all
}

// What one reader is done with nobody gets again, what it has not, the next one
// gets.
func TestReadersOfAGroup(t *testing.T) {
	var texts []string
	for i := range 200 {
		texts = append(texts, fmt.Sprintf("event %03d", i))
	}
	for kind, name := range systems(t, texts) {
		t.Run(kind, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			first, err := Open(ctx, name)
			if err != nil {
				t.Fatal(err)
			}
			got := lines(t, first, 200)
			if diff := cmp.Diff(texts, slices.Sorted(slices.Values(got))); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if err := first.Commit(ctx, 200); err != nil {
				t.Fatal(err)
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			short, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer stop()
			second, err := Open(short, name)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = second.Close() }()
			if text, err := io.ReadAll(second); err != nil || len(text) > 0 {
				t.Errorf("came again: %.200q, %v", text, err)
			}
			other, stop2 := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop2()
			third, err := Open(other, strings.Replace(name, "group=g", "group=other", 1))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = third.Close() }()
			lines(t, third, 200)
		})
	}
}

// Readers of one group that want other subjects would take each other's.
func TestSubjectsOfAGroup(t *testing.T) {
	name := systems(t, []string{"a", "b"})["nats"]
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	all, err := Open(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = all.Close() }()
	one := strings.Replace(name, "events.%3E", "events.node1", 1)
	if _, err := Open(ctx, one); err == nil || !strings.Contains(err.Error(), "group g exists with another subject") {
		t.Errorf("got %v", err)
	}
	lines(t, all, 2)
	other, err := Open(ctx, strings.Replace(one, "group=g", "group=node1", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if got := lines(t, other, 1); got[0] != "b" {
		t.Errorf("got %q", got)
	}
}

func TestNoServer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, "nats://127.0.0.1:1/S"); err == nil || !strings.Contains(err.Error(), "read stream S of NATS: ") {
		t.Errorf("nats: %v", err)
	}
	s, err := Open(ctx, "kafka://127.0.0.1:1/t")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("kafka: %v", err)
	}
}
