package receiver

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
)

func natsServer(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	o.Host, o.NoLog, o.NoSigs, o.JetStream = "127.0.0.1", true, true, true
	if o.Port == 0 {
		o.Port = -1
	}
	if o.StoreDir == "" {
		o.StoreDir = t.TempDir()
	}
	s, err := server.NewServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS server does not start")
	}
	t.Cleanup(s.Shutdown)
	return s
}

func findingsStream(t *testing.T, s *server.Server, opts ...nats.Option) jetstream.Stream {
	t.Helper()
	conn, err := nats.Connect(s.ClientURL(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "F", Subjects: []string{"findings.>"}})
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func stored(t *testing.T, stream jetstream.Stream) (all []string) {
	t.Helper()
	info, err := stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for seq := info.State.FirstSeq; seq <= info.State.LastSeq && info.State.Msgs > 0; seq++ {
		m, err := stream.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(m.Subject, " ", m.Header.Get("Nats-Msg-Id"), " ", m.Header.Get("Content-Type"), " ", string(m.Data)))
	}
	return all
}

// What is sent twice is there once.
func TestNATS(t *testing.T) {
	srv := natsServer(t, server.Options{})
	s := sender(t, output.Spec{Kind: output.NATS, Servers: []string{srv.ClientURL()}, Subject: "findings.h"}, mimeJSON)
	if n, err := send(t, s, items("a")); n != 0 || err == nil || !strings.Contains(err.Error(), "no JetStream stream holds the subject findings.h") {
		t.Errorf("without a stream: %d, %v", n, err)
	}
	stream := findingsStream(t, srv)
	for range 2 {
		if n, err := send(t, s, items("a", "b")); n != 2 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if diff := cmp.Diff([]string{"findings.h id1 application/json a", "findings.h id2 application/json b"}, stored(t, stream)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var refused *deliver.RefusedError
	if n, err := send(t, s, items(strings.Repeat("x", 2<<20))); n != 0 || !errors.As(err, &refused) {
		t.Errorf("too long: %d, %v", n, err)
	}
}

// The server goes away and comes back.
func TestNATSDown(t *testing.T) {
	dir := t.TempDir()
	srv := natsServer(t, server.Options{StoreDir: dir})
	findingsStream(t, srv)
	s := sender(t, output.Spec{Kind: output.NATS, Servers: []string{srv.ClientURL()}, Subject: "findings.h", Timeout: time.Second}, mimeJSON)
	if n, err := send(t, s, items("a")); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	addr := srv.Addr().String()
	srv.Shutdown()
	srv.WaitForShutdown()
	var refused *deliver.RefusedError
	if n, err := send(t, s, items("b")); n != 0 || err == nil || errors.As(err, &refused) {
		t.Errorf("without a server: %d, %v", n, err)
	}
	var portNumber int
	if _, err := fmt.Sscanf(addr, "127.0.0.1:%d", &portNumber); err != nil {
		t.Fatal(err)
	}
	natsServer(t, server.Options{StoreDir: dir, Port: portNumber})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		n, err := send(t, s, items("b"))
		if n == 1 && err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d, %v", n, err)
		}
	}
}

func TestNATSPassword(t *testing.T) {
	srv := natsServer(t, server.Options{Username: "hound", Password: "s3cret"})
	findingsStream(t, srv, nats.UserInfo("hound", "s3cret"))
	for password, good := range map[string]bool{"s3cret": true, "wrong": false} {
		s, err := New(Options{Spec: &output.Spec{
			Kind: output.NATS, Servers: []string{srv.ClientURL()}, Subject: "findings.h", User: "hound", PasswordFile: file(t, password), Timeout: time.Second,
		}})
		if err != nil {
			if good {
				t.Fatal(err)
			}
			continue
		}
		if n, err := send(t, s, items("a")); (n == 1) != good || (err == nil) != good {
			t.Errorf("password %s: %d, %v", password, n, err)
		}
		_ = s.Close()
	}
}
