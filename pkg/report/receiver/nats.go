package receiver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// natsSender publishes to JetStream, which acknowledges each message once it is
// stored. The finding's id is the message's: the stream drops one that it gets
// twice within its window (2 minutes, unless it says otherwise).
type natsSender struct {
	conn    *nats.Conn
	stream  jetstream.JetStream
	subject string
	mime    string
}

func newNATS(o Options) (deliver.Sender, error) {
	opts, err := NATSOptions(o.Spec)
	if err != nil {
		return nil, err
	}
	conn, err := nats.Connect(strings.Join(o.Spec.Servers, ","), opts...)
	if err != nil {
		return nil, fmt.Errorf("make NATS client: %w", err)
	}
	stream, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("make JetStream client: %w", err)
	}
	return &natsSender{conn, stream, o.Spec.Subject, o.MIME}, nil
}

// reconnectWait is how often a server that is away is tried.
const reconnectWait = time.Second

// NATSOptions are those of a connection, for reading and writing. It is
// kept up for ever.
func NATSOptions(s *output.Spec) ([]nats.Option, error) {
	opts := []nats.Option{
		nats.Name("tracehound"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait),
		nats.Timeout(5 * time.Second),
		// What is published while the server is away must fail and not wait in memory.
		nats.ReconnectBufSize(-1),
	}
	if s.CAFile != "" || s.CertFile != "" || s.ServerName != "" {
		conf, err := tlsConfig(s)
		if err != nil {
			return nil, err
		}
		opts = append(opts, nats.Secure(conf))
	}
	if s.CredsFile != "" {
		f, err := os.Open(s.CredsFile) // the client would open it with the first connection
		if err != nil {
			return nil, fmt.Errorf("read creds-file: %w", err)
		}
		_ = f.Close() // nothing was read
		opts = append(opts, nats.UserCredentials(s.CredsFile))
	}
	if s.User != "" {
		password := func() (string, error) { return "", nil }
		if s.PasswordFile != "" {
			password = func() (string, error) { return secret("password-file", s.PasswordFile) }
		}
		if _, err := password(); err != nil {
			return nil, err
		}
		opts = append(opts, nats.UserInfoHandler(func() (string, string) {
			p, _ := password() // a wrong one is told by the server
			return s.User, p
		}))
	}
	return opts, nil
}

// Send implements deliver.Sender. One message waits for the other: so they keep
// their order when one fails.
func (n *natsSender) Send(ctx context.Context, items []spool.Item) (taken int, err error) {
	for _, it := range items {
		m := &nats.Msg{Subject: n.subject, Data: it.Payload, Header: nats.Header{"Content-Type": {n.mime}}}
		_, err := n.stream.PublishMsg(ctx, m, jetstream.WithMsgID(it.ID), jetstream.WithRetryAttempts(0))
		switch {
		case err == nil:
			taken++
			continue
		case errors.Is(err, nats.ErrMaxPayload):
			return taken, &deliver.RefusedError{Err: err}
		case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
			return taken, fmt.Errorf("no JetStream stream holds the subject %s: %w", n.subject, err)
		case !n.conn.IsConnected():
			if last := n.conn.LastError(); last != nil {
				err = last
			}
			return taken, fmt.Errorf("no NATS server is connected: %w", err)
		}
		return taken, err
	}
	return taken, nil
}

// Close implements deliver.Sender.
func (n *natsSender) Close() error {
	n.conn.Close()
	return nil
}
