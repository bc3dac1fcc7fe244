package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Events come from one stream and findings go to another; what a run is done with
// the next does not get again.
func TestThroughNATS(t *testing.T) {
	n, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true, JetStream: true, StoreDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	n.Start()
	defer n.Shutdown()
	if !n.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS server does not start")
	}
	conn, err := nats.Connect(n.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"events.>"}}); err != nil {
		t.Fatal(err)
	}
	findings, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "FINDINGS", Subjects: []string{"findings"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := writeFile(t, filepath.Join(dir, "c.yaml"), fmt.Sprintf(`
input: %s/EVENTS?group=g
rules: TRC-2
spool-dir: %s/spool
outputs:
  - {kind: nats, servers: [%q], subject: findings}
`, n.ClientURL(), dir, n.ClientURL()))
	if _, err := js.Publish(t.Context(), "events.node", []byte("\x01\xff no event")); err != nil {
		t.Fatal(err)
	}
	published := 0
	for _, messages := range []int{300, 10} {
		for range messages { // of two events each
			if _, err := js.Publish(t.Context(), "events.node", []byte(strings.TrimSuffix(numbered(published)+numbered(published+1), "\n"))); err != nil {
				t.Fatal(err)
			}
			published += 2
		}
		p := start(t, "--config", config)
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			info, err := findings.Info(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if info.State.Msgs >= uint64(published) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d of %d findings: %s", info.State.Msgs, published, p.stderr.String())
			}
		}
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := p.end(t); code != 0 {
			t.Errorf("exit code %d: %s", code, p.stderr.String())
		}
		if want := fmt.Sprintf("events=%d ", 2*messages); !strings.Contains(p.stderr.String(), want) {
			t.Errorf("not %s: %s", want, p.stderr.String())
		}
	}
}
